//! One script in the engine: `script.js` of the host's, with an arena of 20,000 B and a host as small as can be.
//!
//! Sections: engine, compilation and top level; then, for a script that watches a threshold, one alarm: light and sound, a
//! request that waits, the guard's PUT, the cloud's answer. An empty script tells what is to be subtracted.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use motebox_bench::{expect, read, section};
use motebox_firmware::console;
use motebox_firmware::probe::{self, Phase};
use motebox_js::{
    Arg, Engine, Entry, ErrorKind, Function, Host, Item, Library, Mapped, Name, Native, Outcome, Resume,
    Root, Step, Type,
};

/// Words of the arena.
const ARENA: usize = 5_000;
/// Longest script in bytes.
const SCRIPT: usize = 2_048;

const NAMES: &[&str] = &[
    "POST",
    "PUT",
    "coap",
    "get_by_name",
    "method",
    "on_threshold",
    "print",
    "read",
    "register_handler",
    "request",
    "sample",
    "saul",
    "setTimeout",
    "set_value",
    "timer",
    "write",
];

const fn name(text: &str) -> Name {
    Library::name(NAMES, text)
}

const fn entry(text: &str, item: Item) -> Entry {
    Entry {
        name: name(text),
        item,
    }
}

const fn function(text: &str, id: u16, required: u8, args: &'static [Type]) -> Function {
    Function {
        name: name(text),
        id,
        index: 0,
        required,
        args,
        rest: None,
    }
}

static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        entry("coap", Item::Object(0)),
        entry("print", Item::Function(0)),
        entry("saul", Item::Object(1)),
        entry("timer", Item::Object(3)),
    ],
    objects: &[
        &[
            entry("method", Item::Object(2)),
            entry("register_handler", Item::Function(1)),
            entry("request", Item::Function(2)),
        ],
        &[entry("get_by_name", Item::Function(3))],
        &[entry("POST", Item::Int(2)), entry("PUT", Item::Int(4))],
        &[entry("setTimeout", Item::Function(8))],
    ],
    classes: &[
        &[
            entry("on_threshold", Item::Function(4)),
            entry("sample", Item::Function(5)),
            entry("set_value", Item::Function(6)),
            entry("write", Item::Function(6)),
            entry("read", Item::Function(7)),
        ],
        &[],
    ],
    functions: &[
        function("print", 0, 0, &[Type::String]),
        function(
            "register_handler",
            1,
            3,
            &[Type::String, Type::Number, Type::Callable],
        ),
        function("request", 2, 2, &[Type::String, Type::Number, Type::Any]),
        function("get_by_name", 3, 1, &[Type::String]),
        function("on_threshold", 4, 2, &[Type::Number, Type::Callable]),
        function("sample", 5, 1, &[Type::Number]),
        function("set_value", 6, 1, &[Type::Number]),
        function("read", 7, 0, &[]),
        function("setTimeout", 8, 2, &[Type::Callable, Type::Number]),
    ],
};

const TOKEN: u32 = 7;
const DEVICE: u16 = 0;
const HANDLE: u16 = 1;
/// More than any script of the bench needs: one step runs it to its end.
const FUEL: u32 = u32::MAX;

/// Devices that answer at once, and the functions that the script left.
#[derive(Default)]
struct Lab {
    threshold: Option<Root>,
    handler: Option<Root>,
    timer: Option<Root>,
    asked: bool,
}

impl Host for Lab {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        let (place, at) = match id {
            1 => (&mut self.handler, 2),
            4 => (&mut self.threshold, 1),
            8 => (&mut self.timer, 0),
            2 => {
                self.asked = true;
                return Outcome::Suspend(TOKEN);
            }
            3 => return cx.ret_host(DEVICE, 1),
            5 => return cx.ret_numbers(&[("min", 900.0), ("max", 905.5), ("avg", 903.25)]),
            7 => return cx.ret_number(900.0),
            _ => return cx.ret_undefined(),
        };
        match cx.root(at) {
            Ok(root) => {
                if let Some(old) = place.replace(root) {
                    cx.unroot(old);
                }
                cx.ret_host(HANDLE, 1)
            }
            Err(_) => cx.throw(ErrorKind::RangeError, "no room for another callback"),
        }
    }
}

/// Steps the job to its end; whether it waits.
#[inline(never)]
fn finish(engine: &mut Engine<'_>, lab: &mut Lab, text: &[u8]) -> bool {
    match engine.step(lab, &Mapped(text), FUEL) {
        Step::Done => false,
        Step::Waiting(_) => true,
        _ => failed(engine),
    }
}

#[inline(never)]
fn failed(engine: &Engine<'_>) -> ! {
    let mut room = [0; 80];
    console::pieces(&[b"FAILED ", engine.result().text(&mut room)]);
    console::fail()
}

/// Begins a call of the script's. In a function of its own: what it takes of the stack is given back before the engine runs.
#[inline(never)]
fn begin(engine: &mut Engine<'_>, function: Option<Root>, args: &[Arg<'_>]) {
    let called = function.map(|root| engine.call(root, args).is_ok());
    expect("a call of the script", called == Some(true));
}

#[inline(never)]
fn answered(engine: &mut Engine<'_>) {
    let resumed = engine.resume(TOKEN, Resume::Value(Arg::Bool(true)));
    expect("the cloud's answer", resumed.is_ok());
}

/// Light and sound, the request, the guard's PUT while it waits, the cloud's answer.
#[inline(never)]
fn alarm(engine: &mut Engine<'_>, lab: &mut Lab, text: &[u8]) {
    begin(engine, lab.threshold, &[Arg::Number(900.0)]);
    let mut waits = finish(engine, lab, text);
    if let Some(timer) = lab.timer.take() {
        begin(engine, Some(timer), &[]);
        waits = finish(engine, lab, text);
        engine.unroot(timer);
    }
    expect("an alarm", waits && lab.asked);
    begin(engine, lab.handler, &[Arg::Number(4.0), Arg::Str(b"")]);
    finish(engine, lab, text);
    answered(engine);
    finish(engine, lab, text);
}

#[inline(never)]
fn start<'m>(memory: &'m mut [u32], text: &[u8]) -> Engine<'m> {
    let Ok(mut engine) = Engine::new(memory, &LIBRARY) else {
        console::fail()
    };
    expect("the text", engine.load(text.len() as u32).is_ok());
    engine
}

/// The stack is measured from here on: what holds the engine is not in it.
#[inline(never)]
fn play(memory: &mut [u32], text: &[u8]) -> [u32; 2] {
    let mut lab = Lab::default();
    probe::enter(Phase::Run);
    let mut engine = section(|| {
        let mut engine = start(memory, text);
        finish(&mut engine, &mut lab, text);
        engine
    });
    if lab.threshold.is_some() {
        section(|| alarm(&mut engine, &mut lab, text));
    }
    probe::enter(Phase::Scenario);
    let most = engine.memory().high_water;
    engine.collect();
    [most, engine.memory().used]
}

#[entry]
fn main() -> ! {
    static mut MEMORY: [u32; ARENA] = [0; ARENA];
    static mut TEXT: [u8; SCRIPT] = [0; SCRIPT];
    let text = read(b"script.js\0", TEXT);
    let [most, live] = play(MEMORY, text);
    console::fact("heap", most);
    console::fact("live", live);
    probe::report();
    console::succeed()
}
