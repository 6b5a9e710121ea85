//! `Object` and its prototype.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::object::{At, Key, Own};
use crate::rom::{self, Args};
use crate::value::{R, Value};

pub(crate) fn construct(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    if v.is_nullish() {
        vm.new_object(rom::OBJECT_PROTO)
    } else {
        vm.to_object(v)
    }
}
pub(crate) fn get_prototype_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let o = vm.to_object(vm.arg(args, 0))?;
    let proto = vm.proto_of(o.payload());
    Ok(if proto == 0 {
        Value::NULL
    } else {
        Value::obj(proto)
    })
}
// ---- integrity ----

pub(crate) fn prevent_extensions(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    if v.is_obj() {
        vm.prevent_extensions(v.payload())?;
    }
    Ok(vm.arg(args, 0))
}
pub(crate) fn is_extensible(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.arg(args, 0);
    Ok(Value::bool(v.is_obj() && vm.is_extensible(v.payload())))
}

// ---- the prototype ----

/// The names of the classes, in the order of their numbers.
static CLASSES: [u16; 14] = [
    n::G_OBJECT,
    n::G_ERROR,
    n::G_BOOLEAN,
    n::G_NUMBER,
    n::G_STRING,
    n::G_ARGUMENTS,
    n::G_ARRAY,
    n::G_FUNCTION,
    n::G_MATH,
    #[cfg(feature = "json")]
    n::G_JSON,
    #[cfg(not(feature = "json"))]
    n::G_OBJECT,
    #[cfg(feature = "regexp")]
    n::G_REG_EXP,
    #[cfg(not(feature = "regexp"))]
    n::G_OBJECT,
    // Buffers and views.
    n::G_OBJECT,
    n::G_OBJECT,
    #[cfg(feature = "date")]
    n::G_DATE,
    #[cfg(not(feature = "date"))]
    n::G_OBJECT,
];
impl Vm<'_> {
    /// The class of an object, or of the object that a primitive becomes.
    pub(crate) fn class_of_value(&self, v: Value) -> u32 {
        if v == Value::obj(rom::ARRAY_PROTO) {
            class::ARRAY
        } else if v.is_obj() {
            self.class_of(v.payload())
        } else if v.is_str() {
            class::STRING
        } else if v.is_number() {
            class::NUMBER
        } else if v.is_bool() {
            class::BOOLEAN
        } else {
            class::OBJECT
        }
    }
}
/// The name of the class of `this`, for `toString`.
pub(crate) fn class_name(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.this_arg(args);
    let name = match v {
        Value::UNDEFINED => n::G_UNDEFINED,
        Value::NULL => n::G_NULL,
        _ => CLASSES
            .get(vm.class_of_value(v) as usize)
            .copied()
            .unwrap_or(n::G_OBJECT),
    };
    Ok(Value::str(name))
}
pub(crate) fn value_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    vm.to_object(vm.this_arg(args))
}
// ---- definition ----

impl Vm<'_> {
    /// Object, key, flags, value, getter and setter are the words from `base - 1` down: the property becomes what they say,
    /// by the rules that `DEFINE` in `rom.js` went through; left are those about what may be added, and the elements of
    /// typed arrays.
    pub(crate) fn define_given(&mut self, base: usize, key: Key, own: Own) -> R<()> {
        let (o, mut value) = (self.v(base - 1).payload(), self.v(base - 4));
        let flags = self.v(base - 3).as_int() as u32;
        #[cfg(feature = "typed-arrays")]
        if key.index().is_some() && self.is_view(o) && (own.is_none() || flags != DATA) {
            // An element is there, and is what it is.
            return Err(self.type_error(m!("property cannot be redefined")));
        }
        if own.is_none() {
            if !self.can_add(o, key) {
                return Err(self.type_error(m!("object is not extensible")));
            }
        } else if own.at() == At::Length {
            self.set_length(base - 1, value)?;
            if flags & WRITABLE == 0 {
                self.set_flag(self.v(base - 1).payload(), LEN_RO);
            }
            return Ok(());
        }
        self.set_v(base - 2, key.0);
        if flags & ACCESSOR != 0 {
            value = self.new_pair(base - 5)?;
        }
        self.define(self.v(base - 1).payload(), Key(self.v(base - 2)), value, flags)
    }
}
