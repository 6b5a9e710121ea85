//! `Math`: the arithmetic part, and with feature `math` what needs series (by the crate `libm`).

use crate::heap::Vm;
use crate::heap::reg;
use crate::number as num;
use crate::rom::Args;
use crate::value::{R, Value};

fn map(vm: &mut Vm<'_>, args: Args, f: fn(f64) -> f64) -> R<Value> {
    let x = vm.arg_number(args, 0);
    vm.number(f(x))
}
pub(crate) fn abs(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, |x| f64::from_bits(x.to_bits() & !(1 << 63)))
}
pub(crate) fn ceil(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::ceil)
}
pub(crate) fn floor(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::floor)
}
pub(crate) fn round(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::round)
}
pub(crate) fn sqrt(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::sqrt)
}
pub(crate) fn trunc(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, num::trunc)
}
pub(crate) fn sign(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    map(vm, args, |x| {
        if x > 0.0 {
            1.0
        } else if x < 0.0 {
            -1.0
        } else {
            x
        }
    })
}
fn extreme(vm: &mut Vm<'_>, args: Args, start: f64, better: fn(f64, f64) -> bool) -> R<Value> {
    let mut best = start;
    for i in 0..args.count {
        let x = vm.arg_number(args, i);
        if x.is_nan() || best.is_nan() {
            best = f64::NAN;
        } else if better(x, best) {
            best = x;
        }
    }
    vm.fuel -= args.count as i32;
    vm.number(best)
}
pub(crate) fn max(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    extreme(vm, args, f64::NEG_INFINITY, |x, best| {
        x > best || x == best && best.is_sign_negative()
    })
}
pub(crate) fn min(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    extreme(vm, args, f64::INFINITY, |x, best| {
        x < best || x == best && x.is_sign_negative()
    })
}
/// Integer exponents by squaring, halves by roots; other exponents need the transcendentals.
pub(crate) fn pow(vm: &mut Vm<'_>, args: Args) -> R<Value> {
    let (x, y) = (vm.arg_number(args, 0), vm.arg_number(args, 1));
    let r = power(x, y);
    vm.number(r)
}
fn power(x: f64, y: f64) -> f64 {
    if y == 0.0 {
        return 1.0;
    }
    let size = f64::from_bits(x.to_bits() & !(1 << 63));
    if x.is_nan() || y.is_nan() || y.is_infinite() && size == 1.0 {
        return f64::NAN;
    }
    if y.is_infinite() {
        return if (size > 1.0) == (y > 0.0) {
            f64::INFINITY
        } else {
            0.0
        };
    }
    let whole = num::trunc(y);
    if whole == y {
        let n = if y < 0.0 { -y } else { y };
        let r = raise(x, n);
        if y > 0.0 {
            return r;
        }
        // Where 1 / r would lose what lies below the smallest normal number, the inverse is raised.
        return if r.is_infinite() {
            raise(num::div(1.0, x), n)
        } else {
            num::div(1.0, r)
        };
    }
    if size == 0.0 {
        return if y > 0.0 { 0.0 } else { f64::INFINITY };
    }
    if x.is_infinite() {
        return if y > 0.0 { f64::INFINITY } else { 0.0 };
    }
    if x < 0.0 {
        return f64::NAN;
    }
    #[cfg(feature = "math")]
    return libm::pow(x, y);
    #[cfg(not(feature = "math"))]
    fractional(x, y)
}
/// `x` to the power of a whole `n`, by squaring.
fn raise(x: f64, n: f64) -> f64 {
    let (mut r, mut b, mut n) = (1.0, x, n);
    while n >= 1.0 {
        if num::remainder(n, 2.0) != 0.0 {
            r = num::mul(r, b);
        }
        b = num::mul(b, b);
        n = num::floor(num::mul(n, 0.5));
    }
    r
}
#[cfg(not(feature = "math"))]
/// A positive base and an exponent with a fraction: the fraction bit by bit, as repeated square roots.
fn fractional(x: f64, y: f64) -> f64 {
    let whole = num::floor(y);
    let mut fraction = num::sub(y, whole);
    let (mut r, mut root) = (1.0, x);
    for _ in 0..54 {
        root = num::sqrt(root);
        fraction = num::add(fraction, fraction);
        if fraction >= 1.0 {
            r = num::mul(r, root);
            fraction = num::sub(fraction, 1.0);
        }
        if fraction == 0.0 {
            break;
        }
    }
    if whole < 0.0 {
        num::mul(r, raise(num::div(1.0, x), -whole))
    } else {
        num::mul(r, raise(x, whole))
    }
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
