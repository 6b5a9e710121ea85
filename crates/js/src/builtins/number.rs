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
/// `this` as a number: one itself, or a Number object.
fn this_number(vm: &mut Vm<'_>, args: Args) -> R<f64> {
    let v = vm.this_arg(args);
    if v.is_number() {
        return Ok(vm.to_f64(v));
    }
    if v == Value::obj(rom::NUMBER_PROTO) {
        return Ok(0.0);
    }
    if v.is_obj() && vm.class_of(v.payload()) == class::NUMBER {
        let v = Value(vm.f(v.payload(), 2));
        return Ok(vm.to_f64(v));
    }
    Err(vm.type_error(m!("a method of numbers needs a number")))
}
pub(crate) fn value_of(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let x = this_number(vm, args)?;
    vm.number(x)
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
    let x = this_number(vm, args)?;
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
    let v = vm.this_arg(args);
    if v.is_bool() {
        return Ok(v);
    }
    if v == Value::obj(rom::BOOLEAN_PROTO) {
        return Ok(Value::FALSE);
    }
    if v.is_obj() && vm.class_of(v.payload()) == class::BOOLEAN {
        return Ok(Value(vm.f(v.payload(), 2)));
    }
    Err(vm.type_error(m!("a method of booleans needs a boolean")))
}
