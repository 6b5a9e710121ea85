//! Operations of the built-ins written in JavaScript.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::number;
use crate::object::Key;
use crate::value::{R, Value};

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
    "object",
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
];
/// Those that have no result.
#[cfg(all(test, feature = "full"))]
pub(crate) static WITHOUT_RESULT: &[&str] = &["define", "append", "delete", "function", "object", "merge"];

/// The largest `length` that the generic methods of arrays go by: 2 to the 53rd less one.
const MOST_LENGTH: f64 = 9_007_199_254_740_991.0;

impl Vm<'_> {
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
        // The first three, in one look at the stack.
        let (mut a, mut b, mut c) = (Value::UNDEFINED, Value::UNDEFINED, Value::UNDEFINED);
        if let Some(&[third, second, first]) = self
            .mem
            .get(base.wrapping_sub(3)..)
            .and_then(<[u32]>::first_chunk)
        {
            if argc > 2 {
                c = Value(third);
            }
            if argc > 1 {
                b = Value(second);
            }
            if argc > 0 {
                a = Value(first);
            }
        }
        if a.is_obj() && matches!(id, 9..=11 | 13..=15) {
            self.coerce(argc - 1, if id == 13 || id == 14 { 2 } else { 1 })?;
            return Ok(());
        }
        let mut key = Key::NONE;
        if matches!(id, 7 | 8 | 18 | 19) {
            key = self.prim_to_key(b)?;
            self.force(base - 1, key)?;
        }
        // What stays a hole is not pushed.
        let result = match id {
            // With a second argument: whether `new` may be applied.
            #[cfg(feature = "array-from")]
            0 if argc > 1 => Value::bool(self.is_constructor(a)),
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
            12 => {
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
                let (len, default) = (self.to_f64(b), self.to_f64(c));
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
            13 if a.is_nullish() => {
                return Err(self.type_error(m!("a method of strings on undefined or null")));
            }
            13 | 14 => self.prim_to_str(a)?,
            15 => {
                let unit = number::to_uint32(self.prim_to_number(a));
                self.unit_str(unit as u16)?
            }
            16 => {
                let (from, to) = (self.place(b), self.place(c));
                self.substring(a.payload(), from, to)?
            }
            21 => {
                if c.is_obj() {
                    return self.coerce(0, 1);
                }
                let later = if c.is_int() {
                    c.as_int() > 0
                } else {
                    number::less(0.0, self.prim_to_number(c))
                };
                if let Some((x, y)) = self.merge(a.payload(), later) {
                    // The call right in front of this instruction is made, and its result is the next `c`.
                    self.set_top(0, b);
                    self.push(Value::UNDEFINED);
                    self.push(x);
                    self.push(y);
                    self.r[reg::pc] = self.r[reg::pc].wrapping_sub(4);
                    return Ok(());
                }
                Value::HOLE
            }
            20 => {
                let hidden = b == Value::TRUE;
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
                Some(own) => self.accessor(own, c.as_int() as usize),
            },
            _ => {
                let (what, from) = (b.payload(), self.place(c));
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
