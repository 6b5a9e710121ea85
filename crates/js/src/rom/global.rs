//! The global object and its functions.

use crate::builtins::global;
#[cfg(feature = "uri")]
use crate::builtins::uri;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after nothing;
    functions {
        #[cfg(feature = "eval")]
        FUNCTION G_FUNCTION 1 0 Js(FUNCTION);
        PARSE_INT PARSE_INT 2 0b01_10_00 Native(global::parse_int);
        PARSE_FLOAT PARSE_FLOAT 1 0b10_00 Native(global::parse_float);
        IS_NAN IS_NA_N 1 0 Js(IS_NAN);
        IS_FINITE IS_FINITE 1 0 Js(IS_FINITE);
        #[cfg(feature = "uri")]
        DECODE_URI DECODE_URI 1 0b10_00 Native(uri::decode_uri);
        #[cfg(feature = "uri")]
        DECODE_URI_COMPONENT DECODE_URI_COMPONENT 1 0b10_00 Native(uri::decode_component);
        #[cfg(feature = "uri")]
        ENCODE_URI ENCODE_URI 1 0b10_00 Native(uri::encode_uri);
        #[cfg(feature = "uri")]
        ENCODE_URI_COMPONENT ENCODE_URI_COMPONENT 1 0b10_00 Native(uri::encode_component);
        #[cfg(not(feature = "eval"))]
        EVAL EVAL 1 0 Native(global::eval);
        #[cfg(feature = "eval")]
        EVAL EVAL 1 0 Js(EVAL);
        #[cfg(feature = "eval")]
        COMPILE EMPTY 1 0 Compile;
        #[cfg(feature = "eval")]
        THE_GLOBAL EMPTY 0 0 Native(global::this);
    }
    GLOBAL: OBJECT_PROTO OBJECT NO_FUNCTION, [
        prop(n::UNDEFINED, FIXED, Value::UNDEFINED),
        prop(n::NAN, FIXED, FLOAT_NAN),
        prop(n::G_INFINITY, FIXED, FLOAT_INFINITY),
        method(n::G_OBJECT, OBJECT_CTOR),
        method(n::G_FUNCTION, FUNCTION_CTOR),
        method(n::G_ARRAY, ARRAY_CTOR),
        method(n::G_STRING, STRING_CTOR),
        method(n::G_NUMBER, NUMBER_CTOR),
        method(n::G_BOOLEAN, BOOLEAN_CTOR),
        method(n::G_MATH, MATH),
        method(n::G_ERROR, ERROR_CTOR),
        method(n::G_EVAL_ERROR, EVAL_ERROR_CTOR),
        method(n::G_RANGE_ERROR, RANGE_ERROR_CTOR),
        method(n::G_REFERENCE_ERROR, REFERENCE_ERROR_CTOR),
        method(n::G_SYNTAX_ERROR, SYNTAX_ERROR_CTOR),
        method(n::G_TYPE_ERROR, TYPE_ERROR_CTOR),
        method(n::G_URIERROR, URI_ERROR_CTOR),
        #[cfg(feature = "json")]
        method(n::G_JSON, JSON),
        #[cfg(feature = "typed-arrays")]
        method(n::G_INT8_ARRAY, INT8_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_UINT8_ARRAY, UINT8_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_UINT8_CLAMPED_ARRAY, UINT8_CLAMPED_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_INT16_ARRAY, INT16_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_UINT16_ARRAY, UINT16_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_INT32_ARRAY, INT32_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_UINT32_ARRAY, UINT32_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_FLOAT32_ARRAY, FLOAT32_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_FLOAT64_ARRAY, FLOAT64_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_ARRAY_BUFFER, ARRAY_BUFFER_CTOR),
        #[cfg(feature = "typed-arrays")]
        method(n::G_DATA_VIEW, DATA_VIEW_CTOR),
        #[cfg(feature = "regexp")]
        method(n::G_REG_EXP, REGEXP_CTOR),
        #[cfg(feature = "date")]
        method(n::G_DATE, DATE_CTOR),
        #[cfg(feature = "date")]
        method(n::PERFORMANCE, PERFORMANCE),
        #[cfg(feature = "statics")]
        method(n::GLOBAL_THIS, GLOBAL),
        method(n::PARSE_INT, f::PARSE_INT),
        method(n::PARSE_FLOAT, f::PARSE_FLOAT),
        method(n::IS_NA_N, f::IS_NAN),
        method(n::IS_FINITE, f::IS_FINITE),
        method(n::EVAL, f::EVAL),
        #[cfg(feature = "uri")]
        method(n::DECODE_URI, f::DECODE_URI),
        #[cfg(feature = "uri")]
        method(n::DECODE_URI_COMPONENT, f::DECODE_URI_COMPONENT),
        #[cfg(feature = "uri")]
        method(n::ENCODE_URI, f::ENCODE_URI),
        #[cfg(feature = "uri")]
        method(n::ENCODE_URI_COMPONENT, f::ENCODE_URI_COMPONENT),
    ] {
    }
}
