//! A mote under test, and how both clients push to it and read from it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::interop::mote::{Form, Mote, Order};
use crate::interop::peers::Answer;
use crate::interop::{Bench, Tally};
use crate::shell::Result;

/// Block sizes of CoAP, each with its exponent.
pub const SIZES: [(u64, &str); 7] = [
    (16, "0"),
    (32, "1"),
    (64, "2"),
    (128, "3"),
    (256, "4"),
    (512, "5"),
    (1_024, "6"),
];

/// Bytes of a script that is many blocks long.
pub const LONG: usize = 850;

/// The client that a check is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    Libcoap,
    Aiocoap,
}

pub const CLIENTS: [Client; 2] = [Client::Libcoap, Client::Aiocoap];

/// One mote with the sequence that the next container gets.
pub struct Trial<'a> {
    pub bench: &'a Bench,
    pub mote: Mote,
    pub sequence: u32,
}

impl<'a> Trial<'a> {
    pub fn start(bench: &'a Bench, args: &[&str]) -> Result<Self> {
        let mote = Mote::start(&bench.site.motebox, &bench.site.public(), args)?;
        Ok(Self {
            bench,
            mote,
            sequence: 0,
        })
    }

    /// A new version of the script, signed.
    pub fn container(&mut self, form: Form) -> Result<PathBuf> {
        self.sequence += 1;
        let script = script(self.sequence, LONG);
        self.bench.site.sign(&Order {
            sequence: self.sequence,
            script: &script,
            form,
            terms: "",
        })
    }

    pub fn put(&self, client: Client, file: &Path, form: Form, size: (u64, &str)) -> Result<Answer> {
        put(
            self.bench,
            client,
            file,
            form,
            size,
            &self.mote.uri("/c/check"),
            "60",
        )
    }

    pub fn get(
        &self,
        client: Client,
        path: &str,
        size: Option<(u64, &str)>,
        accept: Option<&str>,
    ) -> Result<Answer> {
        let at = self.mote.uri(path);
        let bytes = size.map(|(bytes, _)| bytes.to_string());
        let mut args = Vec::new();
        match client {
            Client::Libcoap => {
                args.extend(bytes.iter().flat_map(|bytes| ["-b", bytes]));
                args.extend(accept.iter().flat_map(|accept| ["-A", accept]));
                args.push(&at);
                self.bench.peers.libcoap(&args)
            }
            Client::Aiocoap => {
                args.extend(["get", &at]);
                args.extend(size.iter().flat_map(|(_, exponent)| ["--szx", exponent]));
                args.extend(accept.iter().flat_map(|accept| ["--accept", accept]));
                self.bench.peers.aiocoap(&args)
            }
        }
    }

    /// The text status as a table of names and values. Fetched block by block, whatever its ETag: what is looked at here
    /// stands before what changes with every block.
    pub fn status(&self) -> Result<BTreeMap<String, String>> {
        let answer = self.get(Client::Aiocoap, "/c/check/status", Some(SIZES[2]), Some("0"))?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let pairs = text.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect())
    }

    /// Looks at the status until it is as wanted, for 15 s at most; returns the last one.
    pub fn wait(
        &self,
        wanted: impl Fn(&BTreeMap<String, String>) -> bool,
    ) -> Result<BTreeMap<String, String>> {
        let end = Instant::now() + Duration::from_secs(15);
        loop {
            let status = self.status()?;
            if wanted(&status) || Instant::now() > end {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The answer is a success, and the mote comes to run this very container.
    pub fn taken(&self, tally: &mut Tally, what: &str, answer: &Answer, file: &Path) -> Result<()> {
        tally.check(&format!("{what}: 2.01 or 2.04"), is_success(answer), answer);
        let digest = self.bench.digest(file)?;
        let status = self.wait(|status| status.get("digest") == Some(&digest))?;
        tally.check(
            &format!("{what}: the mote's digest"),
            status.get("digest") == Some(&digest),
            &status,
        );
        Ok(())
    }

    /// Pushes a new version with blocks of this size.
    pub fn push(&mut self, tally: &mut Tally, client: Client, form: Form, size: (u64, &str)) -> Result<()> {
        let file = self.container(form)?;
        let answer = self.put(client, &file, form, size)?;
        self.taken(
            tally,
            &format!("{client:?} puts {form:?} by {}", size.0),
            &answer,
            &file,
        )
    }

    /// Reads the version that was pushed last, byte for byte.
    pub fn pull(&self, tally: &mut Tally, client: Client, form: Form, size: (u64, &str)) -> Result<()> {
        let what = format!("{client:?} gets {form:?} by {}", size.0);
        let answer = self.get(client, "/c/check", Some(size), Some(form.content_format()))?;
        tally.equal(&what, answer.code.as_str(), "2.05");
        let file = self.bench.site.file(self.sequence, form);
        let same = std::fs::read(&file).is_ok_and(|bytes| bytes == answer.body);
        tally.check(&format!("{what}: byte for byte"), same, &answer.body.len());
        Ok(())
    }

    /// The container that runs, in text form, as aiocoap reads it with the mote's own block size.
    pub fn running(&self) -> Result<Vec<u8>> {
        Ok(self.get(Client::Aiocoap, "/c/check", None, Some("0"))?.body)
    }
}

/// A PUT of a container by a client that gives up after so many seconds.
pub fn put(
    bench: &Bench,
    client: Client,
    file: &Path,
    form: Form,
    (bytes, exponent): (u64, &str),
    at: &str,
    seconds: &str,
) -> Result<Answer> {
    let (file, format) = (text(file), form.content_format());
    match client {
        Client::Libcoap => {
            let size = bytes.to_string();
            let options = ["-m", "put", "-b", &size, "-t", format, "-f", &file, at];
            bench.peers.libcoap_within(seconds, &options)
        }
        Client::Aiocoap => {
            let options = ["--format", format, "--szx", exponent, "--seconds", seconds];
            bench.peers.aiocoap(&[&["put", at, &file][..], &options].concat())
        }
    }
}

impl Bench {
    /// The manifest's digest as Python computes it from the file.
    pub fn digest(&self, file: &Path) -> Result<String> {
        let said = self.peers.pycose(&["digest", &text(file)])?;
        said.get("digest")
            .and_then(Value::as_str)
            .map(str::to_string)
            .ok_or_else(|| "no digest".into())
    }
}

pub fn is_success(answer: &Answer) -> bool {
    ["2.01", "2.04"].contains(&answer.code.as_str())
}

pub fn number(status: &BTreeMap<String, String>, name: &str) -> u64 {
    status
        .get(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}

pub fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A script of at least so many bytes that differs with its number.
pub fn script(number: u32, bytes: usize) -> String {
    let mut script =
        format!("// Version {number} of a script for the interop checks.\nprint('version {number}');\n");
    for line in 0.. {
        if script.len() >= bytes {
            break;
        }
        script.push_str(&format!(
            "var filler{line} = 'The quick brown fox jumps over the lazy dog.';\n"
        ));
    }
    script
}
