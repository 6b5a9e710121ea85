//! The script API as a table: what every engine's binding is made from.
//!
//! A binding walks [`GLOBALS`] and [`CLASSES`], and calls its host with the numbers of [`function`]. What the functions do
//! is told at the numbers. Names and meaning come from the prototype of "Scripting Over-The-Air"; where ours differs, the
//! number's text says so.

/// What an argument is converted to before the function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Anything; the function looks for itself.
    Any,
    /// A Number (the language's own conversion).
    Number,
    /// A String (the language's own conversion).
    Text,
    /// A function; anything else is a TypeError.
    Function,
}

/// One function of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The property's name.
    pub name: &'static str,
    /// One of [`function`].
    pub id: u16,
    /// Types of the arguments that must be there; fewer is a TypeError.
    pub required: &'static [Argument],
    /// Types of further ones that may be.
    pub optional: &'static [Argument],
    /// Type of all after these; `None`: they are handed over as they are.
    pub rest: Option<Argument>,
}

/// What a name of an object stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Member {
    /// A function. Not in place: most members are numbers, and a table has room for the largest.
    Function(&'static Function),
    /// A fixed number.
    Constant {
        /// The property's name.
        name: &'static str,
        /// Its value.
        value: i32,
    },
    /// A value that the host is asked for: it is read through the function of this number, without arguments.
    Value {
        /// The property's name.
        name: &'static str,
        /// One of [`function`].
        id: u16,
        /// Handed to the host along with `id`: which of the values of one kind is meant.
        index: u16,
    },
    /// An object of its own.
    Object(&'static Object),
}

impl Member {
    /// The property's name.
    pub const fn name(&self) -> &'static str {
        match self {
            Member::Function(f) => f.name,
            Member::Constant { name, .. } | Member::Value { name, .. } => name,
            Member::Object(object) => object.name,
        }
    }
}

/// A named object with fixed members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Object {
    /// Its name in the object that holds it.
    pub name: &'static str,
    /// Its members.
    pub members: &'static [Member],
}

/// A kind of host object: what a script gets from a call and calls methods on. Its instance is a 32-bit number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// One of [`class`].
    pub id: u16,
    /// Name for error texts.
    pub name: &'static str,
    /// Its methods.
    pub methods: &'static [Function],
}

/// Numbers of the functions. They are never given a second meaning: a C engine binds to them.
pub mod function {
    /// `print(...)`: all arguments as text, blanks between, to the OS log and the container's log ring.
    pub const PRINT: u16 = 1;
    /// `riot.reboot()`: needs the permission, else throws.
    pub const REBOOT: u16 = 2;
    /// `timer.setTimeout(fn, us)`: returns a timer.
    pub const SET_TIMEOUT: u16 = 16;
    /// `timer.setInterval(fn, us)`: skips missed periods, stops when `fn` returns `false`; returns a timer.
    pub const SET_INTERVAL: u16 = 17;
    /// `timer.now()`: microseconds since boot.
    pub const NOW: u16 = 18;
    /// `t.clear()` of a timer.
    pub const TIMER_CLEAR: u16 = 19;
    /// `saul.get_by_name(name)`: a device, `undefined` when there is none, throws when not permitted.
    pub const GET_BY_NAME: u16 = 32;
    /// `saul.get_one(type)`: the first device of a class; else as [`GET_BY_NAME`].
    pub const GET_ONE: u16 = 33;
    /// `saul.type.NAME`: the OS's number of the class [`super::CLASS_NAMES`]`[index]`, `undefined` if it has none.
    pub const CLASS_NUMBER: u16 = 34;
    /// `dev.read([axis])` and `dev.get_value([axis])`: a Number, scale applied.
    pub const READ: u16 = 35;
    /// `dev.write(a[, b[, c]])` and `dev.set_value(…)`: more than three arguments throw.
    pub const WRITE: u16 = 36;
    /// `dev.sample(n)`: `{min, max, avg}` of n readings.
    pub const SAMPLE: u16 = 37;
    /// `dev.on_threshold(thr, cb[, op[, period_us]])`: edge-triggered watch; returns a timer.
    pub const ON_THRESHOLD: u16 = 38;
    /// `coap.register_handler(path, methods, cb)`: returns a handler.
    pub const REGISTER_HANDLER: u16 = 48;
    /// `h.unregister()` of a handler.
    pub const UNREGISTER: u16 = 49;
    /// `coap.request(url, method[, payload[, cb]])`: waits, unless a function is given.
    pub const REQUEST: u16 = 50;
    /// `container.confirm()`: ends a trial whose policy is "script".
    pub const CONFIRM: u16 = 64;
    /// `container.id`.
    pub const CONTAINER_ID: u16 = 65;
    /// `container.sequence`.
    pub const CONTAINER_SEQUENCE: u16 = 66;
    /// `stack.open(channel)`: the stack of a channel of the node's composition; throws where there is none. Needs a radio
    /// grant. (Feature `radio`, as all that follow.)
    pub const STACK_OPEN: u16 = 80;
    /// `s.send(payload[, to])`: bytes or text down a stack, to an address as the text "a.b". What finds no room is counted as dropped.
    pub const STACK_SEND: u16 = 81;
    /// `s.on_receive(cb(payload, from, info))`: the payload as `Uint8Array`, the sender as the text "a.b", and
    /// `{hops, rssi, lqi}`. One function for each stack and container; the next one takes its place.
    pub const STACK_ON_RECEIVE: u16 = 82;
    /// `s.stats()`: `{sent, received, dropped}`: frames of the stack since it was opened.
    pub const STACK_STATS: u16 = 83;
    /// `radio.energy(channel)`: the energy on a radio channel in dBm; needs the channel and the scan in the grant.
    pub const RADIO_ENERGY: u16 = 96;
    /// `radio.power(dbm)`: sets the transmit power, at most the granted one; gives what was set.
    pub const RADIO_POWER: u16 = 97;
    /// `radio.channel(channel)`: tunes the radio to a granted channel.
    pub const RADIO_CHANNEL: u16 = 98;
    /// `data.record(name, value[, unit])`: one value for `/c/{id}/data`; needs the grant. The oldest one gives way.
    pub const RECORD: u16 = 112;
}

/// Numbers of the kinds of host objects. Never given a second meaning.
pub mod class {
    /// A device; the instance is its number in the board table.
    pub const DEVICE: u16 = 1;
    /// A timer, interval or watch; the instance is a [`crate::Handle`].
    pub const TIMER: u16 = 2;
    /// A CoAP handler; the instance is a [`crate::Handle`].
    pub const HANDLER: u16 = 3;
    /// A radio stack; the instance is its channel. (Feature `radio`.)
    pub const STACK: u16 = 4;
}

/// Names that `saul.type` may have, as RIOT spells them without their prefix. The numbers come from the OS.
pub const CLASS_NAMES: [&str; 30] = [
    "ACT_ANY",
    "ACT_LED_RGB",
    "ACT_SERVO",
    "ACT_MOTOR",
    "ACT_SWITCH",
    "ACT_DIMMER",
    "SENSE_ANY",
    "SENSE_BTN",
    "SENSE_TEMP",
    "SENSE_HUM",
    "SENSE_LIGHT",
    "SENSE_ACCEL",
    "SENSE_MAG",
    "SENSE_GYRO",
    "SENSE_COLOR",
    "SENSE_PRESS",
    "SENSE_ANALOG",
    "SENSE_UV",
    "SENSE_OBJTEMP",
    "SENSE_COUNT",
    "SENSE_DISTANCE",
    "SENSE_CO2",
    "SENSE_TVOC",
    "SENSE_OCCUP",
    "SENSE_PROXIMITY",
    "SENSE_RSSI",
    "SENSE_CHARGE",
    "SENSE_CURRENT",
    "SENSE_VOLTAGE",
    "SENSE_PM",
];

use Argument::{Any, Function as Callback, Number, Text};

const fn call(
    name: &'static str,
    id: u16,
    required: &'static [Argument],
    optional: &'static [Argument],
) -> Function {
    Function {
        name,
        id,
        required,
        optional,
        rest: None,
    }
}

/// A member that is a function.
macro_rules! method {
    ($name:literal, $id:ident, $required:expr, $optional:expr $(,)?) => {
        Member::Function(&Function {
            name: $name,
            id: function::$id,
            required: $required,
            optional: $optional,
            rest: None,
        })
    };
}

const fn constant(name: &'static str, value: i32) -> Member {
    Member::Constant { name, value }
}

const fn class_values() -> [Member; CLASS_NAMES.len()] {
    let mut members = [constant("", 0); CLASS_NAMES.len()];
    let mut rest: &mut [Member] = &mut members;
    let mut names: &[&'static str] = &CLASS_NAMES;
    let mut index = 0;
    while let (Some((member, more)), Some((name, more_names))) = (rest.split_first_mut(), names.split_first())
    {
        *member = Member::Value {
            name,
            id: function::CLASS_NUMBER,
            index,
        };
        rest = more;
        names = more_names;
        index += 1;
    }
    members
}

static SAUL_TYPE: Object = Object {
    name: "type",
    members: &SAUL_TYPES,
};
static SAUL_TYPES: [Member; CLASS_NAMES.len()] = class_values();

static SAUL_OP: Object = Object {
    name: "op",
    members: &[
        constant("LT", 0),
        constant("LE", 1),
        constant("EQ", 2),
        constant("GE", 3),
        constant("GT", 4),
    ],
};

static COAP_METHOD: Object = Object {
    name: "method",
    members: &[
        constant("GET", 1),
        constant("POST", 2),
        constant("PUT", 4),
        constant("DELETE", 8),
    ],
};

const fn code(name: &'static str, class: i32, detail: i32) -> Member {
    constant(name, class << 5 | detail)
}

static COAP_CODE: Object = Object {
    name: "code",
    members: &[
        code("CREATED", 2, 1),
        code("DELETED", 2, 2),
        code("VALID", 2, 3),
        code("CHANGED", 2, 4),
        code("CONTENT", 2, 5),
        code("BAD_REQUEST", 4, 0),
        code("UNAUTHORIZED", 4, 1),
        code("BAD_OPTION", 4, 2),
        code("FORBIDDEN", 4, 3),
        code("NOT_FOUND", 4, 4),
        code("METHOD_NOT_ALLOWED", 4, 5),
        code("NOT_ACCEPTABLE", 4, 6),
        code("CONFLICT", 4, 9),
        code("PRECONDITION_FAILED", 4, 12),
        code("REQUEST_TOO_LARGE", 4, 13),
        code("UNSUPPORTED_FORMAT", 4, 15),
        code("UNPROCESSABLE", 4, 22),
        code("TOO_MANY_REQUESTS", 4, 29),
        code("SERVER_ERROR", 5, 0),
        code("NOT_IMPLEMENTED", 5, 1),
        code("BAD_GATEWAY", 5, 2),
        code("UNAVAILABLE", 5, 3),
        code("GATEWAY_TIMEOUT", 5, 4),
    ],
};

/// Everything that the global object gets.
pub static GLOBALS: [Member; if cfg!(feature = "radio") { 9 } else { 6 }] = [
    Member::Function(&Function {
        name: "print",
        id: function::PRINT,
        required: &[],
        optional: &[],
        rest: Some(Text),
    }),
    Member::Object(&Object {
        name: "riot",
        members: &[method!("reboot", REBOOT, &[], &[])],
    }),
    Member::Object(&Object {
        name: "timer",
        members: &[
            method!("setTimeout", SET_TIMEOUT, &[Callback, Number], &[]),
            method!("setInterval", SET_INTERVAL, &[Callback, Number], &[]),
            method!("now", NOW, &[], &[]),
        ],
    }),
    Member::Object(&Object {
        name: "saul",
        members: &[
            method!("get_by_name", GET_BY_NAME, &[Text], &[]),
            method!("get_one", GET_ONE, &[Number], &[]),
            Member::Object(&SAUL_TYPE),
            Member::Object(&SAUL_OP),
        ],
    }),
    Member::Object(&Object {
        name: "coap",
        members: &[
            method!(
                "register_handler",
                REGISTER_HANDLER,
                &[Text, Number, Callback],
                &[],
            ),
            method!("request", REQUEST, &[Text, Number], &[Any, Any]),
            Member::Object(&COAP_METHOD),
            Member::Object(&COAP_CODE),
        ],
    }),
    Member::Object(&Object {
        name: "container",
        members: &[
            method!("confirm", CONFIRM, &[], &[]),
            Member::Value {
                name: "id",
                id: function::CONTAINER_ID,
                index: 0,
            },
            Member::Value {
                name: "sequence",
                id: function::CONTAINER_SEQUENCE,
                index: 0,
            },
        ],
    }),
    #[cfg(feature = "radio")]
    Member::Object(&Object {
        name: "stack",
        members: &[method!("open", STACK_OPEN, &[Number], &[])],
    }),
    #[cfg(feature = "radio")]
    Member::Object(&Object {
        name: "radio",
        members: &[
            method!("energy", RADIO_ENERGY, &[Number], &[]),
            method!("power", RADIO_POWER, &[Number], &[]),
            method!("channel", RADIO_CHANNEL, &[Number], &[]),
        ],
    }),
    #[cfg(feature = "radio")]
    Member::Object(&Object {
        name: "data",
        members: &[method!("record", RECORD, &[Text, Number], &[Text])],
    }),
];

/// The kinds of host objects.
pub static CLASSES: [Class; if cfg!(feature = "radio") { 4 } else { 3 }] = [
    Class {
        id: class::DEVICE,
        name: "Device",
        methods: &[
            call("read", function::READ, &[], &[Number]),
            call("get_value", function::READ, &[], &[Number]),
            call("write", function::WRITE, &[Number], &[Number, Number, Number]),
            call("set_value", function::WRITE, &[Number], &[Number, Number, Number]),
            call("sample", function::SAMPLE, &[Number], &[]),
            call(
                "on_threshold",
                function::ON_THRESHOLD,
                &[Number, Callback],
                &[Number, Number],
            ),
        ],
    },
    Class {
        id: class::TIMER,
        name: "Timer",
        methods: &[call("clear", function::TIMER_CLEAR, &[], &[])],
    },
    Class {
        id: class::HANDLER,
        name: "Handler",
        methods: &[call("unregister", function::UNREGISTER, &[], &[])],
    },
    #[cfg(feature = "radio")]
    Class {
        id: class::STACK,
        name: "Stack",
        methods: &[
            call("send", function::STACK_SEND, &[Any], &[Text]),
            call("on_receive", function::STACK_ON_RECEIVE, &[Callback], &[]),
            call("stats", function::STACK_STATS, &[], &[]),
        ],
    },
];

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn walk<'t>(members: &'t [Member], out: &mut Vec<(&'t str, usize)>, depth: usize) {
        let mut names = std::collections::HashSet::new();
        for member in members {
            assert!(names.insert(member.name()), "{} stands twice", member.name());
            out.push((member.name(), depth));
            if let Member::Object(object) = member {
                walk(object.members, out, depth + 1);
            }
        }
    }

    #[test]
    fn no_name_stands_twice_and_none_is_empty() {
        let mut names = Vec::new();
        walk(&GLOBALS, &mut names, 0);
        assert!(names.iter().all(|(name, _)| !name.is_empty()));
        let globals: Vec<_> = names.iter().filter(|(_, d)| *d == 0).map(|(n, _)| *n).collect();
        let all = [
            "print",
            "riot",
            "timer",
            "saul",
            "coap",
            "container",
            "stack",
            "radio",
            "data",
        ];
        assert_eq!(globals, all[..GLOBALS.len()]);
    }

    #[test]
    fn numbers_are_those_of_the_prototype() {
        let value = |object: &Object, wanted: &str| {
            object.members.iter().find_map(|m| match m {
                Member::Constant { name, value } if *name == wanted => Some(*value),
                _ => None,
            })
        };
        assert_eq!(value(&COAP_METHOD, "PUT"), Some(4));
        assert_eq!(value(&COAP_CODE, "CONTENT"), Some(0x45));
        assert_eq!(value(&COAP_CODE, "NOT_FOUND"), Some(0x84));
        for (name, number) in [("LT", 0), ("LE", 1), ("EQ", 2), ("GE", 3), ("GT", 4)] {
            assert_eq!(value(&SAUL_OP, name), Some(number));
        }
    }

    #[test]
    fn class_values_carry_their_own_index() {
        for (index, (member, name)) in SAUL_TYPES.iter().zip(CLASS_NAMES).enumerate() {
            assert_eq!(
                *member,
                Member::Value {
                    name,
                    id: function::CLASS_NUMBER,
                    index: index as u16
                }
            );
        }
    }
}
