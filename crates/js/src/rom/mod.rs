//! The built-in objects: tables in flash, a file per family. A script that changes one gets a shadow of it in the arena.
//!
//! A reference to one is `HEAP_END` plus: the number of an engine object, 0x200 + an engine function,
//! 0x800 + a host's object, 0xa00 + a host's function, 0xc00 + the prototype of a host's class.

use crate::api::{Entry, Item, Library};
use crate::heap::{ACCESSOR, CONFIGURABLE, DATA, ENUMERABLE, Vm, class};
use crate::names::n;
use crate::object::Own;
use crate::value::{HEAP_END, R, Value};

mod array;
#[cfg(feature = "date")]
mod date;
mod error;
mod global;
#[cfg(feature = "json")]
mod json;
mod math;
mod number;
mod object;
#[cfg(feature = "regexp")]
mod regexp;
mod string;
mod table;
#[cfg(feature = "typed-arrays")]
mod typed;

pub(crate) use table::{Code, Function};
use table::{Described, NO_FUNCTION, Object, Prop};

#[cfg(not(feature = "json"))]
table::absent!(json after error);
#[cfg(not(feature = "regexp"))]
table::absent!(regexp after json);
#[cfg(not(feature = "typed-arrays"))]
table::absent!(typed after regexp);
#[cfg(not(feature = "date"))]
table::absent!(date after typed);

/// Where the numbers start: behind no family.
mod nothing {
    pub(super) const FUNCTIONS_END: u16 = 0;
    pub(super) const OBJECTS_END: u16 = 0;
}

/// References to the built-in functions.
#[allow(unused_imports)]
pub(crate) mod f {
    pub(crate) use super::array::functions::*;
    pub(crate) use super::date::functions::*;
    pub(crate) use super::error::functions::*;
    pub(crate) use super::global::functions::*;
    pub(crate) use super::json::functions::*;
    pub(crate) use super::math::functions::*;
    pub(crate) use super::number::functions::*;
    pub(crate) use super::object::functions::*;
    pub(crate) use super::regexp::functions::*;
    pub(crate) use super::string::functions::*;
    pub(crate) use super::typed::functions::*;
}
#[allow(unused_imports)]
pub(crate) use {
    array::objects::*, date::objects::*, error::objects::*, global::objects::*, json::objects::*,
    math::objects::*, number::objects::*, object::objects::*, regexp::objects::*, string::objects::*,
    typed::objects::*,
};

pub(crate) const FUNCTIONS_AT: u16 = HEAP_END + 0x200;
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

/// Names by which the built-ins in JavaScript call each other, in the order of their numbers.
#[cfg(all(test, feature = "full"))]
pub(crate) fn function_ids() -> impl Iterator<Item = &'static str> {
    [
        global::IDS,
        object::IDS,
        array::IDS,
        string::IDS,
        number::IDS,
        math::IDS,
        error::IDS,
        json::IDS,
        regexp::IDS,
        typed::IDS,
        date::IDS,
    ]
    .concat()
    .into_iter()
}

/// The families in the order of their numbers.
const FAMILIES: &[(&[Function], &[Described])] = &[
    (global::FUNCTIONS, global::OBJECTS),
    (object::FUNCTIONS, object::OBJECTS),
    (array::FUNCTIONS, array::OBJECTS),
    (string::FUNCTIONS, string::OBJECTS),
    (number::FUNCTIONS, number::OBJECTS),
    (math::FUNCTIONS, math::OBJECTS),
    (error::FUNCTIONS, error::OBJECTS),
    (json::FUNCTIONS, json::OBJECTS),
    (regexp::FUNCTIONS, regexp::OBJECTS),
    (typed::FUNCTIONS, typed::OBJECTS),
    (date::FUNCTIONS, date::OBJECTS),
];
const FUNCTION_COUNT: usize = date::FUNCTIONS_END as usize;
const OBJECT_COUNT: usize = date::OBJECTS_END as usize;
#[allow(clippy::indexing_slicing)] // runs at compile time
const PROP_COUNT: usize = {
    let (mut n, mut family) = (0, 0);
    while family < FAMILIES.len() {
        let mut i = 0;
        while i < FAMILIES[family].1.len() {
            n += FAMILIES[family].1[i].props.len();
            i += 1;
        }
        family += 1;
    }
    n
};
struct Tables {
    functions: [Function; FUNCTION_COUNT],
    objects: [Object; OBJECT_COUNT],
    props: [Prop; PROP_COUNT],
}
#[allow(clippy::indexing_slicing)] // runs at compile time
const fn tables_of_all() -> Tables {
    let blank = Object {
        class: 0,
        count: 0,
        props: 0,
        methods: 0,
        first: 0,
        function: NO_FUNCTION,
        proto: 0,
    };
    let mut out = Tables {
        functions: [FAMILIES[0].0[0]; FUNCTION_COUNT],
        objects: [blank; OBJECT_COUNT],
        props: [Prop::NONE; PROP_COUNT],
    };
    let (mut functions, mut objects, mut props, mut family) = (0, 0, 0, 0);
    while family < FAMILIES.len() {
        let (these, described) = FAMILIES[family];
        let mut i = 0;
        while i < these.len() {
            out.functions[functions + i] = these[i];
            i += 1;
        }
        functions += these.len();
        // The methods are the family's last functions.
        let mut first = functions;
        i = described.len();
        while i > 0 {
            i -= 1;
            first -= described[i].methods;
        }
        while i < described.len() {
            let d = &described[i];
            assert!(d.props.len() < 256 && d.methods < 256 && d.class < 256);
            out.objects[objects] = Object {
                class: d.class as u8,
                count: d.props.len() as u8,
                props: props as u16,
                methods: d.methods as u8,
                first: first as u16,
                function: d.function,
                proto: d.proto,
            };
            objects += 1;
            first += d.methods;
            let mut k = 0;
            while k < d.props.len() {
                out.props[props] = d.props[k];
                props += 1;
                k += 1;
            }
            i += 1;
        }
        family += 1;
    }
    out
}
static TABLES: Tables = tables_of_all();

/// Runs the native with this reference.
pub(crate) fn run(vm: &mut Vm<'_>, which: u16, args: Args) -> R<Value> {
    type Run = fn(&mut Vm<'_>, u16, Args) -> R<Value>;
    let place = which - FUNCTIONS_AT;
    let (run, first): (Run, u16) = match place {
        0..global::FUNCTIONS_END => (global::run, 0),
        global::FUNCTIONS_END..object::FUNCTIONS_END => (object::run, global::FUNCTIONS_END),
        object::FUNCTIONS_END..array::FUNCTIONS_END => (array::run, object::FUNCTIONS_END),
        array::FUNCTIONS_END..string::FUNCTIONS_END => (string::run, array::FUNCTIONS_END),
        string::FUNCTIONS_END..number::FUNCTIONS_END => (number::run, string::FUNCTIONS_END),
        number::FUNCTIONS_END..math::FUNCTIONS_END => (math::run, number::FUNCTIONS_END),
        math::FUNCTIONS_END..error::FUNCTIONS_END => (error::run, math::FUNCTIONS_END),
        #[cfg(feature = "json")]
        error::FUNCTIONS_END..json::FUNCTIONS_END => (json::run, error::FUNCTIONS_END),
        #[cfg(feature = "regexp")]
        json::FUNCTIONS_END..regexp::FUNCTIONS_END => (regexp::run, json::FUNCTIONS_END),
        #[cfg(feature = "typed-arrays")]
        regexp::FUNCTIONS_END..typed::FUNCTIONS_END => (typed::run, regexp::FUNCTIONS_END),
        #[cfg(feature = "date")]
        typed::FUNCTIONS_END..date::FUNCTIONS_END => (date::run, typed::FUNCTIONS_END),
        _ => return Ok(Value::UNDEFINED),
    };
    run(vm, place - first, args)
}

/// Doubles in flash, as references from `HEAP_END` on.
const FLOATS_AT: u16 = HEAP_END;
static FLOATS: &[f64] = &[
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
    #[cfg(feature = "statics")]
    f64::EPSILON,
    #[cfg(feature = "statics")]
    9_007_199_254_740_991.0,
    #[cfg(feature = "statics")]
    -9_007_199_254_740_991.0,
];
pub(crate) const FLOAT_NAN: Value = Value::float_ref(FLOATS_AT);
pub(crate) const FLOAT_INFINITY: Value = Value::float_ref(FLOATS_AT + 1);
pub(crate) fn float(r: u16) -> f64 {
    FLOATS.get((r - FLOATS_AT) as usize).copied().unwrap_or(f64::NAN)
}

fn object_at(o: u16) -> Option<&'static Object> {
    TABLES.objects.get(o.wrapping_sub(HEAP_END) as usize)
}
/// Its properties that are written down one by one, and its methods.
fn parts(object: &Object) -> (&'static [Prop], &'static [Function]) {
    let (props, first) = (object.props as usize, object.first as usize);
    (
        TABLES
            .props
            .get(props..props + object.count as usize)
            .unwrap_or(&[]),
        TABLES
            .functions
            .get(first..first + object.methods as usize)
            .unwrap_or(&[]),
    )
}
/// The built-in function behind a reference.
pub(crate) fn function(o: u16) -> Option<Function> {
    let i = function_of(o).wrapping_sub(FUNCTIONS_AT);
    TABLES.functions.get(i as usize).copied()
}
/// The reference of the function that a built-in object is.
pub(crate) fn function_of(o: u16) -> u16 {
    if o >= FUNCTIONS_AT {
        return o;
    }
    FUNCTIONS_AT.wrapping_add(object_at(o).map_or(NO_FUNCTION, |object| object.function))
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
pub(crate) fn lookup(lib: &'static Library, o: u16, name: u16) -> Own {
    if let Some(object) = object_at(o) {
        let (props, methods) = parts(object);
        if let Some(found) = props.iter().find(|p| p.name() == name) {
            return Own::fixed(found.value(), found.flags());
        }
        if let Some(i) = methods.iter().position(|f| f.name() == name) {
            return Own::fixed(
                Value::obj(FUNCTIONS_AT + object.first + i as u16),
                DATA & !ENUMERABLE,
            );
        }
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
        return Own::fixed(item(found.item), flags);
    }
    if name != n::LENGTH && name != n::NAME {
        return Own::NONE;
    }
    if let Some(f) = function(o) {
        let value = if name == n::LENGTH {
            Value::int(f.length())
        } else {
            Value::str(f.name())
        };
        return Own::fixed(value, CONFIGURABLE);
    }
    let Some(f) = host_function(lib, o).and_then(|i| lib.functions.get(i as usize)) else {
        return Own::NONE;
    };
    let value = if name == n::LENGTH {
        Value::int(f.args.len() as i32)
    } else {
        Value::str(f.name.0)
    };
    Own::fixed(value, CONFIGURABLE)
}
fn tables(
    lib: &'static Library,
    o: u16,
) -> ((&'static [Prop], &'static [Function]), &'static [Entry], usize) {
    let own = object_at(o).map_or((&[][..], &[][..]), parts);
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
    (own, entries, extra)
}
/// How many own properties an object in flash has.
pub(crate) fn count(lib: &'static Library, o: u16) -> usize {
    let ((props, methods), entries, extra) = tables(lib, o);
    props.len() + methods.len() + entries.len() + extra
}
/// The name of property number `i`.
pub(crate) fn name_at(lib: &'static Library, o: u16, i: usize) -> Option<u16> {
    let ((props, methods), entries, _) = tables(lib, o);
    if let Some(p) = props.get(i) {
        return Some(p.name());
    }
    let i = i - props.len();
    if let Some(f) = methods.get(i) {
        return Some(f.name());
    }
    let i = i - methods.len();
    if let Some(e) = entries.get(i) {
        return Some(e.name.0);
    }
    Some(if i == entries.len() { n::LENGTH } else { n::NAME })
}
