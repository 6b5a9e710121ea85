//! `ArrayBuffer`, the typed arrays and `DataView` (feature `typed-arrays`).

use crate::builtins::function;
use crate::builtins::typed::{self, el};
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after regexp;
    functions {
        INT8_ARRAY G_INT8_ARRAY 3 0 Typed(el::I8);
        UINT8_ARRAY G_UINT8_ARRAY 3 0 Typed(el::U8);
        UINT8_CLAMPED_ARRAY G_UINT8_CLAMPED_ARRAY 3 0 Typed(el::CLAMPED);
        INT16_ARRAY G_INT16_ARRAY 3 0 Typed(el::I16);
        UINT16_ARRAY G_UINT16_ARRAY 3 0 Typed(el::U16);
        INT32_ARRAY G_INT32_ARRAY 3 0 Typed(el::I32);
        UINT32_ARRAY G_UINT32_ARRAY 3 0 Typed(el::U32);
        FLOAT32_ARRAY G_FLOAT32_ARRAY 3 0 Typed(el::F32);
        FLOAT64_ARRAY G_FLOAT64_ARRAY 3 0 Typed(el::F64);
        ARRAY_BUFFER G_ARRAY_BUFFER 1 0b01_00 Native(typed::buffer);
        BUFFER_COPY EMPTY 2 0 Native(typed::buffer_copy);
        BUFFER_LENGTH GET_BYTE_LENGTH 0 0 Native(typed::buffer_length);
        TYPED G_TYPED_ARRAY 0 0 Native(function::thrower);
        TYPED_NEW EMPTY 3 0 Js(TYPED_NEW);
        TYPED_LIKE EMPTY 3 0 Js(TYPED_LIKE);
        VIEW_NEW EMPTY 3 0b01_01_00_00 Native(typed::view);
        VIEW_KIND EMPTY 1 0 Native(typed::kind);
        TYPED_LENGTH GET_LENGTH 0 0 Native(typed::length);
        TYPED_VALID EMPTY 0 0 Native(typed::valid);
        TYPED_MAKE EMPTY 1 0 Js(TYPED_MAKE);
        TYPED_BYTES GET_BYTE_LENGTH 0 0 Native(typed::byte_length);
        TYPED_OFFSET GET_BYTE_OFFSET 0 0 Native(typed::byte_offset);
        TYPED_BUFFER GET_BUFFER 0 0 Native(typed::buffer_of);
        BY_NUMBER EMPTY 2 0 Js(BY_NUMBER);
        DATA_VIEW G_DATA_VIEW 1 0b01_01_00_00 Native(typed::data_view);
        DATA_LENGTH GET_BYTE_LENGTH 0 0 Native(typed::data_length);
        DATA_OFFSET GET_BYTE_OFFSET 0 0 Native(typed::data_offset);
        DATA_BUFFER GET_BUFFER 0 0 Native(typed::data_buffer);
    }
    INT8_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT8_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    INT8_CTOR: TYPED_CTOR FUNCTION of(f::INT8_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT8_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    UINT8_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT8_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    UINT8_CTOR: TYPED_CTOR FUNCTION of(f::UINT8_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT8_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    UINT8_CLAMPED_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT8_CLAMPED_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    UINT8_CLAMPED_CTOR: TYPED_CTOR FUNCTION of(f::UINT8_CLAMPED_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT8_CLAMPED_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ] {
    }
    INT16_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT16_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ] {
    }
    INT16_CTOR: TYPED_CTOR FUNCTION of(f::INT16_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT16_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ] {
    }
    UINT16_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT16_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ] {
    }
    UINT16_CTOR: TYPED_CTOR FUNCTION of(f::UINT16_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT16_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ] {
    }
    INT32_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    INT32_CTOR: TYPED_CTOR FUNCTION of(f::INT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    UINT32_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    UINT32_CTOR: TYPED_CTOR FUNCTION of(f::UINT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    FLOAT32_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, FLOAT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    FLOAT32_CTOR: TYPED_CTOR FUNCTION of(f::FLOAT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FLOAT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ] {
    }
    FLOAT64_PROTO: TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, FLOAT64_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(8)),
    ] {
    }
    FLOAT64_CTOR: TYPED_CTOR FUNCTION of(f::FLOAT64_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FLOAT64_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(8)),
    ] {
    }
    ARRAY_BUFFER_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, ARRAY_BUFFER_CTOR),
        prop(n::BYTE_LENGTH, GETTER, Value::obj(f::BUFFER_LENGTH)),
    ] {
        BUFFER_SLICE SLICE 2 0 Js(BUFFER_SLICE);
    }
    ARRAY_BUFFER_CTOR: FUNCTION_PROTO FUNCTION of(f::ARRAY_BUFFER), [
        prop(n::PROTOTYPE, FIXED, Value::obj(ARRAY_BUFFER_PROTO)),
    ] {
        IS_VIEW IS_VIEW 1 0 Native(typed::is_view);
    }
    TYPED_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, TYPED_CTOR),
        prop(n::LENGTH, GETTER, Value::obj(f::TYPED_LENGTH)),
        prop(n::BYTE_LENGTH, GETTER, Value::obj(f::TYPED_BYTES)),
        prop(n::BYTE_OFFSET, GETTER, Value::obj(f::TYPED_OFFSET)),
        prop(n::BUFFER, GETTER, Value::obj(f::TYPED_BUFFER)),
        method(n::TO_STRING, f::ARRAY_TO_STRING),
    ] {
        TYPED_SET SET 1 0 Js(TYPED_SET);
        SUBARRAY SUBARRAY 2 0 Js(SUBARRAY);
        TYPED_SLICE SLICE 2 0 Js(TYPED_SLICE);
        TYPED_MAP MAP 1 0 Js(TYPED_MAP);
        TYPED_FILTER FILTER 1 0 Js(TYPED_FILTER);
        TYPED_SORT SORT 1 0 Js(TYPED_SORT);
        COPY_WITHIN COPY_WITHIN 2 0 Js(COPY_WITHIN);
        TYPED_FILL FILL 1 0 Js(TYPED_FILL);
        TYPED_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Checked(f::ARRAY_TO_LOCALE_STRING);
        TYPED_JOIN JOIN 1 0 Checked(f::JOIN);
        TYPED_REVERSE REVERSE 0 0 Checked(f::REVERSE);
        TYPED_INDEX_OF INDEX_OF 1 0 Checked(f::ARRAY_INDEX_OF);
        TYPED_LAST_INDEX_OF LAST_INDEX_OF 1 0 Checked(f::ARRAY_LAST_INDEX_OF);
        TYPED_EVERY EVERY 1 0 Checked(f::EVERY);
        TYPED_SOME SOME 1 0 Checked(f::SOME);
        TYPED_FOR_EACH FOR_EACH 1 0 Checked(f::FOR_EACH);
        TYPED_REDUCE REDUCE 1 0 Checked(f::REDUCE);
        TYPED_REDUCE_RIGHT REDUCE_RIGHT 1 0 Checked(f::REDUCE_RIGHT);
        TYPED_INCLUDES INCLUDES 1 0 Checked(f::ARRAY_INCLUDES);
        TYPED_FIND FIND 1 0 Checked(f::FIND);
        TYPED_FIND_INDEX FIND_INDEX 1 0 Checked(f::FIND_INDEX);
    }
    TYPED_CTOR: FUNCTION_PROTO FUNCTION of(f::TYPED), [
        prop(n::PROTOTYPE, FIXED, Value::obj(TYPED_PROTO)),
    ] {
        TYPED_OF OF 0 0 Js(TYPED_OF);
        TYPED_FROM FROM 1 0 Js(TYPED_FROM);
    }
    DATA_VIEW_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, DATA_VIEW_CTOR),
        prop(n::BYTE_LENGTH, GETTER, Value::obj(f::DATA_LENGTH)),
        prop(n::BYTE_OFFSET, GETTER, Value::obj(f::DATA_OFFSET)),
        prop(n::BUFFER, GETTER, Value::obj(f::DATA_BUFFER)),
    ] {
        GET_INT8 GET_INT8 1 0b01_00 Native(typed::get_int8);
        SET_INT8 SET_INT8 2 0b00_00_01_00 Native(typed::set_int8);
        GET_UINT8 GET_UINT8 1 0b01_00 Native(typed::get_uint8);
        SET_UINT8 SET_UINT8 2 0b00_00_01_00 Native(typed::set_uint8);
        GET_INT16 GET_INT16 1 0b01_00 Native(typed::get_int16);
        SET_INT16 SET_INT16 2 0b00_00_01_00 Native(typed::set_int16);
        GET_UINT16 GET_UINT16 1 0b01_00 Native(typed::get_uint16);
        SET_UINT16 SET_UINT16 2 0b00_00_01_00 Native(typed::set_uint16);
        GET_INT32 GET_INT32 1 0b01_00 Native(typed::get_int32);
        SET_INT32 SET_INT32 2 0b00_00_01_00 Native(typed::set_int32);
        GET_UINT32 GET_UINT32 1 0b01_00 Native(typed::get_uint32);
        SET_UINT32 SET_UINT32 2 0b00_00_01_00 Native(typed::set_uint32);
        GET_FLOAT32 GET_FLOAT32 1 0b01_00 Native(typed::get_float32);
        SET_FLOAT32 SET_FLOAT32 2 0b00_00_01_00 Native(typed::set_float32);
        GET_FLOAT64 GET_FLOAT64 1 0b01_00 Native(typed::get_float64);
        SET_FLOAT64 SET_FLOAT64 2 0b00_00_01_00 Native(typed::set_float64);
    }
    DATA_VIEW_CTOR: FUNCTION_PROTO FUNCTION of(f::DATA_VIEW), [
        prop(n::PROTOTYPE, FIXED, Value::obj(DATA_VIEW_PROTO)),
    ] {
    }
}
