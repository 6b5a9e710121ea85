//! `Object` and its prototype.

use crate::heap::*;
use crate::message::m;
use crate::names::n;
use crate::object::{At, Key};
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

/// Bits of a property description, as `rom.js` makes them: its flags, four bits above each whether it is given, and
/// what else is.
const HAS_WRITABLE: u32 = WRITABLE << 4;
const HAS_VALUE: u32 = 128;
const HAS_GET: u32 = 256;
const HAS_SET: u32 = 512;

impl Vm<'_> {
    /// `[[DefineOwnProperty]]`: object, key, bits, value, getter and setter are the words from `base - 1` down; those at the end may be missing.
    #[inline(never)]
    pub(crate) fn define_own(&mut self, base: usize) -> R<()> {
        while self.r[reg::sp] as usize + 6 > base {
            self.push(Value::UNDEFINED);
        }
        let arg = |vm: &Self, i: usize| vm.v(base - 1 - i);
        let key = self.prim_to_key(arg(self, 1))?;
        self.set_v(base - 2, key.0);
        let bits = arg(self, 2).as_int() as u32;
        let wrong = |vm: &Self, i: usize| arg(vm, i) != Value::UNDEFINED && !vm.is_callable(arg(vm, i));
        if wrong(self, 4) || wrong(self, 5) {
            return Err(self.type_error(m!("getter and setter must be functions")));
        }
        let accessor = bits & (HAS_GET | HAS_SET) != 0;
        let data = bits & (HAS_VALUE | HAS_WRITABLE) != 0;
        if accessor && data {
            return Err(self.type_error(m!("a property has a value or accessors, not both")));
        }
        self.force(base - 1, key)?;
        let o = arg(self, 0).payload();
        #[cfg(feature = "typed-arrays")]
        if let Some(i) = key.index()
            && self.is_view(o)
            && (i as usize >= self.view_len(o) || accessor || bits >> 4 & !bits & 7 != 0)
        {
            // An element is there, and is what it is.
            return Err(self.type_error(m!("property cannot be redefined")));
        }
        let Some(own) = self.find_own(o, key) else {
            if !self.can_add(o, key) {
                return Err(self.type_error(m!("object is not extensible")));
            }
            return self.define_checked(base, accessor, bits);
        };
        let is_length = own.at() == At::Length;
        if is_length && bits & HAS_VALUE != 0 {
            self.checked_length(arg(self, 3))?;
        }
        let old = own.flags();
        let was_accessor = old & ACCESSOR != 0;
        // Flags in their order: writable 1, enumerable 2, configurable 4.
        let given = bits >> 4 & 7;
        let mut now = Value::UNDEFINED;
        if was_accessor {
            // What is not given stays.
            for i in 1..3 {
                let kept = self.accessor(own, i);
                if bits & HAS_GET << (i - 1) == 0 {
                    self.set_v(base - 4 - i, kept);
                } else if old & CONFIGURABLE == 0 && kept != self.v(base - 4 - i) {
                    return Err(self.type_error(m!("property cannot be redefined")));
                }
            }
        } else if !is_length {
            now = self.own_value(o, own)?;
        }
        let becomes = if was_accessor { data } else { accessor };
        if old & CONFIGURABLE == 0
            && (becomes
                || given & (bits ^ old) & (ENUMERABLE | CONFIGURABLE) != 0
                || !was_accessor
                    && old & WRITABLE == 0
                    && (bits & WRITABLE != 0
                        || !is_length && bits & HAS_VALUE != 0 && !self.same_value(now, arg(self, 3))))
        {
            return Err(self.type_error(m!("property cannot be redefined")));
        }
        if is_length {
            return self.define_length(base, bits);
        }
        if bits & HAS_VALUE == 0 {
            self.set_v(base - 4, now);
        }
        self.define_checked(base, was_accessor != becomes, old & !given | bits & given)
    }
    /// Defines what the words from `base - 1` down say, getter and setter or the value.
    fn define_checked(&mut self, base: usize, accessor: bool, flags: u32) -> R<()> {
        let (mut value, mut flags) = (self.v(base - 4), flags & 7);
        if accessor {
            let pair = self.alloc(t::PAIR, 3)?;
            self.set_f(pair, 1, self.v(base - 5).0);
            self.set_f(pair, 2, self.v(base - 6).0);
            (value, flags) = (Value::cell(pair), flags & !WRITABLE | ACCESSOR);
        }
        self.define(self.v(base - 1).payload(), Key(self.v(base - 2)), value, flags)
    }
    /// `length` of an array.
    fn define_length(&mut self, base: usize, bits: u32) -> R<()> {
        let mut all = true;
        if bits & HAS_VALUE != 0 {
            let len = self.checked_length(self.v(base - 4))?;
            all = self.set_length(base - 1, len)?;
        }
        if bits & HAS_WRITABLE != 0 && bits & WRITABLE == 0 {
            let o = self.v(base - 1).payload();
            self.set_flag(o, LEN_RO);
        }
        if all {
            Ok(())
        } else {
            Err(self.type_error(m!("property cannot be redefined")))
        }
    }
    /// `SameValue`: `===`, but NaN is itself and zeros differ.
    pub(crate) fn same_value(&self, a: Value, b: Value) -> bool {
        if a.is_number() && b.is_number() {
            let (x, y) = (self.to_f64(a), self.to_f64(b));
            return x.to_bits() == y.to_bits() || crate::number::is_nan(x) && crate::number::is_nan(y);
        }
        self.strict_equal(a, b)
    }
}
