//! One line for each step, and one at the end.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::error::{Error, Result};

/// Counts and prints.
pub(super) struct Report<'o> {
    out: &'o mut dyn Write,
    json: bool,
    start: Instant,
    steps: u32,
    failures: u32,
    bytes: u64,
}

/// What a step came to.
pub(super) struct Outcome {
    pub(super) what: &'static str,
    /// Bytes that went over the air.
    pub(super) bytes: u64,
    pub(super) time: Duration,
    /// What the mote says, or why the step failed.
    pub(super) said: Result<String>,
}

impl<'o> Report<'o> {
    pub(super) fn new(out: &'o mut dyn Write, json: bool) -> Self {
        Self {
            out,
            json,
            start: Instant::now(),
            steps: 0,
            failures: 0,
            bytes: 0,
        }
    }

    /// Prints a step.
    pub(super) fn step(&mut self, outcome: Outcome) -> Result<()> {
        self.steps += 1;
        self.failures += u32::from(outcome.said.is_err());
        self.bytes += outcome.bytes;
        let ok = outcome.said.is_ok();
        let said = match outcome.said {
            Ok(said) => said,
            Err(error) => error.to_string().replace("\n  ", "; "),
        };
        let seconds = outcome.time.as_secs_f64();
        let line = if self.json {
            let what = outcome.what;
            json!({ "step": self.steps, "what": what, "bytes": outcome.bytes, "seconds": seconds, "ok": ok, "said": said })
                .to_string()
        } else {
            let verdict = if ok { "" } else { "FAILED: " };
            format!(
                "{:>2}  {:<52} {:>6} B {seconds:>6.2} s  {verdict}{said}",
                self.steps, outcome.what, outcome.bytes
            )
        };
        self.print(&line)
    }

    /// Prints the last line; whether all went well.
    pub(super) fn end(mut self) -> Result<bool> {
        let (steps, failures, bytes) = (self.steps, self.failures, self.bytes);
        let seconds = self.start.elapsed().as_secs_f64();
        let line = if self.json {
            json!({ "steps": steps, "failed": failures, "bytes": bytes, "seconds": seconds }).to_string()
        } else {
            format!("{steps} steps, {failures} failed, {bytes} B on the air, {seconds:.1} s")
        };
        self.print(&line)?;
        Ok(failures == 0)
    }

    fn print(&mut self, line: &str) -> Result<()> {
        let printed = writeln!(self.out, "{line}").and_then(|()| self.out.flush());
        printed.map_err(|e| Error::new(format!("standard output: {e}")))
    }
}
