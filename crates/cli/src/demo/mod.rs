//! `motebox demo`: the building-automation scenario of "Scripting Over-The-Air", over real UDP and CoAP on loopback. The
//! mote is another process of this program; what is claimed of it is read from it over CoAP.

mod cloud;
mod crime;
mod play;
mod refusals;
mod report;
mod stage;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use crate::args;
use crate::error::{Error, Result};
use play::Play;
use report::{Outcome, Report};

/// One step: what is done, and how. It returns what the mote says.
type Step = (&'static str, fn(&mut Play) -> Result<String>);

/// The whole play, in its order.
const STEPS: &[Step] = &[
    ("sign examples/alarm.js with a fresh key", Play::sign),
    ("discover the mote", Play::discover),
    ("push alarm 1, block by block", Play::push_first),
    ("alarm 1 starts", Play::starts),
    ("alarm 1 runs through its probation", Play::confirmed),
    (
        "reading the script without a right is refused",
        Play::reading_is_refused,
    ),
    ("the light rises, no sound: no alarm", Play::light_only),
    ("the sound is loud: buzzer 30, ALARM! to the cloud", Play::alarm),
    ("the guard PUTs /alarm: buzzer 0", Play::guard),
    (
        "the same while the script waits for a silent cloud",
        Play::guard_while_waiting,
    ),
    ("dim light is no alarm to alarm 1", Play::dim_before),
    ("push alarm 2: from 300 lux on instead of 800", Play::push_second),
    ("dim light is an alarm to alarm 2", Play::dim_after),
    ("refused: unsigned", refusals::unsigned),
    ("refused: a changed manifest", refusals::changed_manifest),
    ("refused: signed by a stranger", refusals::stranger),
    ("refused: an older sequence", refusals::older),
    ("refused: too large", refusals::too_large),
    ("refused: for another device", refusals::other_device),
    (
        "refused: a changed payload under a good manifest",
        refusals::changed_payload,
    ),
    ("alarm 4 throws at start: back to alarm 2", Play::throws),
    ("alarm 5 loops for ever: back to alarm 2", Play::loops),
    (
        "alarm 6 may not write the buzzer: back to alarm 2",
        Play::not_permitted,
    ),
    ("the mote loses power in the middle of an update", Play::power_cut),
    ("power returns: alarm 2 is back and works", Play::power_returns),
    ("push alarm 7 again: it goes on and starts", Play::push_again),
];

/// Plays it all; the exit code says whether every step went as it must.
pub(crate) fn demo(args: &args::Demo, out: &mut dyn Write) -> Result<ExitCode> {
    if args.play == args::DemoPlay::Crime {
        return crime::crime(args.json, out);
    }
    let folder = Folder::make()?;
    let mut report = Report::new(out, args.json);
    let mut play = Play::begin(&folder.0)?;
    let mut air = play.stage.air_bytes()?;
    for (what, step) in STEPS {
        let start = Instant::now();
        let said = step(&mut play);
        let time = start.elapsed();
        let now = play.stage.air_bytes();
        let bytes = now.as_ref().map_or(0, |now| now.saturating_sub(air));
        air = now.unwrap_or(air);
        report.step(Outcome {
            what,
            bytes,
            time,
            said,
        })?;
    }
    Ok(if report.end()? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A folder for the key, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("motebox-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|e| Error::file("make the folder", &path, &e))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
