//! A simulated mote in a process of its own, for tests of the commands that talk to one.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::{Folder, Ran};

/// A running `motebox device`.
pub struct Device {
    child: Child,
    pub coap: String,
    pub bench: String,
}

impl Device {
    /// Starts one that trusts `site.pub` of the folder.
    pub fn start(folder: &Folder, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_motebox"))
            .args([
                "device",
                "--json",
                "--key",
                "site.pub",
                "--port",
                "0",
                "--bench-port",
                "0",
            ])
            .args(more)
            .current_dir(folder.path("."))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let uri = |name: &str| said[name].as_str().unwrap().to_string();
        Self {
            child,
            coap: uri("coap"),
            bench: uri("bench"),
        }
    }

    /// Runs a command against it: `@` stands for its address.
    pub fn run(&self, folder: &Folder, args: &[&str]) -> Ran {
        let args: Vec<&str> = args
            .iter()
            .map(|arg| if *arg == "@" { self.coap.as_str() } else { *arg })
            .collect();
        folder.motebox(&args)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
