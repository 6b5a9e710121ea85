//! `Error` and its six, and the error that is there before memory runs out.

use crate::builtins::error;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after math;
    functions {
        ERROR G_ERROR 1 0b10_00 Native(error::error);
        EVAL_ERROR G_EVAL_ERROR 1 0b10_00 Native(error::eval_error);
        RANGE_ERROR G_RANGE_ERROR 1 0b10_00 Native(error::range_error);
        REFERENCE_ERROR G_REFERENCE_ERROR 1 0b10_00 Native(error::reference_error);
        SYNTAX_ERROR G_SYNTAX_ERROR 1 0b10_00 Native(error::syntax_error);
        TYPE_ERROR G_TYPE_ERROR 1 0b10_00 Native(error::type_error);
        URI_ERROR G_URIERROR 1 0b10_00 Native(error::uri_error);
    }
    ERROR_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, ERROR_CTOR),
        text(n::NAME, n::G_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
        ERROR_TO_STRING TO_STRING 0 0 Js(ERROR_TO_STRING);
    }
    EVAL_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, EVAL_ERROR_CTOR),
        text(n::NAME, n::G_EVAL_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    RANGE_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, RANGE_ERROR_CTOR),
        text(n::NAME, n::G_RANGE_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    REFERENCE_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, REFERENCE_ERROR_CTOR),
        text(n::NAME, n::G_REFERENCE_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    SYNTAX_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, SYNTAX_ERROR_CTOR),
        text(n::NAME, n::G_SYNTAX_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    TYPE_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, TYPE_ERROR_CTOR),
        text(n::NAME, n::G_TYPE_ERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    URI_ERROR_PROTO: ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, URI_ERROR_CTOR),
        text(n::NAME, n::G_URIERROR),
        text(n::MESSAGE, n::EMPTY),
    ] {
    }
    ERROR_CTOR: FUNCTION_PROTO FUNCTION of(f::ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(ERROR_PROTO)),
    ] {
    }
    EVAL_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::EVAL_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(EVAL_ERROR_PROTO)),
    ] {
    }
    RANGE_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::RANGE_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(RANGE_ERROR_PROTO)),
    ] {
    }
    REFERENCE_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::REFERENCE_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(REFERENCE_ERROR_PROTO)),
    ] {
    }
    SYNTAX_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::SYNTAX_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(SYNTAX_ERROR_PROTO)),
    ] {
    }
    TYPE_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::TYPE_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(TYPE_ERROR_PROTO)),
    ] {
    }
    URI_ERROR_CTOR: ERROR_CTOR FUNCTION of(f::URI_ERROR), [
        prop(n::PROTOTYPE, FIXED, Value::obj(URI_ERROR_PROTO)),
    ] {
    }
    OUT_OF_MEMORY: RANGE_ERROR_PROTO ERROR NO_FUNCTION, [
        text(n::MESSAGE, n::OUT_OF_MEMORY),
    ] {
    }
}
