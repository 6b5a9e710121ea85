//! The engine with its compiler and default features, and three functions of a host: one that answers, one that keeps a
//! function of the script, one that waits.
#![no_std]

use motebox_js::{
    Arg, Engine, Entry, ErrorKind, Function, Host, Item, Library, Mapped, Name, Native, Outcome, Resume,
    Root, Source, Step, Type, Windowed,
};
use support::{input, opaque};

const NAMES: &[&str] = &["keep", "led", "request", "write"];

const fn name(text: &str) -> Name {
    Library::name(NAMES, text)
}

const fn function(text: &str, id: u16, args: &'static [Type]) -> Function {
    Function {
        name: name(text),
        id,
        index: 0,
        required: 1,
        args,
        rest: None,
    }
}

static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        Entry {
            name: name("led"),
            item: Item::Object(0),
        },
        Entry {
            name: name("keep"),
            item: Item::Function(1),
        },
        Entry {
            name: name("request"),
            item: Item::Function(2),
        },
    ],
    objects: &[&[Entry {
        name: name("write"),
        item: Item::Function(0),
    }]],
    classes: &[],
    functions: &[
        function("write", 0, &[Type::Number]),
        function("keep", 1, &[Type::Callable]),
        function("request", 2, &[Type::String]),
    ],
};

/// What the functions do, behind a wall.
struct Board {
    kept: Option<Root>,
}

impl Host for Board {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        match id {
            0 => {
                opaque(cx.number(0));
                cx.ret_number(opaque(1.0))
            }
            1 => match cx.root(0) {
                Ok(root) => {
                    self.kept = Some(root);
                    cx.ret_undefined()
                }
                Err(_) => cx.throw(ErrorKind::RangeError, "too many functions"),
            },
            _ => {
                opaque(cx.string(0));
                Outcome::Suspend(opaque(1))
            }
        }
    }
}

fn run(engine: &mut Engine<'_>, board: &mut Board, source: &dyn Source) {
    let _ = opaque(engine.load(opaque(1)));
    loop {
        match engine.step(board, source, opaque(1_000)) {
            Step::OutOfFuel => {}
            Step::Waiting(token) => {
                let _ = opaque(engine.resume(token, opaque(Resume::Value(Arg::Str(input())))));
            }
            step => {
                opaque(step);
                break;
            }
        }
    }
    if let Some(root) = board.kept.take() {
        let _ = opaque(engine.call(root, &opaque([Arg::Number(1.0), Arg::Str(input())])));
        engine.unroot(root);
    }
    let mut text = [0; 64];
    opaque(engine.result().text(&mut text));
    opaque((engine.memory(), engine.fuel_used()));
    engine.forget(opaque(1));
    engine.collect();
    engine.abort();
}

/// Calls it all once.
pub fn main() {
    let mut arena = [0_u32; 512];
    let Ok(mut engine) = Engine::new(opaque(&mut arena), &LIBRARY) else {
        return;
    };
    let mut board = opaque(Board { kept: None });
    let text = input();
    let sources: [&dyn Source; 2] = [&Mapped(text), &Windowed(text)];
    run(opaque(&mut engine), &mut board, sources[opaque(0) & 1]);
}
