//! What single instructions do with names and properties.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::object::{Get, Key, Put};
use crate::opcode::word as op;
use crate::rom;
use crate::value::{R, Value};
use crate::vm::{ROM_PC, kind};

impl Vm<'_> {
    /// The value word of property `name` of a holder, which is not where the instruction remembered it to be, but
    /// remembers it from now on. Only plain values.
    fn hinted(&mut self, holder: u16, name: u16) -> Option<usize> {
        let at = self.find_prop(holder, name)?;
        let props = hi(self.at(holder as usize + 1));
        let index = (at - props as usize - 3) / 2;
        let pc = self.r[reg::pc];
        if index < 256
            && pc & ROM_PC == 0
            && let Some(b) = self.bytes_mut().get_mut(pc as usize - 1)
        {
            *b = index as u8;
        }
        if self.at(at - 1) >> 16 & (ACCESSOR | DELETED) == 0 {
            Some(at)
        } else {
            None
        }
    }

    // ---- names ----

    #[inline(never)]
    pub(crate) fn get_name(&mut self) -> R<()> {
        let code = self.opcode();
        let name = self.operand16();
        let v = match self.hinted(self.r[reg::global] as u16, name) {
            Some(at) => self.v(at),
            None => {
                self.push(Value::obj(rom::GLOBAL));
                let got = self.get(self.r[reg::sp] as usize, Key::name(name));
                match got? {
                    Get::Value(v) => {
                        self.drop_n(1);
                        v
                    }
                    Get::Absent if code == op::TYPEOF_NAME => {
                        self.drop_n(1);
                        Value::UNDEFINED
                    }
                    Get::Absent => return Err(self.not_defined(name)),
                    Get::Getter(g) => {
                        self.set_top(0, g);
                        self.push(Value::obj(rom::GLOBAL));
                        return self.call_accessor(0, kind::GETTER);
                    }
                }
            }
        };
        self.push(v);
        Ok(())
    }
    #[inline(never)]
    pub(crate) fn put_name(&mut self) -> R<()> {
        let code = self.opcode();
        let name = self.operand16();
        let keep = code == op::SET_NAME;
        if let Some(at) = self.hinted(self.r[reg::global] as u16, name)
            && self.w(at - 1) >> 16 & WRITABLE != 0
        {
            let v = self.top(0);
            self.set_v(at, v);
            if !keep {
                self.drop_n(1);
            }
            return Ok(());
        }
        let v = self.pop();
        self.push(Value::obj(rom::GLOBAL));
        self.push(v);
        if self.strict() && self.find_own(rom::GLOBAL, Key::name(name)).is_none() && !self.inherited(name) {
            return Err(self.not_defined(name));
        }
        self.put_pushed(Key::name(name), keep)
    }
    fn inherited(&self, name: u16) -> bool {
        self.find_own(rom::OBJECT_PROTO, Key::name(name)).is_some()
    }
    /// `obj value` are on the stack.
    #[inline(never)]
    fn put_pushed(&mut self, key: Key, keep: bool) -> R<()> {
        let slot = self.r[reg::sp] as usize + 1;
        match self.put(slot, key)? {
            Put::Done => {}
            Put::Refused => {
                if self.strict() {
                    return Err(self.type_error(m!("property cannot be written")));
                }
            }
            Put::Setter(setter) => {
                let (o, v) = (self.top(1), self.top(0));
                self.drop_n(2);
                if keep {
                    self.push(v);
                }
                self.push(setter);
                self.push(o);
                self.push(v);
                return self.call_accessor(1, kind::DROP);
            }
        }
        let v = self.top(0);
        self.drop_n(2);
        if keep {
            self.push(v);
        }
        Ok(())
    }

    // ---- properties ----

    /// Reads a named property of the value on top.
    #[inline(never)]
    fn read(&mut self, name: u16) -> R<Get> {
        if let Some(o) = self.top(0).heap_object() {
            if let Some(at) = self.hinted(o, name) {
                return Ok(Get::Value(self.v(at)));
            }
            if name == n::LENGTH && self.plain_array(o) {
                return self.number(self.f(o, 2) as f64).map(Get::Value);
            }
        }
        self.get(self.r[reg::sp] as usize, Key::name(name))
    }
    pub(crate) fn get_field(&mut self) -> R<()> {
        let got = self.read(self.operand16())?;
        self.deliver_read(got, self.opcode())
    }
    /// `length` of the object on top.
    pub(crate) fn get_length(&mut self) -> R<()> {
        #[cfg(feature = "typed-arrays")]
        if let Some(o) = self.top(0).heap_object()
            && self.is_view(o)
        {
            // Built-ins go by what a typed array has, not by a property that may hide it.
            let len = self.view_len(o);
            self.set_top(0, Value::int(len as i32));
            return Ok(());
        }
        let got = self.read(n::LENGTH)?;
        self.deliver_read(got, op::GET_FIELD)
    }
    /// What was read takes the place of the object (and key), or stands above it, or below it as what is
    /// called with it.
    fn deliver_read(&mut self, got: Get, code: u32) -> R<()> {
        let words = match code {
            op::GET_FIELD | op::GET_METHOD | op::GET_FIELD2 => 1,
            _ => 2,
        };
        let o = self.top(words - 1);
        if code != op::GET_FIELD2 && code != op::GET_ELEM2 {
            self.drop_n(words);
        }
        let method = code == op::GET_METHOD || code == op::GET_ELEM_METHOD;
        let v = match got {
            Get::Value(v) => v,
            // What cannot be called says its name.
            Get::Absent if code == op::GET_METHOD => Value::str(self.operand16()),
            Get::Absent => Value::UNDEFINED,
            Get::Getter(g) => {
                let mut how = kind::GETTER;
                if method {
                    self.push(Value::UNDEFINED);
                    self.push(o);
                    how = kind::REPLACE | 1 << kind::SHIFT;
                }
                self.push(g);
                self.push(o);
                return self.call_accessor(0, how);
            }
        };
        self.push(v);
        if method {
            self.push(o);
        }
        Ok(())
    }
    #[inline(never)]
    pub(crate) fn put_field(&mut self) -> R<()> {
        let code = self.opcode();
        let name = self.operand16();
        let keep = code == op::SET_FIELD;
        if let Some(o) = self.top(1).heap_object()
            && let Some(at) = self.hinted(o, name)
            && self.w(at - 1) >> 16 & WRITABLE != 0
        {
            let v = self.pop();
            self.set_v(at, v);
            if keep {
                self.set_top(0, v)
            } else {
                self.drop_n(1)
            }
            return Ok(());
        }
        self.put_pushed(Key::name(name), keep)
    }
    /// The key on the stack, `depth` words below the top, as a property key; `None` when it is an object
    /// that is being converted.
    fn key_at(&mut self, depth: usize, base: usize) -> R<Option<Key>> {
        let v = self.top(depth);
        let o = self.top(base);
        if o.is_nullish() {
            return Err(self.nullish_error(o, Key::NONE));
        }
        if v.is_obj() {
            self.coerce(depth, 2)?;
            return Ok(None);
        }
        let key = self.prim_to_key(v)?;
        self.set_top(depth, key.0);
        Ok(Some(key))
    }
    #[inline(never)]
    pub(crate) fn get_elem(&mut self, code: u32) -> R<()> {
        let Some(key) = self.key_at(0, 1)? else {
            return Ok(());
        };
        let got = self.get(self.r[reg::sp] as usize + 1, key)?;
        self.deliver_read(got, code)
    }
    #[inline(never)]
    pub(crate) fn put_elem(&mut self) -> R<()> {
        let code = self.opcode();
        let Some(key) = self.key_at(1, 2)? else {
            return Ok(());
        };
        #[cfg(feature = "typed-arrays")]
        if key.index().is_some()
            && self.top(0).is_obj()
            && let Some(o) = self.top(2).heap_object()
            && self.is_view(o)
        {
            self.coerce(0, 1)?;
            return Ok(());
        }
        let v = self.pop();
        self.set_top(0, v);
        self.put_pushed(key, code == op::SET_ELEM)
    }
    #[inline(never)]
    pub(crate) fn delete_op(&mut self) -> R<()> {
        let code = self.opcode();
        let key = if code == op::DEL_FIELD {
            Key::name(self.operand16())
        } else {
            let Some(key) = self.key_at(0, 1)? else {
                return Ok(());
            };
            key
        };
        let slot = self.r[reg::sp] as usize + usize::from(code == op::DEL_ELEM);
        let o = self.v(slot);
        if o.is_nullish() {
            return Err(self.nullish_error(o, key));
        }
        let done = self.delete(slot, key)?;
        if !done && self.strict() {
            return Err(self.type_error(m!("property cannot be deleted")));
        }
        self.r[reg::sp] = slot as u32;
        self.set_top(0, Value::bool(done));
        Ok(())
    }
    /// An accessor of an object literal: the object and the function are on the stack.
    /// Accessors: the getter is in this slot, the setter in the next one.
    #[inline(never)]
    pub(crate) fn new_pair(&mut self, slot: usize) -> R<Value> {
        let pair = self.alloc(t::PAIR, 3)?;
        self.set_f(pair, 1, self.v(slot).0);
        self.set_f(pair, 2, self.v(slot - 1).0);
        Ok(Value::cell(pair))
    }
    /// The accessor on top joins property `key` of the object `below` it; both that and a key go.
    pub(crate) fn init_accessor(&mut self, key: Key, getter: bool, below: usize) -> R<()> {
        let o = self.top(below).payload();
        let old = self.find_own(o, key).filter(|own| own.flags() & ACCESSOR != 0);
        let pair = match old {
            Some(own) => own.value.payload(),
            None => {
                // A computed key moves with the rest.
                self.push(key.0);
                self.push(Value::UNDEFINED);
                self.push(Value::UNDEFINED);
                let pair = self.new_pair(self.r[reg::sp] as usize + 1);
                self.drop_n(2);
                let key = Key(self.pop());
                let pair = pair?;
                let o = self.top(below).payload();
                self.push(pair);
                let done = self.define(o, key, pair, ENUMERABLE | CONFIGURABLE | ACCESSOR);
                let pair = self.pop().payload();
                done?;
                pair
            }
        };
        let f = self.top(0);
        self.set_f(pair, if getter { 1 } else { 2 }, f.0);
        self.drop_n(below);
        Ok(())
    }
    #[inline(never)]
    pub(crate) fn relation(&mut self) -> R<()> {
        let right = self.top(0);
        let holds = if self.opcode() == op::IN {
            if !right.is_obj() {
                return Err(self.type_error(m!("right side of in must be an object")));
            }
            let Some(key) = self.key_at(1, 0)? else {
                return Ok(());
            };
            let slot = self.r[reg::sp] as usize;
            self.force(slot, key)?;
            self.has(self.top(0).payload(), key)
        } else {
            if !self.is_callable(right) {
                return Err(self.type_error(m!("instanceof needs a function on the right")));
            }
            let f = self.target(right);
            self.set_top(0, f);
            self.top(1).is_obj() && {
                let proto = match self.get(self.r[reg::sp] as usize, Key::PROTOTYPE)? {
                    Get::Value(p) if p.is_obj() => p.payload(),
                    _ => return Err(self.type_error(m!("prototype is not an object"))),
                };
                self.inherits(self.top(1).payload(), proto)
            }
        };
        self.drop_n(1);
        self.set_top(0, Value::bool(holds));
        Ok(())
    }
    /// A captured variable of a function around is written: it must be initialized, and no constant.
    pub(crate) fn check_write(&mut self, cell: u16) -> R<()> {
        if self.f(cell, 1) == Value::HOLE.0 {
            return Err(self.too_early());
        }
        if self.flag(cell, CONSTANT) {
            return Err(self.type_error(m!("assignment to a constant")));
        }
        Ok(())
    }
    #[allow(clippy::wrong_self_convention)]
    pub(crate) fn to_object(&mut self, v: Value) -> R<Value> {
        let (proto, class) = match v {
            _ if v.is_obj() => return Ok(v),
            _ if v.is_str() => (rom::STRING_PROTO, class::STRING),
            _ if v.is_number() => (rom::NUMBER_PROTO, class::NUMBER),
            _ if v.is_bool() => (rom::BOOLEAN_PROTO, class::BOOLEAN),
            _ => return Err(self.nullish_error(v, Key::NONE)),
        };
        self.new_box(proto, class, v)
    }
}
