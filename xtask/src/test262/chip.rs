//! The same programs on a Cortex-M0 that QEMU plays: what they come to there must be what they come to on the PC, with an arena
//! of the same size.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::engine::{End, Engine, Features, Worker, build_worker};
use super::select::Place;
use super::suite::{Suite, Test};
use crate::qemu::{MACHINES, rust_image};
use crate::shell::{self, Result, target_dir, thousands};

/// Files that are run.
const FILES: usize = 300;
/// Where the image looks for a program, and how long one may be: `firmware/rust/src/bin/test262.rs` has the same numbers.
const PROGRAM: u64 = 0x2_4000;
const LONGEST: usize = 0x4_0000 - 0x2_4000 - 8;
const ARENA_BYTES: usize = 24_576;
const FUEL: u32 = 20_000_000;
const PATIENCE: Duration = Duration::from_secs(120);

/// The image of the engine on the chip.
struct Chip {
    image: PathBuf,
    file: PathBuf,
}
impl Engine for Chip {
    fn run(&mut self, program: &[u8]) -> Result<End> {
        let mut bytes = (program.len() as u32).to_le_bytes().to_vec();
        bytes.extend(FUEL.to_le_bytes());
        bytes.extend(program);
        std::fs::write(&self.file, bytes).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let name = "qemu-system-arm";
        let mut qemu = Command::new(shell::find_program(name).ok_or("no qemu-system-arm")?);
        qemu.args(MACHINES[0].arguments);
        qemu.args(["-display", "none", "-monitor", "none", "-serial", "null"]);
        qemu.args(["-semihosting-config", "enable=on,target=native"]);
        qemu.arg("-kernel").arg(&self.image);
        let loader = format!(
            "loader,file={},addr={PROGRAM:#x},force-raw=on",
            self.file.display()
        );
        qemu.args(["-device", &loader]);
        let mut child = qemu
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if start.elapsed() > PATIENCE {
                let _ = child.kill();
                let _ = child.wait();
                return Ok(End::Hang);
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        // A line or two: it fits the pipes.
        let mut printed = String::new();
        for pipe in [
            child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
            child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read>),
        ] {
            let mut bytes = Vec::new();
            let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
            printed += &String::from_utf8_lossy(&bytes);
        }
        let verdict = printed
            .split_once("verdict ")
            .map(|(_, verdict)| verdict.strip_suffix('\n').unwrap_or(verdict));
        Ok(
            match verdict.map(|line| line.split_once(' ').unwrap_or((line, ""))) {
                Some(("done", _)) if status.success() => End::Done,
                Some(("threw", why)) if status.success() => End::Threw(why.into()),
                Some(("memory", _)) if status.success() => End::Memory,
                Some(("fuel", _)) if status.success() => End::Fuel,
                _ => End::Crash(printed),
            },
        )
    }
}

/// Runs every k-th file of the suites on both, and fails where they differ.
pub fn compare(suite: &Suite, tests: &[Test]) -> Result<()> {
    let ours: Vec<&Test> = tests
        .iter()
        .filter(|test| matches!(test.place, Place::One | Place::Two))
        .collect();
    let step = (ours.len() / FILES).max(1);
    let chosen: Vec<&Test> = ours.into_iter().step_by(step).take(FILES).collect();
    let mut pc = Worker::new(&build_worker(Features::Default)?, ARENA_BYTES, false);
    pc.most_fuel = u64::from(FUEL);
    let image = rust_image(&MACHINES[0], "test262", &[])?;
    let file = target_dir().join("motebox/test262-chip.bin");
    let mut chip = Chip { image, file };
    let (mut runs, mut passed, mut large) = (0_u64, 0_u64, 0_u64);
    let mut differ = Vec::new();
    for test in &chosen {
        for &mode in test.modes() {
            let program = suite.program(test, mode)?;
            if program.len() > LONGEST {
                large += 1;
                continue;
            }
            let (here, there) = (pc.run(&program)?, chip.run(&program)?);
            runs += 1;
            if here != there {
                differ.push(format!("{} {mode:?}: PC {here:?}, chip {there:?}", test.path));
            }
            passed += u64::from(test.judge(there) == super::suite::Verdict::Pass);
        }
    }
    println!(
        "chip: every {step}th file, {} files on a {} with an arena of {} B: {} runs, {} passed, {} too large, {} unlike the PC",
        chosen.len(),
        MACHINES[0].name,
        thousands(ARENA_BYTES as u64),
        thousands(runs),
        thousands(passed),
        large,
        differ.len()
    );
    differ.iter().for_each(|line| println!("  {line}"));
    if differ.is_empty() && runs > 0 {
        Ok(())
    } else {
        Err("test262: the chip and the PC differ".into())
    }
}
