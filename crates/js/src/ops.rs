//! What single instructions do: properties, arithmetic, comparison, enumeration.

use crate::array::MAX_DENSE;
use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::number;
use crate::object::{Get, Key, MOST_HOPS, Put};
use crate::opcode as op;
use crate::rom;
use crate::run::holds;
use crate::value::{INT_MAX, R, Value};
use crate::vm::{ROM_PC, kind, small};

/// Operations of the built-ins written in JavaScript, in the order of [`INTRINSICS`].
#[cfg(all(test, feature = "full"))]
pub(crate) static INTRINSICS: &[&str] = &[
    "callable",
    "isObject",
    "typeError",
    "create",
    "define",
    "toObject",
    "isArray",
    "append",
    "delete",
    "clamp",
    "last",
    "toLength",
    "expand",
    "text",
    "string",
    "char",
    "cut",
    "find",
    "own",
    "accessor",
    "keys",
    "merge",
    "self",
    "function",
    "object",
];
/// Those that have no result.
#[cfg(all(test, feature = "full"))]
pub(crate) static WITHOUT_RESULT: &[&str] = &["define", "append", "delete", "function", "object", "merge"];

/// The largest `length` that the generic methods of arrays go by: 2 to the 53rd less one.
const MOST_LENGTH: f64 = 9_007_199_254_740_991.0;

impl Vm<'_> {
    /// The value word of property `name` of a holder, which is not where the instruction remembered it to be, but
    /// remembers it from now on. Only plain values.
    fn hinted(&mut self, holder: u16, name: u16) -> Option<usize> {
        let props = self.f_hi(holder, 1);
        if props == 0 {
            return None;
        }
        let at = self.find_prop(holder, name)?;
        let index = (at - props as usize - 3) / 2;
        let pc = self.r[reg::pc];
        if index < 256
            && pc & ROM_PC == 0
            && let Some(b) = self.bytes_mut().get_mut(pc as usize - 1)
        {
            *b = index as u8;
        }
        if self.w(at - 1) >> 16 & (ACCESSOR | DELETED) == 0 {
            Some(at)
        } else {
            None
        }
    }

    // ---- names ----

    #[inline(never)]
    pub(crate) fn get_name(&mut self, code: u8) -> R<()> {
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
    pub(crate) fn put_name(&mut self, code: u8) -> R<()> {
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
    pub(crate) fn get_field(&mut self, code: u8) -> R<()> {
        let name = self.operand16();
        let got = self.read(name)?;
        self.deliver_read(got, code)
    }
    /// What was read takes the place of the object (and key), or stands above it, or below it as what is
    /// called with it.
    fn deliver_read(&mut self, got: Get, code: u8) -> R<()> {
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
    pub(crate) fn put_field(&mut self, code: u8) -> R<()> {
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
        if v.is_int() && v.as_int() >= 0 {
            return Ok(Some(Key::Index(v.as_int() as u32)));
        }
        let o = self.top(base);
        if o.is_nullish() {
            return Err(self.nullish_error(o, Key::NONE));
        }
        if v.is_obj() {
            self.coerce(depth, 2)?;
            return Ok(None);
        }
        let key = self.prim_to_key(v)?;
        if let Key::Name(name) = key {
            self.set_top(depth, Value::str(name as u16));
        }
        Ok(Some(key))
    }
    #[inline(never)]
    pub(crate) fn get_elem(&mut self, code: u8) -> R<()> {
        let Some(key) = self.key_at(0, 1)? else {
            return Ok(());
        };
        let got = self.get(self.r[reg::sp] as usize + 1, key)?;
        self.deliver_read(got, code)
    }
    #[inline(never)]
    pub(crate) fn put_elem(&mut self, code: u8) -> R<()> {
        let Some(key) = self.key_at(1, 2)? else {
            return Ok(());
        };
        #[cfg(feature = "typed-arrays")]
        if matches!(key, Key::Index(_))
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
    pub(crate) fn delete_op(&mut self, code: u8) -> R<()> {
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
    /// The accessor on top joins property `key` of the object `below` it; both that and a key go.
    pub(crate) fn init_accessor(&mut self, key: Key, getter: bool, below: usize) -> R<()> {
        let o = self.top(below).payload();
        let old = self.find_own(o, key).filter(|own| own.flags() & ACCESSOR != 0);
        let pair = match old {
            Some(own) => own.value.payload(),
            None => {
                let pair = self.alloc(t::PAIR, 3)?;
                self.set_f(pair, 1, Value::UNDEFINED.0);
                self.set_f(pair, 2, Value::UNDEFINED.0);
                let o = self.top(below).payload();
                self.push(Value::cell(pair));
                let done = self.define(o, key, Value::cell(pair), ENUMERABLE | CONFIGURABLE | ACCESSOR);
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

    // ---- arithmetic ----

    /// Converts objects among the two operands; true when one is under way.
    fn operands(&mut self, hint: u8) -> R<bool> {
        let mut depth = 2;
        while depth > 0 {
            depth -= 1;
            if self.top(depth).is_obj() {
                self.coerce(depth, hint)?;
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[inline(never)]
    pub(crate) fn add(&mut self) -> R<()> {
        if self.operands(0)? {
            return Ok(());
        }
        let (a, b) = (self.top(1), self.top(0));
        if a.is_str() || b.is_str() {
            if !a.is_str() {
                let s = self.prim_to_str(a)?;
                self.set_top(1, s);
            }
            if !b.is_str() {
                let s = self.prim_to_str(b)?;
                self.set_top(0, s);
            }
            let s = self.concat_top()?;
            self.push(s);
            return Ok(());
        }
        self.arithmetic(op::ADD)
    }
    pub(crate) fn arithmetic(&mut self, code: u8) -> R<()> {
        let (a, b) = (self.top(1), self.top(0));
        if code > op::MUL
            && a.is_int()
            && b.is_int()
            && let Some(v) = int_arithmetic(code, a.as_int(), b.as_int())
        {
            self.drop_n(1);
            self.set_top(0, v);
            return Ok(());
        }
        if !(a.is_number() && b.is_number()) && self.operands(1)? {
            return Ok(());
        }
        let (x, y) = (self.prim_to_number(a), self.prim_to_number(b));
        let value = match code {
            op::MOD => {
                self.fuel -= number::remainder_steps(x, y) as i32 / 8;
                number::remainder(x, y)
            }
            op::ADD..=op::DIV => basic(code, x, y),
            _ => {
                let bits = bitwise(code, number::to_int32(x), number::to_int32(y));
                if code == op::USHR {
                    bits as u32 as f64
                } else {
                    bits as f64
                }
            }
        };
        self.drop_n(2);
        self.push_number(value)
    }
    /// Pushes the result of an instruction, unless the next one takes it at once: then it needs no cell.
    pub(crate) fn push_number(&mut self, mut x: f64) -> R<()> {
        loop {
            let (next, a) = (self.code_byte(), self.top(0));
            if !matches!(next, op::ADD..=op::DIV) || !a.is_number() {
                break;
            }
            self.r[reg::pc] = self.r[reg::pc].wrapping_add(1);
            self.drop_n(1);
            x = basic(next, self.to_f64(a), x);
        }
        let v = self.number(x)?;
        self.push(v);
        Ok(())
    }
    #[inline(never)]
    pub(crate) fn unary(&mut self, code: u8) -> R<()> {
        let v = self.top(0);
        if v.is_int() {
            let i = v.as_int();
            let done = match code {
                op::PLUS | op::TO_NUM => return Ok(()),
                op::INC => small(i + 1),
                op::DEC => small(i - 1),
                _ => None,
            };
            if let Some(v) = done {
                self.set_top(0, v);
                return Ok(());
            }
        }
        if v.is_obj() {
            self.coerce(0, 1)?;
            return Ok(());
        }
        let x = self.prim_to_number(v);
        let x = match code {
            op::NEG => -x,
            op::BITNOT => !number::to_int32(x) as f64,
            op::INC => number::add(x, 1.0),
            op::DEC => number::sub(x, 1.0),
            _ => x,
        };
        let v = self.number(x)?;
        self.set_top(0, v);
        Ok(())
    }
    /// `variable++` for a variable whose old value is not used.
    #[inline(never)]
    pub(crate) fn step_variable(&mut self, code: u8) -> R<()> {
        let k = self.operand();
        let slot = (self.r[reg::fp] as usize).wrapping_sub(k);
        let in_cell = code == op::INC_CELL || code == op::DEC_CELL;
        let v = if in_cell {
            Value(self.f(self.v(slot).payload(), 1))
        } else {
            self.v(slot)
        };
        let by = if code == op::INC_LOC || code == op::INC_CELL {
            1
        } else {
            -1
        };
        let new = match small(v.as_int() + by) {
            Some(new) if v.is_int() => new,
            _ => {
                if v.is_obj() {
                    let size = op::size(code) as u32;
                    self.r[reg::pc] = self.r[reg::pc].wrapping_sub(size);
                    let how = if in_cell { kind::CELL } else { kind::REPLACE };
                    self.to_primitive(slot.wrapping_sub(self.r[reg::sp] as usize), 1, how)?;
                    return Ok(());
                }
                let x = number::add(self.prim_to_number(v), by as f64);
                self.number(x)?
            }
        };
        if in_cell {
            let cell = self.v(slot).payload();
            self.set_f(cell, 1, new.0);
        } else {
            self.set_v(slot, new);
        }
        Ok(())
    }

    // ---- comparison ----

    /// Compares and pops two operands; `None` when an object is being converted.
    pub(crate) fn compare(&mut self, code: u8) -> R<Option<bool>> {
        let (a, b) = (self.top(1), self.top(0));
        let which = code.wrapping_sub(op::LT);
        let order = if which < 4 {
            if self.operands(1)? {
                return Ok(None);
            }
            self.ordered(a, b)
        } else {
            // Equal, or anything else.
            let text = a.is_str() && b.is_str();
            let equal = if which >= 6 || text || a.is_obj() && b.is_obj() {
                self.strict_equal(a, b)
            } else if a.is_nullish() || b.is_nullish() {
                a.is_nullish() && b.is_nullish()
            } else if a.is_obj() || b.is_obj() {
                self.coerce(usize::from(a.is_obj()), 0)?;
                return Ok(None);
            } else {
                number::equal(self.prim_to_number(a), self.prim_to_number(b))
            };
            if equal { 2 } else { 1 }
        };
        self.drop_n(2);
        Ok(Some(holds(which, order)))
    }
    /// Less 1, equal 2, greater 4; 0 for what has no order.
    fn ordered(&mut self, a: Value, b: Value) -> u8 {
        let order = if a.is_str() && b.is_str() {
            self.fuel -= 1;
            Some(self.compare_text(a.payload(), b.payload()))
        } else {
            number::order(self.prim_to_number(a), self.prim_to_number(b))
        };
        order.map_or(0, |order| 1 << (order as i8 + 1))
    }
    #[inline(never)]
    pub(crate) fn relation(&mut self, code: u8) -> R<()> {
        let right = self.top(0);
        if code == op::IN {
            if !right.is_obj() {
                return Err(self.type_error(m!("right side of in must be an object")));
            }
            let Some(key) = self.key_at(1, 0)? else {
                return Ok(());
            };
            let slot = self.r[reg::sp] as usize;
            self.force(slot, key)?;
            let found = self.has(self.top(0).payload(), key);
            self.drop_n(1);
            self.set_top(0, Value::bool(found));
            return Ok(());
        }
        if !self.is_callable(right) {
            return Err(self.type_error(m!("instanceof needs a function on the right")));
        }
        let mut f = right;
        while !Self::is_rom(f.payload()) && self.cell_type(f.payload()) == t::BOUND {
            f = self.v(self.f_lo(f.payload(), 2) as usize + 2);
        }
        self.set_top(0, f);
        let mut result = false;
        if self.top(1).is_obj() {
            let proto = match self.get(self.r[reg::sp] as usize, Key::PROTOTYPE)? {
                Get::Value(p) if p.is_obj() => p.payload(),
                _ => return Err(self.type_error(m!("prototype is not an object"))),
            };
            result = self.inherits(self.top(1).payload(), proto);
        }
        self.drop_n(1);
        self.set_top(0, Value::bool(result));
        Ok(())
    }

    // ---- enumeration ----

    /// The keys of the object in `slot`: an ELEMS cell with numbers and strings, and how many.
    /// `deep`: of its prototypes too, as `for-in` wants it; `hidden`: those that are not enumerable too.
    pub(crate) fn collect_keys(&mut self, slot: usize, deep: bool, hidden: bool) -> R<(u16, usize)> {
        let (mut most, mut hops) = (0, 0);
        let mut o = self.v(slot).payload();
        // More than an array can hold is refused below.
        while o != 0 && hops < MOST_HOPS && most <= MAX_DENSE as usize {
            hops += 1;
            most += self.own_slots(o);
            o = if deep { self.proto_of(o) } else { 0 };
        }
        self.fuel -= most as i32;
        let keys = self.new_elems(most)?;
        let mut count = 0;
        let first = self.v(slot).payload();
        o = first;
        for _ in 0..hops {
            let start = count;
            for pass in 0..2 {
                for i in 0..self.own_slots(o) {
                    let Some((key, flags)) = self.own_key(o, i) else {
                        continue;
                    };
                    let is_index = matches!(key, Key::Index(_));
                    if is_index != (pass == 0)
                        || flags & ENUMERABLE == 0 && !hidden
                        || self.hidden_by(first, o, key)
                    {
                        continue;
                    }
                    let v = match key {
                        Key::Name(name) => Value::str(name as u16),
                        Key::Index(i) if i <= INT_MAX as u32 => Value::int(i as i32),
                        Key::Index(i) => {
                            let mut text = [0; 10];
                            match self.find_name(crate::string::decimal(i, &mut text)) {
                                Some(name) => Value::str(name),
                                None => continue,
                            }
                        }
                    };
                    self.set_v(keys as usize + 2 + count, v);
                    count += 1;
                }
                if pass == 0 {
                    self.sort_indexes(keys as usize + 2 + start, count - start);
                }
            }
            o = if deep { self.proto_of(o) } else { 0 };
        }
        self.set_f(keys, 1, count as u32);
        self.shrink(keys as usize, 2 + most, 2 + count);
        Ok((keys, count))
    }
    /// Puts `n` indexes from word `first` on into ascending order (heap sort, unless they are), in place.
    fn sort_indexes(&mut self, first: usize, n: usize) {
        // Those beyond 30 bits are strings; they come last.
        let rank = |vm: &Self, i: usize| {
            let v = vm.v(first + i);
            if v.is_int() { v.as_int() } else { i32::MAX }
        };
        if (1..n).all(|i| rank(self, i - 1) <= rank(self, i)) {
            return;
        }
        let (mut root, mut end) = (n / 2, n);
        while end > 1 {
            if root > 0 {
                root -= 1;
            } else {
                end -= 1;
                let (top, last) = (self.v(first), self.v(first + end));
                self.set_v(first, last);
                self.set_v(first + end, top);
            }
            let mut at = root;
            loop {
                let mut child = 2 * at + 1;
                if child + 1 < end && rank(self, child) < rank(self, child + 1) {
                    child += 1;
                }
                if child >= end || rank(self, at) >= rank(self, child) {
                    break;
                }
                let (a, b) = (self.v(first + at), self.v(first + child));
                self.set_v(first + at, b);
                self.set_v(first + child, a);
                self.fuel = self.fuel.saturating_sub(1);
                at = child;
            }
        }
    }
    /// Whether an object nearer than `o` has the property too.
    fn hidden_by(&self, first: u16, o: u16, key: Key) -> bool {
        let mut near = first;
        for _ in 0..MOST_HOPS {
            if near == o || near == 0 {
                break;
            }
            if self.find_own(near, key).is_some() {
                return true;
            }
            near = self.proto_of(near);
        }
        false
    }
    #[inline(never)]
    pub(crate) fn for_in(&mut self) -> R<()> {
        let v = self.top(0);
        if !v.is_obj() && !v.is_nullish() {
            let o = self.to_object(v)?;
            self.set_top(0, o);
        }
        let (keys, count) = if v.is_nullish() {
            (self.new_elems(0)?, 0)
        } else {
            self.collect_keys(self.r[reg::sp] as usize, true, false)?
        };
        self.push(Value::cell(keys));
        self.push(Value::int(-(count as i32)));
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
    /// What `for-of`, spread and patterns take: an array, a list of arguments, or a string.
    #[inline(never)]
    pub(crate) fn check_iterable(&mut self) -> R<()> {
        let v = self.top(0);
        let class = if v.is_str() {
            class::STRING
        } else if v.is_obj() {
            self.class_of(v.payload())
        } else {
            class::OBJECT
        };
        #[cfg(feature = "typed-arrays")]
        if class == class::VIEW && !Self::is_rom(v.payload()) {
            return Ok(());
        }
        if matches!(class, class::ARRAY | class::ARGUMENTS | class::STRING) {
            Ok(())
        } else {
            Err(self.type_error(m!("not iterable: arrays and strings are")))
        }
    }
    /// What has elements by index, for a pattern: a string of other than ASCII becomes an array of its code
    /// points.
    #[inline(never)]
    pub(crate) fn iterable(&mut self) -> R<()> {
        self.check_iterable()?;
        let v = self.top(0);
        if v.is_str() && !self.is_ascii(v.payload()) {
            let empty = self.new_array(0, 0)?;
            let v = self.top(0);
            self.set_top(0, Value::obj(rom::f::SPREAD));
            self.push(empty);
            self.push(v);
            self.call(1, kind::NORMAL)?;
            return Ok(());
        }
        Ok(())
    }
    /// The next element of a `for-of`.
    #[inline(never)]
    fn for_of_next(&mut self) -> R<bool> {
        let i = self.top(0).as_int();
        let v = self.top(2);
        self.fuel -= 1;
        let mut text = v;
        if v.is_obj() && self.class_of(v.payload()) == class::STRING && !Self::is_rom(v.payload()) {
            text = Value(self.f(v.payload(), 2));
        }
        if text.is_str() {
            let s = text.payload();
            if i as usize >= self.utf16_len(s) {
                return Ok(false);
            }
            let c = self.code_point_at(s, i as usize)?;
            let units = self.utf16_len(c.payload()) as i32;
            self.set_top(0, Value::int(i + units));
            self.push(c);
            return Ok(true);
        }
        let slot = self.r[reg::sp] as usize + 2;
        let len = match self.get(slot, Key::LENGTH)? {
            Get::Value(len) => self.prim_to_number(len),
            #[cfg(feature = "typed-arrays")]
            Get::Getter(_) if v.is_obj() && self.is_view(v.payload()) => self.view_len(v.payload()) as f64,
            _ => 0.0,
        };
        if !number::less(i as f64, len) {
            return Ok(false);
        }
        self.set_top(0, Value::int(i + 1));
        match self.get(slot, Key::Index(i as u32))? {
            Get::Value(v) => self.push(v),
            Get::Absent => self.push(Value::UNDEFINED),
            Get::Getter(g) => {
                self.push(g);
                self.push(v);
                self.call_accessor(0, kind::GETTER)?;
                return Ok(true);
            }
        }
        Ok(true)
    }
    /// Pushes the next key or element, or calls the getter that does; false at the end. The counter of keys runs from minus the count to zero.
    #[inline(never)]
    pub(crate) fn for_in_next(&mut self) -> R<bool> {
        if !self.top(1).is_cell() {
            return self.for_of_next();
        }
        loop {
            let left = self.top(0).as_int().wrapping_neg();
            let keys = self.top(1).payload();
            let total = self.f_lo(keys, 1) as usize;
            // No compiler counts further than there are keys; damaged code might.
            if left <= 0 || left as usize > total {
                return Ok(false);
            }
            let v = self.v((keys as usize + 2 + total).wrapping_sub(left as usize));
            self.set_top(0, Value::int(1 - left));
            let key = match v.is_int() {
                true => Key::Index(v.as_int() as u32),
                false => self.name_key(v.payload()),
            };
            self.fuel -= 1;
            if self.has(self.top(2).payload(), key) {
                let s = self.prim_to_str(v)?;
                self.push(s);
                return Ok(true);
            }
        }
    }
    // ---- operations of the built-ins in JavaScript ----

    /// `length` of the object on top.
    pub(crate) fn get_length(&mut self) -> R<()> {
        let got = self.read(n::LENGTH)?;
        self.deliver_read(got, op::GET_FIELD)
    }
    #[inline(never)]
    pub(crate) fn intrinsic(&mut self) -> R<()> {
        let (id, argc) = (self.operand() >> 3, self.operand() & 7);
        let base = self.r[reg::sp] as usize + argc;
        let arg = |vm: &Self, i: usize| {
            if i < argc {
                vm.v(base - 1 - i)
            } else {
                Value::UNDEFINED
            }
        };
        let a = arg(self, 0);
        if a.is_obj() && matches!(id, 9..=11 | 13..=15) {
            self.coerce(argc - 1, if id == 13 || id == 14 { 2 } else { 1 })?;
            return Ok(());
        }
        let mut key = Key::NONE;
        if matches!(id, 7 | 8 | 18 | 19) {
            key = self.prim_to_key(arg(self, 1))?;
            self.force(base - 1, key)?;
        }
        // What stays a hole is not pushed.
        let result = match id {
            0 => Value::bool(self.is_callable(a)),
            1 => Value::bool(a.is_obj()),
            2 => {
                let message = a.payload();
                return Err(self.type_error_str(message));
            }
            3 => {
                let proto = match a {
                    Value::NULL => 0,
                    _ if a.is_obj() => a.payload(),
                    _ => return Err(self.type_error(m!("a prototype must be an object or null"))),
                };
                self.new_object(proto)?
            }
            4 => {
                self.define_own(base)?;
                Value::HOLE
            }
            22 => {
                let this = self.v((self.r[reg::fp] as usize).wrapping_add(1));
                self.to_object(this)?
            }
            23 => {
                if !self.is_callable(a) {
                    return Err(self.type_error_str(n::A_FUNCTION_IS_NEEDED));
                }
                Value::HOLE
            }
            24 => {
                if !a.is_obj() {
                    return Err(self.type_error_str(n::AN_OBJECT_IS_NEEDED));
                }
                Value::HOLE
            }
            5 => self.to_object(a)?,
            6 => Value::bool(a.is_obj() && self.class_of(a.payload()) == class::ARRAY),
            7 => {
                let (a, v) = (arg(self, 0).payload(), arg(self, 2));
                self.define(a, key, v, DATA)?;
                Value::HOLE
            }
            8 => {
                if !self.delete(base - 1, key)? {
                    return Err(self.type_error(m!("property cannot be deleted")));
                }
                Value::HOLE
            }
            // Indexes: within a length, relative to its end when they are negative (9; but not a count, which has a fourth
            // argument), the last one of a search backwards (10); and lengths (11).
            9..=11 => {
                let (len, default) = (self.to_f64(arg(self, 1)), self.to_f64(arg(self, 2)));
                let mut x = number::to_integer(self.prim_to_number(a));
                if id != 11 && argc <= 3 {
                    x = from_end(x, len);
                }
                let last = number::sub(len, 1.0);
                x = match id {
                    9 if argc <= 3 && a == Value::UNDEFINED => default,
                    9 => between(x, len),
                    10 if number::less(last, x) => last,
                    10 => x,
                    _ => between(x, MOST_LENGTH),
                };
                // There is no minus zero among indexes.
                self.number(number::add(0.0, x))?
            }
            12 => self.expand_replacement(base)?,
            13 if a.is_nullish() => {
                return Err(self.type_error(m!("a method of strings on undefined or null")));
            }
            13 | 14 => self.prim_to_str(a)?,
            15 => {
                let unit = number::to_uint32(self.prim_to_number(a));
                self.unit_str(unit as u16)?
            }
            16 => {
                let (from, to) = (self.place(arg(self, 1)), self.place(arg(self, 2)));
                self.substring(a.payload(), from, to)?
            }
            21 => {
                let v = arg(self, 2);
                if v.is_obj() {
                    return self.coerce(0, 1);
                }
                let later = if v.is_int() {
                    v.as_int() > 0
                } else {
                    number::less(0.0, self.prim_to_number(v))
                };
                if let Some((x, y)) = self.merge(a.payload(), later) {
                    // What the comparison returns takes the place of `v`, and this instruction runs again.
                    let compare = arg(self, 1);
                    self.set_top(0, compare);
                    self.push(Value::UNDEFINED);
                    self.push(x);
                    self.push(y);
                    self.r[reg::pc] = self.r[reg::pc].wrapping_sub(2);
                    return self.call(2, kind::NORMAL);
                }
                Value::HOLE
            }
            20 => {
                let hidden = arg(self, 1) == Value::TRUE;
                if hidden {
                    self.force(base - 1, Key::PROTOTYPE)?;
                }
                let (keys, count) = self.collect_keys(base - 1, false, hidden)?;
                self.push(Value::cell(keys));
                let a = self.new_array(count as u32, 0)?;
                if count != 0 {
                    let keys = self.top(0).payload();
                    self.set_f_lo(a.payload(), 3, keys);
                }
                a
            }
            18 | 19 => match self.find_own(arg(self, 0).payload(), key) {
                None => Value::int(-1),
                Some(own) if id == 18 => Value::int(own.flags() as i32),
                Some(own) => self.accessor(own, arg(self, 2).as_int() as usize),
            },
            _ => {
                let (what, from) = (arg(self, 1).payload(), self.place(arg(self, 2)));
                let at = crate::builtins::string::find(self, a.payload(), what, from, argc > 3);
                Value::int(at.map_or(-1, |at| at as i32))
            }
        };
        self.r[reg::sp] = base as u32;
        if result != Value::HOLE {
            self.push(result);
        }
        Ok(())
    }
    /// A place in a string, which the caller checked.
    fn place(&self, v: Value) -> usize {
        number::to_uint32(self.to_f64(v)) as usize
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

/// Integer arithmetic whose result is an integer of 31 bits; the rest goes through doubles.
fn int_arithmetic(code: u8, a: i32, b: i32) -> Option<Value> {
    match code {
        op::DIV => {
            if a.checked_rem(b) != Some(0) || a == 0 && b < 0 {
                return None;
            }
            small(a / b)
        }
        op::MOD => {
            if a < 0 {
                return None;
            }
            a.checked_rem(b).map(Value::int)
        }
        op::USHR if a < 0 => None,
        _ => small(bitwise(code, a, b)),
    }
}
/// The operators on doubles.
fn basic(code: u8, x: f64, y: f64) -> f64 {
    match code {
        op::ADD => number::add(x, y),
        op::SUB => number::sub(x, y),
        op::MUL => number::mul(x, y),
        _ => number::div(x, y),
    }
}
/// The operators on 32 bits.
fn bitwise(code: u8, a: i32, b: i32) -> i32 {
    let by = b & 31;
    match code {
        op::USHR => (a as u32 >> by) as i32,
        op::SHL => a << by,
        op::SHR => a >> by,
        op::AND => a & b,
        op::OR => a | b,
        _ => a ^ b,
    }
}

/// An index that counts from the end when it is negative.
fn from_end(i: f64, len: f64) -> f64 {
    if number::less(i, 0.0) {
        number::add(len, i)
    } else {
        i
    }
}

/// `x` where it lies between 0 and `most`, else the nearer end; 0 for NaN.
#[inline(never)]
pub(crate) fn between(x: f64, most: f64) -> f64 {
    if number::less(most, x) {
        most
    } else if number::less(0.0, x) {
        x
    } else {
        0.0
    }
}
