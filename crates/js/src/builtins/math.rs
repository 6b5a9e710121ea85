//! `Math`: the arithmetic part, and with feature `math` what needs series (by the crate `libm`).

use crate::heap::Vm;
use crate::heap::reg;
use crate::number as num;
use crate::rom::{Args, FLOAT_NAN};
use crate::value::{R, Value};

fn map(vm: &mut Vm<'_>, args: Args, f: fn(f64) -> f64) -> R<Value> {
    let x = vm.arg_number(args, 0);
    vm.number(f(x))
}
pub(crate) fn floor(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::floor)
}
pub(crate) fn sqrt(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::sqrt)
}
pub(crate) fn trunc(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::trunc)
}
/// The largest or smallest argument: -0 is below 0, and a NaN decides.
pub(crate) fn extreme(vm: &mut Vm<'_>, args: Args, largest: bool) -> R<Value> {
    // In the order of their bits: those of negative numbers are turned round.
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        bits ^ ((bits >> 63) as u64 >> 1) as i64
    };
    let mut best = if largest { f64::NEG_INFINITY } else { f64::INFINITY };
    for i in 0..args.count {
        let x = vm.arg_number(args, i);
        if num::is_nan(x) {
            return Ok(FLOAT_NAN);
        }
        if (place(x) > place(best)) == largest {
            best = x;
        }
    }
    vm.fuel -= args.count as i32;
    vm.number(best)
}
pub(crate) fn max(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    extreme(vm, args, true)
}
pub(crate) fn min(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    extreme(vm, args, false)
}
/// A power with a fraction in the exponent.
#[cfg(feature = "math")]
pub(crate) fn fraction(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    vm.fuel -= SERIES;
    let (x, y) = (vm.arg_number(args, 0), vm.arg_number(args, 1));
    vm.number(libm::pow(x, y))
}
/// What a call costs that runs through a series.
#[cfg(feature = "math")]
const SERIES: i32 = 8;
/// The functions of one number.
#[cfg(feature = "math")]
macro_rules! series {
    ($($name:ident)*) => {$(
        pub(crate) fn $name(vm: &mut Vm<'_>, args: Args) -> R<Value> {
            vm.fuel -= SERIES;
            map(vm, args, libm::$name)
        }
    )*};
}
#[cfg(feature = "math")]
series! {
    sin cos tan asin acos atan exp log
    sinh cosh tanh asinh acosh atanh expm1 log1p log2 log10 cbrt
}
#[cfg(feature = "math")]
pub(crate) fn fround(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, |x| x as f32 as f64)
}
#[cfg(feature = "math")]
pub(crate) fn clz32(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let x = num::to_uint32(vm.arg_number(args, 0));
    Ok(Value::int(x.leading_zeros() as i32))
}
#[cfg(feature = "math")]
pub(crate) fn imul(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (a, b) = (vm.arg_number(args, 0), vm.arg_number(args, 1));
    vm.number(num::to_int32(a).wrapping_mul(num::to_int32(b)) as f64)
}
#[cfg(feature = "math")]
pub(crate) fn hypot(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let mut all = 0.0;
    for i in 0..args.count {
        vm.fuel -= SERIES;
        all = libm::hypot(all, vm.arg_number(args, i));
    }
    vm.number(all)
}
#[cfg(feature = "math")]
pub(crate) fn atan2(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    vm.fuel -= SERIES;
    let (y, x) = (vm.arg_number(args, 0), vm.arg_number(args, 1));
    vm.number(libm::atan2(y, x))
}
/// xorshift32, seeded by the host.
pub(crate) fn random(vm: &mut Vm<'_>, _: Args) -> R<Value> {
    let mut next = || {
        let mut s = vm.r[reg::random] | u32::from(vm.r[reg::random] == 0);
        s ^= s << 13;
        s ^= s >> 17;
        s ^= s << 5;
        vm.r[reg::random] = s;
        s
    };
    let (a, b) = (next() >> 6, next() >> 5);
    let whole = (a as u64) << 27 | b as u64;
    // 2 to the minus 53rd.
    vm.new_float(num::mul(num::from_u64(whole), f64::from_bits((1023 - 53) << 52)))
}
