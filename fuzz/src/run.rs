//! Running a script to its end, and what it printed.

use motebox_js::{Engine, Entry, Function, Host, Item, Library, Native, Outcome, Source, Step, Type};

const NAMES: &[&str] = &["print"];
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
        id: 0,
        index: 0,
        required: 0,
        args: &[],
        rest: Some(Type::String),
    }],
};

#[derive(Default)]
struct Lines(String);
impl Host for Lines {
    fn call(&mut self, _: u16, cx: &mut Native<'_, '_>) -> Outcome {
        for i in 0..cx.argc() {
            self.0 += &String::from_utf8_lossy(cx.string(i).unwrap_or(b"?"));
        }
        self.0.push('\n');
        cx.ret_undefined()
    }
}

/// How to run.
pub struct How {
    pub words: usize,
    pub slice: u32,
    pub stress: u32,
    pub most_fuel: u64,
}

/// What it printed, and the exception at its end; none when it ran out of fuel. `damage` is let at the engine when the script
/// has called the host for the first time.
pub fn run(
    source: &dyn Source,
    len: usize,
    how: &How,
    damage: Option<&dyn Fn(&mut Engine<'_>)>,
) -> Option<String> {
    let mut arena = vec![0; how.words];
    let mut engine = Engine::new(&mut arena, &LIBRARY).expect("an arena that is large enough");
    engine.stress(how.stress);
    engine.load(len as u32).expect("no other job");
    let mut lines = Lines::default();
    let mut damage = damage;
    loop {
        let slice = if damage.is_some() { 1 } else { how.slice };
        let before = engine.fuel_used();
        let step = engine.step(&mut lines, source, slice);
        let burnt = engine.fuel_used() - before;
        assert!(
            burnt <= u64::from(slice + Engine::MAX_DEBT),
            "a step of {slice} fuel took {burnt}"
        );
        if !lines.0.is_empty()
            && let Some(damage) = damage.take()
        {
            damage(&mut engine);
        }
        match step {
            Step::OutOfFuel if engine.fuel_used() < how.most_fuel => {}
            Step::OutOfFuel => return None,
            Step::Threw => {
                lines.0 += &String::from_utf8_lossy(engine.result().text(&mut [0; 100]));
                return Some(lines.0);
            }
            _ => return Some(lines.0),
        }
    }
}
