//! Runs programs that come on standard input, each in a fresh engine, and says what they came to: the hands of
//! `cargo xtask test262`, in a process of their own so that a crash is one test's failure.
//!
//! A request is a line `LENGTH FUEL ARENA_WORDS STRESS` and the program; the answer a line `VERDICT FUEL HIGH_WATER LENGTH` and a text.
//! Verdicts: `done`, `threw`, `memory` (threw because the arena was full), `fuel` (more than it was given), `overrun` (a step
//! took more than it may), `panic` (then the process ends).
#![allow(clippy::expect_used)]

use motebox_js::*;
use std::io::{BufRead, Read, Write, stdin, stdout};

const NAMES: &[&str] = &["$262", "detachArrayBuffer", "print"];
const PRINT: u16 = 0;
/// `$262.detachArrayBuffer(buffer)`: the one of the suite's wishes for a host that this one can fulfil.
const DETACH: u16 = 1;
static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        Entry {
            name: Library::name(NAMES, "$262"),
            item: Item::Object(0),
        },
        Entry {
            name: Library::name(NAMES, "print"),
            item: Item::Function(PRINT),
        },
    ],
    objects: &[&[Entry {
        name: Library::name(NAMES, "detachArrayBuffer"),
        item: Item::Function(DETACH),
    }]],
    classes: &[],
    functions: &[
        Function {
            name: Library::name(NAMES, "print"),
            id: PRINT,
            index: 0,
            required: 0,
            args: &[],
            rest: Some(Type::String),
        },
        Function {
            name: Library::name(NAMES, "detachArrayBuffer"),
            id: DETACH,
            index: 0,
            required: 1,
            args: &[Type::Any],
            rest: None,
        },
    ],
};
struct Tests;
impl Host for Tests {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        #[cfg(feature = "typed-arrays")]
        if id == DETACH {
            cx.detach(0);
        }
        let _ = id;
        cx.ret_undefined()
    }
}
/// Fuel of one step: work beyond it and [`Engine::MAX_DEBT`] is an overrun.
const SLICE: u32 = 1 << 20;

fn answer(verdict: &str, fuel: u64, high_water: u32, text: &[u8]) {
    let mut out = stdout().lock();
    writeln!(out, "{verdict} {fuel} {high_water} {}", text.len()).expect("an open standard output");
    out.write_all(text).expect("an open standard output");
    out.flush().expect("an open standard output");
}

fn run(program: &[u8], fuel: u64, words: usize, stress: u32) {
    let mut arena = vec![0; words];
    let mut engine = Engine::new(&mut arena, &LIBRARY).expect("an arena that is large enough");
    #[cfg(feature = "date")]
    if let Ok(since) = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
        engine.set_time(since.as_millis() as f64, 0.0);
    }
    engine
        .load(program.len() as u32)
        .expect("an engine without a job");
    engine.stress(stress);
    let mut overrun = false;
    let step = loop {
        let before = engine.fuel_used();
        let step = engine.step(&mut Tests, &Mapped(program), SLICE);
        overrun |= engine.fuel_used() - before > u64::from(SLICE + Engine::MAX_DEBT);
        if step != Step::OutOfFuel || engine.fuel_used() > fuel {
            break step;
        }
    };
    let mut text = [0; 400];
    let result = engine.result();
    let text = if step == Step::Threw {
        result.text(&mut text)
    } else {
        &[]
    };
    let verdict = match step {
        _ if overrun => "overrun",
        Step::Done => "done",
        Step::Threw if result.is_memory() => "memory",
        Step::Threw => "threw",
        _ => "fuel",
    };
    answer(verdict, engine.fuel_used(), engine.memory().high_water, text);
}

fn serve() {
    let mut input = stdin().lock();
    let mut line = String::new();
    while input.read_line(&mut line).expect("a readable standard input") > 0 {
        let mut numbers = line
            .split_whitespace()
            .map(|word| word.parse().expect("a number"));
        let mut number = || numbers.next().expect("four numbers");
        let (length, fuel, words): (u64, u64, u64) = (number(), number(), number());
        let stress: u64 = number();
        let mut program = vec![0; length as usize];
        input.read_exact(&mut program).expect("the whole program");
        run(&program, fuel, words as usize, stress as u32);
        line.clear();
    }
}

fn main() {
    std::panic::set_hook(Box::new(|info| {
        answer("panic", 0, 0, info.to_string().as_bytes());
        std::process::exit(101);
    }));
    // No input may need a deep native stack.
    let server = std::thread::Builder::new().stack_size(256 << 10).spawn(serve);
    server
        .expect("a thread")
        .join()
        .expect("a panic ends the process");
}
