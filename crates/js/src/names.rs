//! Names that live in flash, and the one place where a text becomes a name.
//!
//! A name is 16 bits: a built-in one (engine, then the host's library), one of the script (identifiers and
//! literals), or an interned string cell. The same text always has the same name, so comparing is one compare.

use crate::api::Library;
use crate::heap::reg;
use crate::heap::{INTERNED, Vm, t};
use crate::message::m;
use crate::value::{HEAP_END, MAX_NAMES, R, ROM_NAME};
use crate::words::Field;

macro_rules! names {
    ($($kid:ident=$kw:literal)* ; $($(#[$on:meta])* $id:ident=$s:literal)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, dead_code)]
        enum Index { $($kid,)* $($(#[$on])* $id,)* }
        /// The names by their constants.
        #[allow(dead_code)]
        pub(crate) mod n {
            use super::{Index, ROM_NAME};
            $(pub(crate) const $kid: u16 = ROM_NAME + Index::$kid as u16;)*
            $($(#[$on])* pub(crate) const $id: u16 = ROM_NAME + Index::$id as u16;)*
        }
        /// The constants' own names, for what is generated from them.
        #[cfg(all(test, feature = "full"))]
        pub(crate) static IDS: &[&str] = &[$(stringify!($kid),)* $($(#[$on])* stringify!($id),)*];
        /// All names, in front of them the conditions of those that have some.
        #[cfg(all(test, feature = "full"))]
        const ALL: &[(&str, &str)] = &[$(("", $kw),)* $((concat!($(stringify!($on),)* ""), $s),)*];
        const KEYWORDS: usize = [$($kw),*].len();
        const LIST: &[&str] = &[$($kw,)* $($(#[$on])* $s,)*];
    };
}
names! {
    // Words of the language, sorted.
    ASYNC="async" AWAIT="await" BREAK="break" CASE="case" CATCH="catch" CLASS="class" CONST="const"
    CONTINUE="continue" DEBUGGER="debugger" DEFAULT="default" DELETE="delete" DO="do" ELSE="else"
    ENUM="enum" EXPORT="export" EXTENDS="extends" FALSE="false" FINALLY="finally" FOR="for"
    FUNCTION="function" GET="get" IF="if" IMPORT="import" IN="in" INSTANCEOF="instanceof" LET="let"
    NEW="new" NULL="null" OF="of" RETURN="return" SET="set" STATIC="static" SUPER="super" SWITCH="switch"
    THIS="this" THROW="throw" TRUE="true" TRY="try" TYPEOF="typeof" VAR="var" VOID="void" WHILE="while"
    WITH="with" YIELD="yield"
    ;
    // All others, sorted.
    EMPTY=""
    #[cfg(feature = "json")] NEW_LINE="\n"
    #[cfg(feature = "eval")] ANONYMOUS_BODY="\n) {\n"
    #[cfg(feature = "eval")] ANONYMOUS_END="\n})"
    #[cfg(any(feature = "padding", feature = "json", feature = "lines"))] BLANK=" "
    DOLLAR="$" DOLLARS="$&`'"
    NATIVE_CODE="() { [native code] }"
    #[cfg(feature = "eval")] ANONYMOUS_OPEN="(function anonymous("
    COMMA="," MINUS_ONE="-1"
    #[cfg(feature = "regexp")] SLASH="/"
    ZERO="0" ONE="1"
    #[cfg(feature = "json")] COLON=":"
    COLON_BLANK=": " G_ARGUMENTS="Arguments" G_ARRAY="Array"
    #[cfg(feature = "typed-arrays")] G_ARRAY_BUFFER="ArrayBuffer"
    #[cfg(feature = "typed-arrays")] BYTES_PER_ELEMENT="BYTES_PER_ELEMENT"
    G_BOOLEAN="Boolean"
    #[cfg(feature = "typed-arrays")] G_DATA_VIEW="DataView"
    #[cfg(feature = "date")] G_DATE="Date"
    E="E"
    #[cfg(feature = "statics")] EPSILON="EPSILON"
    G_ERROR="Error" G_EVAL_ERROR="EvalError"
    #[cfg(feature = "typed-arrays")] G_FLOAT32_ARRAY="Float32Array"
    #[cfg(feature = "typed-arrays")] G_FLOAT64_ARRAY="Float64Array"
    G_FUNCTION="Function" G_INFINITY="Infinity"
    #[cfg(feature = "typed-arrays")] G_INT16_ARRAY="Int16Array"
    #[cfg(feature = "typed-arrays")] G_INT32_ARRAY="Int32Array"
    #[cfg(feature = "typed-arrays")] G_INT8_ARRAY="Int8Array"
    #[cfg(feature = "json")] G_JSON="JSON"
    LN10="LN10" LN2="LN2" LOG10E="LOG10E" LOG2E="LOG2E"
    #[cfg(feature = "statics")] MAX_SAFE_INTEGER="MAX_SAFE_INTEGER"
    MAX_VALUE="MAX_VALUE"
    #[cfg(feature = "statics")] MIN_SAFE_INTEGER="MIN_SAFE_INTEGER"
    MIN_VALUE="MIN_VALUE"
    G_MATH="Math" NEGATIVE_INFINITY="NEGATIVE_INFINITY" NAN="NaN" G_NULL="Null" G_NUMBER="Number"
    G_OBJECT="Object" PI="PI" POSITIVE_INFINITY="POSITIVE_INFINITY" G_RANGE_ERROR="RangeError"
    G_REFERENCE_ERROR="ReferenceError"
    #[cfg(feature = "regexp")] G_REG_EXP="RegExp"
    SQRT1_2="SQRT1_2" SQRT2="SQRT2" G_STRING="String" G_SYNTAX_ERROR="SyntaxError" G_TYPE_ERROR="TypeError"

    #[cfg(feature = "typed-arrays")] G_TYPED_ARRAY="TypedArray"
    G_URIERROR="URIError"
    #[cfg(feature = "date")] UTC="UTC"
    #[cfg(feature = "typed-arrays")] G_UINT16_ARRAY="Uint16Array"
    #[cfg(feature = "typed-arrays")] G_UINT32_ARRAY="Uint32Array"
    #[cfg(feature = "typed-arrays")] G_UINT8_ARRAY="Uint8Array"
    #[cfg(feature = "typed-arrays")] G_UINT8_CLAMPED_ARRAY="Uint8ClampedArray"
    G_UNDEFINED="Undefined"
    #[cfg(feature = "json")] BRACKET_OPEN="["
    OBJECT_BLANK="[object "
    #[cfg(feature = "json")] OF_BOOLEAN="[object Boolean]"
    #[cfg(feature = "json")] OF_NUMBER="[object Number]"
    #[cfg(feature = "json")] OF_STRING="[object String]"
    BRACKET_CLOSE="]"
    ABS="abs"
    #[cfg(feature = "math")] ACOS="acos"
    #[cfg(feature = "math")] ACOSH="acosh"
    APPLY="apply" ARGUMENTS="arguments"
    #[cfg(feature = "math")] ASIN="asin"
    #[cfg(feature = "math")] ASINH="asinh"
    #[cfg(feature = "statics")] ASSIGN="assign"
    #[cfg(feature = "math")] ATAN="atan"
    #[cfg(feature = "math")] ATAN2="atan2"
    #[cfg(feature = "math")] ATANH="atanh"
    BIND="bind" BOOLEAN="boolean"
    #[cfg(feature = "typed-arrays")] BUFFER="buffer"
    #[cfg(feature = "typed-arrays")] BYTE_LENGTH="byteLength"
    #[cfg(feature = "typed-arrays")] BYTE_OFFSET="byteOffset"
    CALL="call" CALLEE="callee" CALLER="caller"
    #[cfg(feature = "math")] CBRT="cbrt"
    CEIL="ceil" CHAR_AT="charAt" CHAR_CODE_AT="charCodeAt"
    #[cfg(feature = "math")] CLZ32="clz32"
    #[cfg(feature = "regexp")] COMPILE="compile"
    CONCAT="concat" CONFIGURABLE="configurable" CONSTRUCTOR="constructor"
    #[cfg(feature = "typed-arrays")] COPY_WITHIN="copyWithin"
    #[cfg(feature = "math")] COS="cos"
    #[cfg(feature = "math")] COSH="cosh"
    CREATE="create"
    #[cfg(feature = "uri")] DECODE_URI="decodeURI"
    #[cfg(feature = "uri")] DECODE_URI_COMPONENT="decodeURIComponent"
    DEFINE_PROPERTIES="defineProperties" DEFINE_PROPERTY="defineProperty"
    #[cfg(feature = "uri")] ENCODE_URI="encodeURI"
    #[cfg(feature = "uri")] ENCODE_URI_COMPONENT="encodeURIComponent"
    ENDS_WITH="endsWith"
    #[cfg(feature = "statics")] ENTRIES="entries"
    ENUMERABLE="enumerable" EVAL="eval" EVERY="every"
    #[cfg(feature = "regexp")] EXEC="exec"
    #[cfg(feature = "math")] EXP="exp"
    #[cfg(feature = "math")] EXPM1="expm1"
    FILL="fill" FILTER="filter" FIND="find" FIND_INDEX="findIndex"
    #[cfg(feature = "regexp")] FLAGS="flags"
    FLOOR="floor" FOR_EACH="forEach" FREEZE="freeze" FROM="from" FROM_CHAR_CODE="fromCharCode"
    #[cfg(feature = "math")] FROUND="fround"
    FUNCTION_BLANK="function "
    #[cfg(feature = "regexp")] G="g"
    #[cfg(feature = "typed-arrays")] GET_BUFFER="get buffer"
    #[cfg(feature = "typed-arrays")] GET_BYTE_LENGTH="get byteLength"
    #[cfg(feature = "typed-arrays")] GET_BYTE_OFFSET="get byteOffset"
    #[cfg(feature = "regexp")] GET_FLAGS="get flags"
    #[cfg(feature = "regexp")] GET_GLOBAL="get global"
    #[cfg(feature = "regexp")] GET_IGNORE_CASE="get ignoreCase"
    #[cfg(feature = "typed-arrays")] GET_LENGTH="get length"
    #[cfg(feature = "regexp")] GET_MULTILINE="get multiline"
    #[cfg(feature = "regexp")] GET_SOURCE="get source"
    #[cfg(feature = "date")] GET_DATE="getDate"
    #[cfg(feature = "date")] GET_DAY="getDay"
    #[cfg(feature = "typed-arrays")] GET_FLOAT32="getFloat32"
    #[cfg(feature = "typed-arrays")] GET_FLOAT64="getFloat64"
    #[cfg(feature = "date")] GET_FULLYEAR="getFullYear"
    #[cfg(feature = "date")] GET_HOURS="getHours"
    #[cfg(feature = "typed-arrays")] GET_INT16="getInt16"
    #[cfg(feature = "typed-arrays")] GET_INT32="getInt32"
    #[cfg(feature = "typed-arrays")] GET_INT8="getInt8"
    #[cfg(feature = "date")] GET_MILLISECONDS="getMilliseconds"
    #[cfg(feature = "date")] GET_MINUTES="getMinutes"
    #[cfg(feature = "date")] GET_MONTH="getMonth"
    GET_OWN_PROPERTY_DESCRIPTOR="getOwnPropertyDescriptor" GET_OWN_PROPERTY_NAMES="getOwnPropertyNames"
    GET_PROTOTYPE_OF="getPrototypeOf"
    #[cfg(feature = "date")] GET_SECONDS="getSeconds"
    #[cfg(feature = "date")] GET_TIME="getTime"
    #[cfg(feature = "date")] GET_TIMEZONE_OFFSET="getTimezoneOffset"
    #[cfg(feature = "date")] GET_UTC_DATE="getUTCDate"
    #[cfg(feature = "date")] GET_UTC_DAY="getUTCDay"
    #[cfg(feature = "date")] GET_UTC_FULLYEAR="getUTCFullYear"
    #[cfg(feature = "date")] GET_UTC_HOURS="getUTCHours"
    #[cfg(feature = "date")] GET_UTC_MILLISECONDS="getUTCMilliseconds"
    #[cfg(feature = "date")] GET_UTC_MINUTES="getUTCMinutes"
    #[cfg(feature = "date")] GET_UTC_MONTH="getUTCMonth"
    #[cfg(feature = "date")] GET_UTC_SECONDS="getUTCSeconds"
    #[cfg(feature = "typed-arrays")] GET_UINT16="getUint16"
    #[cfg(feature = "typed-arrays")] GET_UINT32="getUint32"
    #[cfg(feature = "typed-arrays")] GET_UINT8="getUint8"
    GLOBAL="global"
    #[cfg(feature = "statics")] GLOBAL_THIS="globalThis"
    HAS_OWN_PROPERTY="hasOwnProperty"
    #[cfg(feature = "math")] HYPOT="hypot"
    #[cfg(feature = "regexp")] I="i"
    #[cfg(feature = "regexp")] IGNORE_CASE="ignoreCase"
    IMPLEMENTS="implements"
    #[cfg(feature = "math")] IMUL="imul"
    INCLUDES="includes"
    #[cfg(feature = "regexp")] INDEX="index"
    INDEX_OF="indexOf"
    #[cfg(feature = "regexp")] INPUT="input"
    INTERFACE="interface" IS="is" IS_ARRAY="isArray" IS_EXTENSIBLE="isExtensible"
    IS_FINITE="isFinite" IS_FROZEN="isFrozen"
    #[cfg(feature = "statics")] IS_INTEGER="isInteger"
    IS_NA_N="isNaN" IS_PROTOTYPE_OF="isPrototypeOf"
    #[cfg(feature = "statics")] IS_SAFE_INTEGER="isSafeInteger"
    IS_SEALED="isSealed"
    #[cfg(feature = "typed-arrays")] IS_VIEW="isView"
    JOIN="join" KEYS="keys"
    #[cfg(feature = "regexp")] LAST_INDEX="lastIndex"
    LAST_INDEX_OF="lastIndexOf" LENGTH="length" LOCALE_COMPARE="localeCompare"
    #[cfg(feature = "math")] LOG="log"
    #[cfg(feature = "math")] LOG10="log10"
    #[cfg(feature = "math")] LOG1P="log1p"
    #[cfg(feature = "math")] LOG2="log2"
    #[cfg(feature = "regexp")] M="m"
    MAP="map"
    #[cfg(feature = "regexp")] MATCH="match"
    MAX="max" MESSAGE="message" MIN="min"
    #[cfg(feature = "regexp")] MULTILINE="multiline"
    NAME="name"
    #[cfg(feature = "date")] NOW="now"
    NUMBER="number" OBJECT="object"
    OUT_OF_MEMORY="out of memory" PACKAGE="package"
    #[cfg(feature = "padding")] PAD_END="padEnd"
    #[cfg(feature = "padding")] PAD_START="padStart"
    #[cfg(any(feature = "json", feature = "date"))] PARSE="parse"
    PARSE_FLOAT="parseFloat" PARSE_INT="parseInt"
    #[cfg(feature = "date")] PERFORMANCE="performance"
    POP="pop" POW="pow" PREVENT_EXTENSIONS="preventExtensions" PRIVATE="private"
    PROPERTY_IS_ENUMERABLE="propertyIsEnumerable" PROTECTED="protected" PROTOTYPE="prototype" PUBLIC="public"
    PUSH="push" RANDOM="random" REDUCE="reduce"
    REDUCE_RIGHT="reduceRight" REPEAT="repeat" REPLACE="replace" REVERSE="reverse" ROUND="round" SEAL="seal"
    SEARCH="search"
    #[cfg(feature = "date")] SET_DATE="setDate"
    #[cfg(feature = "typed-arrays")] SET_FLOAT32="setFloat32"
    #[cfg(feature = "typed-arrays")] SET_FLOAT64="setFloat64"
    #[cfg(feature = "date")] SET_FULLYEAR="setFullYear"
    #[cfg(feature = "date")] SET_HOURS="setHours"
    #[cfg(feature = "typed-arrays")] SET_INT16="setInt16"
    #[cfg(feature = "typed-arrays")] SET_INT32="setInt32"
    #[cfg(feature = "typed-arrays")] SET_INT8="setInt8"
    #[cfg(feature = "date")] SET_MILLISECONDS="setMilliseconds"
    #[cfg(feature = "date")] SET_MINUTES="setMinutes"
    #[cfg(feature = "date")] SET_MONTH="setMonth"
    #[cfg(feature = "date")] SET_SECONDS="setSeconds"
    #[cfg(feature = "date")] SET_TIME="setTime"
    #[cfg(feature = "date")] SET_UTC_DATE="setUTCDate"
    #[cfg(feature = "date")] SET_UTC_FULLYEAR="setUTCFullYear"
    #[cfg(feature = "date")] SET_UTC_HOURS="setUTCHours"
    #[cfg(feature = "date")] SET_UTC_MILLISECONDS="setUTCMilliseconds"
    #[cfg(feature = "date")] SET_UTC_MINUTES="setUTCMinutes"
    #[cfg(feature = "date")] SET_UTC_MONTH="setUTCMonth"
    #[cfg(feature = "date")] SET_UTC_SECONDS="setUTCSeconds"
    #[cfg(feature = "typed-arrays")] SET_UINT16="setUint16"
    #[cfg(feature = "typed-arrays")] SET_UINT32="setUint32"
    #[cfg(feature = "typed-arrays")] SET_UINT8="setUint8"
    SHIFT="shift" SIGN="sign"
    #[cfg(feature = "math")] SIN="sin"
    #[cfg(feature = "math")] SINH="sinh"
    SLICE="slice" SOME="some" SORT="sort"
    #[cfg(feature = "regexp")] SOURCE="source"
    SPLICE="splice" SPLIT="split" SQRT="sqrt"
    #[cfg(feature = "lines")] STACK="stack"
    STARTS_WITH="startsWith" STRING="string"
    #[cfg(feature = "json")] STRINGIFY="stringify"
    #[cfg(feature = "typed-arrays")] SUBARRAY="subarray"
    SUBSTR="substr" SUBSTRING="substring"
    #[cfg(feature = "math")] TAN="tan"
    #[cfg(feature = "math")] TANH="tanh"
    #[cfg(feature = "regexp")] TEST="test"
    #[cfg(feature = "date")] TO_DATE_STRING="toDateString"
    TO_EXPONENTIAL="toExponential" TO_FIXED="toFixed"
    #[cfg(feature = "date")] TO_ISO_STRING="toISOString"
    #[cfg(any(feature = "json", feature = "date"))] TO_JSON="toJSON"
    #[cfg(feature = "date")] TO_LOCALE_DATE_STRING="toLocaleDateString"
    TO_LOCALE_LOWER_CASE="toLocaleLowerCase" TO_LOCALE_STRING="toLocaleString"
    #[cfg(feature = "date")] TO_LOCALE_TIME_STRING="toLocaleTimeString"
    TO_LOCALE_UPPER_CASE="toLocaleUpperCase" TO_LOWER_CASE="toLowerCase" TO_PRECISION="toPrecision"
    TO_STRING="toString"
    #[cfg(feature = "date")] TO_TIME_STRING="toTimeString"
    #[cfg(feature = "date")] TO_UTC_STRING="toUTCString"
    TO_UPPER_CASE="toUpperCase" TRIM="trim" TRUNC="trunc" UNDEFINED="undefined" UNSHIFT="unshift" VALUE="value"
    VALUE_OF="valueOf"
    #[cfg(feature = "statics")] VALUES="values"
    WRITABLE="writable"
    #[cfg(feature = "json")] BRACE_OPEN="{"
    #[cfg(feature = "json")] BRACE_CLOSE="}"
}

/// Names without a feature, each of them somewhere in it: those that are parts of others, or begin with what another one ends with,
/// take less flash. A name that is not in it is put behind it. Of it, a test says what it should be.
#[rustfmt::skip]
const CHAIN: &str = "\
    asyncasetruelsealastIndexOfalsearcharAtryieldefaultoExponentialocaleCompareturnewhilengthrowithasOwnPropertyawaitoFixede\
    letextendsWithisArraybreakeystaticlassuperandomapplyvargumentswitcharCodeAtoLocaleLowerCaseveryvoidefinePropertiesignull\
    $&`'() { [native code] },-1: ArgumentsliceBooleanameFunctionumberepeatoLocaleUpperCaseLN10LN2LOG10EvalErroreduceRightoLo\
    caleStringetPrototypeOfillLOG2EMAX_VALUEMIN_VALUEMathNullNumbereplaceObjectoLowerCasePInfinityPOSITIVE_INFINITYRangeErro\
    reverseReferenceErroroundefinedefinePropertySQRT1_2SQRT2SyntaxErrorTypeErrorURIErrorUndefined[object absomebindexOfilter\
    booleancallerconcatchconfigurableconstructorcreatefreezefromCharCodebuggerfunction implementsortoStringlobalinterfaceili\
    sExtensibleisFiniteisFrozenumerableisNaNEGATIVE_INFINITYisPrototypeOfindIndexportoPrecisionisSealedjoinstanceofloormaxmi\
    ncludespliceout of memoryparseFloatoUpperCaseparseIntrimportruncontinuevalueOfinallypopackagetOwnPropertyNamessagetOwnPr\
    opertyDescriptorpowritablepreventExtensionsplitprivatepropertyIsEnumerableprotectedprototypeoforEachpublicalleepushsqrts\
    tartsWithsubstringunshift";
/// Room to put the text together.
const MOST: usize = 1 << 12;
/// Bits of a place that are the offset, where they leave enough for the length.
const OFFSET_BITS: u32 = 11;

/// Where `name` is in the first bytes of `text`; their number where it is not there, or empty.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn place_in(text: &[u8], len: usize, name: &[u8]) -> usize {
    let mut at = 0;
    while at < len {
        if !name.is_empty() && text[at] == name[0] {
            let mut i = 1;
            while i < name.len() && at + i < len && text[at + i] == name[i] {
                i += 1;
            }
            if i == name.len() {
                return at;
            }
        }
        at += 1;
    }
    len
}
/// The text that has all names in it, its length, and the offsets of the names.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn text() -> ([u8; MOST], usize, [u16; LIST.len()]) {
    let (mut out, mut len, mut offsets) = ([0; MOST], 0, [0; LIST.len()]);
    while len < CHAIN.len() {
        out[len] = CHAIN.as_bytes()[len];
        len += 1;
    }
    let mut i = 0;
    while i < LIST.len() {
        let name = LIST[i].as_bytes();
        let at = place_in(&out, CHAIN.len(), name);
        offsets[i] = at as u16;
        if at == CHAIN.len() {
            offsets[i] = len as u16;
            let mut k = 0;
            while k < name.len() {
                out[len] = name[k];
                (k, len) = (k + 1, len + 1);
            }
        }
        i += 1;
    }
    (out, len, offsets)
}
#[allow(long_running_const_eval)]
const JOINED: ([u8; MOST], usize, [u16; LIST.len()]) = text();
const TEXT_LEN: usize = JOINED.1;
const PACKED: bool = TEXT_LEN < 1 << OFFSET_BITS;
/// Offsets of the names in the text, with the lengths above them if they fit. The empty name is behind the text.
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn places() -> [u16; LIST.len()] {
    let mut out = JOINED.2;
    let mut i = 0;
    while i < LIST.len() {
        let len = LIST[i].len();
        if len == 0 {
            out[i] = TEXT_LEN as u16;
        } else if PACKED {
            assert!(len < 1 << (u16::BITS - OFFSET_BITS));
            out[i] |= (len as u16) << OFFSET_BITS;
        }
        i += 1;
    }
    out
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn lengths<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = LIST[i].len() as u8;
        i += 1;
    }
    out
}
#[allow(clippy::unwrap_used)] // runs at compile time
static TEXT: [u8; TEXT_LEN] = *JOINED.0.first_chunk().unwrap();
static PLACES: [u16; LIST.len()] = places();
static LENGTHS: [u8; if PACKED { 0 } else { LIST.len() }] = lengths();
/// How many names are the engine's own; the host's follow.
pub(crate) const ENGINE_NAMES: u16 = LIST.len() as u16;

#[allow(clippy::indexing_slicing)] // runs at compile time
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// The name of a text, for tables made at compile time: the engine's own name where there is one, else
/// the host's. `host` must be sorted, and must hold none of the engine's names.
///
/// # Panics
/// At compile time, when the text is in neither list.
#[allow(clippy::indexing_slicing)] // runs at compile time
pub(crate) const fn const_name(host: &[&str], text: &str) -> u16 {
    let mut i = 0;
    while i < LIST.len() {
        if same(LIST[i].as_bytes(), text.as_bytes()) {
            return ROM_NAME + i as u16;
        }
        i += 1;
    }
    i = 0;
    while i < host.len() {
        if same(host[i].as_bytes(), text.as_bytes()) {
            return ROM_NAME + ENGINE_NAMES + i as u16;
        }
        i += 1;
    }
    #[allow(clippy::panic)]
    {
        panic!("a name of the library is missing in its list of names")
    }
}

/// Offset and length of a name of the engine's.
#[inline(always)]
fn place(i: usize) -> (usize, usize) {
    let place = PLACES.get(i).copied().unwrap_or(0) as usize;
    if PACKED {
        (place & ((1 << OFFSET_BITS) - 1), place >> OFFSET_BITS)
    } else {
        (place, LENGTHS.get(i).copied().unwrap_or(0) as usize)
    }
}
pub(crate) fn engine_text(i: usize) -> &'static [u8] {
    let (from, len) = place(i);
    TEXT.get(from..from + len).unwrap_or(&[])
}

/// The text of a name in flash.
#[inline]
pub(crate) fn rom_text(lib: &'static Library, s: u16) -> &'static [u8] {
    let i = s.wrapping_sub(ROM_NAME) as usize;
    match lib.names.get(i.wrapping_sub(LIST.len())) {
        Some(name) => name.as_bytes(),
        None => engine_text(i),
    }
}

/// The name in flash with this text: a word of the language, another name of the engine's, or one of the host's. Each of
/// these three lists is sorted.
pub(crate) fn find_rom(lib: &'static Library, text: &[u8]) -> Option<u16> {
    let first = text.first().copied().unwrap_or(0);
    let all = LIST.len() + lib.names.len();
    let (mut from, mut end) = (0, KEYWORDS);
    loop {
        let mut to = end;
        while from < to {
            let mid = (from + to) / 2;
            let name = ROM_NAME + mid as u16;
            // Most names differ in their first byte.
            let here = match mid.checked_sub(LIST.len()) {
                None => TEXT.get(place(mid).0).copied(),
                Some(i) => lib.names.get(i).and_then(|name| name.as_bytes().first().copied()),
            };
            let here = here.unwrap_or(first);
            let mut less = here < first;
            if here == first {
                match rom_text(lib, name).cmp(text) {
                    core::cmp::Ordering::Equal => return Some(name),
                    order => less = order.is_lt(),
                }
            }
            if less {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        if end == all {
            return None;
        }
        from = end;
        end = if end == KEYWORDS { LIST.len() } else { all };
    }
}
/// Whether a name stands in the block of the language's words.
pub(crate) const fn is_keyword_block(name: u16) -> bool {
    name >= ROM_NAME && name < ROM_NAME + KEYWORDS as u16
}

impl Vm<'_> {
    /// The name of a text, if any cell, table or script name has it already.
    pub(crate) fn find_name(&self, text: &[u8]) -> Option<u16> {
        if let Some(n) = self.find_fixed_name(text) {
            return Some(n);
        }
        let mut h = self.r[reg::interned] as u16;
        for _ in 0..crate::object::MOST_HOPS {
            if h == 0 {
                break;
            }
            if self.f_lo(h, 1) as usize == text.len() && self.cell_bytes(h) == text {
                return Some(h);
            }
            h = self.f_hi(h, 1);
        }
        None
    }
    /// The built-in or script name of a text: one that never moves.
    pub(crate) fn find_fixed_name(&self, text: &[u8]) -> Option<u16> {
        find_rom(self.lib, text).or_else(|| self.find_script_name(text))
    }
    fn find_script_name(&self, text: &[u8]) -> Option<u16> {
        let names = self.r[reg::names] as u16;
        if names == 0 {
            return None;
        }
        let first = text.first().copied().unwrap_or(0);
        for i in 0..self.f_lo(names, 1) {
            let e = self.at(names as usize + 2 + i as usize);
            let (at, len) = ((e >> 12) as usize, (e >> 2 & 0x3ff) as usize);
            // Most mapped names differ in their length or their first byte.
            if e & 1 == 0 && (len != text.len() || self.rom.get(at).copied().unwrap_or(0) != first) {
                continue;
            }
            if self.str_bytes(HEAP_END + i) == text {
                return Some(HEAP_END + i);
            }
        }
        None
    }
    /// Makes an existing string reference canonical, so that it can be compared as a property key.
    pub(crate) fn intern(&mut self, s: u16) -> R<u16> {
        if s >= HEAP_END || self.flag(s, INTERNED) {
            return Ok(s);
        }
        if let Some(n) = self.find_name(self.cell_bytes(s)) {
            return Ok(n);
        }
        self.set_flag(s, INTERNED);
        self.set_f_hi(s, 1, self.r[reg::interned] as u16);
        self.r[reg::interned] = s as u32;
        Ok(s)
    }
    /// The name of a text that is not in the arena.
    pub(crate) fn intern_text(&mut self, text: &[u8]) -> R<u16> {
        if let Some(n) = self.find_name(text) {
            return Ok(n);
        }
        let v = self.new_str(text)?;
        self.intern(v.payload())
    }
    /// Adds an entry to the names of the script: a mapped text, or a string cell whose value is on top of
    /// the stack (it stays there).
    pub(crate) fn add_script_name(&mut self, mapped: Option<u32>) -> R<u16> {
        let names = self.r[reg::names] as u16;
        let count = if names == 0 { 0 } else { self.f_lo(names, 1) };
        if count >= MAX_NAMES {
            return Err(self.range_error(m!("more than 4096 names and literals")));
        }
        self.add_to_list(reg::names, t::NAMES, count as usize, mapped.unwrap_or(0))?;
        Ok(HEAP_END + count)
    }
    /// Adds to the list in a register, of so many entries, that grows: an entry, or (0) the value on top of the stack, which
    /// stays there.
    #[inline(never)]
    pub(crate) fn add_to_list(&mut self, list: Field, kind: u32, count: usize, entry: u32) -> R<()> {
        let mut cell = self.r.get(list) as u16;
        let cap = if cell == 0 { 0 } else { self.f_hi(cell, 1) as usize };
        if count == cap {
            cell = self.alloc(kind, 2 + cap + (cap / 2).clamp(4, 64))?;
            let old = self.r.get(list) as usize;
            if cap != 0 {
                self.move_words(old + 2, cap, cell as usize + 2);
            }
            self.set_f_hi(cell, 1, (cap + (cap / 2).clamp(4, 64)) as u16);
            self.r.set(list, cell as u32);
        }
        let entry = if entry == 0 { self.top(0).0 } else { entry };
        self.set_f(cell, 2 + count, entry);
        self.set_f_lo(cell, 1, count as u16 + 1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;
    #[test]
    fn both_blocks_are_sorted() {
        for block in [&LIST[..KEYWORDS], &LIST[KEYWORDS..]] {
            for pair in block.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
        }
    }

    /// The shortest text that taking the two with the longest overlap, again and again, comes to.
    #[cfg(feature = "full")]
    #[test]
    fn the_chain_is_as_short_as_it_can_be_made() {
        use std::string::{String, ToString};
        use std::vec::Vec;
        let names: Vec<&str> = ALL
            .iter()
            .filter(|(on, _)| on.is_empty())
            .map(|(_, name)| *name)
            .collect();
        let part = |name: &&&str| !names.iter().any(|other| other != *name && other.contains(**name));
        let mut texts: Vec<String> = names.iter().filter(part).map(|name| name.to_string()).collect();
        while texts.len() > 1 {
            let (mut most, mut pair) = (0, (0, 1));
            for (i, a) in texts.iter().enumerate() {
                for (j, b) in texts.iter().enumerate().filter(|(j, _)| *j != i) {
                    let shared = (0..a.len().min(b.len())).rev().find(|k| a.ends_with(&b[..*k]));
                    if shared.unwrap_or(0) > most {
                        (most, pair) = (shared.unwrap_or(0), (i, j));
                    }
                }
            }
            let joined = std::format!("{}{}", texts[pair.0], &texts[pair.1][most..]);
            texts[pair.0] = joined;
            texts.remove(pair.1);
        }
        assert!(
            names.iter().all(|name| CHAIN.contains(name)) && CHAIN.len() <= texts[0].len(),
            "CHAIN should be {:?}",
            texts[0]
        );
    }

    #[test]
    fn each_name_in_flash_is_found_and_nothing_else() {
        static LIB: Library = Library {
            names: &["coap", "saul", "timer"],
            ..Library::EMPTY
        };
        let (lib, list) = (&LIB, LIST.iter().chain(LIB.names));
        for (i, name) in list.enumerate() {
            let found = find_rom(lib, name.as_bytes()).map(|found| found - ROM_NAME);
            assert_eq!(found, Some(i as u16), "{name:?}");
            for other in [
                format!("{name}\0"),
                format!("{name}~"),
                format!("\0{name}"),
                format!("~{name}"),
            ] {
                let there = LIST.iter().chain(LIB.names).any(|name| *name == other);
                assert_eq!(find_rom(lib, other.as_bytes()).is_some(), there, "{other:?}");
            }
        }
    }
}
