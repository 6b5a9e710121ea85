//! `JSON` (feature `json`).

use crate::builtins::json;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after error;
    functions {
        JSON_VALUE EMPTY 0 0 Js(JSON_VALUE);
        JSON_REVIVE EMPTY 0 0 Js(JSON_REVIVE);
        JSON_TEXT EMPTY 0 0 Js(JSON_TEXT);
        JSON_FAIL EMPTY 0 0 Native(json::fail);
        JSON_NEXT EMPTY 0 0 Native(json::next);
        JSON_END EMPTY 0 0 Native(json::end);
        JSON_SCALAR EMPTY 0 0 Native(json::scalar);
        JSON_QUOTE EMPTY 0 0 Native(json::quote);
    }
    JSON: OBJECT_PROTO JSON NO_FUNCTION, [] {
        JSON_PARSE PARSE 2 0 Js(JSON_PARSE);
        JSON_STRINGIFY STRINGIFY 3 0 Js(JSON_STRINGIFY);
    }
}
