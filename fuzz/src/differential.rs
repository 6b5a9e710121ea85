//! Scripts of the grammar on this engine and on another one: they must print the same.
//!
//! `cargo run --release --manifest-path fuzz/Cargo.toml --bin differential -- PROGRAM [SCRIPTS [SEED]]`

use motebox_fuzz::grammar;
use motebox_fuzz::run::{How, run};
use motebox_js::Mapped;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(program) = args.next() else {
        eprintln!("differential PROGRAM [SCRIPTS [SEED]]");
        return ExitCode::FAILURE;
    };
    let mut number = |default| args.next().map_or(default, |n| n.parse().expect("a number"));
    let (scripts, mut seed) = (
        number(1_000_u64),
        number(1_u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
    );
    let file = std::env::temp_dir().join(format!("motebox-differential-{}.js", std::process::id()));
    let (mut compared, mut differ) = (0, 0);
    for n in 0..scripts {
        let bytes: Vec<u8> = (0..40 + n % 160)
            .map(|_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                (seed >> 32) as u8
            })
            .collect();
        let text = grammar::script(&bytes);
        let how = How {
            words: 1 << 16,
            slice: 1 << 20,
            stress: 0,
            most_fuel: 20_000_000,
        };
        let ours = run(&Mapped(text.as_bytes()), text.len(), &how, None);
        std::fs::write(&file, &text).expect("a writable folder for temporary files");
        let other = Command::new(&program)
            .arg(&file)
            .output()
            .expect("the other engine starts");
        let theirs = String::from_utf8_lossy(&other.stdout).into_owned();
        // Limits of memory and depth are each engine's own.
        let Some(ours) = ours.filter(|ours| !ours.contains("RangeError") && !theirs.contains("RangeError"))
        else {
            continue;
        };
        compared += 1;
        if ours.trim_end() != theirs.trim_end() {
            differ += 1;
            let mut lines = ours
                .lines()
                .zip(theirs.lines().chain(std::iter::repeat("(nothing)")));
            let (a, b) = lines.find(|(a, b)| a != b).unwrap_or(("(nothing)", "more"));
            println!("script {n}: here {a:?}, there {b:?}");
            let kept = file.with_extension(format!("{n}.js"));
            std::fs::write(&kept, &text).expect("a writable folder for temporary files");
            println!("  kept as {}", kept.display());
        }
    }
    let _ = std::fs::remove_file(&file);
    println!("{compared} of {scripts} scripts compared, {differ} differ");
    if differ == 0 && compared > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
