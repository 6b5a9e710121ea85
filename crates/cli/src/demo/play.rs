//! The steps that tell the story; `refusals` holds those that must be refused.

use std::path::Path;
use std::time::Duration;

use motebox_envelope::Context;
use motebox_sim::packet::{Code, code_text};

use super::stage::{Stage, Wear};
use crate::client::Timing;
use crate::container::Container;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::keyfile::SigningKey;
use crate::linkformat;
use crate::signing::{self, Identity};
use crate::status::{State, Status};
use crate::terms::{Limits, Terms};
use crate::values::Target;

/// The container of the story.
pub(super) const ID: &str = "alarm";
const SCRIPT: &str = include_str!("alarm.js");
const TERMS: &str = include_str!("alarm.toml");
const THRESHOLD: (&str, &str) = ("light: 800,", "light: 300,");
const DEVICE_ID: &str = "6d6f746501";
/// Seconds of trial: short, so that the demonstration is.
const PROBATION_S: u32 = 1;
/// Fuel for one event of the script that loops.
const LOOP_FUEL: u32 = 200_000;

/// What the steps share.
pub(super) struct Play {
    pub(super) stage: Stage,
    pub(super) key: SigningKey,
    pub(super) stranger: SigningKey,
    pub(super) terms: Terms,
    /// The last version that was pushed and stays.
    pub(super) current: Option<Container>,
    /// What the push of version 2 did to flash.
    update_operations: u64,
}

impl Play {
    /// Makes the keys, and starts the mote that trusts one of them.
    pub(super) fn begin(folder: &Path) -> Result<Self> {
        let key = SigningKey::generate()?;
        let (_, public) = key.write(&folder.join("site"))?;
        let mut terms: Terms =
            toml::from_str(TERMS).map_err(|e| Error::new(format!("examples/alarm.toml: {}", e.message())))?;
        terms.probation_s = Some(PROBATION_S);
        let stage = Stage::set(&public, DEVICE_ID)?;
        Ok(Self {
            stage,
            key,
            stranger: SigningKey::generate()?,
            terms,
            current: None,
            update_operations: 0,
        })
    }

    /// A container of the story's id for this mote, signed by its key.
    pub(super) fn container(&self, sequence: u32, source: &str) -> Result<Container> {
        self.signed(&self.key, sequence, &this_mote(), &self.terms, source)
    }

    pub(super) fn signed(
        &self,
        key: &SigningKey,
        sequence: u32,
        target: &Target,
        terms: &Terms,
        source: &str,
    ) -> Result<Container> {
        let who = Identity {
            id: ID,
            sequence,
            target,
            context: Context::Production,
        };
        signing::script(key, &who, terms, source.as_bytes())
    }

    pub(super) fn sign(&mut self) -> Result<String> {
        let container = self.container(1, SCRIPT)?;
        let (whole, payload) = (container.to_bytes()?.len(), container.payload.len());
        self.current = Some(container);
        Ok(format!(
            "key {}, {whole} B of which {payload} B are the script",
            hex(&self.key.verifying.key_id)
        ))
    }

    pub(super) fn discover(&mut self) -> Result<String> {
        let body = self
            .stage
            .mote
            .fetch("/.well-known/core?rt=motebox.list", None, None)?;
        let text = String::from_utf8_lossy(&body).into_owned();
        let links = linkformat::parse(&text)
            .map_err(|at| Error::new(format!("links are broken at byte {at}: {text}")))?;
        let list = links.iter().find(|link| link.target == "/c");
        list.ok_or_else(|| Error::new(format!("no /c among {text}")))?;
        let containers = self
            .stage
            .mote
            .list()?
            .iter()
            .filter(|listed| listed.state != State::Empty)
            .count();
        Ok(format!("{text}, {containers} containers"))
    }

    pub(super) fn push_first(&mut self) -> Result<String> {
        let first = self.current()?.clone();
        let answer = self.stage.push(&first)?;
        if answer.code() != Code::CREATED {
            return Err(Error::new(format!("{}, not 2.01", code_text(answer.code()))));
        }
        let wear = self.stage.wear()?;
        Ok(format!(
            "2.01, stored and verified; {} erases, {} units programmed",
            wear.erases, wear.programs
        ))
    }

    pub(super) fn starts(&mut self) -> Result<String> {
        let status = self.stage.runs(ID, 1)?;
        self.is_current(&status)?;
        Ok(status.summary())
    }

    pub(super) fn confirmed(&mut self) -> Result<String> {
        self.is_confirmed(1)
    }

    pub(super) fn reading_is_refused(&mut self) -> Result<String> {
        let mut said = Vec::new();
        for path in ["/c/alarm", "/c/alarm/log"] {
            match self.stage.mote.fetch(path, None, None) {
                Ok(_) => return Err(Error::new(format!("{path} was shown to everybody"))),
                Err(error) if error.to_string().contains("4.01") => said.push(format!("{path} 4.01")),
                Err(error) => return Err(error),
            }
        }
        Ok(said.join(", "))
    }

    pub(super) fn light_only(&mut self) -> Result<String> {
        self.stage.set_bench("brightness", "900")?;
        self.stage.buzzer_stays(0.0)?;
        self.stage.calm()?;
        Ok("brightness 900, sound 40: buzzer 0".into())
    }

    pub(super) fn alarm(&mut self) -> Result<String> {
        self.stage.cloud.forget();
        self.stage.set_bench("sound", "900")?;
        self.stage.set_bench("brightness", "900")?;
        self.stage.buzzer_reaches(30.0)?;
        let arrived = self.stage.alarm_arrives()?;
        Ok(format!(
            "brightness 900, sound 900: buzzer 30, the cloud got `{arrived}`"
        ))
    }

    pub(super) fn guard(&mut self) -> Result<String> {
        let answer = self.stage.guard_ends_alarm()?;
        self.stage.buzzer_reaches(0.0)?;
        self.stage.calm()?;
        Ok(format!("{}, buzzer 0", code_text(answer.code())))
    }

    pub(super) fn guard_while_waiting(&mut self) -> Result<String> {
        self.stage.cloud.answer(false);
        let alarm = self.alarm();
        let guarded = alarm.and_then(|_| self.stage.guard_ends_alarm());
        let guarded = guarded.and_then(|answer| self.stage.buzzer_reaches(0.0).map(|()| answer));
        // The request is sent again: the script did wait all the time.
        self.stage.cloud.answer(true);
        let answer = guarded?;
        self.stage.calm()?;
        Ok(format!(
            "no answer from the cloud; {}, buzzer 0",
            code_text(answer.code())
        ))
    }

    pub(super) fn dim_before(&mut self) -> Result<String> {
        self.stage.set_bench("sound", "900")?;
        self.stage.set_bench("brightness", "500")?;
        self.stage.buzzer_stays(0.0)?;
        self.stage.calm()?;
        Ok("brightness 500, sound 900: buzzer 0".into())
    }

    pub(super) fn push_second(&mut self) -> Result<String> {
        let source = retuned()?;
        let second = self.container(2, &source)?;
        let before = self.stage.wear()?;
        let answer = self.stage.push(&second)?;
        self.update_operations = operations(&self.stage.wear()?) - operations(&before);
        self.current = Some(second);
        let status = self.stage.runs(ID, 2)?;
        self.is_current(&status)?;
        let confirmed = self.is_confirmed(2)?;
        Ok(format!("{}, {confirmed}", code_text(answer.code())))
    }

    pub(super) fn dim_after(&mut self) -> Result<String> {
        let said = self.dim_alarm()?;
        Ok(format!("{said}; guard: buzzer 0"))
    }

    /// Dim light and noise are an alarm, and the guard ends it.
    fn dim_alarm(&mut self) -> Result<String> {
        self.stage.cloud.forget();
        self.stage.set_bench("sound", "900")?;
        self.stage.set_bench("brightness", "500")?;
        self.stage.buzzer_reaches(30.0)?;
        let arrived = self.stage.alarm_arrives()?;
        self.guard()?;
        Ok(format!(
            "brightness 500, sound 900: buzzer 30, the cloud got `{arrived}`"
        ))
    }

    pub(super) fn throws(&mut self) -> Result<String> {
        let source = "saul.get_by_name(\"buzzer\").write(50);\nthrow new Error(\"no good\");\n";
        self.falls_back(4, source, &self.terms.clone())
    }

    pub(super) fn loops(&mut self) -> Result<String> {
        let source = "saul.get_by_name(\"buzzer\").write(60);\nwhile (true) {}\n";
        let limits = Limits {
            fuel_per_event: Some(LOOP_FUEL),
            ..Limits::default()
        };
        let terms = Terms {
            limits: Some(limits),
            ..self.terms.clone()
        };
        self.falls_back(5, source, &terms)
    }

    pub(super) fn not_permitted(&mut self) -> Result<String> {
        let mut terms = self.terms.clone();
        terms.permissions.get_or_insert_default().devices.remove("buzzer");
        self.falls_back(6, "saul.get_by_name(\"buzzer\").write(70);\n", &terms)
    }

    /// A version that is stored, fails its trial and leaves no trace but its error.
    fn falls_back(&mut self, sequence: u32, source: &str, terms: &Terms) -> Result<String> {
        let container = self.signed(&self.key, sequence, &this_mote(), terms, source)?;
        let before = self.stage.mote.status(ID)?.text("error").map(str::to_string);
        self.stage.push(&container)?;
        let wanted = format!("the end of sequence {sequence}");
        let status = self.stage.status_when(ID, &wanted, |status| {
            status.number("tried") == Some(u64::from(sequence))
                && status.sequence() == Some(2)
                && matches!(status.state(), State::Trial | State::Confirmed)
                && status.text("error") != before.as_deref()
        })?;
        self.is_current(&status)?;
        let error = status.text("error").unwrap_or_default().to_string();
        self.stage.buzzer_reaches(0.0)?;
        Ok(format!("buzzer 0, {} [{error}]", status.state().word()))
    }

    pub(super) fn power_cut(&mut self) -> Result<String> {
        let next = self.container(7, SCRIPT)?;
        let operations = self.update_operations / 2;
        self.stage
            .set_bench("power", &format!("cut after {operations}"))?;
        let patience = self.stage.mote.client.timing;
        self.stage.mote.client.timing = Timing {
            ack_timeout: Duration::from_millis(100),
            max_retransmit: 1,
            ..patience
        };
        let pushed = self.stage.push(&next);
        self.stage.mote.client.timing = patience;
        if let Ok(answer) = pushed {
            return Err(Error::new(format!(
                "the push went through: {}",
                code_text(answer.code())
            )));
        }
        let power = self.stage.power()?;
        if power["on"] != false {
            return Err(Error::new(format!("the power is still on: {power}")));
        }
        self.current = Some(next);
        Ok(format!(
            "power off after {operations} flash operations; no answer any more"
        ))
    }

    pub(super) fn power_returns(&mut self) -> Result<String> {
        self.stage.set_bench("power", "restore")?;
        let status = self.stage.runs(ID, 2)?;
        self.stage.calm()?;
        let alarm = self.dim_alarm()?;
        let boots = self.stage.power()?["boots"].as_u64().unwrap_or_default();
        Ok(format!("boot {boots}: {}; {alarm}", status.summary()))
    }

    pub(super) fn push_again(&mut self) -> Result<String> {
        let next = self.current()?.clone();
        let before = operations(&self.stage.wear()?);
        let answer = self.stage.push(&next)?;
        let spent = operations(&self.stage.wear()?) - before;
        let status = self.stage.runs(ID, 7)?;
        self.is_current(&status)?;
        let whole = self.update_operations;
        Ok(format!(
            "{}, {spent} flash operations where a whole update takes {whole}; {}",
            code_text(answer.code()),
            status.summary()
        ))
    }

    pub(super) fn current(&self) -> Result<&Container> {
        self.current
            .as_ref()
            .ok_or_else(|| Error::new("an earlier step made no container"))
    }

    /// The status names the very container that was pushed last and stays.
    pub(super) fn is_current(&self, status: &Status) -> Result<()> {
        let digest = self.current()?.digest()?;
        match status.bytes("digest") {
            Some(seen) if seen == digest => Ok(()),
            seen => Err(Error::new(format!(
                "another digest runs: {}",
                seen.map_or_else(String::new, hex)
            ))),
        }
    }

    fn is_confirmed(&mut self, sequence: u64) -> Result<String> {
        let status = self.stage.status_when(ID, "the end of the probation", |status| {
            status.sequence() == Some(sequence) && status.state() == State::Confirmed
        })?;
        Ok(status.summary())
    }
}

/// The script of version 2 and what follows it.
pub(super) fn retuned() -> Result<String> {
    let source = SCRIPT.replace(THRESHOLD.0, THRESHOLD.1);
    match source == SCRIPT {
        true => Err(Error::new(format!("examples/alarm.js has no `{}`", THRESHOLD.0))),
        false => Ok(source),
    }
}

/// The mote of the stage, by its id.
pub(super) fn this_mote() -> Target {
    Target::Device(crate::hex::unhex(DEVICE_ID).unwrap_or_default())
}

fn operations(wear: &Wear) -> u64 {
    wear.erases + wear.programs
}
