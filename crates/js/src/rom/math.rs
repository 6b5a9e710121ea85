//! `Math`: arithmetic, and with feature `math` what needs series.

use crate::builtins::math;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after number;
    functions {
        RAISE EMPTY 2 0 Js(RAISE);
        #[cfg(not(feature = "math"))]
        FRACTION EMPTY 2 0 Js(FRACTION);
        #[cfg(feature = "math")]
        FRACTION EMPTY 2 0 Native(math::fraction);

    }
    MATH: OBJECT_PROTO MATH NO_FUNCTION, [
        prop(n::E, FIXED, Value::float_ref(FLOATS_AT + 3)),
        prop(n::LN10, FIXED, Value::float_ref(FLOATS_AT + 4)),
        prop(n::LN2, FIXED, Value::float_ref(FLOATS_AT + 5)),
        prop(n::LOG2E, FIXED, Value::float_ref(FLOATS_AT + 6)),
        prop(n::LOG10E, FIXED, Value::float_ref(FLOATS_AT + 7)),
        prop(n::PI, FIXED, Value::float_ref(FLOATS_AT + 8)),
        prop(n::SQRT1_2, FIXED, Value::float_ref(FLOATS_AT + 12)),
        prop(n::SQRT2, FIXED, Value::float_ref(FLOATS_AT + 9)),
    ] {
        ABS ABS 1 0 Js(ABS);
        CEIL CEIL 1 0 Js(CEIL);
        FLOOR FLOOR 1 0b01_00 Native(math::floor);
        MAX MAX 2 0b01_01_01_00 Native(math::max);
        MIN MIN 2 0b01_01_01_00 Native(math::min);
        ROUND ROUND 1 0 Js(ROUND);
        SQRT SQRT 1 0b01_00 Native(math::sqrt);
        POW POW 2 0 Js(POW);
        RANDOM RANDOM 0 0 Native(math::random);
        TRUNC TRUNC 1 0b01_00 Native(math::trunc);
        SIGN SIGN 1 0 Js(SIGN);
        #[cfg(feature = "math")]
        SIN SIN 1 0b01_00 Native(math::sin);
        #[cfg(feature = "math")]
        COS COS 1 0b01_00 Native(math::cos);
        #[cfg(feature = "math")]
        TAN TAN 1 0b01_00 Native(math::tan);
        #[cfg(feature = "math")]
        ASIN ASIN 1 0b01_00 Native(math::asin);
        #[cfg(feature = "math")]
        ACOS ACOS 1 0b01_00 Native(math::acos);
        #[cfg(feature = "math")]
        ATAN ATAN 1 0b01_00 Native(math::atan);
        #[cfg(feature = "math")]
        EXP EXP 1 0b01_00 Native(math::exp);
        #[cfg(feature = "math")]
        LOG LOG 1 0b01_00 Native(math::log);
        #[cfg(feature = "math")]
        SINH SINH 1 0b01_00 Native(math::sinh);
        #[cfg(feature = "math")]
        COSH COSH 1 0b01_00 Native(math::cosh);
        #[cfg(feature = "math")]
        TANH TANH 1 0b01_00 Native(math::tanh);
        #[cfg(feature = "math")]
        ASINH ASINH 1 0b01_00 Native(math::asinh);
        #[cfg(feature = "math")]
        ACOSH ACOSH 1 0b01_00 Native(math::acosh);
        #[cfg(feature = "math")]
        ATANH ATANH 1 0b01_00 Native(math::atanh);
        #[cfg(feature = "math")]
        EXPM1 EXPM1 1 0b01_00 Native(math::expm1);
        #[cfg(feature = "math")]
        LOG1P LOG1P 1 0b01_00 Native(math::log1p);
        #[cfg(feature = "math")]
        LOG2 LOG2 1 0b01_00 Native(math::log2);
        #[cfg(feature = "math")]
        LOG10 LOG10 1 0b01_00 Native(math::log10);
        #[cfg(feature = "math")]
        CBRT CBRT 1 0b01_00 Native(math::cbrt);
        #[cfg(feature = "math")]
        FROUND FROUND 1 0b01_00 Native(math::fround);
        #[cfg(feature = "math")]
        CLZ32 CLZ32 1 0b01_00 Native(math::clz32);
        #[cfg(feature = "math")]
        IMUL IMUL 2 0b01_01_00 Native(math::imul);
        #[cfg(feature = "math")]
        HYPOT HYPOT 2 0b01_01_01_00 Native(math::hypot);
        #[cfg(feature = "math")]
        ATAN2 ATAN2 2 0b01_01_00 Native(math::atan2);
    }
}
