//! One file for each group of commands. Each takes its arguments and writes to `out`.

pub(crate) mod compose;
pub(crate) mod device;
pub(crate) mod js;
pub(crate) mod offline;
pub(crate) mod online;
pub(crate) mod push;
pub(crate) mod sign;
pub(crate) mod sim;

use std::io::Write;
use std::path::Path;

use motebox_envelope::Context;

use crate::error::{Error, Result};
use crate::values;

/// One line of output.
fn print(out: &mut dyn Write, line: &str) -> Result<()> {
    writeln!(out, "{line}").map_err(|e| Error::new(format!("standard output: {e}")))
}

/// A file, or standard output for `-`.
fn write_output(path: &Path, bytes: &[u8], out: &mut dyn Write) -> Result<()> {
    if path == Path::new("-") {
        return out
            .write_all(bytes)
            .map_err(|e| Error::new(format!("standard output: {e}")));
    }
    std::fs::write(path, bytes).map_err(|e| Error::file("write", path, &e))
}

fn context(development: bool) -> Context {
    if development {
        Context::Development
    } else {
        Context::Production
    }
}

fn form(form: values::Form) -> motebox_envelope::Form {
    match form {
        values::Form::Text => motebox_envelope::Form::Text,
        values::Form::Binary => motebox_envelope::Form::Binary,
    }
}
