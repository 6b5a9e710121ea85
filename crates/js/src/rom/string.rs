//! `String`.

use crate::builtins::string;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after array;
    functions {
        STRING G_STRING 1 0b10_00 Native(string::construct);
        EXPAND EMPTY 4 0 Js(EXPAND);
        #[cfg(feature = "regexp")]
        SPLIT SPLIT 2 0 Js(SPLIT);
        #[cfg(feature = "regexp")]
        REPLACE REPLACE 2 0 Js(REPLACE);
        #[cfg(feature = "regexp")]
        STRING_INCLUDES INCLUDES 1 0 Js(STRING_INCLUDES);
        #[cfg(feature = "regexp")]
        STARTS_WITH STARTS_WITH 1 0 Js(STARTS_WITH);
        #[cfg(feature = "regexp")]
        ENDS_WITH ENDS_WITH 1 0 Js(ENDS_WITH);
        #[cfg(feature = "regexp")]
        NO_REGEXP EMPTY 1 0 Js(NO_REGEXP);
        #[cfg(feature = "padding")]
        PAD EMPTY 0 0 Js(PAD);
    }
    STRING_PROTO: OBJECT_PROTO STRING NO_FUNCTION, [
        method(n::CONSTRUCTOR, STRING_CTOR),
        prop(n::LENGTH, FIXED, Value::int(0)),
    ] {
        STRING_TO_STRING TO_STRING 0 0 Native(string::this_value);
        STRING_VALUE_OF VALUE_OF 0 0 Native(string::this_value);
        CHAR_AT CHAR_AT 1 0b01_10 Native(string::char_at);
        CHAR_CODE_AT CHAR_CODE_AT 1 0b01_10 Native(string::char_code_at);
        STRING_CONCAT CONCAT 1 0 Js(STRING_CONCAT);
        INDEX_OF INDEX_OF 1 0 Js(INDEX_OF);
        LAST_INDEX_OF LAST_INDEX_OF 1 0 Js(LAST_INDEX_OF);
        LOCALE_COMPARE LOCALE_COMPARE 1 0 Js(LOCALE_COMPARE);
        SLICE SLICE 2 0 Js(SLICE);
        SUBSTRING SUBSTRING 2 0 Js(SUBSTRING);
        SUBSTR SUBSTR 2 0 Js(SUBSTR);
        #[cfg(not(feature = "regexp"))]
        SPLIT SPLIT 2 0 Js(SPLIT);
        #[cfg(not(feature = "regexp"))]
        REPLACE REPLACE 2 0 Js(REPLACE);
        #[cfg(feature = "regexp")]
        REGEXP_SPLIT SPLIT 2 0 Js(REGEXP_SPLIT);
        #[cfg(feature = "regexp")]
        REGEXP_REPLACE REPLACE 2 0 Js(REGEXP_REPLACE);
        #[cfg(feature = "regexp")]
        MATCH MATCH 1 0 Js(MATCH);
        #[cfg(feature = "regexp")]
        SEARCH SEARCH 1 0 Js(SEARCH);
        TO_LOWER_CASE TO_LOWER_CASE 0 2 Native(string::to_lower_case);
        TO_UPPER_CASE TO_UPPER_CASE 0 2 Native(string::to_upper_case);
        TO_LOCALE_LOWER_CASE TO_LOCALE_LOWER_CASE 0 2 Native(string::to_lower_case);
        TO_LOCALE_UPPER_CASE TO_LOCALE_UPPER_CASE 0 2 Native(string::to_upper_case);
        TRIM TRIM 0 2 Native(string::trim);
        #[cfg(not(feature = "regexp"))]
        STRING_INCLUDES INCLUDES 1 0 Js(STRING_INCLUDES);
        #[cfg(not(feature = "regexp"))]
        STARTS_WITH STARTS_WITH 1 0 Js(STARTS_WITH);
        #[cfg(not(feature = "regexp"))]
        ENDS_WITH ENDS_WITH 1 0 Js(ENDS_WITH);
        #[cfg(feature = "regexp")]
        TEXT_INCLUDES INCLUDES 1 0 Js(TEXT_INCLUDES);
        #[cfg(feature = "regexp")]
        TEXT_STARTS_WITH STARTS_WITH 1 0 Js(TEXT_STARTS_WITH);
        #[cfg(feature = "regexp")]
        TEXT_ENDS_WITH ENDS_WITH 1 0 Js(TEXT_ENDS_WITH);
        REPEAT REPEAT 1 0 Js(REPEAT);
        #[cfg(feature = "padding")]
        PAD_START PAD_START 1 0 Js(PAD_START);
        #[cfg(feature = "padding")]
        PAD_END PAD_END 1 0 Js(PAD_END);
    }
    STRING_CTOR: FUNCTION_PROTO FUNCTION of(f::STRING), [
        prop(n::PROTOTYPE, FIXED, Value::obj(STRING_PROTO)),
    ] {
        FROM_CHAR_CODE FROM_CHAR_CODE 1 0 Js(FROM_CHAR_CODE);
    }
}
