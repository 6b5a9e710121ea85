//! `motebox demo crime`: stack compositions and scripts on four motes in a line, in virtual time. Compositions and scripts
//! are pushed over CoAP block by block; what is claimed is read from the motes over CoAP, or seen in the air.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use motebox_crime::Address;
use motebox_envelope::Context;
use motebox_sim::clock::Clock;
use motebox_sim::field::{Field, FieldError, Flown};
use motebox_sim::flash::Flash;
use motebox_sim::mote::{FLASH_BYTES, Firmware, Ram, Running, Settings, World};
use motebox_sim::packet::{Code, Packet, code_text};

use super::report::{Outcome, Report};
use crate::composition::presets;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::keyfile::SigningKey;
use crate::signing::{self, Identity};
use crate::terms::Terms;
use crate::values::Target;

/// Motes in the line: 1.0 is the lookout, 4.0 the siren.
const MOTES: usize = 4;
const LOOKOUT: usize = 0;
const SIREN: usize = 3;
/// The container id of the stacks.
const STACKS: &str = "stacks";
/// States as the status has them in text form.
const TRIAL: &str = "3";
const CONFIRMED: &str = "4";
const SECOND_US: u64 = 1_000_000;
/// What others needed to change the stack of a node: LOG-a-TEC's monolithic image, and its JSON message for a mesh.
const IMAGE_BYTES: u32 = 151_540;
const JSON_BYTES: u32 = 7_937;

/// One step: what is done, and how. It returns what came of it.
type Step<'n> = (&'static str, fn(&mut Play<'n>) -> Result<String>);

/// The whole play, in its order.
fn steps<'n>() -> [Step<'n>; 10] {
    [
        ("compose examples/stacks/mesh.toml, and sign it", Play::compose),
        ("push the mesh to four motes in a line", Play::push_mesh),
        ("all four run through their probation", Play::confirmed),
        ("push a lookout to 1.0, a siren to 4.0", Play::push_scripts),
        ("it gets bright at 1.0: 4.0 rings, over three hops", Play::bright),
        ("it gets dark: over the routes that are known", Play::dark),
        ("push trickle instead; the scripts go on", Play::push_trickle),
        ("bright again: every mote carries it", Play::bright_over_trickle),
        (
            "refused: a composition whose interfaces do not fit",
            Play::refused,
        ),
        ("the stacks before it go on", Play::goes_on),
    ]
}

/// Plays it all; the exit code says whether every step went as it must.
pub(super) fn crime(json: bool, out: &mut dyn Write) -> Result<ExitCode> {
    let key = SigningKey::generate()?;
    let clock = Clock::at_rest();
    let worlds: Vec<World> = (1..=MOTES as u8).map(|a| world(a, &key, &clock)).collect();
    let mut rams: Vec<Ram> = worlds.iter().map(|_| Ram::new()).collect();
    let mut firmwares: Vec<Firmware<'_>> = worlds.iter().map(|_| Firmware::default()).collect();
    let motes: Result<Vec<Running<'_>>> = std::iter::zip(&worlds, &mut rams)
        .zip(&mut firmwares)
        .map(|((world, ram), firmware)| {
            Running::boot(world, ram, firmware)
                .map_err(|error| Error::new(format!("a mote does not start: {error:?}")))
        })
        .collect();
    let mut play = Play {
        field: Field::new(clock.clone(), motes?),
        worlds: &worlds,
        key,
        mesh: Vec::new(),
    };
    let mut report = Report::new(out, json);
    for (what, step) in steps() {
        let (start, before) = (Instant::now(), play.bytes());
        let said = step(&mut play);
        report.step(Outcome {
            what,
            bytes: play.bytes() - before,
            time: start.elapsed(),
            said,
        })?;
    }
    Ok(if report.end()? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn world(a: u8, key: &SigningKey, clock: &Clock) -> World {
    let settings = Settings {
        device_id: vec![a],
        open_read: true,
        seed: a.into(),
        radio: Some(Address::new(a, 0)),
        ..Settings::new(&key.verifying.key_id, key.verifying.public)
    };
    World::new(settings, Flash::in_memory(FLASH_BYTES), clock.clone())
}

struct Play<'n> {
    field: Field<'n>,
    worlds: &'n [World],
    key: SigningKey,
    /// The signed mesh.
    mesh: Vec<u8>,
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Error::new(error.to_string())
    }
}

impl Play<'_> {
    /// What has gone over the air so far: CoAP, and frames.
    fn bytes(&self) -> u64 {
        self.field.coap_bytes() + self.field.radio_bytes()
    }

    fn compose(&mut self) -> Result<String> {
        let (mesh, _) = presets::named_or_file("mesh")?;
        let message = mesh.message()?;
        self.mesh = self.sign_stacks(1, &message)?;
        Ok(format!(
            "{} B, signed {} B; an image has {IMAGE_BYTES} B, the same in JSON {JSON_BYTES} B",
            message.len(),
            self.mesh.len()
        ))
    }

    fn sign_stacks(&self, sequence: u32, message: &[u8]) -> Result<Vec<u8>> {
        let terms = Terms {
            probation_s: Some(1),
            ..Terms::default()
        };
        signing::composition(&self.key, &who(STACKS, sequence), &terms, message)?.to_bytes()
    }

    fn push_mesh(&mut self) -> Result<String> {
        let container = self.mesh.clone();
        self.push_to_all(&container, "1")?;
        let messages = container.chunks(64).count();
        Ok(format!("{messages} blocks of 64 B to each, 2.01 from each"))
    }

    /// Pushes stacks to every mote, and waits until they run.
    fn push_to_all(&mut self, container: &[u8], sequence: &str) -> Result<()> {
        for mote in 0..MOTES {
            self.push(mote, STACKS, container)?;
        }
        self.field.run_us(SECOND_US / 5)?;
        for mote in 0..MOTES {
            let runs = self.field.status(mote, STACKS, "sequence")?;
            expect(runs == sequence, || {
                format!("mote {} runs {runs}, not {sequence}", mote + 1)
            })?;
        }
        Ok(())
    }

    fn push(&mut self, mote: usize, id: &str, container: &[u8]) -> Result<()> {
        let answer = self.field.push(mote, id, container)?;
        let created = [Code::CREATED, Code::CHANGED].contains(&answer.code());
        expect(created, || {
            format!("{} {}", code_text(answer.code()), answer.text())
        })
    }

    fn confirmed(&mut self) -> Result<String> {
        self.field.run_us(3 * SECOND_US / 2)?;
        for mote in 0..MOTES {
            let state = self.field.status(mote, STACKS, "state")?;
            expect(state == CONFIRMED, || format!("mote {} says {state}", mote + 1))?;
        }
        let kind = self.field.status(0, STACKS, "kind")?;
        expect(kind == "2", || format!("kind {kind}"))?;
        Ok("confirmed on all, as scripts are".into())
    }

    fn push_scripts(&mut self) -> Result<String> {
        let scripts = [
            (
                LOOKOUT,
                "lookout",
                include_str!("lookout.js"),
                include_str!("lookout.toml"),
            ),
            (
                SIREN,
                "siren",
                include_str!("siren.js"),
                include_str!("siren.toml"),
            ),
        ];
        for (mote, id, source, terms) in scripts {
            let terms: Terms = toml::from_str(terms)
                .map_err(|e| Error::new(format!("examples/{id}.toml: {}", e.message())))?;
            let container = signing::script(&self.key, &who(id, 1), &terms, source.as_bytes())?;
            self.push(mote, id, &container.to_bytes()?)?;
            self.field.run_us(SECOND_US)?;
            let (state, error) = (
                self.field.status(mote, id, "state")?,
                self.field.status(mote, id, "error")?,
            );
            expect(state == TRIAL && error.is_empty(), || {
                format!("{id}: {state} {error}")
            })?;
        }
        Ok("both on trial; they may use the radio, one sensor and one actuator".into())
    }

    /// Sets the light at the lookout, and lets the network do what it does.
    fn light(&mut self, lux: &str, seconds: u64) -> Result<Vec<Flown>> {
        self.field.take_flown();
        let put = Packet::request(Code::PUT, "/bench/brightness").with_payload(lux.as_bytes());
        let answer = self.world(LOOKOUT)?.bench().answer(&put, 0);
        expect(answer.is_success(), || "the light does not change".into())?;
        self.field.run_us(seconds * SECOND_US)?;
        Ok(self.field.take_flown())
    }

    fn world(&self, mote: usize) -> Result<&World> {
        self.worlds
            .get(mote)
            .ok_or_else(|| FieldError::NoMote(mote).into())
    }

    /// The siren's buzzer, and the last line that the lookout printed.
    fn heard(&mut self, buzzer: &str, line: &str) -> Result<()> {
        let get = Packet::request(Code::GET, "/bench/buzzer");
        let rings = self.world(SIREN)?.bench().answer(&get, 0).text();
        expect(rings == buzzer, || {
            format!("the buzzer is at {rings}, not {buzzer}")
        })?;
        let log = self.field.read(LOOKOUT, "/c/lookout/log")?;
        expect(log.trim_end().ends_with(line), || {
            format!("the lookout printed `{log}`")
        })
    }

    fn bright(&mut self) -> Result<String> {
        let flown = self.light("900", 8)?;
        self.heard("30", "4.0 is ringing")?;
        let data = on_channel(&flown, 132);
        expect(data.len() == 6, || {
            format!("{} frames of data, not 3 each way", data.len())
        })?;
        let first = data.first().map(|flown| hex(&flown.bytes)).unwrap_or_default();
        Ok(format!(
            "requests {}, replies {}, data 3 and 3 back: {first} …",
            on_channel(&flown, 133).len(),
            on_channel(&flown, 134).len(),
        ))
    }

    fn dark(&mut self) -> Result<String> {
        let flown = self.light("100", 3)?;
        self.heard("0", "4.0 is silent")?;
        expect(flown.len() == 6, || {
            format!("{} frames, not 3 each way", flown.len())
        })?;
        Ok("buzzer 0 after 3 frames, answer after 3 more".into())
    }

    fn push_trickle(&mut self) -> Result<String> {
        let (trickle, _) = presets::named_or_file("trickle")?;
        let message = trickle.message()?;
        let container = self.sign_stacks(2, &message)?;
        self.push_to_all(&container, "2")?;
        for (mote, id) in [(LOOKOUT, "lookout"), (SIREN, "siren")] {
            let error = self.field.status(mote, id, "error")?;
            expect(error.is_empty(), || format!("{id}: {error}"))?;
        }
        Ok(format!("{} B, signed {} B", message.len(), container.len()))
    }

    fn bright_over_trickle(&mut self) -> Result<String> {
        let flown = self.light("900", 12)?;
        self.heard("30", "is ringing")?;
        let senders: BTreeSet<usize> = flown.iter().map(|flown| flown.from).collect();
        expect(senders.len() == MOTES, || {
            format!("only {} motes sent", senders.len())
        })?;
        Ok(format!("{} frames of all {MOTES} motes", flown.len()))
    }

    fn refused(&mut self) -> Result<String> {
        let (mut mesh, _) = presets::named_or_file("mesh")?;
        // Unicast goes from below multihop: `compose` would not let it pass.
        if let Some(data) = mesh.stacks.first_mut() {
            data.modules.remove(2);
        }
        for stack in mesh.stacks.iter_mut().filter_map(|stack| stack.parent.as_mut()) {
            *stack -= 1;
        }
        let container = self.sign_stacks(3, &mesh.message()?)?;
        self.push(1, STACKS, &container)?;
        self.field.run_us(SECOND_US)?;
        let error = self.field.status(1, STACKS, "error")?;
        expect(error.contains("composition refused"), || {
            format!("the mote says `{error}`")
        })?;
        Ok(error)
    }

    fn goes_on(&mut self) -> Result<String> {
        let sequence = self.field.status(1, STACKS, "sequence")?;
        expect(sequence == "2", || format!("mote 2 runs {sequence}"))?;
        self.light("100", 12)?;
        self.heard("0", "is silent")?;
        Ok(format!(
            "sequence {sequence}; the siren is silent when it gets dark"
        ))
    }
}

fn who(id: &str, sequence: u32) -> Identity<'_> {
    Identity {
        id,
        sequence,
        target: &Target::Any,
        context: Context::Production,
    }
}

fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(Error::new(what())) }
}

fn on_channel(flown: &[Flown], channel: u16) -> Vec<&Flown> {
    let head = channel.to_le_bytes();
    flown
        .iter()
        .filter(|flown| flown.bytes.starts_with(&head))
        .collect()
}
