//! Bytecode that no compiler made: bits flipped, bytes at random. It may throw, or come to another result; it may not panic,
//! nor run beyond its fuel.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{LIBRARY, es5_files, read};
use motebox_js::{Engine, Host, Mapped, Native, Outcome, Step};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Counts calls of the host: the first one tells that the script was compiled and runs.
#[derive(Default)]
struct Calls(usize);
impl Host for Calls {
    fn call(&mut self, _: u16, cx: &mut Native<'_, '_>) -> Outcome {
        self.0 += 1;
        cx.ret_undefined()
    }
}

struct Random(u64);
impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

const FUEL: u64 = 300_000;
const SLICE: u32 = 2_000;

/// Compiles, lets `damage` at the engine, and runs on for [`FUEL`]; true when the run threw.
fn run_damaged(text: &str, words: usize, damage: impl FnOnce(&mut Engine<'_>)) -> bool {
    let mut arena = vec![0; words];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    let source = Mapped(text.as_bytes());
    engine.load(text.len() as u32).unwrap();
    let mut calls = Calls::default();
    while calls.0 == 0 {
        if engine.step(&mut calls, &source, 1) != Step::OutOfFuel {
            // It needs a feature that this build does not have.
            return false;
        }
    }
    damage(&mut engine);
    let end = engine.fuel_used() + FUEL;
    let mut step = Step::OutOfFuel;
    while step == Step::OutOfFuel && engine.fuel_used() < end {
        let before = engine.fuel_used();
        step = engine.step(&mut calls, &source, SLICE);
        let burnt = engine.fuel_used() - before;
        assert!(burnt <= u64::from(SLICE + Engine::MAX_DEBT), "{burnt} in a step");
    }
    engine.abort();
    engine.collect();
    let mut buf = [0; 100];
    engine.result().text(&mut buf);
    step == Step::Threw
}

/// Ends the process when its runs stop counting for half a minute: a step that does not come back.
struct Watch(Arc<AtomicUsize>);
impl Watch {
    fn start() -> Watch {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = Arc::downgrade(&count);
        std::thread::spawn(move || {
            let mut last = usize::MAX;
            while let Some(now) = seen.upgrade().map(|count| count.load(Ordering::Relaxed)) {
                if now == last {
                    eprintln!("run {now} hangs");
                    std::process::abort();
                }
                last = now;
                std::thread::sleep(Duration::from_secs(30));
            }
        });
        Watch(count)
    }
    fn done(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// One to four bits flipped anywhere in the code of a script that runs.
#[test]
fn flipped_bits_are_survived() {
    let watch = Watch::start();
    let mut random = Random(0x6d6f_7465_626f_7831);
    let (mut runs, mut threw) = (0, 0);
    for file in es5_files() {
        let text = read(&file);
        for round in 0..40 {
            let words = if round % 2 == 0 { 1 << 16 } else { 6_000 };
            let mut flips = Vec::new();
            threw += usize::from(run_damaged(&text, words, |engine| {
                let bytes = engine.code_bytes();
                flips = (0..=random.below(4))
                    .map(|_| (random.below(bytes), 1u8 << random.below(8)))
                    .collect();
                for &(at, mask) in &flips {
                    engine.flip_code(at, mask);
                }
            }));
            runs += 1;
            watch.done();
        }
    }
    println!("{threw} of {runs} runs threw");
    assert!(threw > runs / 50, "the damage did nothing");
}

/// All code of a script replaced by random bytes.
#[test]
fn random_code_is_survived() {
    let watch = Watch::start();
    let mut random = Random(0x1234_5678_9abc_def1);
    let text = read(&es5_files()[0]);
    for _ in 0..1_500 {
        run_damaged(&text, 6_000, |engine| {
            for at in 0..engine.code_bytes() {
                engine.flip_code(at, random.below(256) as u8);
            }
        });
        watch.done();
    }
}
