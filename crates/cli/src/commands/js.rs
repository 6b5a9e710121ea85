//! `motebox js`: the engine alone, with `print` and a mote's memory.

use std::io::Write;
use std::process::ExitCode;

use motebox_js::{Engine, Entry, Function, Host, Item, Library, Mapped, Native, Outcome, Step, Type};

use crate::args::Js;
use crate::error::{Error, Result, say};

const NAMES: &[&str] = &["print"];
const PRINT: u16 = 1;

static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[Entry {
        name: Library::name(NAMES, "print"),
        item: Item::Function(0),
    }],
    objects: &[],
    classes: &[],
    functions: &[Function {
        name: Library::name(NAMES, "print"),
        id: PRINT,
        index: 0,
        required: 0,
        args: &[],
        rest: Some(Type::String),
    }],
};

/// Fuel of one step: long enough to be fast, short enough to keep to `--fuel`.
const SLICE: u32 = 100_000;
/// Longest text of an uncaught exception.
const TEXT_BYTES: usize = 1024;

/// Runs a script; the exit code is 1 when it throws.
pub(crate) fn js(args: &Js, out: &mut dyn Write) -> Result<ExitCode> {
    let source = std::fs::read(&args.file).map_err(|e| Error::file("read", &args.file, &e))?;
    let mut arena = vec![0u32; args.heap as usize / 4];
    let mut engine = Engine::new(&mut arena, &LIBRARY).map_err(|small| {
        Error::new(format!("{} B are no arena for an engine", args.heap))
            .advise(format!("give it --heap {} or more", small.needed * 4))
    })?;
    let length = u32::try_from(source.len()).map_err(|_| Error::new("the script is longer than 4 GB"))?;
    engine
        .load(length)
        .map_err(|error| Error::new(format!("the engine takes no script: {error:?}")))?;
    let mut host = Printer { out, failed: None };
    let threw = run(&mut engine, &mut host, &Mapped(&source), args.fuel);
    if args.stats {
        let memory = engine.memory();
        say!(
            "heap {} B of {} B, most {} B; fuel {}",
            memory.used,
            memory.arena,
            memory.high_water,
            engine.fuel_used()
        );
    }
    if let Some(error) = host.failed {
        return Err(Error::new(format!("standard output: {error}")));
    }
    match threw? {
        None => Ok(ExitCode::SUCCESS),
        Some(text) => {
            // What a text quotes of a script moves no cursor.
            say!("{}", text.replace(|c: char| c.is_control(), "?"));
            if let Some(name) = of_a_mote(&text) {
                say!("  here is the engine alone: on a mote, and on `motebox device`, there is `{name}`");
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The object of the script API that was missed, if that was it.
fn of_a_mote(text: &str) -> Option<&str> {
    let (name, _) = text
        .strip_prefix("ReferenceError: ")?
        .split_once(" is not defined")?;
    [
        "saul",
        "timer",
        "coap",
        "riot",
        "container",
        "stack",
        "radio",
        "data",
    ]
    .contains(&name)
    .then_some(name)
}

/// Runs the job to its end; the text of what was thrown, if anything was.
fn run(
    engine: &mut Engine<'_>,
    host: &mut Printer<'_>,
    source: &Mapped<'_>,
    limit: Option<u64>,
) -> Result<Option<String>> {
    #[cfg(feature = "full")]
    let started = std::time::Instant::now();
    loop {
        let left = limit.map_or(u64::MAX, |limit| limit.saturating_sub(engine.fuel_used()));
        if left == 0 {
            engine.abort();
            return Err(Error::new(format!("the fuel is used up: {}", engine.fuel_used()))
                .advise("give it more with --fuel, or none to let it run for ever"));
        }
        #[cfg(feature = "full")]
        set_time(engine, started);
        match engine.step(host, source, left.min(u64::from(SLICE)) as u32) {
            Step::OutOfFuel => {}
            Step::Threw => {
                let mut text = [0; TEXT_BYTES];
                return Ok(Some(
                    String::from_utf8_lossy(engine.result().text(&mut text)).into_owned(),
                ));
            }
            // Nothing waits here: the host never asks for it.
            Step::Done | Step::Idle | Step::Waiting(_) => return Ok(None),
        }
    }
}

/// Hands the clocks of this PC to `Date` and `performance.now`.
#[cfg(feature = "full")]
fn set_time(engine: &mut Engine<'_>, started: std::time::Instant) {
    let unix = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    engine.set_time(
        unix.map_or(0.0, |unix| unix.as_millis() as f64),
        started.elapsed().as_secs_f64() * 1e3,
    );
}

/// The host: `print`, and nothing else.
struct Printer<'o> {
    out: &'o mut dyn Write,
    failed: Option<std::io::Error>,
}

impl Host for Printer<'_> {
    fn call(&mut self, _: u16, cx: &mut Native<'_, '_>) -> Outcome {
        let mut line = Vec::new();
        for index in 0..cx.argc() {
            if index > 0 {
                line.push(b' ');
            }
            line.extend_from_slice(cx.string(index).unwrap_or_default());
        }
        line.push(b'\n');
        if let Err(error) = self.out.write_all(&line) {
            self.failed.get_or_insert(error);
        }
        cx.ret_undefined()
    }
}
