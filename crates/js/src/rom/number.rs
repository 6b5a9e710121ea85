//! `Number` and `Boolean`.

use crate::builtins::number;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after string;
    functions {
        NUMBER G_NUMBER 1 0b01_00 Native(number::construct);
        BOOLEAN G_BOOLEAN 1 0 Native(number::construct_boolean);
    }
    NUMBER_PROTO: OBJECT_PROTO NUMBER NO_FUNCTION, [
        method(n::CONSTRUCTOR, NUMBER_CTOR),
    ] {
        NUMBER_TO_STRING TO_STRING 1 0 Js(NUMBER_TO_STRING);
        NUMBER_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(NUMBER_TO_LOCALE_STRING);
        NUMBER_VALUE_OF VALUE_OF 0 0 Native(number::value_of);
        TO_FIXED TO_FIXED 1 0b01_00 Native(number::to_fixed);
        TO_EXPONENTIAL TO_EXPONENTIAL 1 0b01_00 Native(number::to_exponential);
        TO_PRECISION TO_PRECISION 1 0b01_00 Native(number::to_precision);
    }
    NUMBER_CTOR: FUNCTION_PROTO FUNCTION of(f::NUMBER), [
        prop(n::PROTOTYPE, FIXED, Value::obj(NUMBER_PROTO)),
        prop(n::MAX_VALUE, FIXED, Value::float_ref(FLOATS_AT + 10)),
        prop(n::MIN_VALUE, FIXED, Value::float_ref(FLOATS_AT + 11)),
        prop(n::NAN, FIXED, FLOAT_NAN),
        prop(n::NEGATIVE_INFINITY, FIXED, Value::float_ref(FLOATS_AT + 2)),
        prop(n::POSITIVE_INFINITY, FIXED, FLOAT_INFINITY),
        #[cfg(feature = "statics")]
        prop(n::EPSILON, FIXED, Value::float_ref(FLOATS_AT + 13)),
        #[cfg(feature = "statics")]
        prop(n::MAX_SAFE_INTEGER, FIXED, Value::float_ref(FLOATS_AT + 14)),
        #[cfg(feature = "statics")]
        prop(n::MIN_SAFE_INTEGER, FIXED, Value::float_ref(FLOATS_AT + 15)),
    ] {
        #[cfg(feature = "statics")]
        NUMBER_IS_FINITE IS_FINITE 1 0 Js(NUMBER_IS_FINITE);
        #[cfg(feature = "statics")]
        NUMBER_IS_NAN IS_NA_N 1 0 Js(NUMBER_IS_NAN);
        #[cfg(feature = "statics")]
        IS_INTEGER IS_INTEGER 1 0 Js(IS_INTEGER);
        #[cfg(feature = "statics")]
        IS_SAFE_INTEGER IS_SAFE_INTEGER 1 0 Js(IS_SAFE_INTEGER);
    }
    BOOLEAN_PROTO: OBJECT_PROTO BOOLEAN NO_FUNCTION, [
        method(n::CONSTRUCTOR, BOOLEAN_CTOR),
    ] {
        BOOLEAN_TO_STRING TO_STRING 0 0 Js(BOOLEAN_TO_STRING);
        BOOLEAN_VALUE_OF VALUE_OF 0 0 Native(number::boolean_value_of);
    }
    BOOLEAN_CTOR: FUNCTION_PROTO FUNCTION of(f::BOOLEAN), [
        prop(n::PROTOTYPE, FIXED, Value::obj(BOOLEAN_PROTO)),
    ] {
    }
}
