//! The simulated mote under test: `motebox device`, a process of its own, and containers signed for it by `motebox sign`.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::shell::{self, Result};

/// The container id of every check.
pub const ID: &str = "check";

/// A running `motebox device`; it ends with this value.
pub struct Mote {
    child: Child,
    pub port: u16,
    pub bench_port: u16,
}

impl Mote {
    /// Starts one that trusts `key` (a `.pub` file) and waits until it says that it is up.
    pub fn start(motebox: &Path, key: &Path, args: &[&str]) -> Result<Self> {
        let (port, bench_port) = free_ports()?;
        let mut child = Command::new(motebox)
            .args([
                "device",
                "--json",
                "--port",
                &port.to_string(),
                "--bench-port",
                &bench_port.to_string(),
            ])
            .arg("--key")
            .arg(key)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // What scripts print.
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start `motebox device`: {error}"))?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            let _ = stdout.read_line(&mut line);
            // It may go on printing: somebody has to read, or it would wait.
            std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()));
        }
        let mote = Self {
            child,
            port,
            bench_port,
        };
        if line.trim().is_empty() {
            Err("`motebox device` ended before it was up".into())
        } else {
            Ok(mote)
        }
    }

    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// `coap://…` of a path on the mote.
    pub fn uri(&self, path: &str) -> String {
        uri(self.port, path)
    }

    /// `coap://…` of one of the simulator's own resources.
    pub fn bench(&self, path: &str) -> String {
        uri(self.bench_port, path)
    }
}

impl Drop for Mote {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `coap://…` of a path on a port of this machine.
pub fn uri(port: u16, path: &str) -> String {
    format!("coap://127.0.0.1:{port}{path}")
}

/// Two UDP ports that nobody listens on.
fn free_ports() -> Result<(u16, u16)> {
    let port = |socket: &UdpSocket| socket.local_addr().map(|address| address.port());
    let both = || -> std::io::Result<(u16, u16)> {
        let sockets = (UdpSocket::bind("127.0.0.1:0")?, UdpSocket::bind("127.0.0.1:0")?);
        Ok((port(&sockets.0)?, port(&sockets.1)?))
    };
    both().map_err(|error| format!("no free port: {error}"))
}

/// A pair of key files and a folder: signs containers of growing sequence.
pub struct Signer {
    pub motebox: PathBuf,
    pub folder: PathBuf,
    /// Without `.key` and `.pub`.
    key: PathBuf,
}

/// The form that a container is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Binary,
}

impl Form {
    /// The Content-Format of a PUT.
    pub fn content_format(self) -> &'static str {
        match self {
            Self::Text => "0",
            Self::Binary => "63",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Binary => "binary",
        }
    }
}

/// A container to sign.
pub struct Order<'a> {
    pub sequence: u32,
    pub script: &'a str,
    pub form: Form,
    /// The terms as TOML; empty for none.
    pub terms: &'a str,
}

impl Signer {
    /// Makes a key of this name in the folder.
    pub fn new(motebox: &Path, folder: &Path, name: &str) -> Result<Self> {
        let key = folder.join(name);
        shell::output(Command::new(motebox).arg("keygen").arg("--out").arg(&key))?;
        Ok(Self {
            motebox: motebox.into(),
            folder: folder.into(),
            key,
        })
    }

    pub fn public(&self) -> PathBuf {
        self.key.with_extension("pub")
    }

    /// A field of the key file, in hexadecimal: `public` or `secret`.
    pub fn field(&self, name: &str) -> Result<String> {
        let file = self.key.with_extension("key");
        let text = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| error.to_string())?;
        let value = table.get(name).and_then(toml::Value::as_str);
        value
            .map(str::to_string)
            .ok_or_else(|| format!("no {name} in {}", file.display()))
    }

    /// Where the container of this sequence is written.
    pub fn file(&self, sequence: u32, form: Form) -> PathBuf {
        let name = self.key.file_name().unwrap_or_default().display().to_string();
        self.folder.join(format!("{name}-{sequence}.{}", form.word()))
    }

    /// Signs a script; returns the container's file.
    pub fn sign(&self, order: &Order<'_>) -> Result<PathBuf> {
        let out = self.file(order.sequence, order.form);
        let source = out.with_extension("js");
        write(&source, order.script.as_bytes())?;
        let mut sign = Command::new(&self.motebox);
        sign.arg("sign")
            .arg(&source)
            .arg("--key")
            .arg(self.key.with_extension("key"));
        sign.args(["--target", "any", "--id", ID, "--form", order.form.word()]);
        sign.args(["--sequence", &order.sequence.to_string()]);
        if !order.terms.is_empty() {
            let terms = out.with_extension("toml");
            write(&terms, order.terms.as_bytes())?;
            sign.arg("--terms").arg(terms);
        }
        shell::output(sign.arg("--out").arg(&out))?;
        Ok(out)
    }
}

/// Writes a file, or says which one could not be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
