//! The instruction counter: a plugin of QEMU's, compiled from `xtask/qemu/count.c`, and what it writes.

use std::path::PathBuf;
use std::process::Command;

use super::machine::folder;
use crate::shell::{self, Result};

/// The phases of an image, by the numbers of their markers. `firmware/rust/src/probe.rs` has the same list.
pub const PHASES: [&str; 11] = [
    "scenario", "boot", "poll", "upload", "verify", "start", "compile", "run", "event", "timer", "request",
];

/// What was counted of one run. Interrupt handlers count for no phase and no section.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// For each phase its instructions, and how often it was entered.
    pub phases: Vec<(u64, u64)>,
    /// From each `mov r10, r10` to the next `mov r11, r11`, in the order of the run.
    pub sections: Vec<u64>,
    /// Everything.
    pub total: u64,
}

impl Counts {
    /// Instructions and entries of a phase; 0 for a phase that there is not.
    pub fn phase(&self, name: &str) -> (u64, u64) {
        let at = PHASES.iter().position(|phase| *phase == name);
        at.and_then(|at| self.phases.get(at)).copied().unwrap_or_default()
    }
}

/// The compiled plugin.
pub fn plugin() -> Result<PathBuf> {
    let source = shell::root().join("xtask/qemu/count.c");
    let plugin = folder().join("count.so");
    let changed = |path: &PathBuf| path.metadata().and_then(|file| file.modified()).ok();
    if changed(&plugin).is_some_and(|built| Some(built) > changed(&source)) {
        return Ok(plugin);
    }
    let compiler = shell::find_program("gcc").or_else(|| shell::find_program("cc"));
    let compiler = compiler.ok_or("no C compiler for the instruction counter: apt-get install gcc")?;
    std::fs::create_dir_all(folder())
        .map_err(|error| format!("cannot make {}: {error}", folder().display()))?;
    let mut compile = Command::new(compiler);
    compile.args(["-std=gnu11", "-Wall", "-Wextra", "-O2", "-shared", "-fPIC", "-o"]);
    shell::output(compile.arg(&plugin).arg(&source))?;
    Ok(plugin)
}

/// Reads what the plugin wrote.
pub fn parse(text: &str) -> Result<Counts> {
    let mut counts = Counts::default();
    for line in text.lines() {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let numbers: Vec<u64> = words.filter_map(|word| word.parse().ok()).collect();
        match (name, numbers.as_slice()) {
            ("phase", [at, instructions, entries]) if *at as usize == counts.phases.len() => {
                counts.phases.push((*instructions, *entries));
            }
            ("section", [at, instructions]) if *at as usize == counts.sections.len() => {
                counts.sections.push(*instructions);
            }
            ("interrupts", [_]) => {}
            ("total", [instructions]) => counts.total = *instructions,
            _ => return Err(format!("the instruction counter wrote '{line}'")),
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::{PHASES, parse};
    use crate::shell;

    #[test]
    fn counts_are_read_and_anything_else_is_refused() {
        let counts = parse("section 0 55\nphase 0 10 1\nphase 1 7 2\ninterrupts 3\ntotal 20\n").unwrap();
        assert_eq!((counts.sections.as_slice(), counts.total), (&[55][..], 20));
        assert_eq!((counts.phase("boot"), counts.phase("request")), ((7, 2), (0, 0)));
        for wrong in ["phase 1 7 2", "section 0", "nonsense"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_firmware_in_rust_has_the_same_phases() {
        let probe = std::fs::read_to_string(shell::root().join("firmware/rust/src/probe.rs")).unwrap();
        let names = probe
            .lines()
            .filter_map(|line| line.trim().strip_prefix("(Phase::")?.split('"').nth(1));
        assert_eq!(names.collect::<Vec<_>>(), PHASES);
    }
    #[test]
    fn the_firmware_in_c_has_the_same_phases() {
        let read = |file: &str| std::fs::read_to_string(shell::root().join("firmware/c").join(file)).unwrap();
        let (header, probe) = (read("probe.h"), read("probe.c"));
        let between = |text: &str, from: &str, to: &str| {
            let list = text.split(from).nth(1).unwrap().split(to).next().unwrap();
            list.split(',')
                .map(|name| name.trim().trim_matches('"').to_lowercase())
                .collect::<Vec<_>>()
        };
        assert_eq!(between(&header, "enum phase {", ", PHASES"), PHASES);
        assert_eq!(between(&probe, "names[PHASES] = {", "}"), PHASES);
    }
}
