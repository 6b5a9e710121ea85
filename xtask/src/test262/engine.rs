//! What runs the programs: worker processes of our engine, or another engine's command line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::shell::{Result, cargo, target_dir};

/// Bytes of the arena: what the engine can address.
pub const ARENA_BYTES: usize = 256 << 10;
/// Fuel for a program. A loop of the test262 kind takes a few millions; beyond this it does not end.
pub const MOST_FUEL: u64 = 400_000_000;
/// A program that takes longer than this hangs, whatever its fuel says.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a program came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    Done,
    /// `Name: message` of the exception that nobody caught.
    Threw(String),
    /// The same, because memory was full.
    Memory,
    /// It had not ended when its fuel had.
    Fuel,
    /// A panic, an abort or a signal.
    Crash(String),
    /// No answer in time, or a step far beyond its fuel.
    Hang,
}

/// Runs programs, one after the other.
pub trait Engine: Send {
    fn run(&mut self, program: &[u8]) -> Result<End>;
}

/// Cargo features of the engine's crate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Features {
    Default,
    All,
}

/// Builds the worker, and returns its path. Its profile checks arithmetic, so that an overflow is seen.
pub fn build_worker(features: Features) -> Result<PathBuf> {
    let name = match features {
        Features::Default => "test262-default",
        Features::All => "test262-all",
    };
    let dir = target_dir().join("motebox").join(name);
    let mut build = cargo();
    build.args([
        "build",
        "--quiet",
        "--package",
        "motebox-js",
        "--example",
        "test262",
    ]);
    build.arg("--target-dir").arg(&dir);
    if features == Features::All {
        build.arg("--all-features");
    }
    crate::shell::run(&mut build)?;
    Ok(dir.join("debug/examples/test262"))
}

/// A worker process of our engine; a new one after a crash.
pub struct Worker {
    path: PathBuf,
    /// Fuel of a program.
    pub most_fuel: u64,
    arena_bytes: usize,
    moving: bool,
    process: Option<Process>,
}
struct Process {
    child: Child,
    input: ChildStdin,
    answers: Receiver<(String, String)>,
}
impl Worker {
    /// `moving`: everything moves at every allocation.
    pub fn new(path: &Path, arena_bytes: usize, moving: bool) -> Self {
        Worker {
            path: path.to_path_buf(),
            most_fuel: MOST_FUEL,
            arena_bytes,
            moving,
            process: None,
        }
    }
    fn start(&self) -> Result<Process> {
        let mut child = Command::new(&self.path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", self.path.display()))?;
        let input = child.stdin.take().ok_or("a worker without input")?;
        let mut output = BufReader::new(child.stdout.take().ok_or("a worker without output")?);
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            while let Some(answer) = read_answer(&mut output) {
                if sender.send(answer).is_err() {
                    return;
                }
            }
        });
        Ok(Process {
            child,
            input,
            answers,
        })
    }
    fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.input);
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
    }
}
impl Drop for Worker {
    fn drop(&mut self) {
        self.stop();
    }
}
/// The verdict and the text; none when the worker has ended.
fn read_answer(output: &mut impl BufRead) -> Option<(String, String)> {
    let mut line = String::new();
    output.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let verdict = words.next()?.to_string();
    let length: usize = words.last()?.parse().ok()?;
    let mut text = vec![0; length];
    output.read_exact(&mut text).ok()?;
    Some((verdict, String::from_utf8_lossy(&text).into_owned()))
}
impl Engine for Worker {
    fn run(&mut self, program: &[u8]) -> Result<End> {
        if self.process.is_none() {
            self.process = Some(self.start()?);
        }
        let process = self.process.as_mut().ok_or("no worker")?;
        let (words, stress) = (self.arena_bytes / 4, u8::from(self.moving));
        let request = format!("{} {} {words} {stress}\n", program.len(), self.most_fuel);
        let mut sent = process.input.write_all(request.as_bytes());
        sent = sent.and_then(|()| process.input.write_all(program));
        sent.and_then(|()| process.input.flush())
            .map_err(|error| format!("a worker does not read: {error}"))?;
        let end = match process.answers.recv_timeout(PATIENCE) {
            Ok((verdict, text)) => match verdict.as_str() {
                "done" => End::Done,
                "threw" => End::Threw(text),
                "memory" => End::Memory,
                "fuel" => End::Fuel,
                "overrun" => End::Hang,
                _ => End::Crash(text),
            },
            Err(RecvTimeoutError::Timeout) => End::Hang,
            Err(RecvTimeoutError::Disconnected) => End::Crash("the process died".into()),
        };
        if matches!(end, End::Crash(_) | End::Hang) {
            self.stop();
        }
        Ok(end)
    }
}

/// Another engine: `PROGRAM… FILE` for each test. It has thrown when its exit code is not 0, and prints what.
pub struct Other {
    pub command: Vec<String>,
    /// Where the program lies for it.
    pub file: PathBuf,
}
impl Engine for Other {
    fn run(&mut self, program: &[u8]) -> Result<End> {
        let (name, args) = self.command.split_first().ok_or("--program is empty")?;
        std::fs::write(&self.file, program).map_err(|error| format!("{}: {error}", self.file.display()))?;
        let mut child = Command::new(name)
            .args(args)
            .arg(&self.file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot start {name}: {error}"))?;
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        let reader = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = err.as_mut().map(|err| err.read_to_end(&mut text));
            let _ = out.as_mut().map(|out| out.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break Some(status);
            }
            if start.elapsed() > PATIENCE / 4 {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
            std::thread::sleep(Duration::from_micros(300));
        };
        let text = reader.join().map_err(|_| "cannot read what it printed")?;
        Ok(match status.map(|status| (status.success(), status.code())) {
            None => End::Fuel,
            Some((true, _)) => End::Done,
            Some((false, Some(_))) => End::Threw(plain(&text)),
            Some((false, None)) => End::Crash(text),
        })
    }
}
/// The text without terminal colours, from the name of an error on.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    let (before, _) = out.split_once("Error").unwrap_or(("", ""));
    let from = before.trim_end_matches(char::is_alphanumeric).len();
    out.split_off(from).trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_name_of_the_error_comes_first() {
        assert_eq!(
            plain("\u{1b}[31;1mTypeError: x\n at y\u{1b}[0m\n"),
            "TypeError: x\n at y"
        );
        assert_eq!(plain("Unhandled exception: SyntaxError: z"), "SyntaxError: z");
    }
}
