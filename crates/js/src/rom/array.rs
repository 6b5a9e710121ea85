//! `Array`.

use crate::heap::WRITABLE;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after object;
    functions {
        ARRAY G_ARRAY 1 0 Js(ARRAY);
        BY_TEXT EMPTY 2 0 Js(BY_TEXT);
        CLAMP EMPTY 3 0 Js(CLAMP);
        #[cfg(any(feature = "spread", feature = "destructuring", feature = "array-from"))]
        SPREAD EMPTY 1 0 Js(SPREAD);
        #[cfg(any(feature = "spread", feature = "destructuring"))]
        OBJECT_SPREAD EMPTY 1 0 Js(OBJECT_SPREAD);
        #[cfg(feature = "destructuring")]
        OBJECT_REST EMPTY 0 0 Js(OBJECT_REST);
        #[cfg(feature = "destructuring")]
        ARRAY_REST EMPTY 1 0 Js(ARRAY_REST);
    }
    ARRAY_PROTO: OBJECT_PROTO ARRAY NO_FUNCTION, [
        method(n::CONSTRUCTOR, ARRAY_CTOR),
        prop(n::LENGTH, WRITABLE as u16, Value::int(0)),
    ] {
        ARRAY_TO_STRING TO_STRING 0 0 Js(ARRAY_TO_STRING);
        ARRAY_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(ARRAY_TO_LOCALE_STRING);
        ARRAY_CONCAT CONCAT 1 0 Js(ARRAY_CONCAT);
        JOIN JOIN 1 0 Js(JOIN);
        POP POP 0 0 Js(POP);
        PUSH PUSH 1 0 Js(PUSH);
        REVERSE REVERSE 0 0 Js(REVERSE);
        SHIFT SHIFT 0 0 Js(SHIFT);
        ARRAY_SLICE SLICE 2 0 Js(ARRAY_SLICE);
        SORT SORT 1 0 Js(SORT);
        SPLICE SPLICE 2 0 Js(SPLICE);
        UNSHIFT UNSHIFT 1 0 Js(UNSHIFT);
        ARRAY_INDEX_OF INDEX_OF 1 0 Js(ARRAY_INDEX_OF);
        ARRAY_LAST_INDEX_OF LAST_INDEX_OF 1 0 Js(ARRAY_LAST_INDEX_OF);
        EVERY EVERY 1 0 Js(EVERY);
        SOME SOME 1 0 Js(SOME);
        FOR_EACH FOR_EACH 1 0 Js(FOR_EACH);
        MAP MAP 1 0 Js(MAP);
        FILTER FILTER 1 0 Js(FILTER);
        REDUCE REDUCE 1 0 Js(REDUCE);
        REDUCE_RIGHT REDUCE_RIGHT 1 0 Js(REDUCE_RIGHT);
        ARRAY_INCLUDES INCLUDES 1 0 Js(ARRAY_INCLUDES);
        FIND FIND 1 0 Js(FIND);
        FIND_INDEX FIND_INDEX 1 0 Js(FIND_INDEX);
        FILL FILL 1 0 Js(FILL);
    }
    ARRAY_CTOR: FUNCTION_PROTO FUNCTION of(f::ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(ARRAY_PROTO)),
    ] {
        IS_ARRAY IS_ARRAY 1 0 Js(IS_ARRAY);
        #[cfg(feature = "array-from")]
        ARRAY_FROM FROM 1 0 Js(ARRAY_FROM);
        #[cfg(feature = "array-from")]
        ARRAY_OF OF 0 0 Js(ARRAY_OF);
    }
}
