//! What the tests of the engine share: a host with `check`, and a way to run a script.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_js::{
    Engine, Entry, Function, Host, Item, Library, Mapped, Memory, Name, Native, Outcome, Source, Step, Type,
    Windowed,
};
use std::path::{Path, PathBuf};

const NAMES: &[&str] = &["check", "detach", "print"];
const fn name(text: &str) -> Name {
    Library::name(NAMES, text)
}
/// `check(ok, label)` counts assertions, `print(…)` collects lines, `detach(buffer)` takes its memory away.
pub static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        Entry {
            name: name("check"),
            item: Item::Function(0),
        },
        Entry {
            name: name("print"),
            item: Item::Function(1),
        },
        Entry {
            name: name("detach"),
            item: Item::Function(2),
        },
    ],
    objects: &[],
    classes: &[],
    functions: &[
        Function {
            name: name("check"),
            id: 0,
            index: 0,
            required: 1,
            args: &[Type::Any, Type::String],
            rest: None,
        },
        Function {
            name: name("print"),
            id: 1,
            index: 0,
            required: 0,
            args: &[],
            rest: Some(Type::String),
        },
        Function {
            name: name("detach"),
            id: 2,
            index: 0,
            required: 1,
            args: &[],
            rest: None,
        },
    ],
};

pub struct Run {
    pub arena: usize,
    pub fuel: u32,
    pub stress: u32,
    pub mapped: bool,
    pub most_fuel: u64,
}
impl Default for Run {
    fn default() -> Self {
        Run {
            arena: 1 << 16,
            fuel: 1 << 20,
            stress: 0,
            mapped: true,
            most_fuel: 200_000_000,
        }
    }
}
#[derive(Debug, Default)]
pub struct Outcomes {
    pub passed: usize,
    pub failures: Vec<String>,
    pub printed: Vec<String>,
    /// `Name: message` of the exception that ended the script, if one did.
    pub error: String,
    pub steps: usize,
    pub memory: Memory,
    pub fuel: u64,
}
impl Host for Outcomes {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        let text =
            |cx: &Native<'_, '_>, i: usize| String::from_utf8_lossy(cx.string(i).unwrap_or(b"")).into_owned();
        #[cfg(feature = "typed-arrays")]
        if id == 2 {
            return match cx.detach(0) {
                true => cx.ret_undefined(),
                false => cx.throw(motebox_js::ErrorKind::TypeError, "no buffer"),
            };
        }
        if id == 0 {
            if cx.number(0) == 1.0 {
                self.passed += 1;
            } else {
                self.failures.push(text(cx, 1));
            }
        } else {
            let line = (0..cx.argc()).map(|i| text(cx, i)).collect::<Vec<_>>().join(" ");
            self.printed.push(line);
        }
        cx.ret_undefined()
    }
}

pub fn run(text: &str, how: &Run) -> Outcomes {
    let mut arena = vec![0u32; how.arena];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    engine.stress(how.stress);
    #[cfg(feature = "date")]
    engine.set_time(1_795_248_000_500.25, 12_250.0);
    let (mapped, windowed) = (Mapped(text.as_bytes()), Windowed(text.as_bytes()));
    let source: &dyn Source = if how.mapped { &mapped } else { &windowed };
    engine.load(text.len() as u32).unwrap();
    let mut out = Outcomes::default();
    loop {
        out.steps += 1;
        match engine.step(&mut out, source, how.fuel) {
            Step::OutOfFuel => {}
            Step::Threw => {
                let mut buf = [0; 300];
                out.error = String::from_utf8_lossy(engine.result().text(&mut buf)).into_owned();
                break;
            }
            _ => break,
        }
        if engine.fuel_used() > how.most_fuel {
            out.error = "endless".into();
            break;
        }
    }
    out.memory = engine.memory();
    out.fuel = engine.fuel_used();
    out
}

pub fn files(dir: &str) -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|f| f.extension().is_some_and(|e| e == "js"))
        .collect();
    files.sort();
    files
}
/// Whether the parts of the language that are not in every build are in this one.
pub const ALL: bool = cfg!(feature = "full");
/// Beginnings of the names of scripts that need cargo features.
const WITH_FEATURES: &[&str] = &[
    "es6-", "date-", "eval-", "json-", "math-s", "regexp-", "statics", "typed-", "uri",
];
/// The scripts of the language that the engine has.
pub fn es5_files() -> Vec<PathBuf> {
    files("tests/suite")
        .into_iter()
        .filter(|f| {
            let name = f.file_name().unwrap().to_string_lossy();
            name != "prelude.js" && (ALL || !WITH_FEATURES.iter().any(|part| name.starts_with(part)))
        })
        .collect()
}
/// A script of the suite behind its prelude.
pub fn read(file: &Path) -> String {
    let prelude = file.with_file_name("prelude.js");
    std::fs::read_to_string(prelude).unwrap() + &std::fs::read_to_string(file).unwrap()
}
