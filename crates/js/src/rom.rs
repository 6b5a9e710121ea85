//! The built-in objects: tables in flash. A script that changes one gets a shadow of it in the arena.
//!
//! A reference to one is `HEAP_END` plus: the number of an engine object, 0x200 + an engine function,
//! 0x800 + a host's object, 0xa00 + a host's function, 0xc00 + the prototype of a host's class.

use crate::api::{Entry, Item, Library};
#[cfg(feature = "date")]
use crate::builtins::date;
#[cfg(feature = "json")]
use crate::builtins::json;
#[cfg(feature = "regexp")]
use crate::builtins::regexp;
#[cfg(feature = "typed-arrays")]
use crate::builtins::typed::{self, el};
use crate::builtins::{error, function, global, math, number, object, string};
use crate::heap::{ACCESSOR, CONFIGURABLE, DATA, ENUMERABLE, Vm, WRITABLE, class};
use crate::names::n;
use crate::romcode;
use crate::value::{HEAP_END, R, ROM_NAME, Value};

const FUNCTIONS_AT: u16 = HEAP_END + 0x200;
const HOST_OBJECTS_AT: u16 = HEAP_END + 0x800;
const HOST_FUNCTIONS_AT: u16 = HEAP_END + 0xa00;
const HOST_CLASSES_AT: u16 = HEAP_END + 0xc00;

/// The arguments of a native: `this` is the stack slot `base`, argument i the slot `base - 1 - i`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Args {
    pub(crate) base: usize,
    pub(crate) count: usize,
    /// Called by `new`.
    pub(crate) construct: bool,
}
/// A built-in written in Rust. It cannot call JavaScript.
pub(crate) type Native = fn(&mut Vm<'_>, Args) -> R<Value>;

/// How a built-in is done.
#[derive(Clone, Copy)]
pub(crate) enum Code {
    Native(Native),
    /// Offset of its code in `romcode::CODE`.
    Js(u16),
    /// `Function.prototype.call` and `apply`.
    Call,
    Apply,
    /// `Date`, which is one thing with `new` and another without.
    #[cfg(feature = "date")]
    Date,
    /// The constructor of a kind of typed arrays.
    #[cfg(feature = "typed-arrays")]
    Typed(u16),
    /// Compiles its argument.
    #[cfg(feature = "eval")]
    Compile,
}
/// A built-in function. `convert` has two bits for `this` and each of three arguments (the last one is for
/// all that follow): 0 as it is, 1 a primitive with hint number, 2 a primitive with hint string.
pub(crate) struct Function {
    pub(crate) name: u16,
    pub(crate) length: u8,
    pub(crate) convert: u8,
    pub(crate) code: Code,
}
/// A property in one word: its name from [`ROM_NAME`] on in 10 bits, flags in 4, what the value refers to from
/// [`HEAP_END`] on in 13, the value's kind in 3 (its tag less one, halved; 7 for an integer).
#[derive(Clone, Copy)]
struct Prop(u32);
const INT: u32 = 7;
impl Prop {
    const fn new(name: u16, flags: u16, value: Value) -> Prop {
        let (kind, of) = if value.is_int() {
            (INT, value.as_int() as u32)
        } else if value.is_special() {
            (value.tag() >> 1, value.payload() as u32)
        } else {
            (value.tag() >> 1, (value.payload() - HEAP_END) as u32)
        };
        assert!(of < 1 << 13 && name >= ROM_NAME && name - ROM_NAME < 1 << 10 && flags < 16);
        Prop((name - ROM_NAME) as u32 | (flags as u32) << 10 | of << 14 | kind << 27)
    }
    fn name(self) -> u16 {
        ROM_NAME + (self.0 & 0x3ff) as u16
    }
    fn flags(self) -> u32 {
        self.0 >> 10 & 0xf
    }
    fn value(self) -> Value {
        let (kind, of) = (self.0 >> 27, self.0 >> 14 & 0x1fff);
        if kind == INT {
            return Value::int(of as i32);
        }
        let v = Value(kind << 1 | 1);
        v.with_payload(if v.is_special() {
            of as u16
        } else {
            HEAP_END + of as u16
        })
    }
}
struct Object {
    proto: u16,
    class: u8,
    /// Number of the function that it is, if it is one.
    function: u16,
    props: &'static [Prop],
}
const NO_FUNCTION: u16 = u16::MAX;

macro_rules! functions {
    ($($(#[$on:meta])* $id:ident $name:ident $length:literal $convert:literal $code:expr;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Id { $($(#[$on])* $id,)* }
        /// References to the built-in functions.
        #[allow(dead_code)]
        pub(crate) mod f {
            use super::{FUNCTIONS_AT, Id};
            $($(#[$on])* pub(crate) const $id: u16 = FUNCTIONS_AT + Id::$id as u16;)*
        }
        static FUNCTIONS: &[Function] = &[$(
            $(#[$on])* Function { name: n::$name, length: $length, convert: $convert, code: $code },
        )*];
        /// Names by which the built-ins in JavaScript call each other.
        #[cfg(all(test, feature = "full"))]
        pub(crate) static FUNCTION_IDS: &[&str] = &[$($(#[$on])* stringify!($id),)*];
    };
}
use Code::{Apply, Call, Js, Native as N};
functions! {
    EMPTY_FUNCTION EMPTY 0 0 N(function::empty);
    TO_PRIMITIVE VALUE_OF 2 0 Js(romcode::TO_PRIMITIVE);
    OBJECT G_OBJECT 1 0 N(object::construct);
    GET_PROTOTYPE_OF GET_PROTOTYPE_OF 1 0 N(object::get_prototype_of);
    GET_OWN_PROPERTY_DESCRIPTOR GET_OWN_PROPERTY_DESCRIPTOR 2 0 Js(romcode::GET_OWN_PROPERTY_DESCRIPTOR);
    GET_OWN_PROPERTY_NAMES GET_OWN_PROPERTY_NAMES 1 0 Js(romcode::GET_OWN_PROPERTY_NAMES);
    CREATE CREATE 2 0 Js(romcode::CREATE);
    DEFINE_PROPERTY DEFINE_PROPERTY 3 0b00_10_00_00 Js(romcode::DEFINE_PROPERTY);
    DEFINE_PROPERTIES DEFINE_PROPERTIES 2 0 Js(romcode::DEFINE_PROPERTIES);
    SEAL SEAL 1 0 Js(romcode::SEAL);
    FREEZE FREEZE 1 0 Js(romcode::FREEZE);
    PREVENT_EXTENSIONS PREVENT_EXTENSIONS 1 0 N(object::prevent_extensions);
    IS_SEALED IS_SEALED 1 0 Js(romcode::IS_SEALED);
    IS_FROZEN IS_FROZEN 1 0 Js(romcode::IS_FROZEN);
    IS_EXTENSIBLE IS_EXTENSIBLE 1 0 N(object::is_extensible);
    KEYS KEYS 1 0 Js(romcode::KEYS);
    OBJECT_TO_STRING TO_STRING 0 0 N(object::to_string);
    OBJECT_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(romcode::OBJECT_TO_LOCALE_STRING);
    OBJECT_VALUE_OF VALUE_OF 0 0 N(object::value_of);
    HAS_OWN_PROPERTY HAS_OWN_PROPERTY 1 0 Js(romcode::HAS_OWN_PROPERTY);
    IS_PROTOTYPE_OF IS_PROTOTYPE_OF 1 0 Js(romcode::IS_PROTOTYPE_OF);
    PROPERTY_IS_ENUMERABLE PROPERTY_IS_ENUMERABLE 1 0 Js(romcode::PROPERTY_IS_ENUMERABLE);
    #[cfg(not(feature = "eval"))]
    FUNCTION G_FUNCTION 1 0 N(function::construct);
    #[cfg(feature = "eval")]
    FUNCTION G_FUNCTION 1 0 Js(romcode::FUNCTION);
    FUNCTION_TO_STRING TO_STRING 0 0 Js(romcode::FUNCTION_TO_STRING);
    CALL CALL 1 0 Call;
    APPLY APPLY 2 0 Apply;
    BIND BIND 1 0 N(function::bind);
    ARRAY G_ARRAY 1 0 Js(romcode::ARRAY);
    IS_ARRAY IS_ARRAY 1 0 Js(romcode::IS_ARRAY);
    ARRAY_TO_STRING TO_STRING 0 0 Js(romcode::ARRAY_TO_STRING);
    ARRAY_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(romcode::ARRAY_TO_LOCALE_STRING);
    ARRAY_CONCAT CONCAT 1 0 Js(romcode::ARRAY_CONCAT);
    JOIN JOIN 1 0 Js(romcode::JOIN);
    POP POP 0 0 Js(romcode::POP);
    PUSH PUSH 1 0 Js(romcode::PUSH);
    REVERSE REVERSE 0 0 Js(romcode::REVERSE);
    SHIFT SHIFT 0 0 Js(romcode::SHIFT);
    ARRAY_SLICE SLICE 2 0 Js(romcode::ARRAY_SLICE);
    SORT SORT 1 0 Js(romcode::SORT);
    SPLICE SPLICE 2 0 Js(romcode::SPLICE);
    UNSHIFT UNSHIFT 1 0 Js(romcode::UNSHIFT);
    ARRAY_INDEX_OF INDEX_OF 1 0 Js(romcode::ARRAY_INDEX_OF);
    ARRAY_LAST_INDEX_OF LAST_INDEX_OF 1 0 Js(romcode::ARRAY_LAST_INDEX_OF);
    EVERY EVERY 1 0 Js(romcode::EVERY);
    SOME SOME 1 0 Js(romcode::SOME);
    FOR_EACH FOR_EACH 1 0 Js(romcode::FOR_EACH);
    MAP MAP 1 0 Js(romcode::MAP);
    FILTER FILTER 1 0 Js(romcode::FILTER);
    REDUCE REDUCE 1 0 Js(romcode::REDUCE);
    REDUCE_RIGHT REDUCE_RIGHT 1 0 Js(romcode::REDUCE_RIGHT);
    ARRAY_INCLUDES INCLUDES 1 0 Js(romcode::ARRAY_INCLUDES);
    FIND FIND 1 0 Js(romcode::FIND);
    FIND_INDEX FIND_INDEX 1 0 Js(romcode::FIND_INDEX);
    FILL FILL 1 0 Js(romcode::FILL);
    #[cfg(feature = "array-from")]
    ARRAY_FROM FROM 1 0 Js(romcode::ARRAY_FROM);
    #[cfg(feature = "array-from")]
    ARRAY_OF OF 0 0 Js(romcode::ARRAY_OF);
    STRING G_STRING 1 0b10_00 N(string::construct);
    FROM_CHAR_CODE FROM_CHAR_CODE 1 0 Js(romcode::FROM_CHAR_CODE);
    STRING_TO_STRING TO_STRING 0 0 N(string::this_value);
    STRING_VALUE_OF VALUE_OF 0 0 N(string::this_value);
    CHAR_AT CHAR_AT 1 0b01_10 N(string::char_at);
    CHAR_CODE_AT CHAR_CODE_AT 1 0b01_10 N(string::char_code_at);
    STRING_CONCAT CONCAT 1 0 Js(romcode::STRING_CONCAT);
    INDEX_OF INDEX_OF 1 0 Js(romcode::INDEX_OF);
    LAST_INDEX_OF LAST_INDEX_OF 1 0 Js(romcode::LAST_INDEX_OF);
    LOCALE_COMPARE LOCALE_COMPARE 1 0 Js(romcode::LOCALE_COMPARE);
    SLICE SLICE 2 0 Js(romcode::SLICE);
    SUBSTRING SUBSTRING 2 0 Js(romcode::SUBSTRING);
    SUBSTR SUBSTR 2 0 Js(romcode::SUBSTR);
    SPLIT SPLIT 2 0 Js(romcode::SPLIT);
    REPLACE REPLACE 2 0 Js(romcode::REPLACE);
    #[cfg(feature = "regexp")]
    REGEXP_SPLIT SPLIT 2 0 Js(romcode::REGEXP_SPLIT);
    #[cfg(feature = "regexp")]
    REGEXP_REPLACE REPLACE 2 0 Js(romcode::REGEXP_REPLACE);
    #[cfg(feature = "regexp")]
    MATCH MATCH 1 0 Js(romcode::MATCH);
    #[cfg(feature = "regexp")]
    SEARCH SEARCH 1 0 Js(romcode::SEARCH);
    TO_LOWER_CASE TO_LOWER_CASE 0 2 N(string::to_lower_case);
    TO_UPPER_CASE TO_UPPER_CASE 0 2 N(string::to_upper_case);
    TO_LOCALE_LOWER_CASE TO_LOCALE_LOWER_CASE 0 2 N(string::to_lower_case);
    TO_LOCALE_UPPER_CASE TO_LOCALE_UPPER_CASE 0 2 N(string::to_upper_case);
    TRIM TRIM 0 2 N(string::trim);
    STRING_INCLUDES INCLUDES 1 0 Js(romcode::STRING_INCLUDES);
    STARTS_WITH STARTS_WITH 1 0 Js(romcode::STARTS_WITH);
    ENDS_WITH ENDS_WITH 1 0 Js(romcode::ENDS_WITH);
    REPEAT REPEAT 1 0 Js(romcode::REPEAT);
    #[cfg(feature = "padding")]
    PAD EMPTY 0 0 Js(romcode::PAD);
    #[cfg(feature = "padding")]
    PAD_START PAD_START 1 0 Js(romcode::PAD_START);
    #[cfg(feature = "padding")]
    PAD_END PAD_END 1 0 Js(romcode::PAD_END);
    NUMBER G_NUMBER 1 0b01_00 N(number::construct);
    NUMBER_TO_STRING TO_STRING 1 0b01_00 N(number::to_string);
    NUMBER_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(romcode::NUMBER_TO_LOCALE_STRING);
    NUMBER_VALUE_OF VALUE_OF 0 0 N(number::value_of);
    TO_FIXED TO_FIXED 1 0b01_00 N(number::to_fixed);
    TO_EXPONENTIAL TO_EXPONENTIAL 1 0b01_00 N(number::to_exponential);
    TO_PRECISION TO_PRECISION 1 0b01_00 N(number::to_precision);
    BOOLEAN G_BOOLEAN 1 0 N(number::construct_boolean);
    BOOLEAN_TO_STRING TO_STRING 0 0 Js(romcode::BOOLEAN_TO_STRING);
    BOOLEAN_VALUE_OF VALUE_OF 0 0 N(number::boolean_value_of);
    ABS ABS 1 0b01_00 N(math::abs);
    CEIL CEIL 1 0b01_00 N(math::ceil);
    FLOOR FLOOR 1 0b01_00 N(math::floor);
    MAX MAX 2 0b01_01_01_00 N(math::max);
    MIN MIN 2 0b01_01_01_00 N(math::min);
    ROUND ROUND 1 0b01_00 N(math::round);
    SQRT SQRT 1 0b01_00 N(math::sqrt);
    POW POW 2 0b01_01_00 N(math::pow);
    RANDOM RANDOM 0 0 N(math::random);
    TRUNC TRUNC 1 0b01_00 N(math::trunc);
    SIGN SIGN 1 0b01_00 N(math::sign);
    #[cfg(feature = "math")]
    SIN SIN 1 0b01_00 N(math::sin);
    #[cfg(feature = "math")]
    COS COS 1 0b01_00 N(math::cos);
    #[cfg(feature = "math")]
    TAN TAN 1 0b01_00 N(math::tan);
    #[cfg(feature = "math")]
    ASIN ASIN 1 0b01_00 N(math::asin);
    #[cfg(feature = "math")]
    ACOS ACOS 1 0b01_00 N(math::acos);
    #[cfg(feature = "math")]
    ATAN ATAN 1 0b01_00 N(math::atan);
    #[cfg(feature = "math")]
    EXP EXP 1 0b01_00 N(math::exp);
    #[cfg(feature = "math")]
    LOG LOG 1 0b01_00 N(math::log);
    #[cfg(feature = "math")]
    SINH SINH 1 0b01_00 N(math::sinh);
    #[cfg(feature = "math")]
    COSH COSH 1 0b01_00 N(math::cosh);
    #[cfg(feature = "math")]
    TANH TANH 1 0b01_00 N(math::tanh);
    #[cfg(feature = "math")]
    ASINH ASINH 1 0b01_00 N(math::asinh);
    #[cfg(feature = "math")]
    ACOSH ACOSH 1 0b01_00 N(math::acosh);
    #[cfg(feature = "math")]
    ATANH ATANH 1 0b01_00 N(math::atanh);
    #[cfg(feature = "math")]
    EXPM1 EXPM1 1 0b01_00 N(math::expm1);
    #[cfg(feature = "math")]
    LOG1P LOG1P 1 0b01_00 N(math::log1p);
    #[cfg(feature = "math")]
    LOG2 LOG2 1 0b01_00 N(math::log2);
    #[cfg(feature = "math")]
    LOG10 LOG10 1 0b01_00 N(math::log10);
    #[cfg(feature = "math")]
    CBRT CBRT 1 0b01_00 N(math::cbrt);
    #[cfg(feature = "math")]
    FROUND FROUND 1 0b01_00 N(math::fround);
    #[cfg(feature = "math")]
    CLZ32 CLZ32 1 0b01_00 N(math::clz32);
    #[cfg(feature = "math")]
    IMUL IMUL 2 0b01_01_00 N(math::imul);
    #[cfg(feature = "math")]
    HYPOT HYPOT 2 0b01_01_01_00 N(math::hypot);
    #[cfg(feature = "math")]
    ATAN2 ATAN2 2 0b01_01_00 N(math::atan2);
    ERROR G_ERROR 1 0b10_00 N(error::error);
    EVAL_ERROR G_EVAL_ERROR 1 0b10_00 N(error::eval_error);
    RANGE_ERROR G_RANGE_ERROR 1 0b10_00 N(error::range_error);
    REFERENCE_ERROR G_REFERENCE_ERROR 1 0b10_00 N(error::reference_error);
    SYNTAX_ERROR G_SYNTAX_ERROR 1 0b10_00 N(error::syntax_error);
    TYPE_ERROR G_TYPE_ERROR 1 0b10_00 N(error::type_error);
    URI_ERROR G_URIERROR 1 0b10_00 N(error::uri_error);
    ERROR_TO_STRING TO_STRING 0 0 Js(romcode::ERROR_TO_STRING);
    PARSE_INT PARSE_INT 2 0b01_10_00 N(global::parse_int);
    PARSE_FLOAT PARSE_FLOAT 1 0b10_00 N(global::parse_float);
    IS_NAN IS_NA_N 1 0b01_00 N(global::is_nan);
    IS_FINITE IS_FINITE 1 0b01_00 N(global::is_finite);
    #[cfg(not(feature = "eval"))]
    EVAL EVAL 1 0 N(global::eval);
    #[cfg(feature = "eval")]
    EVAL EVAL 1 0 Js(romcode::EVAL);
    #[cfg(feature = "eval")]
    COMPILE EMPTY 1 0 Code::Compile;
    #[cfg(feature = "eval")]
    THE_GLOBAL EMPTY 0 0 N(global::this);
    #[cfg(feature = "eval")]
    FUNCTION_OF EMPTY 1 0 N(function::of_code);
    THROWER EMPTY 0 0 N(function::thrower);
    BY_TEXT EMPTY 2 0 Js(romcode::BY_TEXT);
    #[cfg(any(feature = "spread", feature = "destructuring", feature = "array-from"))]
    SPREAD EMPTY 1 0 Js(romcode::SPREAD);
    #[cfg(not(any(feature = "spread", feature = "destructuring", feature = "array-from")))]
    SPREAD EMPTY 0 0 N(function::empty);
    #[cfg(any(feature = "spread", feature = "destructuring"))]
    OBJECT_SPREAD EMPTY 1 0 Js(romcode::OBJECT_SPREAD);
    #[cfg(not(any(feature = "spread", feature = "destructuring")))]
    OBJECT_SPREAD EMPTY 0 0 N(function::empty);
    #[cfg(feature = "destructuring")]
    OBJECT_REST EMPTY 0 0 Js(romcode::OBJECT_REST);
    #[cfg(not(feature = "destructuring"))]
    OBJECT_REST EMPTY 0 0 N(function::empty);
    #[cfg(feature = "destructuring")]
    ARRAY_REST EMPTY 1 0 Js(romcode::ARRAY_REST);
    #[cfg(not(feature = "destructuring"))]
    ARRAY_REST EMPTY 0 0 N(function::empty);
    LOCK EMPTY 2 0 Js(romcode::LOCK);
    IS_LOCKED EMPTY 2 0 Js(romcode::IS_LOCKED);
    OWN_KEYS EMPTY 2 0 Js(romcode::OWN_KEYS);
    #[cfg(feature = "date")]
    DATE G_DATE 7 0 Code::Date;
    #[cfg(feature = "date")]
    DATE_NEW EMPTY 7 0 Js(romcode::DATE_NEW);
    #[cfg(feature = "date")]
    DATE_CALLED EMPTY 0 0 Js(romcode::DATE_CALLED);
    #[cfg(feature = "date")]
    DATE_BOX EMPTY 1 0 N(date::new);
    #[cfg(feature = "date")]
    IS_DATE EMPTY 1 0 N(date::is);
    #[cfg(feature = "date")]
    DATE_TEXT EMPTY 1 0 N(date::text);
    #[cfg(feature = "date")]
    DATE_NOW NOW 0 0 N(date::now);
    #[cfg(feature = "date")]
    UPTIME NOW 0 0 N(date::uptime);
    #[cfg(feature = "date")]
    UTC UTC 7 0b01_01_01_00 N(date::utc);
    #[cfg(feature = "date")]
    DATE_PARSE PARSE 1 0b10_00 N(date::parse);
    #[cfg(feature = "date")]
    DATE_VALUE VALUE_OF 0 0 N(date::value);
    #[cfg(feature = "date")]
    GET_TIME GET_TIME 0 0 N(date::value);
    #[cfg(feature = "date")]
    SET_TIME SET_TIME 1 0b01_00 N(date::set_time);
    #[cfg(feature = "date")]
    GET_TIMEZONE_OFFSET GET_TIMEZONE_OFFSET 0 0 N(date::offset);
    #[cfg(feature = "date")]
    DATE_TO_STRING TO_STRING 0 0 Js(romcode::DATE_TO_STRING);
    #[cfg(feature = "date")]
    TO_DATE_STRING TO_DATE_STRING 0 0 Js(romcode::TO_DATE_STRING);
    #[cfg(feature = "date")]
    TO_TIME_STRING TO_TIME_STRING 0 0 Js(romcode::TO_TIME_STRING);
    #[cfg(feature = "date")]
    DATE_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(romcode::DATE_TO_STRING);
    #[cfg(feature = "date")]
    TO_LOCALE_DATE_STRING TO_LOCALE_DATE_STRING 0 0 Js(romcode::TO_DATE_STRING);
    #[cfg(feature = "date")]
    TO_LOCALE_TIME_STRING TO_LOCALE_TIME_STRING 0 0 Js(romcode::TO_TIME_STRING);
    #[cfg(feature = "date")]
    TO_UTC_STRING TO_UTC_STRING 0 0 Js(romcode::TO_UTC_STRING);
    #[cfg(feature = "date")]
    TO_ISO_STRING TO_ISO_STRING 0 0 Js(romcode::TO_ISO_STRING);
    #[cfg(feature = "date")]
    DATE_TO_JSON TO_JSON 1 0 Js(romcode::DATE_TO_JSON);
    #[cfg(feature = "date")]
    GET_FULLYEAR GET_FULLYEAR 0 0 N(date::year);
    #[cfg(feature = "date")]
    SET_FULLYEAR SET_FULLYEAR 3 0b01_01_01_00 N(date::set_year);
    #[cfg(feature = "date")]
    GET_UTC_FULLYEAR GET_UTC_FULLYEAR 0 0 N(date::year);
    #[cfg(feature = "date")]
    SET_UTC_FULLYEAR SET_UTC_FULLYEAR 3 0b01_01_01_00 N(date::set_year);
    #[cfg(feature = "date")]
    GET_MONTH GET_MONTH 0 0 N(date::month);
    #[cfg(feature = "date")]
    SET_MONTH SET_MONTH 2 0b01_01_01_00 N(date::set_month);
    #[cfg(feature = "date")]
    GET_UTC_MONTH GET_UTC_MONTH 0 0 N(date::month);
    #[cfg(feature = "date")]
    SET_UTC_MONTH SET_UTC_MONTH 2 0b01_01_01_00 N(date::set_month);
    #[cfg(feature = "date")]
    GET_DATE GET_DATE 0 0 N(date::day);
    #[cfg(feature = "date")]
    SET_DATE SET_DATE 1 0b01_01_01_00 N(date::set_day);
    #[cfg(feature = "date")]
    GET_UTC_DATE GET_UTC_DATE 0 0 N(date::day);
    #[cfg(feature = "date")]
    SET_UTC_DATE SET_UTC_DATE 1 0b01_01_01_00 N(date::set_day);
    #[cfg(feature = "date")]
    GET_HOURS GET_HOURS 0 0 N(date::hours);
    #[cfg(feature = "date")]
    SET_HOURS SET_HOURS 4 0b01_01_01_00 N(date::set_hours);
    #[cfg(feature = "date")]
    GET_UTC_HOURS GET_UTC_HOURS 0 0 N(date::hours);
    #[cfg(feature = "date")]
    SET_UTC_HOURS SET_UTC_HOURS 4 0b01_01_01_00 N(date::set_hours);
    #[cfg(feature = "date")]
    GET_MINUTES GET_MINUTES 0 0 N(date::minutes);
    #[cfg(feature = "date")]
    SET_MINUTES SET_MINUTES 3 0b01_01_01_00 N(date::set_minutes);
    #[cfg(feature = "date")]
    GET_UTC_MINUTES GET_UTC_MINUTES 0 0 N(date::minutes);
    #[cfg(feature = "date")]
    SET_UTC_MINUTES SET_UTC_MINUTES 3 0b01_01_01_00 N(date::set_minutes);
    #[cfg(feature = "date")]
    GET_SECONDS GET_SECONDS 0 0 N(date::seconds);
    #[cfg(feature = "date")]
    SET_SECONDS SET_SECONDS 2 0b01_01_01_00 N(date::set_seconds);
    #[cfg(feature = "date")]
    GET_UTC_SECONDS GET_UTC_SECONDS 0 0 N(date::seconds);
    #[cfg(feature = "date")]
    SET_UTC_SECONDS SET_UTC_SECONDS 2 0b01_01_01_00 N(date::set_seconds);
    #[cfg(feature = "date")]
    GET_MILLISECONDS GET_MILLISECONDS 0 0 N(date::milliseconds);
    #[cfg(feature = "date")]
    SET_MILLISECONDS SET_MILLISECONDS 1 0b01_01_01_00 N(date::set_milliseconds);
    #[cfg(feature = "date")]
    GET_UTC_MILLISECONDS GET_UTC_MILLISECONDS 0 0 N(date::milliseconds);
    #[cfg(feature = "date")]
    SET_UTC_MILLISECONDS SET_UTC_MILLISECONDS 1 0b01_01_01_00 N(date::set_milliseconds);
    #[cfg(feature = "date")]
    GET_DAY GET_DAY 0 0 N(date::weekday);
    #[cfg(feature = "date")]
    GET_UTC_DAY GET_UTC_DAY 0 0 N(date::weekday);
    #[cfg(feature = "typed-arrays")]
    INT8_ARRAY G_INT8_ARRAY 3 0 Code::Typed(el::I8);
    #[cfg(feature = "typed-arrays")]
    UINT8_ARRAY G_UINT8_ARRAY 3 0 Code::Typed(el::U8);
    #[cfg(feature = "typed-arrays")]
    UINT8_CLAMPED_ARRAY G_UINT8_CLAMPED_ARRAY 3 0 Code::Typed(el::CLAMPED);
    #[cfg(feature = "typed-arrays")]
    INT16_ARRAY G_INT16_ARRAY 3 0 Code::Typed(el::I16);
    #[cfg(feature = "typed-arrays")]
    UINT16_ARRAY G_UINT16_ARRAY 3 0 Code::Typed(el::U16);
    #[cfg(feature = "typed-arrays")]
    INT32_ARRAY G_INT32_ARRAY 3 0 Code::Typed(el::I32);
    #[cfg(feature = "typed-arrays")]
    UINT32_ARRAY G_UINT32_ARRAY 3 0 Code::Typed(el::U32);
    #[cfg(feature = "typed-arrays")]
    FLOAT32_ARRAY G_FLOAT32_ARRAY 3 0 Code::Typed(el::F32);
    #[cfg(feature = "typed-arrays")]
    FLOAT64_ARRAY G_FLOAT64_ARRAY 3 0 Code::Typed(el::F64);
    #[cfg(feature = "typed-arrays")]
    ARRAY_BUFFER G_ARRAY_BUFFER 1 0b01_00 N(typed::buffer);
    #[cfg(feature = "typed-arrays")]
    IS_VIEW IS_VIEW 1 0 N(typed::is_view);
    #[cfg(feature = "typed-arrays")]
    BUFFER_SLICE SLICE 2 0 Js(romcode::BUFFER_SLICE);
    #[cfg(feature = "typed-arrays")]
    BUFFER_COPY EMPTY 2 0 N(typed::buffer_copy);
    #[cfg(feature = "typed-arrays")]
    BUFFER_LENGTH BYTE_LENGTH 0 0 N(typed::buffer_length);
    #[cfg(feature = "typed-arrays")]
    TYPED EMPTY 0 0 N(function::thrower);
    #[cfg(feature = "typed-arrays")]
    TYPED_NEW EMPTY 3 0 Js(romcode::TYPED_NEW);
    #[cfg(feature = "typed-arrays")]
    TYPED_LIKE EMPTY 3 0 Js(romcode::TYPED_LIKE);
    #[cfg(feature = "typed-arrays")]
    VIEW_NEW EMPTY 3 0b01_01_00_00 N(typed::view);
    #[cfg(feature = "typed-arrays")]
    VIEW_KIND EMPTY 1 0 N(typed::kind);
    #[cfg(feature = "typed-arrays")]
    TYPED_LENGTH LENGTH 0 0 N(typed::length);
    #[cfg(feature = "typed-arrays")]
    TYPED_BYTES BYTE_LENGTH 0 0 N(typed::byte_length);
    #[cfg(feature = "typed-arrays")]
    TYPED_OFFSET BYTE_OFFSET 0 0 N(typed::byte_offset);
    #[cfg(feature = "typed-arrays")]
    TYPED_BUFFER BUFFER 0 0 N(typed::buffer_of);
    #[cfg(feature = "typed-arrays")]
    TYPED_SET SET 1 0 Js(romcode::TYPED_SET);
    #[cfg(feature = "typed-arrays")]
    SUBARRAY SUBARRAY 2 0 Js(romcode::SUBARRAY);
    #[cfg(feature = "typed-arrays")]
    TYPED_SLICE SLICE 2 0 Js(romcode::TYPED_SLICE);
    #[cfg(feature = "typed-arrays")]
    TYPED_MAP MAP 1 0 Js(romcode::TYPED_MAP);
    #[cfg(feature = "typed-arrays")]
    TYPED_FILTER FILTER 1 0 Js(romcode::TYPED_FILTER);
    #[cfg(feature = "typed-arrays")]
    BY_NUMBER EMPTY 2 0 Js(romcode::BY_NUMBER);
    #[cfg(feature = "typed-arrays")]
    TYPED_SORT SORT 1 0 Js(romcode::TYPED_SORT);
    #[cfg(feature = "typed-arrays")]
    COPY_WITHIN COPY_WITHIN 2 0 Js(romcode::COPY_WITHIN);
    #[cfg(feature = "typed-arrays")]
    TYPED_OF OF 0 0 Js(romcode::TYPED_OF);
    #[cfg(feature = "typed-arrays")]
    TYPED_FROM FROM 1 0 Js(romcode::TYPED_FROM);
    #[cfg(feature = "typed-arrays")]
    DATA_VIEW G_DATA_VIEW 1 0b01_01_00_00 N(typed::data_view);
    #[cfg(feature = "typed-arrays")]
    DATA_LENGTH BYTE_LENGTH 0 0 N(typed::data_length);
    #[cfg(feature = "typed-arrays")]
    DATA_OFFSET BYTE_OFFSET 0 0 N(typed::data_offset);
    #[cfg(feature = "typed-arrays")]
    DATA_BUFFER BUFFER 0 0 N(typed::data_buffer);
    #[cfg(feature = "typed-arrays")]
    GET_INT8 GET_INT8 1 0b01_00 N(typed::get_int8);
    #[cfg(feature = "typed-arrays")]
    SET_INT8 SET_INT8 2 0b00_01_01_00 N(typed::set_int8);
    #[cfg(feature = "typed-arrays")]
    GET_UINT8 GET_UINT8 1 0b01_00 N(typed::get_uint8);
    #[cfg(feature = "typed-arrays")]
    SET_UINT8 SET_UINT8 2 0b00_01_01_00 N(typed::set_uint8);
    #[cfg(feature = "typed-arrays")]
    GET_INT16 GET_INT16 1 0b01_00 N(typed::get_int16);
    #[cfg(feature = "typed-arrays")]
    SET_INT16 SET_INT16 2 0b00_01_01_00 N(typed::set_int16);
    #[cfg(feature = "typed-arrays")]
    GET_UINT16 GET_UINT16 1 0b01_00 N(typed::get_uint16);
    #[cfg(feature = "typed-arrays")]
    SET_UINT16 SET_UINT16 2 0b00_01_01_00 N(typed::set_uint16);
    #[cfg(feature = "typed-arrays")]
    GET_INT32 GET_INT32 1 0b01_00 N(typed::get_int32);
    #[cfg(feature = "typed-arrays")]
    SET_INT32 SET_INT32 2 0b00_01_01_00 N(typed::set_int32);
    #[cfg(feature = "typed-arrays")]
    GET_UINT32 GET_UINT32 1 0b01_00 N(typed::get_uint32);
    #[cfg(feature = "typed-arrays")]
    SET_UINT32 SET_UINT32 2 0b00_01_01_00 N(typed::set_uint32);
    #[cfg(feature = "typed-arrays")]
    GET_FLOAT32 GET_FLOAT32 1 0b01_00 N(typed::get_float32);
    #[cfg(feature = "typed-arrays")]
    SET_FLOAT32 SET_FLOAT32 2 0b00_01_01_00 N(typed::set_float32);
    #[cfg(feature = "typed-arrays")]
    GET_FLOAT64 GET_FLOAT64 1 0b01_00 N(typed::get_float64);
    #[cfg(feature = "typed-arrays")]
    SET_FLOAT64 SET_FLOAT64 2 0b00_01_01_00 N(typed::set_float64);
    #[cfg(feature = "json")]
    JSON_PARSE PARSE 2 0 Js(romcode::JSON_PARSE);
    #[cfg(feature = "json")]
    JSON_STRINGIFY STRINGIFY 3 0 Js(romcode::JSON_STRINGIFY);
    #[cfg(feature = "json")]
    JSON_VALUE EMPTY 0 0 Js(romcode::JSON_VALUE);
    #[cfg(feature = "json")]
    JSON_REVIVE EMPTY 0 0 Js(romcode::JSON_REVIVE);
    #[cfg(feature = "json")]
    JSON_TEXT EMPTY 0 0 Js(romcode::JSON_TEXT);
    #[cfg(feature = "json")]
    JSON_FAIL EMPTY 0 0 N(json::fail);
    #[cfg(feature = "json")]
    JSON_NEXT EMPTY 0 0 N(json::next);
    #[cfg(feature = "json")]
    JSON_END EMPTY 0 0 N(json::end);
    #[cfg(feature = "json")]
    JSON_SCALAR EMPTY 0 0 N(json::scalar);
    #[cfg(feature = "json")]
    JSON_QUOTE EMPTY 0 0 N(json::quote);
    #[cfg(feature = "regexp")]
    REGEXP G_REG_EXP 2 0 Js(romcode::REGEXP);
    #[cfg(feature = "regexp")]
    REGEXP_EXEC EXEC 1 0 Js(romcode::REGEXP_EXEC);
    #[cfg(feature = "regexp")]
    REGEXP_TEST TEST 1 0 Js(romcode::REGEXP_TEST);
    #[cfg(feature = "regexp")]
    REGEXP_TO_STRING TO_STRING 0 0 Js(romcode::REGEXP_TO_STRING);
    #[cfg(feature = "regexp")]
    REGEXP_RECOMPILE COMPILE 2 0 Js(romcode::REGEXP_RECOMPILE);
    #[cfg(feature = "regexp")]
    GET_FLAGS GET_FLAGS 0 0 Js(romcode::GET_FLAGS);
    #[cfg(feature = "regexp")]
    GET_SOURCE GET_SOURCE 0 0 N(regexp::source);
    #[cfg(feature = "regexp")]
    GET_GLOBAL GET_GLOBAL 0 0 N(regexp::global);
    #[cfg(feature = "regexp")]
    GET_IGNORE_CASE GET_IGNORE_CASE 0 0 N(regexp::ignore_case);
    #[cfg(feature = "regexp")]
    GET_MULTILINE GET_MULTILINE 0 0 N(regexp::multiline);
    #[cfg(feature = "regexp")]
    REGEXP_MAKE EMPTY 0 0 Js(romcode::REGEXP_MAKE);
    #[cfg(feature = "regexp")]
    REGEXP_MATCH EMPTY 0 0 Js(romcode::REGEXP_MATCH);
    #[cfg(feature = "regexp")]
    REGEXP_EXPAND EMPTY 0 0 Js(romcode::REGEXP_EXPAND);
    #[cfg(feature = "regexp")]
    REGEXP_FLAGS EMPTY 0 0 N(regexp::flags);
    #[cfg(feature = "regexp")]
    REGEXP_COMPILE EMPTY 0 0 N(regexp::compile);
    #[cfg(feature = "regexp")]
    REGEXP_RUN EMPTY 0 0 N(regexp::run);
    #[cfg(feature = "regexp")]
    REGEXP_GROUP EMPTY 0 0 N(regexp::group);
}

const HIDDEN: u16 = (WRITABLE | CONFIGURABLE) as u16;
const FIXED: u16 = 0;
#[cfg(feature = "regexp")]
const GETTER: u16 = (ACCESSOR | CONFIGURABLE) as u16;
const fn prop(name: u16, flags: u16, value: Value) -> Prop {
    Prop::new(name, flags, value)
}
const fn method(name: u16, function: u16) -> Prop {
    prop(name, HIDDEN, Value::obj(function))
}
const fn text(name: u16, s: u16) -> Prop {
    prop(name, HIDDEN, Value::str(s))
}

macro_rules! objects {
    ($($(#[$on:meta])* $id:ident $proto:ident $class:ident $function:expr, [$($(#[$has:meta])* $made:ident($($with:tt)*),)*];)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum ObjectId { $($(#[$on])* $id,)* }
        $($(#[$on])* pub(crate) const $id: u16 = HEAP_END + ObjectId::$id as u16;)*
        static OBJECTS: &[Object] = &[$($(#[$on])* Object {
            proto: $proto,
            class: class::$class as u8,
            function: $function,
            props: { static PROPS: &[Prop] = &[$($(#[$has])* $made($($with)*),)*]; PROPS },
        },)*];
    };
}
const NONE: u16 = 0;
const fn of(function: u16) -> u16 {
    function - FUNCTIONS_AT
}
objects! {
    GLOBAL OBJECT_PROTO OBJECT NO_FUNCTION, [
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
        method(n::PARSE_INT, f::PARSE_INT),
        method(n::PARSE_FLOAT, f::PARSE_FLOAT),
        method(n::IS_NA_N, f::IS_NAN),
        method(n::IS_FINITE, f::IS_FINITE),
        method(n::EVAL, f::EVAL),
    ];
    OBJECT_PROTO NONE OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, OBJECT_CTOR),
        method(n::TO_STRING, f::OBJECT_TO_STRING),
        method(n::TO_LOCALE_STRING, f::OBJECT_TO_LOCALE_STRING),
        method(n::VALUE_OF, f::OBJECT_VALUE_OF),
        method(n::HAS_OWN_PROPERTY, f::HAS_OWN_PROPERTY),
        method(n::IS_PROTOTYPE_OF, f::IS_PROTOTYPE_OF),
        method(n::PROPERTY_IS_ENUMERABLE, f::PROPERTY_IS_ENUMERABLE),
    ];
    OBJECT_CTOR FUNCTION_PROTO FUNCTION of(f::OBJECT), [
        prop(n::PROTOTYPE, FIXED, Value::obj(OBJECT_PROTO)),
        method(n::GET_PROTOTYPE_OF, f::GET_PROTOTYPE_OF),
        method(n::GET_OWN_PROPERTY_DESCRIPTOR, f::GET_OWN_PROPERTY_DESCRIPTOR),
        method(n::GET_OWN_PROPERTY_NAMES, f::GET_OWN_PROPERTY_NAMES),
        method(n::CREATE, f::CREATE),
        method(n::DEFINE_PROPERTY, f::DEFINE_PROPERTY),
        method(n::DEFINE_PROPERTIES, f::DEFINE_PROPERTIES),
        method(n::SEAL, f::SEAL),
        method(n::FREEZE, f::FREEZE),
        method(n::PREVENT_EXTENSIONS, f::PREVENT_EXTENSIONS),
        method(n::IS_SEALED, f::IS_SEALED),
        method(n::IS_FROZEN, f::IS_FROZEN),
        method(n::IS_EXTENSIBLE, f::IS_EXTENSIBLE),
        method(n::KEYS, f::KEYS),
    ];
    FUNCTION_PROTO OBJECT_PROTO FUNCTION of(f::EMPTY_FUNCTION), [
        method(n::CONSTRUCTOR, FUNCTION_CTOR),
        method(n::TO_STRING, f::FUNCTION_TO_STRING),
        method(n::CALL, f::CALL),
        method(n::APPLY, f::APPLY),
        method(n::BIND, f::BIND),
        prop(n::CALLER, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::THROWER)),
        prop(n::ARGUMENTS, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::THROWER)),
    ];
    FUNCTION_CTOR FUNCTION_PROTO FUNCTION of(f::FUNCTION), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FUNCTION_PROTO)),
    ];
    ARRAY_PROTO OBJECT_PROTO ARRAY NO_FUNCTION, [
        method(n::CONSTRUCTOR, ARRAY_CTOR),
        prop(n::LENGTH, WRITABLE as u16, Value::int(0)),
        method(n::TO_STRING, f::ARRAY_TO_STRING),
        method(n::TO_LOCALE_STRING, f::ARRAY_TO_LOCALE_STRING),
        method(n::CONCAT, f::ARRAY_CONCAT),
        method(n::JOIN, f::JOIN),
        method(n::POP, f::POP),
        method(n::PUSH, f::PUSH),
        method(n::REVERSE, f::REVERSE),
        method(n::SHIFT, f::SHIFT),
        method(n::SLICE, f::ARRAY_SLICE),
        method(n::SORT, f::SORT),
        method(n::SPLICE, f::SPLICE),
        method(n::UNSHIFT, f::UNSHIFT),
        method(n::INDEX_OF, f::ARRAY_INDEX_OF),
        method(n::LAST_INDEX_OF, f::ARRAY_LAST_INDEX_OF),
        method(n::EVERY, f::EVERY),
        method(n::SOME, f::SOME),
        method(n::FOR_EACH, f::FOR_EACH),
        method(n::MAP, f::MAP),
        method(n::FILTER, f::FILTER),
        method(n::REDUCE, f::REDUCE),
        method(n::REDUCE_RIGHT, f::REDUCE_RIGHT),
        method(n::INCLUDES, f::ARRAY_INCLUDES),
        method(n::FIND, f::FIND),
        method(n::FIND_INDEX, f::FIND_INDEX),
        method(n::FILL, f::FILL),
    ];
    ARRAY_CTOR FUNCTION_PROTO FUNCTION of(f::ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(ARRAY_PROTO)),
        method(n::IS_ARRAY, f::IS_ARRAY),
        #[cfg(feature = "array-from")]
        method(n::FROM, f::ARRAY_FROM),
        #[cfg(feature = "array-from")]
        method(n::OF, f::ARRAY_OF),
    ];
    STRING_PROTO OBJECT_PROTO STRING NO_FUNCTION, [
        method(n::CONSTRUCTOR, STRING_CTOR),
        prop(n::LENGTH, FIXED, Value::int(0)),
        method(n::TO_STRING, f::STRING_TO_STRING),
        method(n::VALUE_OF, f::STRING_VALUE_OF),
        method(n::CHAR_AT, f::CHAR_AT),
        method(n::CHAR_CODE_AT, f::CHAR_CODE_AT),
        method(n::CONCAT, f::STRING_CONCAT),
        method(n::INDEX_OF, f::INDEX_OF),
        method(n::LAST_INDEX_OF, f::LAST_INDEX_OF),
        method(n::LOCALE_COMPARE, f::LOCALE_COMPARE),
        method(n::SLICE, f::SLICE),
        method(n::SUBSTRING, f::SUBSTRING),
        method(n::SUBSTR, f::SUBSTR),
        #[cfg(not(feature = "regexp"))]
        method(n::SPLIT, f::SPLIT),
        #[cfg(not(feature = "regexp"))]
        method(n::REPLACE, f::REPLACE),
        #[cfg(feature = "regexp")]
        method(n::SPLIT, f::REGEXP_SPLIT),
        #[cfg(feature = "regexp")]
        method(n::REPLACE, f::REGEXP_REPLACE),
        #[cfg(feature = "regexp")]
        method(n::MATCH, f::MATCH),
        #[cfg(feature = "regexp")]
        method(n::SEARCH, f::SEARCH),
        method(n::TO_LOWER_CASE, f::TO_LOWER_CASE),
        method(n::TO_UPPER_CASE, f::TO_UPPER_CASE),
        method(n::TO_LOCALE_LOWER_CASE, f::TO_LOCALE_LOWER_CASE),
        method(n::TO_LOCALE_UPPER_CASE, f::TO_LOCALE_UPPER_CASE),
        method(n::TRIM, f::TRIM),
        method(n::INCLUDES, f::STRING_INCLUDES),
        method(n::STARTS_WITH, f::STARTS_WITH),
        method(n::ENDS_WITH, f::ENDS_WITH),
        method(n::REPEAT, f::REPEAT),
        #[cfg(feature = "padding")]
        method(n::PAD_START, f::PAD_START),
        #[cfg(feature = "padding")]
        method(n::PAD_END, f::PAD_END),
    ];
    STRING_CTOR FUNCTION_PROTO FUNCTION of(f::STRING), [
        prop(n::PROTOTYPE, FIXED, Value::obj(STRING_PROTO)),
        method(n::FROM_CHAR_CODE, f::FROM_CHAR_CODE),
    ];
    NUMBER_PROTO OBJECT_PROTO NUMBER NO_FUNCTION, [
        method(n::CONSTRUCTOR, NUMBER_CTOR),
        method(n::TO_STRING, f::NUMBER_TO_STRING),
        method(n::TO_LOCALE_STRING, f::NUMBER_TO_LOCALE_STRING),
        method(n::VALUE_OF, f::NUMBER_VALUE_OF),
        method(n::TO_FIXED, f::TO_FIXED),
        method(n::TO_EXPONENTIAL, f::TO_EXPONENTIAL),
        method(n::TO_PRECISION, f::TO_PRECISION),
    ];
    NUMBER_CTOR FUNCTION_PROTO FUNCTION of(f::NUMBER), [
        prop(n::PROTOTYPE, FIXED, Value::obj(NUMBER_PROTO)),
        prop(n::MAX_VALUE, FIXED, Value::float_ref(FLOATS_AT + 10)),
        prop(n::MIN_VALUE, FIXED, Value::float_ref(FLOATS_AT + 11)),
        prop(n::NAN, FIXED, FLOAT_NAN),
        prop(n::NEGATIVE_INFINITY, FIXED, Value::float_ref(FLOATS_AT + 2)),
        prop(n::POSITIVE_INFINITY, FIXED, FLOAT_INFINITY),
    ];
    BOOLEAN_PROTO OBJECT_PROTO BOOLEAN NO_FUNCTION, [
        method(n::CONSTRUCTOR, BOOLEAN_CTOR),
        method(n::TO_STRING, f::BOOLEAN_TO_STRING),
        method(n::VALUE_OF, f::BOOLEAN_VALUE_OF),
    ];
    BOOLEAN_CTOR FUNCTION_PROTO FUNCTION of(f::BOOLEAN), [
        prop(n::PROTOTYPE, FIXED, Value::obj(BOOLEAN_PROTO)),
    ];
    MATH OBJECT_PROTO MATH NO_FUNCTION, [
        prop(n::E, FIXED, Value::float_ref(FLOATS_AT + 3)),
        prop(n::LN10, FIXED, Value::float_ref(FLOATS_AT + 4)),
        prop(n::LN2, FIXED, Value::float_ref(FLOATS_AT + 5)),
        prop(n::LOG2E, FIXED, Value::float_ref(FLOATS_AT + 6)),
        prop(n::LOG10E, FIXED, Value::float_ref(FLOATS_AT + 7)),
        prop(n::PI, FIXED, Value::float_ref(FLOATS_AT + 8)),
        prop(n::SQRT1_2, FIXED, Value::float_ref(FLOATS_AT + 12)),
        prop(n::SQRT2, FIXED, Value::float_ref(FLOATS_AT + 9)),
        method(n::ABS, f::ABS),
        method(n::CEIL, f::CEIL),
        method(n::FLOOR, f::FLOOR),
        method(n::MAX, f::MAX),
        method(n::MIN, f::MIN),
        method(n::ROUND, f::ROUND),
        method(n::SQRT, f::SQRT),
        method(n::POW, f::POW),
        method(n::RANDOM, f::RANDOM),
        method(n::TRUNC, f::TRUNC),
        method(n::SIGN, f::SIGN),
        #[cfg(feature = "math")]
        method(n::SIN, f::SIN),
        #[cfg(feature = "math")]
        method(n::COS, f::COS),
        #[cfg(feature = "math")]
        method(n::TAN, f::TAN),
        #[cfg(feature = "math")]
        method(n::ASIN, f::ASIN),
        #[cfg(feature = "math")]
        method(n::ACOS, f::ACOS),
        #[cfg(feature = "math")]
        method(n::ATAN, f::ATAN),
        #[cfg(feature = "math")]
        method(n::EXP, f::EXP),
        #[cfg(feature = "math")]
        method(n::LOG, f::LOG),
        #[cfg(feature = "math")]
        method(n::SINH, f::SINH),
        #[cfg(feature = "math")]
        method(n::COSH, f::COSH),
        #[cfg(feature = "math")]
        method(n::TANH, f::TANH),
        #[cfg(feature = "math")]
        method(n::ASINH, f::ASINH),
        #[cfg(feature = "math")]
        method(n::ACOSH, f::ACOSH),
        #[cfg(feature = "math")]
        method(n::ATANH, f::ATANH),
        #[cfg(feature = "math")]
        method(n::EXPM1, f::EXPM1),
        #[cfg(feature = "math")]
        method(n::LOG1P, f::LOG1P),
        #[cfg(feature = "math")]
        method(n::LOG2, f::LOG2),
        #[cfg(feature = "math")]
        method(n::LOG10, f::LOG10),
        #[cfg(feature = "math")]
        method(n::CBRT, f::CBRT),
        #[cfg(feature = "math")]
        method(n::FROUND, f::FROUND),
        #[cfg(feature = "math")]
        method(n::CLZ32, f::CLZ32),
        #[cfg(feature = "math")]
        method(n::IMUL, f::IMUL),
        #[cfg(feature = "math")]
        method(n::HYPOT, f::HYPOT),
        #[cfg(feature = "math")]
        method(n::ATAN2, f::ATAN2),
    ];
    #[cfg(feature = "json")]
    JSON OBJECT_PROTO JSON NO_FUNCTION, [
        method(n::PARSE, f::JSON_PARSE),
        method(n::STRINGIFY, f::JSON_STRINGIFY),
    ];
    #[cfg(feature = "typed-arrays")]
    INT8_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT8_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    INT8_CTOR TYPED_CTOR FUNCTION of(f::INT8_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT8_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT8_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT8_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT8_CTOR TYPED_CTOR FUNCTION of(f::UINT8_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT8_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT8_CLAMPED_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT8_CLAMPED_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT8_CLAMPED_CTOR TYPED_CTOR FUNCTION of(f::UINT8_CLAMPED_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT8_CLAMPED_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(1)),
    ];
    #[cfg(feature = "typed-arrays")]
    INT16_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT16_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ];
    #[cfg(feature = "typed-arrays")]
    INT16_CTOR TYPED_CTOR FUNCTION of(f::INT16_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT16_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT16_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT16_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT16_CTOR TYPED_CTOR FUNCTION of(f::UINT16_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT16_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(2)),
    ];
    #[cfg(feature = "typed-arrays")]
    INT32_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, INT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    INT32_CTOR TYPED_CTOR FUNCTION of(f::INT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(INT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT32_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, UINT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    UINT32_CTOR TYPED_CTOR FUNCTION of(f::UINT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(UINT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    FLOAT32_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, FLOAT32_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    FLOAT32_CTOR TYPED_CTOR FUNCTION of(f::FLOAT32_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FLOAT32_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(4)),
    ];
    #[cfg(feature = "typed-arrays")]
    FLOAT64_PROTO TYPED_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, FLOAT64_CTOR),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(8)),
    ];
    #[cfg(feature = "typed-arrays")]
    FLOAT64_CTOR TYPED_CTOR FUNCTION of(f::FLOAT64_ARRAY), [
        prop(n::PROTOTYPE, FIXED, Value::obj(FLOAT64_PROTO)),
        prop(n::BYTES_PER_ELEMENT, FIXED, Value::int(8)),
    ];
    #[cfg(feature = "typed-arrays")]
    ARRAY_BUFFER_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, ARRAY_BUFFER_CTOR),
        prop(n::BYTE_LENGTH, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::BUFFER_LENGTH)),
        method(n::SLICE, f::BUFFER_SLICE),
    ];
    #[cfg(feature = "typed-arrays")]
    ARRAY_BUFFER_CTOR FUNCTION_PROTO FUNCTION of(f::ARRAY_BUFFER), [
        prop(n::PROTOTYPE, FIXED, Value::obj(ARRAY_BUFFER_PROTO)),
        method(n::IS_VIEW, f::IS_VIEW),
    ];
    #[cfg(feature = "typed-arrays")]
    TYPED_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, TYPED_CTOR),
        prop(n::LENGTH, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::TYPED_LENGTH)),
        prop(n::BYTE_LENGTH, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::TYPED_BYTES)),
        prop(n::BYTE_OFFSET, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::TYPED_OFFSET)),
        prop(n::BUFFER, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::TYPED_BUFFER)),
        method(n::TO_STRING, f::ARRAY_TO_STRING),
        method(n::TO_LOCALE_STRING, f::ARRAY_TO_LOCALE_STRING),
        method(n::JOIN, f::JOIN),
        method(n::REVERSE, f::REVERSE),
        method(n::INDEX_OF, f::ARRAY_INDEX_OF),
        method(n::LAST_INDEX_OF, f::ARRAY_LAST_INDEX_OF),
        method(n::EVERY, f::EVERY),
        method(n::SOME, f::SOME),
        method(n::FOR_EACH, f::FOR_EACH),
        method(n::REDUCE, f::REDUCE),
        method(n::REDUCE_RIGHT, f::REDUCE_RIGHT),
        method(n::INCLUDES, f::ARRAY_INCLUDES),
        method(n::FIND, f::FIND),
        method(n::FIND_INDEX, f::FIND_INDEX),
        method(n::FILL, f::FILL),
        method(n::SET, f::TYPED_SET),
        method(n::SUBARRAY, f::SUBARRAY),
        method(n::SLICE, f::TYPED_SLICE),
        method(n::MAP, f::TYPED_MAP),
        method(n::FILTER, f::TYPED_FILTER),
        method(n::SORT, f::TYPED_SORT),
        method(n::COPY_WITHIN, f::COPY_WITHIN),
    ];
    #[cfg(feature = "typed-arrays")]
    TYPED_CTOR FUNCTION_PROTO FUNCTION of(f::TYPED), [
        prop(n::PROTOTYPE, FIXED, Value::obj(TYPED_PROTO)),
        method(n::OF, f::TYPED_OF),
        method(n::FROM, f::TYPED_FROM),
    ];
    #[cfg(feature = "typed-arrays")]
    DATA_VIEW_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, DATA_VIEW_CTOR),
        prop(n::BYTE_LENGTH, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::DATA_LENGTH)),
        prop(n::BYTE_OFFSET, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::DATA_OFFSET)),
        prop(n::BUFFER, (ACCESSOR | CONFIGURABLE) as u16, Value::obj(f::DATA_BUFFER)),
        method(n::GET_INT8, f::GET_INT8),
        method(n::SET_INT8, f::SET_INT8),
        method(n::GET_UINT8, f::GET_UINT8),
        method(n::SET_UINT8, f::SET_UINT8),
        method(n::GET_INT16, f::GET_INT16),
        method(n::SET_INT16, f::SET_INT16),
        method(n::GET_UINT16, f::GET_UINT16),
        method(n::SET_UINT16, f::SET_UINT16),
        method(n::GET_INT32, f::GET_INT32),
        method(n::SET_INT32, f::SET_INT32),
        method(n::GET_UINT32, f::GET_UINT32),
        method(n::SET_UINT32, f::SET_UINT32),
        method(n::GET_FLOAT32, f::GET_FLOAT32),
        method(n::SET_FLOAT32, f::SET_FLOAT32),
        method(n::GET_FLOAT64, f::GET_FLOAT64),
        method(n::SET_FLOAT64, f::SET_FLOAT64),
    ];
    #[cfg(feature = "typed-arrays")]
    DATA_VIEW_CTOR FUNCTION_PROTO FUNCTION of(f::DATA_VIEW), [
        prop(n::PROTOTYPE, FIXED, Value::obj(DATA_VIEW_PROTO)),
    ];
    #[cfg(feature = "regexp")]
    REGEXP_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, REGEXP_CTOR),
        method(n::EXEC, f::REGEXP_EXEC),
        method(n::TEST, f::REGEXP_TEST),
        method(n::TO_STRING, f::REGEXP_TO_STRING),
        method(n::COMPILE, f::REGEXP_RECOMPILE),
        prop(n::FLAGS, GETTER, Value::obj(f::GET_FLAGS)),
        prop(n::SOURCE, GETTER, Value::obj(f::GET_SOURCE)),
        prop(n::GLOBAL, GETTER, Value::obj(f::GET_GLOBAL)),
        prop(n::IGNORE_CASE, GETTER, Value::obj(f::GET_IGNORE_CASE)),
        prop(n::MULTILINE, GETTER, Value::obj(f::GET_MULTILINE)),
    ];
    #[cfg(feature = "regexp")]
    REGEXP_CTOR FUNCTION_PROTO FUNCTION of(f::REGEXP), [
        prop(n::PROTOTYPE, FIXED, Value::obj(REGEXP_PROTO)),
    ];
    #[cfg(feature = "date")]
    DATE_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, DATE_CTOR),
        method(n::VALUE_OF, f::DATE_VALUE),
        method(n::TO_STRING, f::DATE_TO_STRING),
        method(n::TO_LOCALE_STRING, f::DATE_TO_LOCALE_STRING),
        method(n::TO_JSON, f::DATE_TO_JSON),
        method(n::GET_TIME, f::GET_TIME),
        method(n::SET_TIME, f::SET_TIME),
        method(n::GET_TIMEZONE_OFFSET, f::GET_TIMEZONE_OFFSET),
        method(n::TO_DATE_STRING, f::TO_DATE_STRING),
        method(n::TO_TIME_STRING, f::TO_TIME_STRING),
        method(n::TO_LOCALE_DATE_STRING, f::TO_LOCALE_DATE_STRING),
        method(n::TO_LOCALE_TIME_STRING, f::TO_LOCALE_TIME_STRING),
        method(n::TO_UTC_STRING, f::TO_UTC_STRING),
        method(n::TO_ISO_STRING, f::TO_ISO_STRING),
        method(n::GET_FULLYEAR, f::GET_FULLYEAR),
        method(n::SET_FULLYEAR, f::SET_FULLYEAR),
        method(n::GET_UTC_FULLYEAR, f::GET_UTC_FULLYEAR),
        method(n::SET_UTC_FULLYEAR, f::SET_UTC_FULLYEAR),
        method(n::GET_MONTH, f::GET_MONTH),
        method(n::SET_MONTH, f::SET_MONTH),
        method(n::GET_UTC_MONTH, f::GET_UTC_MONTH),
        method(n::SET_UTC_MONTH, f::SET_UTC_MONTH),
        method(n::GET_DATE, f::GET_DATE),
        method(n::SET_DATE, f::SET_DATE),
        method(n::GET_UTC_DATE, f::GET_UTC_DATE),
        method(n::SET_UTC_DATE, f::SET_UTC_DATE),
        method(n::GET_HOURS, f::GET_HOURS),
        method(n::SET_HOURS, f::SET_HOURS),
        method(n::GET_UTC_HOURS, f::GET_UTC_HOURS),
        method(n::SET_UTC_HOURS, f::SET_UTC_HOURS),
        method(n::GET_MINUTES, f::GET_MINUTES),
        method(n::SET_MINUTES, f::SET_MINUTES),
        method(n::GET_UTC_MINUTES, f::GET_UTC_MINUTES),
        method(n::SET_UTC_MINUTES, f::SET_UTC_MINUTES),
        method(n::GET_SECONDS, f::GET_SECONDS),
        method(n::SET_SECONDS, f::SET_SECONDS),
        method(n::GET_UTC_SECONDS, f::GET_UTC_SECONDS),
        method(n::SET_UTC_SECONDS, f::SET_UTC_SECONDS),
        method(n::GET_MILLISECONDS, f::GET_MILLISECONDS),
        method(n::SET_MILLISECONDS, f::SET_MILLISECONDS),
        method(n::GET_UTC_MILLISECONDS, f::GET_UTC_MILLISECONDS),
        method(n::SET_UTC_MILLISECONDS, f::SET_UTC_MILLISECONDS),
        method(n::GET_DAY, f::GET_DAY),
        method(n::GET_UTC_DAY, f::GET_UTC_DAY),
    ];
    #[cfg(feature = "date")]
    DATE_CTOR FUNCTION_PROTO FUNCTION of(f::DATE), [
        prop(n::PROTOTYPE, FIXED, Value::obj(DATE_PROTO)),
        method(n::NOW, f::DATE_NOW),
        method(n::PARSE, f::DATE_PARSE),
        method(n::UTC, f::UTC),
    ];
    #[cfg(feature = "date")]
    PERFORMANCE OBJECT_PROTO OBJECT NO_FUNCTION, [method(n::NOW, f::UPTIME),];
    ERROR_PROTO OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, ERROR_CTOR),
        text(n::NAME, n::G_ERROR),
        text(n::MESSAGE, n::EMPTY),
        method(n::TO_STRING, f::ERROR_TO_STRING),
    ];
    EVAL_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, EVAL_ERROR_CTOR), text(n::NAME, n::G_EVAL_ERROR), text(n::MESSAGE, n::EMPTY),
    ];
    RANGE_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, RANGE_ERROR_CTOR), text(n::NAME, n::G_RANGE_ERROR), text(n::MESSAGE, n::EMPTY),
    ];
    REFERENCE_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, REFERENCE_ERROR_CTOR), text(n::NAME, n::G_REFERENCE_ERROR), text(n::MESSAGE, n::EMPTY),
    ];
    SYNTAX_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, SYNTAX_ERROR_CTOR), text(n::NAME, n::G_SYNTAX_ERROR), text(n::MESSAGE, n::EMPTY),
    ];
    TYPE_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, TYPE_ERROR_CTOR), text(n::NAME, n::G_TYPE_ERROR), text(n::MESSAGE, n::EMPTY),
    ];
    URI_ERROR_PROTO ERROR_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, URI_ERROR_CTOR), text(n::NAME, n::G_URIERROR), text(n::MESSAGE, n::EMPTY),
    ];
    ERROR_CTOR FUNCTION_PROTO FUNCTION of(f::ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(ERROR_PROTO)),];
    EVAL_ERROR_CTOR ERROR_CTOR FUNCTION of(f::EVAL_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(EVAL_ERROR_PROTO)),];
    RANGE_ERROR_CTOR ERROR_CTOR FUNCTION of(f::RANGE_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(RANGE_ERROR_PROTO)),];
    REFERENCE_ERROR_CTOR ERROR_CTOR FUNCTION of(f::REFERENCE_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(REFERENCE_ERROR_PROTO)),];
    SYNTAX_ERROR_CTOR ERROR_CTOR FUNCTION of(f::SYNTAX_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(SYNTAX_ERROR_PROTO)),];
    TYPE_ERROR_CTOR ERROR_CTOR FUNCTION of(f::TYPE_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(TYPE_ERROR_PROTO)),];
    URI_ERROR_CTOR ERROR_CTOR FUNCTION of(f::URI_ERROR), [prop(n::PROTOTYPE, FIXED, Value::obj(URI_ERROR_PROTO)),];
    OUT_OF_MEMORY RANGE_ERROR_PROTO ERROR NO_FUNCTION, [text(n::MESSAGE, n::OUT_OF_MEMORY),];
}

/// Doubles in flash, as references from `HEAP_END` on.
const FLOATS_AT: u16 = HEAP_END;
static FLOATS: [f64; 13] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    core::f64::consts::E,
    core::f64::consts::LN_10,
    core::f64::consts::LN_2,
    core::f64::consts::LOG2_E,
    core::f64::consts::LOG10_E,
    core::f64::consts::PI,
    core::f64::consts::SQRT_2,
    f64::MAX,
    5e-324,
    core::f64::consts::FRAC_1_SQRT_2,
];
pub(crate) const FLOAT_NAN: Value = Value::float_ref(FLOATS_AT);
pub(crate) const FLOAT_INFINITY: Value = Value::float_ref(FLOATS_AT + 1);
pub(crate) fn float(r: u16) -> f64 {
    FLOATS.get((r - FLOATS_AT) as usize).copied().unwrap_or(f64::NAN)
}

fn object_at(o: u16) -> Option<&'static Object> {
    OBJECTS.get(o.wrapping_sub(HEAP_END) as usize)
}
/// The built-in function behind a reference.
pub(crate) fn function(o: u16) -> Option<&'static Function> {
    let i = match object_at(o) {
        Some(object) if o < FUNCTIONS_AT => object.function,
        _ => o.wrapping_sub(FUNCTIONS_AT),
    };
    if o >= HOST_OBJECTS_AT {
        None
    } else {
        FUNCTIONS.get(i as usize)
    }
}
/// Whether `new` may be applied to a built-in function: those that are objects of the tables are.
pub(crate) fn is_constructor(o: u16) -> bool {
    o < FUNCTIONS_AT && o != FUNCTION_PROTO && function(o).is_some()
}
/// The number of the host's function behind a reference.
pub(crate) fn host_function(lib: &'static Library, o: u16) -> Option<u16> {
    let i = o.wrapping_sub(HOST_FUNCTIONS_AT);
    if o < HOST_CLASSES_AT && (i as usize) < lib.functions.len() {
        Some(i)
    } else {
        None
    }
}
/// The prototype of a host's class.
pub(crate) fn host_class(class: u16) -> u16 {
    HOST_CLASSES_AT + class
}
fn host_table(lib: &'static Library, o: u16) -> Option<&'static [Entry]> {
    if o >= HOST_CLASSES_AT {
        lib.classes.get((o - HOST_CLASSES_AT) as usize).copied()
    } else if (HOST_OBJECTS_AT..HOST_FUNCTIONS_AT).contains(&o) {
        lib.objects.get((o - HOST_OBJECTS_AT) as usize).copied()
    } else {
        None
    }
}
pub(crate) fn proto(lib: &'static Library, o: u16) -> u16 {
    if o < FUNCTIONS_AT {
        return object_at(o).map_or(0, |object| object.proto);
    }
    if function(o).is_some() || host_function(lib, o).is_some() {
        FUNCTION_PROTO
    } else {
        OBJECT_PROTO
    }
}
pub(crate) fn class(lib: &'static Library, o: u16) -> u32 {
    if o < FUNCTIONS_AT {
        return object_at(o).map_or(class::OBJECT, |object| object.class as u32);
    }
    if function(o).is_some() || host_function(lib, o).is_some() {
        class::FUNCTION
    } else {
        class::OBJECT
    }
}
fn item(item: Item) -> Value {
    match item {
        Item::Int(i) => Value::int(i),
        Item::Object(i) => Value::obj(HOST_OBJECTS_AT + i),
        Item::Function(i) | Item::Getter(i) => Value::obj(HOST_FUNCTIONS_AT + i),
    }
}
/// An own property of an object in flash, as the tables have it.
pub(crate) fn lookup(lib: &'static Library, o: u16, name: u16) -> Option<(Value, u32)> {
    if let Some(object) = object_at(o)
        && let Some(found) = object.props.iter().find(|p| p.name() == name)
    {
        return Some((found.value(), found.flags()));
    }
    let table = if o == GLOBAL {
        Some(lib.globals)
    } else {
        host_table(lib, o)
    };
    if let Some(found) = table.and_then(|t| t.iter().find(|e| e.name.0 == name)) {
        let flags = match found.item {
            Item::Int(_) => ENUMERABLE,
            Item::Getter(_) => ENUMERABLE | ACCESSOR,
            _ => DATA & !ENUMERABLE,
        };
        return Some((item(found.item), flags));
    }
    if name != n::LENGTH && name != n::NAME {
        return None;
    }
    if let Some(f) = function(o) {
        let value = if name == n::LENGTH {
            Value::int(f.length as i32)
        } else {
            Value::str(f.name)
        };
        return Some((value, CONFIGURABLE));
    }
    let f = lib.functions.get(host_function(lib, o)? as usize)?;
    let value = if name == n::LENGTH {
        Value::int(f.args.len() as i32)
    } else {
        Value::str(f.name.0)
    };
    Some((value, CONFIGURABLE))
}
fn tables(lib: &'static Library, o: u16) -> (&'static [Prop], &'static [Entry], usize) {
    let props = object_at(o).map_or(&[][..], |object| object.props);
    let entries = if o == GLOBAL {
        lib.globals
    } else {
        host_table(lib, o).unwrap_or(&[])
    };
    let extra = if function(o).is_some() || host_function(lib, o).is_some() {
        2
    } else {
        0
    };
    (props, entries, extra)
}
/// How many own properties an object in flash has.
pub(crate) fn count(lib: &'static Library, o: u16) -> usize {
    let (props, entries, extra) = tables(lib, o);
    props.len() + entries.len() + extra
}
/// The name of property number `i`.
pub(crate) fn name_at(lib: &'static Library, o: u16, i: usize) -> Option<u16> {
    let (props, entries, _) = tables(lib, o);
    if let Some(p) = props.get(i) {
        return Some(p.name());
    }
    let i = i - props.len();
    if let Some(e) = entries.get(i) {
        return Some(e.name.0);
    }
    Some(if i == entries.len() { n::LENGTH } else { n::NAME })
}
