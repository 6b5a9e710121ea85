//! `RegExp` (feature `regexp`).

use crate::builtins::regexp;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after json;
    functions {
        REGEXP G_REG_EXP 2 0 Js(REGEXP);
        GET_FLAGS GET_FLAGS 0 0 Js(GET_FLAGS);
        GET_SOURCE GET_SOURCE 0 0 Native(regexp::source);
        GET_GLOBAL GET_GLOBAL 0 0 Native(regexp::global);
        GET_IGNORE_CASE GET_IGNORE_CASE 0 0 Native(regexp::ignore_case);
        GET_MULTILINE GET_MULTILINE 0 0 Native(regexp::multiline);
        REGEXP_MAKE EMPTY 0 0 Js(REGEXP_MAKE);
        REGEXP_MATCH EMPTY 0 0 Js(REGEXP_MATCH);
        REGEXP_EXPAND EMPTY 0 0 Js(REGEXP_EXPAND);
        REGEXP_FLAGS EMPTY 0 0 Native(regexp::flags);
        REGEXP_COMPILE EMPTY 0 0 Native(regexp::compile);
        REGEXP_RUN EMPTY 0 0 Native(regexp::run);
        REGEXP_GROUP EMPTY 0 0 Native(regexp::group);
    }
    REGEXP_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, REGEXP_CTOR),
        prop(n::FLAGS, GETTER, Value::obj(f::GET_FLAGS)),
        prop(n::SOURCE, GETTER, Value::obj(f::GET_SOURCE)),
        prop(n::GLOBAL, GETTER, Value::obj(f::GET_GLOBAL)),
        prop(n::IGNORE_CASE, GETTER, Value::obj(f::GET_IGNORE_CASE)),
        prop(n::MULTILINE, GETTER, Value::obj(f::GET_MULTILINE)),
    ] {
        REGEXP_EXEC EXEC 1 0 Js(REGEXP_EXEC);
        REGEXP_TEST TEST 1 0 Js(REGEXP_TEST);
        REGEXP_TO_STRING TO_STRING 0 0 Js(REGEXP_TO_STRING);
        REGEXP_RECOMPILE COMPILE 2 0 Js(REGEXP_RECOMPILE);
    }
    REGEXP_CTOR: FUNCTION_PROTO FUNCTION of(f::REGEXP), [
        prop(n::PROTOTYPE, FIXED, Value::obj(REGEXP_PROTO)),
    ] {
    }
}
