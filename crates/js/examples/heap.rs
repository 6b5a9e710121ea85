//! The smallest arena in which a script of the alarm scenario compiles and all of its callbacks run, twice: with its text
//! mapped, and read through a window.
//!
//! `cargo run --release -p motebox-js --example heap -- examples/alarm.js`
//!
//! The host is as small as can be: devices answer at once, a request waits until the guard's PUT was handled.
#![allow(clippy::expect_used, clippy::panic)]

use motebox_js::*;

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
const fn entry(text: &str, item: Item) -> Entry {
    Entry {
        name: Library::name(NAMES, text),
        item,
    }
}
const fn function(text: &str, id: u16, required: u8, args: &'static [Type]) -> Function {
    Function {
        name: Library::name(NAMES, text),
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

#[derive(Default)]
struct Lab {
    threshold: Option<Root>,
    handler: Option<Root>,
    timer: Option<Root>,
    requests: u32,
}
impl Host for Lab {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        let (place, at) = match id {
            1 => (&mut self.handler, 2),
            4 => (&mut self.threshold, 1),
            8 => (&mut self.timer, 0),
            2 => {
                self.requests += 1;
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
            Err(RootsFull) => cx.throw(ErrorKind::RangeError, "no room for another callback"),
        }
    }
}

/// Runs the job to its end; whether it was set aside.
fn finish(engine: &mut Engine<'_>, lab: &mut Lab, source: &dyn Source) -> Result<bool, String> {
    loop {
        match engine.step(lab, source, 10_000) {
            Step::OutOfFuel => {}
            Step::Waiting(_) => return Ok(true),
            Step::Threw => {
                return Err(String::from_utf8_lossy(engine.result().text(&mut [0; 80])).into_owned());
            }
            _ => return Ok(false),
        }
    }
}
/// Compiles the script, and plays light and sound, and the guard, three times.
fn play(text: &[u8], words: usize, mapped: bool) -> Result<(), String> {
    let mut arena = vec![0; words];
    let mut engine = Engine::new(&mut arena, &LIBRARY).map_err(|_| "no engine fits")?;
    let (whole, window) = (Mapped(text), Windowed(text));
    let source: &dyn Source = if mapped { &whole } else { &window };
    let mut lab = Lab::default();
    let say = |e: JobError| format!("{e:?}");
    engine.load(text.len() as u32).map_err(say)?;
    finish(&mut engine, &mut lab, source)?;
    for cycle in 1..=3 {
        engine
            .call(lab.threshold.ok_or("no threshold")?, &[Arg::Number(900.0)])
            .map_err(say)?;
        let mut waits = finish(&mut engine, &mut lab, source)?;
        if let Some(timer) = lab.timer.take() {
            engine.call(timer, &[]).map_err(say)?;
            engine.unroot(timer);
            waits = finish(&mut engine, &mut lab, source)?;
        }
        if !waits || lab.requests != cycle {
            return Err("no alarm".into());
        }
        engine
            .call(
                lab.handler.ok_or("no handler")?,
                &[Arg::Number(4.0), Arg::Str(b"")],
            )
            .map_err(say)?;
        finish(&mut engine, &mut lab, source)?;
        engine
            .resume(TOKEN, Resume::Value(Arg::Bool(true)))
            .map_err(say)?;
        finish(&mut engine, &mut lab, source)?;
    }
    Ok(())
}
fn main() {
    let path = std::env::args().nth(1).expect("the path of a script");
    let text = std::fs::read(&path).expect("a readable script");
    for (mapped, name) in [(true, "mapped"), (false, "windowed")] {
        const ENOUGH: usize = 4000;
        if let Err(error) = play(&text, ENOUGH, mapped) {
            panic!("{path}: {error}");
        }
        // From above, so that a lucky size below one that fails does not count.
        let smallest = (Engine::MIN_WORDS..ENOUGH)
            .rev()
            .take_while(|&words| play(&text, words, mapped).is_ok())
            .last();
        println!("{name} {}", smallest.unwrap_or(ENOUGH) * 4);
    }
}
