//! What a host function sees of a call.

use super::*;
use crate::heap::reg;
use crate::heap::{Vm, lo, t};
use crate::rom::{self, Args};
use crate::value::{R, Thrown, Value};

/// What a host function sees of the call: its arguments, and the ways to answer.
pub struct Native<'c, 'v> {
    pub(super) vm: &'c mut Vm<'v>,
    pub(super) args: Args,
    pub(super) index: u16,
    pub(super) ret: Value,
}
impl Native<'_, '_> {
    /// The second number of the library's entry.
    pub fn index(&self) -> u16 {
        self.index
    }
    /// How many arguments there are.
    pub fn argc(&self) -> usize {
        self.args.count
    }
    fn arg(&self, i: usize) -> Value {
        self.vm.arg(self.args, i)
    }
    fn kind_of(&self, v: Value) -> Kind {
        match v {
            Value::UNDEFINED => Kind::Undefined,
            Value::NULL => Kind::Null,
            _ if v.is_bool() => Kind::Bool,
            _ if v.is_number() => Kind::Number,
            _ if v.is_str() => Kind::String,
            _ if self.vm.is_callable(v) => Kind::Function,
            _ if self.host_of(v).is_some() => Kind::Host,
            #[cfg(feature = "typed-arrays")]
            _ if self.vm.bytes_of(v).is_some() => Kind::Bytes,
            _ => Kind::Object,
        }
    }
    /// Kind of argument `i`.
    pub fn kind(&self, i: usize) -> Kind {
        self.kind_of(self.arg(i))
    }
    /// Argument `i` as a number: 1 and 0 for booleans; NaN for what is none and was not declared as one.
    pub fn number(&self, i: usize) -> f64 {
        match self.arg(i) {
            Value::TRUE => 1.0,
            Value::FALSE => 0.0,
            v => self.vm.to_f64(v),
        }
    }
    /// The bytes of argument `i`, if it is a string.
    pub fn string(&self, i: usize) -> Option<&[u8]> {
        let v = self.arg(i);
        if v.is_str() {
            Some(self.vm.str_bytes(v.payload()))
        } else {
            None
        }
    }
    /// The bytes of argument `i`, if it is an `ArrayBuffer` or a view on one. Elements of more than one byte have the lowest first.
    #[cfg(feature = "typed-arrays")]
    pub fn bytes(&self, i: usize) -> Option<&[u8]> {
        self.vm.bytes_of(self.arg(i))
    }
    /// Takes the memory of argument `i` away, if it is an `ArrayBuffer` or a view on one (else `false`), as ECMAScript's detaching does: its
    /// length is 0 from now on, what a script reads through its views is `undefined`, and most of their methods throw a TypeError. For
    /// frames that must not be looked at once they are sent.
    #[cfg(feature = "typed-arrays")]
    pub fn detach(&mut self, i: usize) -> bool {
        self.vm.detach(self.arg(i))
    }
    fn host_of(&self, v: Value) -> Option<(u16, u32)> {
        let h = v.heap_object()?;
        if self.vm.cell_type(h) == t::HOST {
            Some((lo(self.vm.f(h, 2)), self.vm.f(h, 3)))
        } else {
            None
        }
    }
    /// Class and payload of argument `i`, if it is a host object.
    pub fn host(&self, i: usize) -> Option<(u16, u32)> {
        self.host_of(self.arg(i))
    }
    /// Class and payload of `this`, if it is a host object.
    pub fn this_host(&self) -> Option<(u16, u32)> {
        self.host_of(self.vm.this_arg(self.args))
    }
    /// Keeps argument `i`, which must be there, until it is released.
    pub fn root(&mut self, i: usize) -> Result<Root, RootsFull> {
        if i >= self.args.count {
            return Err(RootsFull);
        }
        self.vm.add_root(self.args.base - 1 - i)
    }
    /// Releases a kept function.
    pub fn unroot(&mut self, root: Root) {
        self.vm.release_root(root);
    }
    /// Charges work to the script.
    pub fn charge(&mut self, fuel: u32) {
        self.vm.fuel = self.vm.fuel.saturating_sub_unsigned(fuel);
    }
    /// State slot `k` (0 to 3) of a function that was called again; 0 at first.
    pub fn state(&self, k: usize) -> f64 {
        let h = self.vm.r[reg::again] as u16;
        if h == 0 || k > 3 {
            return 0.0;
        }
        f64::from_bits(self.vm.f(h, 2 + 2 * k) as u64 | (self.vm.f(h, 3 + 2 * k) as u64) << 32)
    }
    /// Sets state slot `k`; false where the arena has no room for the slots.
    pub fn set_state(&mut self, k: usize, v: f64) -> bool {
        if k > 3 {
            return false;
        }
        if self.vm.r[reg::again] == 0 {
            match self.vm.alloc(t::WORDS, 10) {
                Ok(h) => {
                    self.vm.set_f(h, 1, crate::heap::pack(8, 8));
                    self.vm.r[reg::again] = h as u32;
                }
                Err(_) => return false,
            }
        }
        let h = self.vm.r[reg::again] as u16;
        let bits = v.to_bits();
        self.vm.set_f(h, 2 + 2 * k, bits as u32);
        self.vm.set_f(h, 3 + 2 * k, (bits >> 32) as u32);
        true
    }
    fn ret(&mut self, v: R<Value>) -> Outcome {
        match v {
            Ok(v) => {
                self.ret = v;
                Outcome::Return
            }
            Err(Thrown) => Outcome::Throw,
        }
    }
    /// Returns `undefined`.
    pub fn ret_undefined(&mut self) -> Outcome {
        self.ret(Ok(Value::UNDEFINED))
    }
    /// Returns a boolean.
    pub fn ret_bool(&mut self, b: bool) -> Outcome {
        self.ret(Ok(Value::bool(b)))
    }
    /// Returns a number.
    pub fn ret_number(&mut self, x: f64) -> Outcome {
        let v = self.vm.number(x);
        self.ret(v)
    }
    /// Returns a string; bytes that are not UTF-8 become U+FFFD.
    pub fn ret_str(&mut self, text: &[u8]) -> Outcome {
        let v = self.vm.foreign_str(text);
        self.ret(v)
    }
    /// Returns a new `Uint8Array` with these bytes, at most 65,535.
    #[cfg(feature = "typed-arrays")]
    pub fn ret_bytes(&mut self, bytes: &[u8]) -> Outcome {
        let v = self.vm.new_bytes(bytes);
        self.ret(v)
    }
    /// Returns an object of the host's class with this number, which carries `payload`.
    pub fn ret_host(&mut self, class: u16, payload: u32) -> Outcome {
        let v = self.vm.alloc_object(t::HOST, 4, rom::host_class(class)).map(|h| {
            self.vm.set_f(h, 2, class as u32);
            self.vm.set_f(h, 3, payload);
            Value::obj(h)
        });
        self.ret(v)
    }
    /// Returns a plain object with these numbers.
    pub fn ret_numbers(&mut self, members: &[(&str, f64)]) -> Outcome {
        let v = self.vm.numbers(members);
        self.ret(v)
    }
    /// Throws an error.
    pub fn throw(&mut self, kind: ErrorKind, message: &str) -> Outcome {
        self.vm.throw_text(kind, message);
        Outcome::Throw
    }
}
impl Vm<'_> {
    /// Makes an error of the host's the exception.
    pub(super) fn throw_text(&mut self, kind: ErrorKind, message: &str) {
        let message = self.new_str(message.as_bytes());
        self.throw_error(kind.proto(), message);
    }
    /// A plain object with these numbers.
    #[inline(never)]
    pub(super) fn numbers(&mut self, members: &[(&str, f64)]) -> R<Value> {
        let o = self.new_object(rom::OBJECT_PROTO)?;
        self.push(o);
        for &(name, x) in members {
            let added = self.add_member(name, x);
            if added.is_err() {
                self.drop_n(1);
                added?;
            }
        }
        Ok(self.pop())
    }
    fn add_member(&mut self, name: &str, x: f64) -> R<()> {
        let v = self.number(x)?;
        self.push(v);
        let name = self.intern_text(name.as_bytes());
        let v = self.pop();
        let o = self.top(0).payload();
        self.define_raw(o, name?, v, crate::heap::DATA)
    }
}
