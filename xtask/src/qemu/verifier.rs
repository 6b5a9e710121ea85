//! The verifiers side by side: the same small image five times, with nobody, our own, ed25519-compact, salty, and Monocypher in C.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::machine::{Machine, folder};
use super::rust_image;
use crate::shell::{self, Result, thousands};
use crate::size::elf;

/// What one verifier costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Bytes of flash beyond the image without a verifier.
    pub flash: u64,
    /// Bytes of stack of one check, the guard's included.
    pub stack: u64,
    /// Instructions of one check, the guard's included.
    pub instructions: u64,
}

/// Plays the images on a machine, prints the table, and returns what ed25519-compact costs.
pub fn compare(machine: &Machine, containers: &Path) -> Result<Cost> {
    let base = elf::read(&rust_image(machine, "verify-none", &[])?)?.flash;
    let measure = |elf: &Path| -> Result<Cost> {
        let played = machine.play(elf, containers)?;
        Ok(Cost {
            flash: elf::read(elf)?.flash.saturating_sub(base),
            stack: played.facts.get("stack.verify").copied().unwrap_or_default(),
            instructions: played.counts.phase("verify").0,
        })
    };
    // That it refuses is part of the comparison: nobody's verdict must be "no".
    measure(&rust_image(machine, "verify-none", &[])?)?;
    let compact = measure(&rust_image(machine, "verify-compact", &[])?)?;
    let small = measure(&rust_image(machine, "verify-small", &[])?)?;
    let salty = measure(&rust_image(machine, "verify-salty", &[])?)?;
    let mut lines = vec![
        cells("our own, small", small),
        cells("ed25519-compact", compact),
        cells("salty", salty),
    ];
    let callback = match std::env::var_os("MONOCYPHER_DIR") {
        Some(sources) => {
            let objects = monocypher(machine, Path::new(&sources))?;
            let image = rust_image(machine, "verify-callback", &objects)?;
            lines.push(cells("C callback (Monocypher)", measure(&image)?));
            None
        }
        None => Some(
            "C callback: left out, because MONOCYPHER_DIR does not name Monocypher's sources (monocypher.org, version 4)",
        ),
    };
    println!("\nverifiers on {}, one check behind the guard", machine.name);
    shell::table(&["verifier", "flash B", "stack B", "instructions"], &lines);
    if let Some(why) = callback {
        println!("{why}");
    }
    Ok(compact)
}

fn cells(name: &str, cost: Cost) -> Vec<String> {
    vec![
        name.to_string(),
        thousands(cost.flash),
        thousands(cost.stack),
        thousands(cost.instructions),
    ]
}

/// Compiles the two files of Monocypher that Ed25519 needs. They lie in `src/` and `src/optional/` of its releases, or flat.
fn monocypher(machine: &Machine, sources: &Path) -> Result<Vec<PathBuf>> {
    let compiler = "arm-none-eabi-gcc";
    if shell::find_program(compiler).is_none() {
        return Err(format!(
            "no {compiler} for Monocypher: apt-get install gcc-arm-none-eabi"
        ));
    }
    let folders: Vec<PathBuf> = ["", "src", "src/optional", "optional"]
        .map(|name| sources.join(name))
        .into();
    let cpu = if machine.target.starts_with("thumbv6m") {
        "-mcpu=cortex-m0"
    } else {
        "-mcpu=cortex-m3"
    };
    ["monocypher.c", "monocypher-ed25519.c"]
        .into_iter()
        .map(|name| {
            let source = folders
                .iter()
                .map(|folder| folder.join(name))
                .find(|file| file.is_file());
            let source =
                source.ok_or_else(|| format!("MONOCYPHER_DIR: no {name} in {}", sources.display()))?;
            let object = folder().join(format!("{}-{name}.o", machine.name));
            let mut compile = Command::new(compiler);
            compile.args([
                cpu,
                "-mthumb",
                "-Os",
                "-ffunction-sections",
                "-fdata-sections",
                "-c",
                "-o",
            ]);
            compile.arg(&object).arg(&source);
            for folder in &folders {
                compile.arg("-I").arg(folder);
            }
            shell::output(&mut compile)?;
            Ok(object)
        })
        .collect()
}
