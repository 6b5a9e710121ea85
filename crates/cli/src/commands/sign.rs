//! `motebox sign`.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::print;
use crate::args::Sign;
use crate::check;
use crate::container::Container;
use crate::error::{Error, Result, say};
use crate::hex::hex;
use crate::keyfile::SigningKey;
use crate::signing::{self, Identity};
use crate::terms::Terms;
use crate::values::CommandKind;

/// Signs, writes the file and says what it is.
pub(crate) fn sign(args: &Sign, out: &mut dyn Write) -> Result<()> {
    let key = SigningKey::read(&args.key)?;
    let mut terms = args
        .terms
        .as_deref()
        .map(Terms::read)
        .transpose()?
        .unwrap_or_default();
    terms.confirm = args.confirm.or(terms.confirm);
    terms.probation_s = args.probation.or(terms.probation_s);
    let id = args
        .id
        .clone()
        .or(terms.id.clone())
        .or_else(|| args.file.as_deref().and_then(stem))
        .unwrap_or_default();
    let who = Identity {
        id: &id,
        sequence: args.sequence,
        target: &args.target,
        context: super::context(args.development),
    };
    let mut container = match (&args.file, args.command, args.base) {
        (Some(file), _, _) => {
            let source = std::fs::read(file).map_err(|e| Error::file("read", file, &e))?;
            if !args.no_check {
                check_script(file, &source, &terms)?;
            }
            signing::script(&key, &who, &terms, &source)?
        }
        (None, Some(command), Some(base)) => signing::command(&key, &who, command, base)?,
        (None, _, _) => {
            return Err(Error::new("there is nothing to sign").advise("name a script, or --command"));
        }
    };
    if args.file.is_some() {
        container.form = super::form(args.form);
    }
    let path = args
        .out
        .clone()
        .unwrap_or_else(|| default_output(args, &id, &container));
    let bytes = container.to_bytes()?;
    super::write_output(&path, &bytes, out)?;
    if path == Path::new("-") {
        return Ok(());
    }
    report(args, &container, &path, bytes.len(), out)
}

/// A script that no mote could compile is not signed; one that may be too large for its heap is told.
fn check_script(file: &Path, source: &[u8], terms: &Terms) -> Result<()> {
    if signing::is_signed(source) {
        return Ok(());
    }
    check::script(&file.display().to_string(), source)?;
    let heap_bytes = terms.limits.as_ref().and_then(|limits| limits.heap_bytes);
    if let Some(heap_bytes) = heap_bytes.filter(|heap_bytes| !check::fits(source, *heap_bytes)) {
        say!(
            "motebox: warning: {} does not compile in the {heap_bytes} B of heap that its terms allow\n  \
             (engines without the feature `lines` take 4 B less for each statement)",
            file.display()
        );
    }
    Ok(())
}

fn report(args: &Sign, container: &Container, path: &Path, length: usize, out: &mut dyn Write) -> Result<()> {
    let (id, digest) = (container.id()?, hex(&container.digest()?));
    let manifest_bytes = container.sign1()?.manifest.len();
    if args.json {
        let object = json!({
            "file": path, "id": id, "sequence": args.sequence, "digest": digest, "bytes": length,
            "manifest_bytes": manifest_bytes, "payload_bytes": container.payload.len(),
            "context": if args.development { "development" } else { "production" },
        });
        return print(out, &object.to_string());
    }
    print(
        out,
        &format!(
            "{}: {id} sequence {}, {length} B ({} B of them payload), manifest {}…",
            path.display(),
            args.sequence,
            container.payload.len(),
            &digest[..16]
        ),
    )
}

fn stem(file: &Path) -> Option<String> {
    Some(file.file_stem()?.to_string_lossy().into_owned())
}

fn default_output(args: &Sign, id: &str, container: &Container) -> PathBuf {
    match (&args.file, container.form) {
        (Some(file), motebox_envelope::Form::Text) => file.with_extension("signed.js"),
        (Some(file), motebox_envelope::Form::Binary) => file.with_extension("mbx"),
        (None, _) => {
            let command = args.command.map_or_else(String::new, CommandKind::word);
            PathBuf::from(format!("{id}.{command}.mbx"))
        }
    }
}
