//! `motebox push`: sends a container, and follows what becomes of it.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use motebox_envelope::Kind;
use motebox_sim::packet::code_text;
use serde_json::json;

use super::print;
use crate::args::Push;
use crate::client::{Progress, Wire};
use crate::container::Container;
use crate::error::{Error, Result, say};
use crate::hex::hex;
use crate::mote::{Mote, POLL_PERIOD, refusal};
use crate::status::{State, Status};

/// A body of more blocks than this is told about in quarters when standard error is no terminal.
const QUIET_BLOCKS: usize = 16;

/// `motebox push`.
pub(crate) fn push(args: &Push, out: &mut dyn Write) -> Result<()> {
    let container = Container::read(&args.file)?;
    let manifest = container.manifest()?;
    let (id, sequence, is_command) = (container.id()?, manifest.sequence, manifest.kind == Kind::Command);
    let path = if args.mote.path.is_empty() {
        format!("/c/{id}")
    } else {
        args.mote.path.clone()
    };
    if !takes_containers(&path, &id) {
        return Err(Error::new(format!(
            "{path} is no place for container `{id}`; nothing was sent"
        ))
        .advise(format!(
            "leave the path out: it is /c/{id} then. Other paths belong to scripts, or to other containers"
        )));
    }
    let mut mote = Mote::connect(&args.mote, args.patience)?;

    let start = mote.client.wire.now();
    let mut progress = ProgressLine::new(&path);
    let answer = mote.push(&path, &container, args.block, &mut |step| progress.show(step))?;
    progress.end();
    let seconds = (mote.client.wire.now() - start).as_secs_f64();
    if !answer.is_success() {
        return Err(refusal(&path, &answer));
    }
    let air = mote.client.air;
    let fate = match args.no_follow || is_command {
        true => None,
        false => Some(follow(
            &mut mote,
            &id,
            u64::from(sequence),
            args.until_confirmed,
            Duration::from_secs_f64(args.follow_timeout),
        )?),
    };
    if args.json {
        let object = json!({
            "path": path, "id": id, "sequence": sequence, "digest": hex(&container.digest()?),
            "code": code_text(answer.code()), "seconds": seconds, "sent_bytes": air.sent_bytes,
            "received_bytes": air.received_bytes, "retransmissions": air.retransmissions,
            "status": fate.as_ref().map(Status::json),
        });
        print(out, &object.to_string())?;
    } else {
        let code = code_text(answer.code());
        print(
            out,
            &format!(
                "{path}: {code}, sequence {sequence} is stored; {} B on the air, {seconds:.2} s",
                air.bytes()
            ),
        )?;
        if let Some(status) = &fate {
            print(out, &format!("{path}: {}", status.summary()))?;
        }
    }
    match fate {
        Some(status) if !runs(&status, u64::from(sequence)) => Err(Error::new(format!(
            "sequence {sequence} did not stay: {}",
            status.text("error").unwrap_or("the mote does not say why")
        ))
        .advise(format!(
            "`motebox log` may show what it printed; {}",
            what_runs(&status)
        ))),
        _ => Ok(()),
    }
}

/// Whether a mote takes the container there: at its own path, or at the alias, behind a gateway's prefix if need be.
fn takes_containers(path: &str, id: &str) -> bool {
    path.ends_with("/riot/script") || path.ends_with(&format!("/c/{id}"))
}

fn runs(status: &Status, sequence: u64) -> bool {
    status.sequence() == Some(sequence) && matches!(status.state(), State::Trial | State::Confirmed)
}

fn what_runs(status: &Status) -> String {
    match (status.state(), status.sequence()) {
        (State::Trial | State::Confirmed, Some(sequence)) => format!("sequence {sequence} runs"),
        _ => "nothing runs now".into(),
    }
}

/// Asks for the status until the start of a version is decided.
pub(crate) fn follow(
    mote: &mut Mote,
    id: &str,
    sequence: u64,
    until_confirmed: bool,
    limit: Duration,
) -> Result<Status> {
    let start = mote.client.wire.now();
    let mut on_trial_before = false;
    loop {
        let status = mote.status(id)?;
        if is_decided(&status, sequence, until_confirmed) {
            // A trial is marked before its script has begun: what throws at once is seen at the second look.
            let on_trial = status.state() == State::Trial;
            if !on_trial || on_trial_before {
                return Ok(status);
            }
            on_trial_before = true;
        }
        if mote.client.wire.now() - start >= limit {
            return Err(Error::new(format!(
                "after {:.0} s the mote still says: {}",
                limit.as_secs_f64(),
                status.summary()
            ))
            .advise("it is stored; look again with `motebox status`"));
        }
        mote.client.wire.sleep(POLL_PERIOD);
    }
}

/// Whether the version of this sequence runs, or was given up.
fn is_decided(status: &Status, sequence: u64, until_confirmed: bool) -> bool {
    let tried = status.number("tried").is_some_and(|tried| tried >= sequence);
    let this_one = status.sequence() == Some(sequence);
    match status.state() {
        State::Confirmed => tried,
        State::Trial => tried && (!this_one || !until_confirmed),
        State::Failed | State::Stopped => tried,
        _ => false,
    }
}

/// One line that is rewritten on a terminal; in a file, a line for each quarter and each surprise.
struct ProgressLine {
    path: String,
    terminal: bool,
    quarters: usize,
    dirty: bool,
}

impl ProgressLine {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_string(),
            terminal: std::io::stderr().is_terminal(),
            quarters: 0,
            dirty: false,
        }
    }

    fn show(&mut self, step: Progress) {
        match step {
            Progress::Sent {
                bytes,
                total,
                block_bytes,
            } if self.terminal => {
                self.dirty = true;
                eprint!(
                    "\r{}: {bytes} of {total} B in blocks of {block_bytes} B\x1b[K",
                    self.path
                );
            }
            Progress::Sent {
                bytes,
                total,
                block_bytes,
            } => {
                let quarters = 4 * bytes / total.max(1);
                if quarters > self.quarters && total > QUIET_BLOCKS * block_bytes {
                    say!("{}: {bytes} of {total} B", self.path);
                }
                self.quarters = quarters;
            }
            Progress::Resumes { bytes, total } => {
                self.say(&format!("the mote has {bytes} of {total} B from before"));
            }
            Progress::SmallerBlocks(bytes) => self.say(&format!("the mote takes blocks of {bytes} B")),
            Progress::StartOver => {
                self.quarters = 0;
                self.say("starting over; what the mote has is not written again");
            }
            Progress::Pause(pause) => self.say(&format!("the mote asks to wait {} s", pause.as_secs())),
        }
    }

    fn say(&mut self, what: &str) {
        self.end();
        say!("{}: {what}", self.path);
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.dirty) {
            say!();
        }
    }
}
