//! `cargo xtask qemu`: the firmware images, played in QEMU, and what they cost.
//!
//! An image is something that is built, a machine that plays it, and its own assertions: it ends with exit code 0 when all of
//! its steps held. What it cost comes from three sides: flash and static RAM from its ELF file, the painted stack and the
//! arenas' high water from lines `fact NAME VALUE` that it prints, instructions from a plugin of QEMU's that counts between
//! markers.

mod c_image;
pub mod containers;
mod counter;
mod machine;
mod verifier;

use std::path::{Path, PathBuf};

use machine::Played;
pub use machine::{MACHINES, Machine};

use crate::shell::{self, Result, thousands};
use crate::size::budget::{self, Row};
use crate::size::{elf, judge, verdict};
use crate::toolchain::Toolchain;

/// A firmware: how its image for a machine is built.
struct Firmware {
    name: &'static str,
    build: fn(&Machine) -> Result<PathBuf>,
}

/// All that is played.
const FIRMWARES: [Firmware; 2] = [
    Firmware {
        name: "rust",
        build: |machine| rust_image(machine, "mote", &[]),
    },
    Firmware {
        name: "c",
        build: c_image::image,
    },
];

/// Phases whose stack is in the table, and the heads of their columns.
const STACKS: [&str; 8] = [
    "boot", "poll", "upload", "verify", "start", "compile", "run", "request",
];

/// Builds and plays the images that are named, or all, on both machines; writes the rows; fails above a ceiling.
pub fn run(args: &[String]) -> Result<()> {
    if let [flag, rest @ ..] = args
        && flag == "--bench"
    {
        return crate::bench::run(rest);
    }
    if let Some(unknown) = args
        .iter()
        .find(|arg| !FIRMWARES.iter().any(|firmware| firmware.name == **arg))
    {
        return Err(format!("qemu: no firmware '{unknown}'"));
    }
    let budgets = budget::read(&shell::root().join("benches/budgets.toml"))?;
    let containers = containers::make()?;
    let (mut rows, mut table, mut work) = (Vec::new(), Table::default(), Table::default());
    for machine in &MACHINES {
        for firmware in FIRMWARES
            .iter()
            .filter(|it| args.is_empty() || args.iter().any(|arg| arg == it.name))
        {
            println!("\n{} on {}", firmware.name, machine.name);
            let image = (firmware.build)(machine)?;
            let played = machine.play(&image, &containers)?;
            for line in played.printed.lines().filter(|line| !line.starts_with("fact ")) {
                println!("  {line}");
            }
            table.0.push(memory(firmware.name, machine, &image, &played)?);
            work.0.push(instructions(firmware.name, machine, &played));
            let part = if firmware.name == "rust" { "all" } else { "ffi" };
            rows.push(Row::new(
                &budgets,
                machine.target,
                part,
                "stack",
                worst_stack(&played),
            ));
        }
    }
    println!("\nbytes; stack is what each phase took beyond its caller, interrupts included");
    let mut head = vec!["image", "machine", "flash", "static RAM", "arenas, high water"];
    head.extend(STACKS);
    head.push("room");
    shell::table(&head, &table.0);
    println!("\ninstructions; verify is the verifier alone, of one signature");
    let head = [
        "image",
        "machine",
        "verify",
        "compile",
        "top level",
        "first event",
        "timer event",
        "CoAP request",
    ];
    shell::table(&head, &work.0);
    for machine in &MACHINES {
        let compact = verifier::compare(machine, &containers)?;
        rows.push(Row::new(
            &budgets,
            machine.target,
            "verifier",
            "stack",
            compact.stack,
        ));
        rows.push(Row::new(
            &budgets,
            machine.target,
            "verifier",
            "instructions",
            compact.instructions,
        ));
    }
    finish(&rows)
}

/// Lines of a table.
#[derive(Default)]
struct Table(Vec<Vec<String>>);

/// Builds an image of `firmware/rust`; objects are linked along with it.
pub fn rust_image(machine: &Machine, name: &str, objects: &[PathBuf]) -> Result<PathBuf> {
    let toolchain = Toolchain::find(machine.target)?;
    let flags: Vec<String> = objects
        .iter()
        .flat_map(|object| ["-C".to_string(), format!("link-arg={}", object.display())])
        .collect();
    let mut build = toolchain.cargo("build", machine.target, &flags)?;
    build.args([
        "--quiet",
        "--manifest-path",
        "firmware/rust/Cargo.toml",
        "--profile",
        "chip",
        "--bin",
        name,
    ]);
    if !objects.is_empty() {
        build.args(["--features", "callback"]);
    }
    shell::output(&mut build)?;
    let built = shell::target_dir()
        .join("chip")
        .join(machine.target)
        .join("chip")
        .join(name);
    Ok(built)
}

fn memory(name: &str, machine: &Machine, image: &Path, played: &Played) -> Result<Vec<String>> {
    let elf = elf::read(image)?;
    let fact = |name: &str| {
        played
            .facts
            .get(name)
            .map_or_else(|| "-".into(), |value| thousands(*value))
    };
    let arenas: Vec<String> = played
        .facts
        .iter()
        .filter_map(|(name, high)| {
            let size = played
                .facts
                .get(&format!("arena.{}", name.strip_prefix("arena-high.")?))?;
            Some(format!("{} of {}", thousands(*high), thousands(*size)))
        })
        .collect();
    let mut line = vec![
        name.to_string(),
        machine.name.to_string(),
        thousands(elf.flash),
        thousands(elf.ram),
        arenas.join(", "),
    ];
    line.extend(STACKS.iter().map(|phase| fact(&format!("stack.{phase}"))));
    line.push(fact("stack-room"));
    Ok(line)
}

fn instructions(name: &str, machine: &Machine, played: &Played) -> Vec<String> {
    let (verify, signatures) = played.counts.phase("verify");
    let phase = |name: &str| match played.counts.phase(name) {
        (_, 0) => "-".to_string(),
        (instructions, _) => thousands(instructions),
    };
    vec![
        name.to_string(),
        machine.name.to_string(),
        verify
            .checked_div(signatures)
            .map_or_else(|| "-".into(), thousands),
        phase("compile"),
        phase("run"),
        phase("event"),
        phase("timer"),
        phase("request"),
    ]
}

/// The deepest phase.
fn worst_stack(played: &Played) -> u64 {
    let stacks = played.facts.iter().filter(|(name, _)| name.starts_with("stack."));
    stacks.map(|(_, deep)| *deep).max().unwrap_or_default()
}

/// Prints the rows with their budgets and adds them to the file of all rows.
fn finish(rows: &[Row]) -> Result<()> {
    println!();
    let limit = |limit: Option<u64>| limit.map_or_else(|| "-".into(), thousands);
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.target.clone(),
                row.part.clone(),
                row.metric.clone(),
                thousands(row.value),
                limit(row.goal),
                limit(row.ceiling),
                verdict(row),
            ]
        })
        .collect();
    shell::table(
        &["target", "part", "metric", "value", "goal", "ceiling", ""],
        &lines,
    );
    budget::merge(&shell::target_dir().join("motebox/size.json"), rows)?;
    judge(rows)
}

#[cfg(test)]
mod tests {
    use super::{Played, worst_stack};
    use crate::shell;

    #[test]
    fn the_firmware_is_built_with_the_profile_of_the_tree() {
        let chip = |file: &str| {
            let text = std::fs::read_to_string(shell::root().join(file)).unwrap();
            let manifest: toml::Table = toml::from_str(&text).unwrap();
            manifest["profile"]["chip"].clone()
        };
        assert_eq!(chip("Cargo.toml"), chip("firmware/rust/Cargo.toml"));
    }

    #[test]
    fn the_worst_stack_is_that_of_any_phase() {
        let mut played = Played::default();
        for (name, value) in [("stack.poll", 5), ("stack.verify", 9), ("stack-room", 99)] {
            played.facts.insert(name.into(), value);
        }
        assert_eq!(worst_stack(&played), 9);
    }
}
