//! `Object`, `Function`, and what the syntax itself calls.

use crate::builtins::{function, object};
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after global;
    functions {
        EMPTY_FUNCTION EMPTY 0 0 Native(function::empty);
        TO_PRIMITIVE VALUE_OF 2 0 Js(TO_PRIMITIVE);
        OBJECT G_OBJECT 1 0 Native(object::construct);
        #[cfg(not(feature = "eval"))]
        FUNCTION G_FUNCTION 1 0 Native(function::construct);
        #[cfg(feature = "eval")]
        FUNCTION_OF EMPTY 1 0 Native(function::of_code);
        THROWER EMPTY 0 0 Native(function::thrower);
        #[cfg(not(any(feature = "spread", feature = "destructuring", feature = "array-from")))]
        SPREAD EMPTY 0 0 Native(function::empty);
        #[cfg(not(any(feature = "spread", feature = "destructuring")))]
        OBJECT_SPREAD EMPTY 0 0 Native(function::empty);
        #[cfg(not(feature = "destructuring"))]
        OBJECT_REST EMPTY 0 0 Native(function::empty);
        #[cfg(not(feature = "destructuring"))]
        ARRAY_REST EMPTY 0 0 Native(function::empty);
        CLASS_NAME EMPTY 0 0 Native(object::class_name);
        DEFINE EMPTY 6 0 Js(DEFINE);
        LOCK EMPTY 2 0 Js(LOCK);
        IS_LOCKED EMPTY 2 0 Js(IS_LOCKED);
        OWN_KEYS EMPTY 2 0 Js(OWN_KEYS);
        #[cfg(feature = "statics")]
        OWN_VALUES EMPTY 2 0 Js(OWN_VALUES);
    }
    OBJECT_PROTO: NONE OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, OBJECT_CTOR),
    ] {
        OBJECT_TO_STRING TO_STRING 0 0 Js(OBJECT_TO_STRING);
        OBJECT_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(OBJECT_TO_LOCALE_STRING);
        OBJECT_VALUE_OF VALUE_OF 0 0 Native(object::value_of);
        HAS_OWN_PROPERTY HAS_OWN_PROPERTY 1 0 Js(HAS_OWN_PROPERTY);
        IS_PROTOTYPE_OF IS_PROTOTYPE_OF 1 0 Js(IS_PROTOTYPE_OF);
        PROPERTY_IS_ENUMERABLE PROPERTY_IS_ENUMERABLE 1 0 Js(PROPERTY_IS_ENUMERABLE);
    }
    OBJECT_CTOR: FUNCTION_PROTO FUNCTION of(f::OBJECT), [
        prop(n::PROTOTYPE, FIXED, Value::obj(OBJECT_PROTO)),
    ] {
        GET_PROTOTYPE_OF GET_PROTOTYPE_OF 1 0 Native(object::get_prototype_of);
        GET_OWN_PROPERTY_DESCRIPTOR GET_OWN_PROPERTY_DESCRIPTOR 2 0 Js(GET_OWN_PROPERTY_DESCRIPTOR);
        GET_OWN_PROPERTY_NAMES GET_OWN_PROPERTY_NAMES 1 0 Js(GET_OWN_PROPERTY_NAMES);
        CREATE CREATE 2 0 Js(CREATE);
        DEFINE_PROPERTY DEFINE_PROPERTY 3 0b00_10_00_00 Js(DEFINE_PROPERTY);
        DEFINE_PROPERTIES DEFINE_PROPERTIES 2 0 Js(DEFINE_PROPERTIES);
        SEAL SEAL 1 0 Js(SEAL);
        FREEZE FREEZE 1 0 Js(FREEZE);
        PREVENT_EXTENSIONS PREVENT_EXTENSIONS 1 0 Native(object::prevent_extensions);
        IS_SEALED IS_SEALED 1 0 Js(IS_SEALED);
        IS_FROZEN IS_FROZEN 1 0 Js(IS_FROZEN);
        IS_EXTENSIBLE IS_EXTENSIBLE 1 0 Native(object::is_extensible);
        KEYS KEYS 1 0 Js(KEYS);
        #[cfg(feature = "statics")]
        ASSIGN ASSIGN 2 0 Js(ASSIGN);
        #[cfg(feature = "statics")]
        ENTRIES ENTRIES 1 0 Js(ENTRIES);
        #[cfg(feature = "statics")]
        VALUES VALUES 1 0 Js(VALUES);
        #[cfg(feature = "statics")]
        OBJECT_IS IS 2 0 Js(OBJECT_IS);
    }
    FUNCTION_PROTO: OBJECT_PROTO FUNCTION of(f::EMPTY_FUNCTION), [
        method(n::CONSTRUCTOR, FUNCTION_CTOR),
        prop(n::CALLER, GETTER, Value::obj(f::THROWER)),
        prop(n::ARGUMENTS, GETTER, Value::obj(f::THROWER)),
    ] {
        FUNCTION_TO_STRING TO_STRING 0 0 Js(FUNCTION_TO_STRING);
        CALL CALL 1 0 Call;
        APPLY APPLY 2 0 Apply;
        BIND BIND 1 0 Native(function::bind);
    }
    FUNCTION_CTOR: FUNCTION_PROTO FUNCTION of(f::FUNCTION), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FUNCTION_PROTO)),
    ] {
    }
}
