//! `cargo xtask ci`: the parts of the CI, one after the other, each with its time; all of them run even when one fails.
//!
//! `.ci/run` installs what the parts need and then calls this. `cargo xtask ci PART…` runs some of them by hand.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::shell::{self, Result, cargo};
use crate::{bench, c, chip, header, interop, qemu, sabotage, size, test262};

/// A part: its name, what it shows, and how it is run.
struct Part {
    name: &'static str,
    shows: &'static str,
    run: fn() -> Result<()>,
}

const PARTS: [Part; 20] = [
    Part {
        name: "test",
        shows: "all tests of the workspace pass",
        run: test,
    },
    Part {
        name: "fmt",
        shows: "the code is formatted",
        run: fmt,
    },
    Part {
        name: "clippy",
        shows: "clippy has no warning",
        run: clippy,
    },
    Part {
        name: "docs",
        shows: "the documentation builds without a warning",
        run: docs,
    },
    Part {
        name: "msrv",
        shows: "the workspace compiles with the oldest compiler it names",
        run: msrv,
    },
    Part {
        name: "package",
        shows: "every crate packs, and compiles from its package",
        run: package,
    },
    Part {
        name: "licences",
        shows: "nothing is linked that our licence does not allow",
        run: licences,
    },
    Part {
        name: "vectors",
        shows: "an independent program makes the same test vectors",
        run: vectors,
    },
    Part {
        name: "chip",
        shows: "every core crate builds for both chips",
        run: chip::run,
    },
    Part {
        name: "size",
        shows: "no part is above its ceiling",
        run: whole_size,
    },
    Part {
        name: "qemu",
        shows: "the firmware plays the scenario on a Cortex-M0 and a Cortex-M3",
        run: whole_qemu,
    },
    Part {
        name: "bench",
        shows: "no workload takes more instructions than its ceiling",
        run: bench,
    },
    Part {
        name: "fuzz",
        shows: "no changed input breaks a property",
        run: fuzz,
    },
    Part {
        name: "test262",
        shows: "the engine is above its bars of test262, where there is a checkout",
        run: test262_checkout,
    },
    Part {
        name: "header",
        shows: "the C header is what the crate says, and compiles without a warning",
        run: header_check,
    },
    Part {
        name: "c",
        shows: "C programs drive the library under sanitizers",
        run: c::run,
    },
    Part {
        name: "demo",
        shows: "the demo plays every step",
        run: demo,
    },
    Part {
        name: "listing2",
        shows: "the paper's script runs unmodified",
        run: listing2,
    },
    Part {
        name: "interop",
        shows: "other people's programs talk to the mote",
        run: interop,
    },
    Part {
        name: "sabotage",
        shows: "a check that is taken away is noticed",
        run: sabotage::run,
    },
];

/// Runs the named parts, or all of them; fails when one of them does.
pub fn run(args: &[String]) -> Result<()> {
    if args.iter().any(|arg| arg == "--list") {
        PARTS
            .iter()
            .for_each(|part| println!("{:<9} {}", part.name, part.shows));
        return Ok(());
    }
    if let Some(unknown) = args
        .iter()
        .find(|arg| !PARTS.iter().any(|part| part.name == **arg))
    {
        return Err(format!(
            "ci: no part '{unknown}' (cargo xtask ci --list names them)"
        ));
    }
    let chosen = PARTS
        .iter()
        .filter(|part| args.is_empty() || args.iter().any(|arg| arg == part.name));
    let (mut lines, mut failed) = (Vec::new(), Vec::new());
    for part in chosen {
        println!("\n==== {}: {}", part.name, part.shows);
        let start = Instant::now();
        let outcome = (part.run)();
        let seconds = start.elapsed().as_secs();
        if let Err(why) = &outcome {
            println!("{}: {why}", part.name);
            failed.push((part.name, why.clone()));
        }
        let word = if outcome.is_ok() { "passed" } else { "FAILED" };
        println!("==== {} {word} after {seconds} s", part.name);
        lines.push(vec![
            part.name.to_string(),
            word.to_string(),
            format!("{seconds} s"),
        ]);
    }
    println!();
    shell::table(&["part", "", "time"], &lines);
    println!(
        "parts: {} passed, {} failed",
        lines.len() - failed.len(),
        failed.len()
    );
    if failed.is_empty() {
        Ok(())
    } else {
        let why: Vec<String> = failed
            .iter()
            .map(|(name, why)| format!("{name} failed: {why}"))
            .collect();
        Err(format!("ci: {}", why.join("\nci: ")))
    }
}

fn test() -> Result<()> {
    shell::run(cargo().args(["test", "--workspace"]))?;
    // Above, the command turns every feature of the engine on; devices have its default.
    shell::run(cargo().args(["test", "-p", "motebox-js"]))?;
    shell::run(cargo().args(["test", "-p", "motebox"]))?;
    shell::run(cargo().args([
        "test",
        "-p",
        "motebox",
        "--features",
        "stacks",
        "--test",
        "stacks",
    ]))
}

/// The manifests of the workspaces beside the main one.
const OTHER_WORKSPACES: [&str; 4] = [
    "benches/images/Cargo.toml",
    "benches/run/Cargo.toml",
    "firmware/rust/Cargo.toml",
    "fuzz/Cargo.toml",
];

fn fmt() -> Result<()> {
    let check = ["fmt", "--all", "--check"];
    shell::run(cargo().args(check))?;
    OTHER_WORKSPACES
        .iter()
        .try_for_each(|manifest| shell::run(cargo().args(check).args(["--manifest-path", manifest])))
}

/// The cargo features of the engine.
const ENGINE_FEATURES: &[&str] = &[
    "array-from",
    "date",
    "destructuring",
    "eval",
    "json",
    "lines",
    "math",
    "padding",
    "regexp",
    "spread",
    "statics",
    "typed-arrays",
    "uri",
];

fn clippy() -> Result<()> {
    shell::run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    let engine = [
        "clippy",
        "-p",
        "motebox-js",
        "--all-features",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    shell::run(cargo().args(engine))?;
    // Each feature of the engine stands alone: its built-ins are made of what is there without the others.
    for feature in ENGINE_FEATURES {
        let alone = ["clippy", "-p", "motebox-js", "--features", feature];
        shell::run(cargo().args(alone).args(["--", "-D", "warnings"]))?;
    }
    let stacks = ["clippy", "-p", "motebox", "--features", "stacks", "--all-targets"];
    shell::run(cargo().args(stacks).args(["--", "-D", "warnings"]))
}

/// The libraries. The command's documentation is its `--help`, and its name would take the place of the facade's pages.
fn docs() -> Result<()> {
    let mut doc = cargo();
    doc.args(["doc", "--workspace", "--no-deps", "--exclude", "motebox-cli"]);
    shell::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
}

/// The oldest compiler that the manifests name compiles the workspace: the one at hand when it is that, else rustup's.
fn msrv() -> Result<()> {
    let manifest =
        std::fs::read_to_string(shell::root().join("Cargo.toml")).map_err(|error| error.to_string())?;
    let manifest: toml::Table = toml::from_str(&manifest).map_err(|error| error.to_string())?;
    let field = ["workspace", "package", "rust-version"];
    let named = field
        .iter()
        .skip(1)
        .try_fold(manifest.get(field[0]), |table, key| Some(table?.get(key)));
    let named = named
        .flatten()
        .and_then(toml::Value::as_str)
        .ok_or("no rust-version in Cargo.toml")?;
    let here = shell::output(Command::new("rustc").arg("-V"))?;
    let mut check = cargo();
    if here
        .split_whitespace()
        .nth(1)
        .is_some_and(|version| version.starts_with(&format!("{named}.")))
    {
        println!("rust-version {named} is the compiler at hand: {}", here.trim());
    } else {
        println!(
            "rust-version {named}, the compiler at hand is {}: asking rustup for {named}",
            here.trim()
        );
        check.arg(format!("+{named}.0"));
    }
    shell::run(check.args(["check", "--workspace", "--all-targets"]))
}

/// Every crate packs, and compiles from what was packed. In a folder of its own for each run: cargo keeps what it unpacked
/// by the folder's name and the crates' versions, and would compile the sources of the run before.
fn package() -> Result<()> {
    let now = std::time::UNIX_EPOCH
        .elapsed()
        .map_err(|error| error.to_string())?;
    let fresh = shell::target_dir().join(format!("motebox/package-{}", now.as_millis()));
    let mut package = cargo();
    package.args([
        "package",
        "--workspace",
        "--exclude",
        "xtask",
        "--allow-dirty",
        "--quiet",
        "--target-dir",
    ]);
    let outcome = shell::run(package.arg(&fresh));
    let _ = std::fs::remove_dir_all(&fresh);
    outcome
}

/// cargo-deny over `deny.toml`. Advisories are left out: their database is not a package of any registry.
fn licences() -> Result<()> {
    let installed = venv().join("bin/cargo-deny");
    let deny = if installed.is_file() {
        installed
    } else {
        "cargo-deny".into()
    };
    shell::run(
        Command::new(deny)
            .current_dir(shell::root())
            .args(["check", "bans", "licenses", "sources"]),
    )
}

/// Runs each `make_*.py` on a copy of its folder and compares what it wrote with what is committed.
fn vectors() -> Result<()> {
    let committed = shell::root().join("docs/spec/vectors");
    let fresh = shell::target_dir().join("motebox/vectors");
    let _ = std::fs::remove_dir_all(&fresh);
    std::fs::create_dir_all(&fresh).map_err(|error| format!("cannot make {}: {error}", fresh.display()))?;
    let python = venv().join("bin/python");
    let mut programs = 0;
    for name in files(&committed, "py")? {
        let program = fresh.join(&name);
        std::fs::copy(committed.join(&name), &program).map_err(|error| format!("{name}: {error}"))?;
        shell::run(Command::new(&python).current_dir(&fresh).arg("-B").arg(&program))?;
        programs += 1;
    }
    let (mut names, others) = (files(&committed, "json")?, files(&fresh, "json")?);
    names.extend(others.into_iter().filter(|name| !committed.join(name).is_file()));
    for name in &names {
        let read = |folder: &Path| std::fs::read(folder.join(name)).ok();
        if read(&committed) != read(&fresh) {
            return Err(format!("docs/spec/vectors/{name} is not what its program makes"));
        }
    }
    println!(
        "{programs} programs made the {} committed files again",
        names.len()
    );
    if programs == 0 {
        Err("no program makes vectors".into())
    } else {
        Ok(())
    }
}

/// Names of the files with this ending in a folder, sorted.
fn files(folder: &Path, ending: &str) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let names = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names
        .filter(|name| name.ends_with(&format!(".{ending}")))
        .collect();
    names.sort();
    Ok(names)
}

/// The virtual environment that `.ci/run` makes.
fn venv() -> PathBuf {
    shell::target_dir().join("venv")
}

fn demo() -> Result<()> {
    shell::run(cargo().args(["run", "--release", "--", "demo"]))?;
    shell::run(cargo().args(["run", "--release", "--", "demo", "crime"]))
}

/// Every fuzz target over its corpus, seeded: no fuzzer is needed.
fn fuzz() -> Result<()> {
    shell::run(cargo().args(["run", "--release", "--manifest-path", "fuzz/Cargo.toml"]))
}

/// test262 is not ours to carry: it is run where `MOTEBOX_TEST262` names a checkout.
fn test262_checkout() -> Result<()> {
    let Some(suite) = std::env::var("MOTEBOX_TEST262").ok() else {
        println!("MOTEBOX_TEST262 names no checkout of tc39/test262: nothing to run");
        return Ok(());
    };
    let run = |options: &[&str]| {
        let mut args = vec!["--suite".to_string(), suite.clone()];
        args.extend(options.iter().map(ToString::to_string));
        test262::run(&args)
    };
    run(&["--chip"])?;
    run(&["--everything", "--features", "both", "--check"])
}

/// The paper's Listing 2 is not ours to publish: it is played where it lies beside the tree.
fn listing2() -> Result<()> {
    let script = shell::root().join("../shared/scripts/listing2.js");
    if !script.is_file() {
        println!("no ../shared/scripts/listing2.js beside the tree: nothing to play");
        return Ok(());
    }
    let mut test = cargo();
    test.args([
        "test",
        "--package",
        "motebox-sim",
        "--test",
        "scenario",
        "--",
        "--ignored",
    ]);
    shell::run(test.env("MOTEBOX_LISTING2", script))
}

fn interop() -> Result<()> {
    interop::run(&[])
}

fn header_check() -> Result<()> {
    header::run(&["--check".into()])
}

fn bench() -> Result<()> {
    bench::run(&[])
}

fn whole_qemu() -> Result<()> {
    qemu::run(&[])
}

fn whole_size() -> Result<()> {
    size::run(&[])
}
