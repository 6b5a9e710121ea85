//! Operations of the built-ins written in JavaScript.

use crate::heap::*;
use crate::message::{Message, m};
use crate::number;
use crate::object::{Key, Own};
use crate::value::{R, Value};

/// Operations of the built-ins written in JavaScript, in the order of [`INTRINSICS`].
#[cfg(all(test, feature = "full"))]
pub(crate) static INTRINSICS: &[&str] = &[
    "callable",
    "isObject",
    "typeError",
    "create",
    "isArray",
    "toObject",
    "append",
    "delete",
    "own",
    "accessor",
    "define",
    "toLength",
    "char",
    "text",
    "string",
    "object",
    "cut",
    "find",
    "keys",
    "merge",
    "self",
    "function",
    "rangeError",
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
        let (mut key, mut own) = (Key::NONE, Own::NONE);
        if matches!(id, 6..=10) {
            key = self.prim_to_key(self.v(base - 2))?;
            self.force(base - 1, key)?;
            if id >= 8 {
                own = self.look(self.v(base - 1).payload(), key);
            }
        }
        // The first three, in one look at the stack; those that an operation has not, it does not ask for.
        let Some(&[c, b, a]) = self
            .mem
            .get(base.wrapping_sub(3)..)
            .and_then(<[u32]>::first_chunk)
        else {
            return Ok(());
        };
        let (a, b, c) = (Value(a), Value(b), Value(c));
        if a.is_obj() && matches!(id, 11..=14) {
            return self.coerce(argc - 1, if id > 12 { 2 } else { 1 });
        }
        // What stays a hole is not pushed.
        let result = match id {
            // With a second argument: whether `new` may be applied.
            #[cfg(feature = "array-from")]
            0 if argc > 1 => Value::bool(self.is_constructor(a)),
            0 => Value::bool(self.is_callable(a)),
            1 => Value::bool(a.is_obj()),
            22 => return Err(self.range_error(Message::numbered(a.as_int() as u8))),
            2 => {
                return Err(self.type_error(Message::numbered(a.as_int() as u8)));
            }
            3 => {
                let proto = match a {
                    Value::NULL => 0,
                    _ if a.is_obj() => a.payload(),
                    _ => return Err(self.type_error(m!("a prototype must be an object or null"))),
                };
                self.new_object(proto)?
            }
            10 => {
                self.define_given(base, key, own)?;
                Value::HOLE
            }
            20 => {
                let this = self.v((self.r[reg::fp] as usize).wrapping_add(1));
                self.to_object(this)?
            }
            21 => {
                if !self.is_callable(a) {
                    return Err(self.type_error(m!("a function is needed")));
                }
                Value::HOLE
            }
            15 => {
                if !a.is_obj() {
                    return Err(self.type_error(m!("an object is needed")));
                }
                Value::HOLE
            }
            5 => self.to_object(a)?,
            4 => Value::bool(a.is_obj() && self.class_of(a.payload()) == class::ARRAY),
            6 => {
                self.define(a.payload(), key, c, DATA)?;
                Value::HOLE
            }
            7 => {
                if !self.delete(base - 1, key)? {
                    return Err(self.type_error(m!("property cannot be deleted")));
                }
                Value::HOLE
            }
            8 if own.is_none() => Value::int(-1),
            8 => Value::int(own.flags() as i32),
            9 if own.is_none() => Value::UNDEFINED,
            9 => self.accessor(own, c.as_int() as usize),
            11 => {
                let x = self.prim_to_number(a);
                self.number(to_length(x))?
            }
            13 if a.is_nullish() => {
                return Err(self.type_error(m!("a method of strings on undefined or null")));
            }
            13 | 14 => self.prim_to_str(a)?,
            12 => {
                let unit = number::to_uint32(self.prim_to_number(a));
                self.unit_str(unit as u16)?
            }
            16 => {
                let (from, to) = (self.place(b), self.place(c));
                self.substring(a.payload(), from, to)?
            }
            19 => {
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
            18 => {
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

/// A number as a length: whole, not below 0 and at most 2 to the 53rd less one; 0 for NaN. On its bits.
fn to_length(x: f64) -> f64 {
    let high = (x.to_bits() >> 32) as i32;
    if high < 0 || number::is_nan(x) {
        0.0
    } else if high > (MOST_LENGTH.to_bits() >> 32) as i32 {
        MOST_LENGTH
    } else {
        number::trunc(x)
    }
}
