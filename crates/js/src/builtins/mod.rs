//! The built-in functions that are written in Rust, one file per family. None of them calls JavaScript.

#[cfg(feature = "date")]
pub(crate) mod date;
pub(crate) mod error;
pub(crate) mod function;
pub(crate) mod global;
#[cfg(feature = "json")]
pub(crate) mod json;
pub(crate) mod math;
pub(crate) mod number;
pub(crate) mod object;
#[cfg(feature = "regexp")]
pub(crate) mod regexp;
pub(crate) mod string;
#[cfg(feature = "typed-arrays")]
pub(crate) mod typed;
#[cfg(feature = "uri")]
pub(crate) mod uri;

use crate::heap::Vm;
use crate::number::saturate;
use crate::rom::Args;
use crate::value::Value;

impl Vm<'_> {
    /// Argument `i`, or undefined.
    pub(crate) fn arg(&self, args: Args, i: usize) -> Value {
        if i < args.count {
            self.v(args.base - 1 - i)
        } else {
            Value::UNDEFINED
        }
    }
    pub(crate) fn this_arg(&self, args: Args) -> Value {
        self.v(args.base)
    }
    /// Argument `i`, a primitive, as a number.
    pub(crate) fn arg_number(&mut self, args: Args, i: usize) -> f64 {
        let v = self.arg(args, i);
        self.prim_to_number(v)
    }
    /// Argument `i` as an integer; NaN is 0, and what is beyond 32 bits the nearest there is.
    pub(crate) fn arg_small(&mut self, args: Args, i: usize) -> i32 {
        saturate(self.arg_number(args, i))
    }
    /// Argument `i`, a primitive, as a string reference, which replaces it on the stack where it is there.
    pub(crate) fn arg_str(&mut self, args: Args, i: usize) -> crate::value::R<u16> {
        let v = self.arg(args, i);
        let s = self.prim_to_str(v)?;
        if i < args.count {
            self.set_v(args.base - 1 - i, s);
        }
        Ok(s.payload())
    }
}
