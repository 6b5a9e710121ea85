//! Runs every script under `tests/suite` the ways that must not make a difference.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;
use common::{Run, es5_files, read, run};

/// Scripts run to their end with every assertion true, text mapped and text read through a window.
#[test]
fn suite_passes() {
    let mut assertions = 0;
    let mut failed = Vec::new();
    for file in es5_files() {
        for mapped in [true, false] {
            let result = run(
                &read(&file),
                &Run {
                    mapped,
                    ..Run::default()
                },
            );
            if !result.failures.is_empty() || !result.error.is_empty() {
                failed.push(format!(
                    "{} (mapped: {mapped}): {} {:?}",
                    file.display(),
                    result.error,
                    result.failures
                ));
            }
            if mapped {
                assertions += result.passed;
            }
        }
    }
    println!("{assertions} assertions");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(assertions >= 500, "{assertions} assertions");
}

/// One unit of fuel a step, resumed until the end: the same verdicts.
#[test]
fn suite_passes_with_fuel_one() {
    for file in es5_files() {
        let result = run(
            &read(&file),
            &Run {
                fuel: 1,
                ..Run::default()
            },
        );
        assert!(
            result.error.is_empty() && result.failures.is_empty(),
            "{}: {} {:?}",
            file.display(),
            result.error,
            result.failures
        );
        assert!(result.steps > 100, "{}: the fuel was not cut", file.display());
    }
}

/// Everything moves at every allocation: no native may hold a reference across one.
#[test]
fn suite_passes_while_everything_moves() {
    for file in es5_files() {
        for mapped in [true, false] {
            let result = run(
                &read(&file),
                &Run {
                    stress: 1,
                    mapped,
                    arena: 16_000,
                    ..Run::default()
                },
            );
            assert!(
                result.error.is_empty() && result.failures.is_empty(),
                "{}: {} {:?}",
                file.display(),
                result.error,
                result.failures
            );
        }
    }
}

/// Scripts that must not compile, do not, and say so as a SyntaxError.
#[test]
fn syntax_errors_are_refused() {
    let mut wrong = Vec::new();
    for file in common::files("tests/suite/syntax-errors") {
        let result = run(&std::fs::read_to_string(&file).unwrap(), &Run::default());
        if !result.error.starts_with("SyntaxError: ") {
            wrong.push(format!("{}: {:?}", file.display(), result.error));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
