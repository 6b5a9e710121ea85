//! How the tables of the built-ins are written down, and how they lie in flash: a function is one word, an object ten
//! bytes, a property one word. A method that has its function's name costs nothing but the function.

use super::{FUNCTIONS_AT, HEAP_END, Value};
use crate::heap::{ACCESSOR, CONFIGURABLE, WRITABLE};
use crate::value::ROM_NAME;

/// How a built-in is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// In Rust: [`super::run`] does it. It cannot call JavaScript.
    Native,
    /// Offset of its code in [`crate::romlink::ROM_CODE`].
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
    /// What another function does, on a typed array only.
    #[cfg(feature = "typed-arrays")]
    Checked(u16),
    /// Compiles its argument.
    #[cfg(feature = "eval")]
    Compile,
}

/// A built-in function in one word: its name from [`ROM_NAME`] on in 10 bits, `length` in 3, the kind of its code in 3,
/// and in 16 what that needs: the offset of code in JavaScript, or how a native's arguments are converted. That has two
/// bits for `this` and each of three arguments (the last one is for all that follow): 0 as it is, 1 a primitive with
/// hint number, 2 a primitive with hint string.
#[derive(Clone, Copy)]
pub(crate) struct Function(u32);
const JS: u32 = 1;
const CALL: u32 = 2;
const APPLY: u32 = 3;
#[cfg(feature = "date")]
const DATE: u32 = 4;
#[cfg(feature = "typed-arrays")]
const TYPED: u32 = 5;
#[cfg(feature = "eval")]
const COMPILE: u32 = 6;
#[cfg(feature = "typed-arrays")]
const CHECKED: u32 = 7;
impl Function {
    pub(super) const fn new(name: u16, length: u8, convert: u8, code: Code) -> Function {
        let (kind, of) = match code {
            Code::Native => (0, convert as u16),
            Code::Js(at) => (JS, at),
            Code::Call => (CALL, 0),
            Code::Apply => (APPLY, 0),
            #[cfg(feature = "date")]
            Code::Date => (DATE, 0),
            #[cfg(feature = "typed-arrays")]
            Code::Typed(kind) => (TYPED, kind),
            #[cfg(feature = "eval")]
            Code::Compile => (COMPILE, 0),
            #[cfg(feature = "typed-arrays")]
            Code::Checked(of) => (CHECKED, of),
        };
        assert!(name >= ROM_NAME && name - ROM_NAME < 1 << 10 && length < 8);
        Function((name - ROM_NAME) as u32 | (length as u32) << 10 | kind << 13 | (of as u32) << 16)
    }
    pub(crate) fn name(self) -> u16 {
        ROM_NAME + (self.0 & 0x3ff) as u16
    }
    pub(super) fn length(self) -> i32 {
        (self.0 >> 10 & 7) as i32
    }
    /// Of a native: its arguments' conversions.
    pub(crate) fn convert(self) -> u8 {
        (self.0 >> 16) as u8
    }
    pub(crate) fn code(self) -> Code {
        match self.0 >> 13 & 7 {
            JS => Code::Js((self.0 >> 16) as u16),
            CALL => Code::Call,
            APPLY => Code::Apply,
            #[cfg(feature = "date")]
            DATE => Code::Date,
            #[cfg(feature = "typed-arrays")]
            TYPED => Code::Typed((self.0 >> 16) as u16),
            #[cfg(feature = "eval")]
            COMPILE => Code::Compile,
            #[cfg(feature = "typed-arrays")]
            CHECKED => Code::Checked((self.0 >> 16) as u16),
            _ => Code::Native,
        }
    }
}

/// A property in one word: its name from [`ROM_NAME`] on in 10 bits, flags in 4, what the value refers to from
/// [`HEAP_END`] on in 13, the value's kind in 3 (its tag less one, halved; 7 for an integer).
#[derive(Clone, Copy)]
pub(super) struct Prop(u32);
const INT: u32 = 7;
impl Prop {
    pub(super) const NONE: Prop = Prop(0);
    pub(super) const fn new(name: u16, flags: u16, value: Value) -> Prop {
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
    pub(super) fn name(self) -> u16 {
        ROM_NAME + (self.0 & 0x3ff) as u16
    }
    pub(super) fn flags(self) -> u32 {
        self.0 >> 10 & 0xf
    }
    pub(super) fn value(self) -> Value {
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
pub(super) const HIDDEN: u16 = (WRITABLE | CONFIGURABLE) as u16;
pub(super) const FIXED: u16 = 0;
pub(super) const GETTER: u16 = (ACCESSOR | CONFIGURABLE) as u16;
pub(super) const fn prop(name: u16, flags: u16, value: Value) -> Prop {
    Prop::new(name, flags, value)
}
pub(super) const fn method(name: u16, function: u16) -> Prop {
    prop(name, HIDDEN, Value::obj(function))
}
pub(super) const fn text(name: u16, s: u16) -> Prop {
    prop(name, HIDDEN, Value::str(s))
}

/// A built-in object.
#[derive(Clone, Copy)]
pub(super) struct Object {
    pub(super) class: u8,
    /// How many properties it has, from number `props` on.
    pub(super) count: u8,
    pub(super) props: u16,
    /// How many functions are methods of it, from number `first` on.
    pub(super) methods: u8,
    pub(super) first: u16,
    /// Number of the function that it is, if it is one.
    pub(super) function: u16,
    pub(super) proto: u16,
}
pub(super) const NO_FUNCTION: u16 = u16::MAX;
pub(super) const NONE: u16 = 0;
pub(super) const fn of(function: u16) -> u16 {
    function - FUNCTIONS_AT
}
/// An object as it is written down.
pub(super) struct Described {
    pub(super) proto: u16,
    pub(super) class: u32,
    pub(super) function: u16,
    pub(super) props: &'static [Prop],
    pub(super) methods: usize,
}

/// What a row says about a function's code.
macro_rules! code {
    (Native($path:path)) => {
        Code::Native
    };
    (Js($name:ident)) => {
        Code::Js(romcode::$name)
    };
    ($($other:tt)*) => {
        Code::$($other)*
    };
}
pub(super) use code;
/// The call of a native.
macro_rules! native {
    ($vm:ident $args:ident Native($path:path)) => {
        $path($vm, $args)
    };
    ($vm:ident $args:ident $($other:tt)*) => {
        Ok(Value::UNDEFINED)
    };
}
pub(super) use native;
/// A family of built-ins: functions that are nobody's methods, then objects, each with its prototype, class, the function
/// that it is, its properties and its methods. A function's row: its name here, its `name`, its `length`, how arguments
/// are converted, and its code. Numbers go on where those of the family before it end.
macro_rules! family {
    (
        after $before:ident;
        functions { $($(#[$on:meta])* $id:ident $name:ident $length:literal $convert:literal $code:ident $(($($with:tt)*))?;)* }
        $($object:ident: $proto:ident $class:ident $function:expr, [$($(#[$has:meta])* $made:ident($($value:tt)*),)*] {
            $($(#[$mon:meta])* $mid:ident $mname:ident $mlength:literal $mconvert:literal $mcode:ident $(($($mwith:tt)*))?;)*
        })*
    ) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Id { $($(#[$on])* $id,)* $($($(#[$mon])* $mid,)*)* End }
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum ObjectId { $($object,)* End }
        /// References to its functions.
        #[allow(dead_code, unused_imports)]
        pub(crate) mod functions {
            use super::Id;
            use crate::rom::{FUNCTIONS_AT, $before};
            $($(#[$on])* pub(crate) const $id: u16 = FUNCTIONS_AT + $before::FUNCTIONS_END + Id::$id as u16;)*
            $($($(#[$mon])* pub(crate) const $mid: u16 = FUNCTIONS_AT + $before::FUNCTIONS_END + Id::$mid as u16;)*)*
        }
        /// References to its objects.
        pub(crate) mod objects {
            #[allow(unused_imports)]
            use super::ObjectId;
            #[allow(unused_imports)]
            use crate::rom::{HEAP_END, $before};
            $(pub(crate) const $object: u16 = HEAP_END + $before::OBJECTS_END + ObjectId::$object as u16;)*
        }
        pub(super) const FUNCTIONS: &[Function] = &[
            $($(#[$on])* Function::new(n::$name, $length, $convert, code!($code $(($($with)*))?)),)*
            $($($(#[$mon])* Function::new(n::$mname, $mlength, $mconvert, code!($mcode $(($($mwith)*))?)),)*)*
        ];
        pub(super) const OBJECTS: &[Described] = &[$(Described {
            proto: $proto,
            class: class::$class,
            function: $function,
            props: &[$($(#[$has])* $made($($value)*),)*],
            methods: {
                const EACH: &[u8] = &[$($(#[$mon])* $mlength,)*];
                EACH.len()
            },
        },)*];
        pub(super) const FUNCTIONS_END: u16 = super::$before::FUNCTIONS_END + Id::End as u16;
        pub(super) const OBJECTS_END: u16 = super::$before::OBJECTS_END + ObjectId::End as u16;
        /// The constants' names, for the built-ins in JavaScript.
        #[cfg(all(test, feature = "full"))]
        pub(super) const IDS: &[&str] = &[$($(#[$on])* stringify!($id),)* $($($(#[$mon])* stringify!($mid),)*)*];
        /// Its functions by their places in it: small numbers.
        #[allow(dead_code)]
        mod places {
            use super::Id;
            $($(#[$on])* pub(super) const $id: u16 = Id::$id as u16;)*
            $($($(#[$mon])* pub(super) const $mid: u16 = Id::$mid as u16;)*)*
        }
        /// Runs the native in this place.
        #[inline(never)]
        #[allow(unused_variables)]
        pub(super) fn run(vm: &mut Vm<'_>, place: u16, args: Args) -> R<Value> {
            match place {
                $($(#[$on])* places::$id => native!(vm args $code $(($($with)*))?),)*
                $($($(#[$mon])* places::$mid => native!(vm args $mcode $(($($mwith)*))?),)*)*
                _ => Ok(Value::UNDEFINED),
            }
        }
    };
}
pub(super) use family;
/// A family that is not in this build.
#[allow(unused_macros)]
macro_rules! absent {
    ($family:ident after $before:ident) => {
        mod $family {
            pub(crate) mod functions {}
            pub(crate) mod objects {}
            pub(super) const FUNCTIONS: &[super::Function] = &[];
            pub(super) const OBJECTS: &[super::table::Described] = &[];
            pub(super) const FUNCTIONS_END: u16 = super::$before::FUNCTIONS_END;
            pub(super) const OBJECTS_END: u16 = super::$before::OBJECTS_END;
        }
    };
}
#[allow(unused_imports)]
pub(super) use absent;
