//! Cuts of the fuel: wherever a run is interrupted, it goes on as if nothing had been.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{LIBRARY, Outcomes, Run, es5_files, read, run};
use motebox_js::{Engine, Mapped, Step};

/// What a run came to, as far as a script can tell.
fn seen(out: &Outcomes) -> (usize, &[String], &[String], &str) {
    (out.passed, &out.failures, &out.printed, &out.error)
}

/// The scripts of the suite in steps of so much fuel.
#[test]
fn the_suite_in_steps_of_any_size() {
    for file in es5_files() {
        let text = read(&file);
        let whole = run(&text, &Run::default());
        for (i, fuel) in [2, 3, 5, 7, 11, 17, 29, 53, 97, 193, 389, 769]
            .into_iter()
            .enumerate()
        {
            let mapped = i % 2 == 0;
            let cut = run(
                &text,
                &Run {
                    fuel,
                    mapped,
                    ..Run::default()
                },
            );
            assert_eq!(seen(&cut), seen(&whole), "{} in steps of {fuel}", file.display());
            assert!(
                cut.steps > whole.steps,
                "{}: the fuel was not cut",
                file.display()
            );
        }
    }
}

/// One cut, at each place that there is.
#[test]
fn one_cut_anywhere() {
    let text = "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
                var o = { toString: function () { return 'o' + fib(3); }, get g() { return [2, 0.5, 1].sort((a, b) => a - b); } };
                try { print(fib(5), o.g, `${o}`); let a = 'xyz'.split(''); print(a.shift(), a); throw o; }
                catch (e) { print(e + ''); } finally { for (var k in o) print(k); for (const c of 'ab') print(c); }";
    let source = Mapped(text.as_bytes());
    let mut whole = Outcomes::default();
    let mut arena = vec![0; 4_000];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    engine.load(text.len() as u32).unwrap();
    assert_eq!(engine.step(&mut whole, &source, 1_000_000), Step::Done);
    let all = engine.fuel_used();
    assert!(whole.printed.len() == 7 && all > 1_000, "{:?}", whole.printed);
    for fuel in 1..all as u32 {
        let mut arena = vec![0; 4_000];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        engine.load(text.len() as u32).unwrap();
        let mut out = Outcomes::default();
        let first = engine.step(&mut out, &source, fuel);
        assert!(matches!(first, Step::OutOfFuel | Step::Done));
        if first == Step::OutOfFuel {
            assert_eq!(
                engine.step(&mut out, &source, 1_000_000),
                Step::Done,
                "cut at {fuel}"
            );
        }
        assert_eq!(out.printed, whole.printed, "cut at {fuel}");
    }
}

/// A job that is ended runs no more of the script: no catch, no finally. The engine takes the next job.
#[test]
fn an_ended_job_runs_no_more() {
    let text = "try { for (;;) print('turn'); } catch (e) { print('caught'); } finally { print('finally'); }";
    let source = Mapped(text.as_bytes());
    for fuel in 1..400 {
        let mut arena = vec![0; 2_000];
        let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
        let mut out = Outcomes::default();
        engine.load(text.len() as u32).unwrap();
        assert_eq!(engine.step(&mut out, &source, fuel), Step::OutOfFuel);
        engine.abort();
        let after = "print('after');";
        engine.load(after.len() as u32).unwrap();
        assert_eq!(
            engine.step(&mut out, &Mapped(after.as_bytes()), 10_000),
            Step::Done
        );
        let last = out.printed.pop();
        assert_eq!(last.as_deref(), Some("after"));
        assert!(out.printed.iter().all(|line| line == "turn"), "{:?}", out.printed);
    }
}
