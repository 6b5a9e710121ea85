//! The machines that QEMU plays, and playing an image on one.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::counter::{self, Counts};
use crate::shell::{self, Result};
use crate::toolchain::TARGETS;

/// A machine.
#[derive(Debug)]
pub struct Machine {
    /// What it is called in tables.
    pub name: &'static str,
    /// What its code is built for.
    pub target: &'static str,
    /// What QEMU is told.
    pub arguments: &'static [&'static str],
}

/// A true Cortex-M0 with 32 kB of RAM and 256 kB of flash, and a Cortex-M3. (`-M netduino2 -cpu cortex-m0` would be an M3: QEMU
/// ignores that option silently.)
pub const MACHINES: [Machine; 2] = [
    Machine {
        name: "microbit",
        target: TARGETS[0],
        arguments: &["-M", "microbit", "-global", "nrf51-soc.sram-size=32768"],
    },
    Machine {
        name: "mps2-an385",
        target: TARGETS[1],
        arguments: &["-M", "mps2-an385"],
    },
];

/// No image plays longer: the slowest takes seconds.
const PATIENCE: Duration = Duration::from_secs(180);

/// What an image did.
#[derive(Debug, Default)]
pub struct Played {
    /// What it printed.
    pub printed: String,
    /// Its lines `fact NAME VALUE`; of two with one name the larger value, because an image that resets reports twice.
    pub facts: BTreeMap<String, u64>,
    /// What the plugin counted.
    pub counts: Counts,
}

impl Machine {
    /// Plays an image until it ends by itself, in `folder`, whose files it can read over semihosting; what it prints comes
    /// back. Time is counted in instructions, 64 ns each, so that a run repeats exactly.
    ///
    /// # Errors
    /// QEMU is not there; the image did not end, or not with exit code 0: then with its last lines.
    pub fn play(&self, elf: &Path, folder: &Path) -> Result<Played> {
        let program = shell::find_program("qemu-system-arm")
            .ok_or("no qemu-system-arm: apt-get install qemu-system-arm")?;
        let counts = folder.join("count.txt");
        let _ = std::fs::remove_file(&counts);
        let mut qemu = Command::new(program);
        qemu.current_dir(folder).args(self.arguments);
        qemu.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
        qemu.args(["-semihosting-config", "enable=on,target=native"]);
        qemu.args(["-icount", "shift=6,sleep=off"]);
        let plugin = counter::plugin()?;
        qemu.arg("-plugin")
            .arg(format!("{},out={}", plugin.display(), counts.display()));
        qemu.arg("-kernel").arg(elf);
        let printed = run(&mut qemu)?;
        let counted = std::fs::read_to_string(&counts)
            .map_err(|error| format!("the plugin wrote no {}: {error}", counts.display()))?;
        Ok(Played {
            facts: facts(&printed),
            printed,
            counts: counter::parse(&counted)?,
        })
    }
}

/// Runs a program and returns what it printed; one that does not end is killed.
fn run(command: &mut Command) -> Result<String> {
    let shown = shell::shown(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start `{shown}`: {error}"))?;
    let readers = [
        child.stdout.take().map(|pipe| collect(Box::new(pipe))),
        child.stderr.take().map(|pipe| collect(Box::new(pipe))),
    ];
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let printed: String = readers
        .into_iter()
        .flatten()
        .filter_map(|reader| reader.join().ok())
        .collect();
    match status {
        Some(status) if status.success() => Ok(printed),
        Some(status) => Err(format!("`{shown}` ended with {status}\n{}", tail(&printed))),
        None => Err(format!(
            "`{shown}` did not end within {} s\n{}",
            PATIENCE.as_secs(),
            tail(&printed)
        )),
    }
}

fn collect(mut pipe: Box<dyn Read + Send>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The last lines.
fn tail(printed: &str) -> String {
    let lines: Vec<&str> = printed.lines().collect();
    lines[lines.len().saturating_sub(12)..].join("\n")
}

fn facts(printed: &str) -> BTreeMap<String, u64> {
    let mut facts = BTreeMap::new();
    for line in printed.lines() {
        let mut words = line.split_whitespace();
        if let (Some("fact"), Some(name), Some(Ok(value))) =
            (words.next(), words.next(), words.next().map(str::parse))
        {
            let known: &mut u64 = facts.entry(name.to_string()).or_insert(value);
            *known = value.max(*known);
        }
    }
    facts
}

/// The folder of all that this task writes.
pub fn folder() -> PathBuf {
    shell::target_dir().join("motebox/qemu")
}

#[cfg(test)]
mod tests {
    use super::facts;

    #[test]
    fn facts_are_found_among_other_lines_and_the_larger_one_counts() {
        let printed =
            "machine m\nfact stack.poll 12\nok     a step\nfact stack.poll 9\nfact odd\nfact other 7\n";
        let found = facts(printed);
        assert_eq!(found.len(), 2);
        assert_eq!((found["stack.poll"], found["other"]), (12, 7));
    }
}
