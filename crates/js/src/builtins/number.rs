//! `Number` and `Boolean`.

use crate::heap::*;
use crate::message::m;
use crate::number as num;
use crate::rom::{self, Args};
use crate::value::{R, Value};

pub(crate) fn construct(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let x = if args.count == 0 {
        0.0
    } else {
        vm.arg_number(args, 0)
    };
    let v = vm.number(x)?;
    if args.construct {
        vm.new_box(rom::NUMBER_PROTO, class::NUMBER, v)
    } else {
        Ok(v)
    }
}
/// `this` as a primitive of this class: one itself, or what an object of the class stands for. The prototypes, which are in flash, stand for
/// `blank`.
#[inline(never)]
pub(super) fn unwrapped(vm: &mut Vm<'_>, args: Args, class: u32, blank: Value) -> R<Value> {
    let v = vm.this_arg(args);
    if vm.class_of_value(v) == class {
        return Ok(match v.heap_object() {
            Some(o) => Value(vm.f(o, 2)),
            None if v.is_obj() => blank,
            None => v,
        });
    }
    let message = match class {
        class::NUMBER => m!("a method of numbers needs a number"),
        class::BOOLEAN => m!("a method of booleans needs a boolean"),
        _ => m!("a method of strings needs a string"),
    };
    Err(vm.type_error(message))
}
pub(crate) fn value_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    unwrapped(vm, args, class::NUMBER, Value::int(0))
}
/// How the digits of a number are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Digits {
    Fixed,
    Exponential,
    Precision,
}
#[inline(never)]
fn with_digits(vm: &mut Vm<'_>, args: Args, how: Digits) -> R<Value> {
    let x = value_of(vm, args)?;
    let x = vm.to_f64(x);
    let given = vm.arg(args, 0) != Value::UNDEFINED;
    let d = vm.arg_small(args, 0);
    let plain = how == Digits::Precision && !given;
    let least = i32::from(how == Digits::Precision);
    if (how == Digits::Fixed || num::is_finite(x) && !plain) && !(least..=100).contains(&d) {
        return Err(vm.range_error(m!("digits must be between 0 and 100")));
    }
    digits_text(vm, x, how, if given { Some(d as u32) } else { None })
}
/// The text itself: its bytes lie on the stack only while nothing else goes deep.
#[inline(never)]
fn digits_text(vm: &mut Vm<'_>, x: f64, how: Digits, given: Option<u32>) -> R<Value> {
    let d = given.unwrap_or(0);
    let mut out = [0; num::TEXT_MAX];
    let scratch = vm.number_scratch()?;
    let len = match how {
        Digits::Fixed => num::to_fixed(x, d, scratch, &mut out),
        Digits::Exponential => num::to_exponential(x, given, scratch, &mut out),
        Digits::Precision => num::to_precision(x, given, scratch, &mut out),
    };
    vm.new_str(out.get(..len).unwrap_or(&[]))
}
pub(crate) fn to_fixed(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    with_digits(vm, args, Digits::Fixed)
}
pub(crate) fn to_exponential(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    with_digits(vm, args, Digits::Exponential)
}
pub(crate) fn to_precision(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    with_digits(vm, args, Digits::Precision)
}

pub(crate) fn construct_boolean(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let v = Value::bool(vm.truthy(vm.arg(args, 0)));
    if args.construct {
        vm.new_box(rom::BOOLEAN_PROTO, class::BOOLEAN, v)
    } else {
        Ok(v)
    }
}
pub(crate) fn boolean_value_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    unwrapped(vm, args, class::BOOLEAN, Value::FALSE)
}
