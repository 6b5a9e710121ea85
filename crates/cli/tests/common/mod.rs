//! What the tests of the command share: a folder of their own, and a way to run it.

#![allow(dead_code)]

pub mod device;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh one, named after the test.
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("motebox-{test}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Runs `motebox` in this folder.
    pub fn motebox(&self, args: &[&str]) -> Ran {
        Ran::of(motebox(&self.0, args))
    }

    /// `motebox sign` of a file for any device with `site.key`, and what else is said.
    pub fn sign(&self, file: &str, sequence: &str, more: &[&str]) -> Ran {
        self.sign_with("site.key", file, sequence, more)
    }

    /// The same with another key.
    pub fn sign_with(&self, key: &str, file: &str, sequence: &str, more: &[&str]) -> Ran {
        let args = [
            "sign",
            file,
            "--key",
            key,
            "--target",
            "any",
            "--sequence",
            sequence,
        ];
        self.motebox(&[&args, more].concat())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn motebox(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_motebox"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What a run printed and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// It must have gone well; its standard output.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// It must have failed with this exit code and said this; standard error.
    #[track_caller]
    pub fn fails(self, code: i32, said: &str) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert!(self.err.contains(said), "expected {said:?} in {self:?}");
        self.err
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.ok()).unwrap()
    }
}
