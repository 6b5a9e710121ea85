//! The clients that other people wrote: libcoap's `coap-client-notls`, and aiocoap and pycose in a virtual environment.
//!
//! libcoap's client ends with status 0 on 4.08, 4.13 and 5.03, so no exit status is believed: the codes are read from what it
//! logs about each response.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::shell::{self, Result};

/// Where the peers are.
pub struct Peers {
    libcoap: PathBuf,
    python: PathBuf,
    /// For what they write.
    folder: PathBuf,
}

/// What a client made of its last response.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// "2.04"; empty when the client gave up without one.
    pub code: String,
    /// Every response that libcoap logged, or aiocoap's last one: its code and the block size that it named in Block1.
    pub responses: Vec<(String, Option<u64>)>,
    /// The body of a GET.
    pub body: Vec<u8>,
}

impl Peers {
    /// Finds them, or says how to get them.
    pub fn find(folder: &Path) -> Result<Self> {
        let libcoap = shell::find_program("coap-client-notls")
            .ok_or("no coap-client-notls: on Debian `apt-get install libcoap3-bin`")?;
        let python = shell::target_dir().join("venv/bin/python");
        let usable = python.is_file()
            && Command::new(&python)
                .args(["-c", "import aiocoap, pycose, cbor2, cryptography"])
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
        if !usable {
            return Err(format!(
                "no aiocoap and pycose: `python3 -m venv {0} && {0}/bin/pip install -r xtask/interop/requirements.txt`",
                shell::target_dir().join("venv").display()
            ));
        }
        Ok(Self {
            libcoap,
            python,
            folder: folder.into(),
        })
    }

    /// A transfer by libcoap's client: `args` are its options, the last one the URI. It gives up after so many
    /// seconds.
    pub fn libcoap_within(&self, seconds: &str, args: &[&str]) -> Result<Answer> {
        let body = &self.folder.join("libcoap.body");
        let _ = std::fs::remove_file(body);
        let out = Command::new(&self.libcoap)
            .args(["-v", "7", "-B", seconds, "-o"])
            .arg(body)
            .args(args)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cannot start coap-client-notls: {error}"))?;
        let mut log = String::from_utf8_lossy(&out.stdout).into_owned();
        log.push_str(&String::from_utf8_lossy(&out.stderr));
        let mut answer = libcoap_log(&log);
        answer.body = std::fs::read(body).unwrap_or_default();
        Ok(answer)
    }

    /// The same on a good link.
    pub fn libcoap(&self, args: &[&str]) -> Result<Answer> {
        self.libcoap_within("10", args)
    }

    /// A transfer by aiocoap: see `xtask/interop/coap_peer.py`.
    pub fn aiocoap(&self, args: &[&str]) -> Result<Answer> {
        let said = self.script("coap_peer.py", args)?;
        let text = |name: &str| {
            said.get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        let block1_bytes = said.get("block1_bytes").and_then(Value::as_u64);
        Ok(Answer {
            code: text("code"),
            responses: vec![(text("code"), block1_bytes)],
            body: unhex(&text("body")),
        })
    }

    /// pycose: see `xtask/interop/cose_peer.py`.
    pub fn pycose(&self, args: &[&str]) -> Result<Value> {
        self.script("cose_peer.py", args)
    }

    /// Runs one of our Python programs and reads the line of JSON that it prints.
    fn script(&self, name: &str, args: &[&str]) -> Result<Value> {
        let file = shell::root().join("xtask/interop").join(name);
        let said = shell::output(Command::new(&self.python).arg("-B").arg(file).args(args))?;
        serde_json::from_str(said.trim()).map_err(|error| format!("{name} printed {said:?}: {error}"))
    }
}

/// Reads the responses in libcoap's log: lines such as `v:1 t:ACK c:2.31 i:dc5b {07} [ Block1:6/M/64 ]`.
fn libcoap_log(log: &str) -> Answer {
    let mut answer = Answer::default();
    for line in log.lines().filter(|line| line.starts_with("v:1 t:")) {
        let Some((_, after)) = line.split_once(" c:") else {
            continue;
        };
        let code = after.split_whitespace().next().unwrap_or_default();
        // Requests are shown by their method's name; an empty acknowledgement is 0.00.
        if !code.starts_with(['2', '4', '5']) {
            continue;
        }
        answer.code = code.to_string();
        let block1 = line
            .split_once("Block1:")
            .and_then(|(_, option)| option.split([',', ' ']).next());
        let size = block1
            .and_then(|option| option.rsplit('/').next())
            .and_then(|size| size.parse().ok());
        answer.responses.push((code.to_string(), size));
    }
    answer
}

/// Bytes from hexadecimal digits; what is none is left out.
pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits
        .chunks_exact(2)
        .filter_map(|pair| u8::try_from(pair.first()? * 16 + pair.last()?).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Answer, libcoap_log, unhex};

    #[test]
    fn the_last_response_of_a_libcoap_log_counts() {
        let log = "\
v:1 t:CON c:PUT i:dc5a {06} [ Uri-Path:c, Block1:0/M/64, Size1:406 ] :: binary data length 64
v:1 t:ACK c:2.31 i:dc5a {06} [ Block1:0/M/64 ]
v:1 t:CON c:PUT i:dc5b {07} [ Uri-Path:c, Block1:1/_/64 ] :: binary data length 22
v:1 t:ACK c:4.13 i:dc5b {07} [ Block1:0/_/32, Size1:16384 ]
Nov 21 01:09:34.172 DEBG ** process incoming 4.13 response:
";
        let responses = vec![("2.31".into(), Some(64)), ("4.13".into(), Some(32))];
        let expected = Answer {
            code: "4.13".into(),
            responses,
            body: Vec::new(),
        };
        assert_eq!(libcoap_log(log), expected);
    }

    #[test]
    fn a_client_that_heard_nothing_has_no_code() {
        let log = "v:1 t:CON c:PUT i:dc5a {06} [ ]\nv:1 t:ACK c:0.00 i:dc5a {} [ ]\n";
        assert_eq!(libcoap_log(log), Answer::default());
    }

    #[test]
    fn hexadecimal_digits_are_bytes() {
        assert_eq!(unhex("00ff1a"), [0, 255, 26]);
    }
}
