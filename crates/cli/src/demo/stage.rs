//! The stage of the demonstration: a simulated mote in a process of its own, the cloud, the operator's client, and eyes
//! and hands in the mote's room. Every claim is read over CoAP.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use motebox_sim::packet::{Code, Packet, code_text};
use serde_json::Value;

use super::cloud::Cloud;
use crate::client::{LARGEST_EXPONENT, Timing, Wire};
use crate::container::Container;
use crate::error::{Error, Result};
use crate::mote::Mote;
use crate::status::{State, Status};

/// Patience on loopback: a lost datagram is sent again soon, and a mote without power is noticed.
const TIMING: Timing = Timing {
    ack_timeout: Duration::from_millis(300),
    max_retransmit: 3,
    response_timeout: Duration::from_secs(3),
};
/// Longest wait for anything that must happen.
const SOON: Duration = Duration::from_secs(4);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// How often the mote is asked for its status: less often, since the air is its own.
const ASK: Duration = Duration::from_millis(100);
/// How long something that must not happen is watched for: the script looks at the light every 100 ms.
pub(super) const QUIET: Duration = Duration::from_millis(300);

/// Everything that plays.
pub(super) struct Stage {
    pub(super) mote: Mote,
    pub(super) bench: Mote,
    pub(super) cloud: Cloud,
    /// Kept for its `Drop`.
    _process: Process,
}

/// The flash as the mote's process counts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wear {
    pub(super) erases: u64,
    pub(super) programs: u64,
    pub(super) block_erases: Vec<u64>,
}

/// The mote's process; ended when the stage is cleared.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Stage {
    /// Starts cloud and mote; the mote trusts the key in this file.
    pub(super) fn set(key: &std::path::Path, device_id: &str) -> Result<Self> {
        let cloud = Cloud::start()?;
        let program =
            std::env::current_exe().map_err(|e| Error::new(format!("this program is not found: {e}")))?;
        let child = Command::new(program)
            .args([
                "device",
                "--json",
                "--port",
                "0",
                "--bench-port",
                "0",
                "--device-id",
                device_id,
            ])
            .arg("--key")
            .arg(key)
            .args(["--route", &format!("2001:db8::1={}", cloud.address)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // What the script prints is not a line of the demonstration.
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| Error::new(format!("the mote's process does not start: {e}")))?;
        let mut process = Process(child);
        let output = process
            .0
            .stdout
            .take()
            .ok_or_else(|| Error::new("the mote's process has no output"))?;
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        read.map_err(|e| Error::new(format!("the mote's process says nothing: {e}")))?;
        let addresses: Value = serde_json::from_str(&line)
            .map_err(|_| Error::new(format!("the mote's process says `{}`", line.trim())))?;
        let address = |name: &str| -> Result<SocketAddr> {
            let text = addresses[name]
                .as_str()
                .and_then(|uri| uri.strip_prefix("coap://"))
                .unwrap_or_default();
            text.parse()
                .map_err(|_| Error::new(format!("the mote's process names no {name} address")))
        };
        Ok(Self {
            mote: Mote::at(address("coap")?, TIMING)?,
            bench: Mote::at(address("bench")?, TIMING)?,
            cloud,
            _process: process,
        })
    }

    /// CoAP bytes that the mote got and sent since it was made, as its own process counted them.
    pub(super) fn air_bytes(&mut self) -> Result<u64> {
        let air = self.bench_json("/bench/air")?;
        Ok(number(&air, "received_bytes") + number(&air, "sent_bytes"))
    }

    pub(super) fn wear(&mut self) -> Result<Wear> {
        let flash = self.bench_json("/bench/flash")?;
        let counts = flash["block_erases"].as_array().cloned().unwrap_or_default();
        Ok(Wear {
            erases: number(&flash, "erases"),
            programs: number(&flash, "programs"),
            block_erases: counts.iter().filter_map(Value::as_u64).collect(),
        })
    }

    pub(super) fn power(&mut self) -> Result<Value> {
        self.bench_json("/bench/power")
    }

    pub(super) fn bench_json(&mut self, path: &str) -> Result<Value> {
        let body = self.bench.fetch(path, None, None)?;
        serde_json::from_slice(&body).map_err(|e| Error::new(format!("{path} is no JSON: {e}")))
    }

    /// Sets a sensor, or orders power.
    pub(super) fn set_bench(&mut self, name: &str, value: &str) -> Result<()> {
        let path = format!("/bench/{name}");
        let answer = self
            .bench
            .put(&path, 0, value.as_bytes(), LARGEST_EXPONENT, None, &mut |_| {})?;
        match answer.is_success() {
            true => Ok(()),
            false => Err(Error::new(format!(
                "{path}: {} {}",
                code_text(answer.code()),
                answer.text()
            ))),
        }
    }

    /// An actuator or sensor, as the room has it.
    pub(super) fn device(&mut self, name: &str) -> Result<f64> {
        let body = self.bench.fetch(&format!("/bench/{name}"), None, None)?;
        let text = String::from_utf8_lossy(&body).into_owned();
        text.parse()
            .map_err(|_| Error::new(format!("/bench/{name} says `{text}`")))
    }

    /// The room is dark and quiet for long enough that the script has seen it.
    pub(super) fn calm(&mut self) -> Result<()> {
        self.set_bench("brightness", "120")?;
        self.set_bench("sound", "40")?;
        self.pause(QUIET);
        Ok(())
    }

    pub(super) fn pause(&mut self, pause: Duration) {
        self.mote.client.wire.sleep(pause);
    }

    /// The buzzer reaches this value soon.
    pub(super) fn buzzer_reaches(&mut self, value: f64) -> Result<()> {
        self.soon(&format!("the buzzer at {value}"), LOOK, |stage| {
            Ok((stage.device("buzzer")? == value).then_some(()))
        })
    }

    /// The buzzer keeps this value for a while.
    pub(super) fn buzzer_stays(&mut self, value: f64) -> Result<()> {
        let end = Instant::now() + QUIET;
        while Instant::now() < end {
            let now = self.device("buzzer")?;
            if now != value {
                return Err(Error::new(format!("the buzzer is at {now}, not at {value}")));
            }
            self.pause(LOOK);
        }
        Ok(())
    }

    /// `ALARM!` arrives at the cloud.
    pub(super) fn alarm_arrives(&mut self) -> Result<String> {
        let arrived = self
            .cloud
            .next(SOON)
            .ok_or_else(|| Error::new("nothing arrived at the cloud"))?;
        match (arrived.path.as_str(), arrived.text.as_str()) {
            ("/coap", "ALARM!") => Ok(arrived.text),
            _ => Err(Error::new(format!(
                "{} `{}` arrived at the cloud",
                arrived.path, arrived.text
            ))),
        }
    }

    /// The guard's PUT to the script's own resource.
    pub(super) fn guard_ends_alarm(&mut self) -> Result<Packet> {
        let answer = self
            .mote
            .put("/alarm", 0, b"", LARGEST_EXPONENT, None, &mut |_| {})?;
        match answer.is_success() {
            true => Ok(answer),
            false => Err(Error::new(format!(
                "/alarm: {} {}",
                code_text(answer.code()),
                answer.text()
            ))),
        }
    }

    /// PUTs a container, in the blocks that the mote asks for; its answer, whatever it is.
    pub(super) fn put(&mut self, id: &str, content_format: u16, body: &[u8]) -> Result<Packet> {
        self.mote.put(
            &format!("/c/{id}"),
            content_format,
            body,
            LARGEST_EXPONENT,
            None,
            &mut |_| {},
        )
    }

    /// PUTs a container that must be taken.
    pub(super) fn push(&mut self, container: &Container) -> Result<Packet> {
        let path = format!("/c/{}", container.id()?);
        let answer = self.mote.push(&path, container, LARGEST_EXPONENT, &mut |_| {})?;
        match answer.code() {
            Code::CREATED | Code::CHANGED => Ok(answer),
            code => Err(Error::new(format!("{} {}", code_text(code), answer.text()))),
        }
    }

    /// The status, as soon as it is as wanted.
    pub(super) fn status_when(
        &mut self,
        id: &str,
        wanted: &str,
        is: impl Fn(&Status) -> bool,
    ) -> Result<Status> {
        let mut last = String::from("nothing");
        let found = self.soon(wanted, ASK, |stage| {
            let status = stage.mote.status(id)?;
            last = status.summary();
            Ok(is(&status).then_some(status))
        });
        found.map_err(|error| error.advise(format!("it says: {last}")))
    }

    /// This version runs.
    pub(super) fn runs(&mut self, id: &str, sequence: u64) -> Result<Status> {
        self.status_when(id, &format!("sequence {sequence} running"), |status| {
            status.sequence() == Some(sequence) && matches!(status.state(), State::Trial | State::Confirmed)
        })
    }

    /// Asks until there is an answer.
    fn soon<T>(
        &mut self,
        what: &str,
        period: Duration,
        mut look: impl FnMut(&mut Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let end = Instant::now() + SOON;
        loop {
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            if Instant::now() >= end {
                return Err(Error::new(format!("no sign of {what} in {} s", SOON.as_secs())));
            }
            self.pause(period);
        }
    }
}

fn number(object: &Value, name: &str) -> u64 {
    object[name].as_u64().unwrap_or_default()
}
