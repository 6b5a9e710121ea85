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
/// Argument 0 as an object, in its stack slot.
fn object_arg(vm: &mut Vm<'_>, args: Args) -> R<u16> {
    let o = vm.to_object(vm.arg(args, 0))?;
    vm.set_v(slot(args, 0), o);
    Ok(o.payload())
}
/// The stack slot of an argument.
fn slot(args: Args, i: usize) -> usize {
    args.base - 1 - i
}
pub(crate) fn get_prototype_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let o = object_arg(vm, args)?;
    let proto = vm.proto_of(o);
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

pub(crate) fn to_string(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = vm.this_arg(args);
    let object = v.is_obj() && v != Value::obj(rom::ARRAY_PROTO);
    let class = if object {
        vm.class_of(v.payload())
    } else {
        class::ARRAY
    };
    let name = match v {
        Value::UNDEFINED => n::G_UNDEFINED,
        Value::NULL => n::G_NULL,
        _ if v.is_str() || class == class::STRING => n::G_STRING,
        _ if v.is_number() || class == class::NUMBER => n::G_NUMBER,
        _ if v.is_bool() || class == class::BOOLEAN => n::G_BOOLEAN,
        _ => match class {
            class::ERROR => n::G_ERROR,
            class::ARGUMENTS => n::G_ARGUMENTS,
            class::ARRAY => n::G_ARRAY,
            class::FUNCTION => n::G_FUNCTION,
            class::MATH => n::G_MATH,
            #[cfg(feature = "date")]
            class::DATE => n::G_DATE,
            #[cfg(feature = "json")]
            class::JSON => n::G_JSON,
            #[cfg(feature = "regexp")]
            class::REGEXP => n::G_REG_EXP,
            _ => n::G_OBJECT,
        },
    };
    let len = vm.str_bytes(name).len();
    let h = vm.alloc_str(9 + len)?;
    vm.fill_str(h, 0, b"[object ");
    vm.copy_str(h, 8, name, 0, len);
    vm.fill_str(h, 8 + len, b"]");
    Ok(vm.finish_str(h))
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
    /// `[[DefineOwnProperty]]`: object, key, bits, value, getter and setter are the words from `base - 1` down.
    #[inline(never)]
    pub(crate) fn define_own(&mut self, base: usize) -> R<()> {
        let arg = |vm: &Self, i: usize| vm.v(base - 1 - i);
        let key = self.prim_to_key(arg(self, 1))?;
        self.set_v(base - 2, key.0);
        let bits = arg(self, 2).as_int() as u32;
        for i in [4, 5] {
            let has = if i == 4 { HAS_GET } else { HAS_SET };
            if bits & has != 0 && arg(self, i) != Value::UNDEFINED && !self.is_callable(arg(self, i)) {
                return Err(self.type_error(m!("getter and setter must be functions")));
            }
        }
        let accessor = bits & (HAS_GET | HAS_SET) != 0;
        if accessor && bits & (HAS_VALUE | HAS_WRITABLE) != 0 {
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
        let own = self.find_own(o, key);
        let Some(own) = own else {
            if !self.can_add(o, key) {
                return Err(self.type_error(m!("object is not extensible")));
            }
            let flags = bits & (WRITABLE | ENUMERABLE | CONFIGURABLE);
            return self.define_checked(base, key, accessor, flags, Value::UNDEFINED);
        };
        if own.at() == At::Length && bits & HAS_VALUE != 0 {
            self.checked_length(arg(self, 3))?;
        }
        let old = own.flags();
        let was_accessor = old & ACCESSOR != 0;
        let given = bits >> 4 & 7;
        // Flags in their order: writable 1, enumerable 2, configurable 4.
        let flags = old & 7 & !given | bits & 7 & given;
        let given_value = bits & (HAS_VALUE | HAS_WRITABLE) != 0;
        if old & CONFIGURABLE == 0 {
            let changed = given & (bits ^ old);
            let refused = changed & (CONFIGURABLE | ENUMERABLE) != 0
                || if was_accessor {
                    given_value
                        || bits & HAS_GET != 0 && self.accessor(own, 1) != arg(self, 4)
                        || bits & HAS_SET != 0 && self.accessor(own, 2) != arg(self, 5)
                } else {
                    accessor
                        || old & WRITABLE == 0
                            && (changed & WRITABLE != 0
                                || bits & HAS_VALUE != 0 && own.at() != At::Length && {
                                    let now = self.own_value(o, own)?;
                                    !self.same_value(now, arg(self, 3))
                                })
                };
            if refused {
                return Err(self.type_error(m!("property cannot be redefined")));
            }
        }
        let o = arg(self, 0).payload();
        if own.at() == At::Length {
            return self.define_length(base, bits);
        }
        let accessor = accessor || was_accessor && !given_value;
        let mut old_value = Value::UNDEFINED;
        if was_accessor == accessor {
            let own = self.find_own(o, key).unwrap_or(own);
            old_value = if accessor {
                own.value
            } else {
                self.own_value(o, own)?
            };
        }
        self.define_checked(base, key, accessor, flags, old_value)
    }
    fn define_checked(&mut self, base: usize, key: Key, accessor: bool, flags: u32, old: Value) -> R<()> {
        let bits = self.v(base - 3).as_int() as u32;
        if !accessor {
            let value = if bits & HAS_VALUE != 0 {
                self.v(base - 4)
            } else {
                old
            };
            let o = self.v(base - 1).payload();
            return self.define(o, key, value, flags & 7);
        }
        self.push(old);
        let pair = self.alloc(t::PAIR, 3);
        let old = self.pop();
        let pair = pair?;
        for (field, has) in [(1, HAS_GET), (2, HAS_SET)] {
            let v = if bits & has != 0 {
                self.v(base - 4 - field)
            } else if old.is_cell() {
                Value(self.f(old.payload(), field))
            } else {
                Value::UNDEFINED
            };
            self.set_f(pair, field, v.0);
        }
        let o = self.v(base - 1).payload();
        let key = Key(self.v(base - 2));
        self.define(
            o,
            key,
            Value::cell(pair),
            flags & (ENUMERABLE | CONFIGURABLE) | ACCESSOR,
        )
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
