//! `motebox compose`: descriptions, messages and signed compositions.

use std::io::Write;
use std::path::Path;

use motebox_envelope::Kind;
use serde_json::json;

use super::print;
use crate::composition::Composition;
use crate::composition::cost::Costs;
use crate::composition::describe::Description;
use crate::container::Container;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::keyfile::SigningKey;
use crate::radio_args::Compose;
use crate::signing::{self, Identity};
use crate::terms::Terms;

/// Checks a composition, says what it costs, and writes or explains it.
pub(crate) fn compose(args: &Compose, out: &mut dyn Write) -> Result<()> {
    let (composition, description) = read(&args.file)?;
    let about = |error: Error| error.about(args.file.display());
    let costs = Costs::of(&composition).map_err(about)?;
    let message = composition.message()?;
    if args.explain {
        return explain(args, &composition, &costs, &message, out);
    }
    let (bytes, what) = match &args.key {
        None => (message.clone(), None),
        Some(key) => {
            let container = sign(args, &SigningKey::read(key)?, description.as_ref(), &message)?;
            let what = format!("{} sequence {}", container.id()?, container.manifest()?.sequence);
            (container.to_bytes()?, Some((what, hex(&container.digest()?))))
        }
    };
    let extension = if what.is_some() { "mbx" } else { "cbor" };
    let path = args
        .out
        .clone()
        .unwrap_or_else(|| args.file.with_extension(extension));
    if path == args.file {
        return Err(Error::new(format!("{} would be overwritten", path.display()))
            .advise("say --out FILE, or --explain to read it"));
    }
    super::write_output(&path, &bytes, out)?;
    if path == Path::new("-") {
        return Ok(());
    }
    if args.json {
        let mut object = costs.json(&composition, &message);
        object["file"] = json!(path);
        object["bytes"] = bytes.len().into();
        if let Some((_, digest)) = &what {
            object["digest"] = json!(digest);
        }
        return print(out, &object.to_string());
    }
    let signed = match &what {
        Some((what, digest)) => format!(
            "{}: {what}, {} B ({} B of them the message), manifest {}…",
            path.display(),
            bytes.len(),
            message.len(),
            &digest[..16]
        ),
        None => format!("{}: {} B", path.display(), bytes.len()),
    };
    print(out, &signed)?;
    for line in costs.lines(&composition) {
        print(out, &line)?;
    }
    Ok(())
}

/// A description, a message, or a signed composition; the description too, where it is one.
pub(crate) fn read(path: &Path) -> Result<(Composition, Option<Description>)> {
    let about = |error: Error| error.about(path.display());
    if path
        .extension()
        .is_some_and(|extension| extension == "toml" || extension == "json")
    {
        let description = Description::read(path)?;
        let composition = description.composition().map_err(about)?;
        return Ok((composition, Some(description)));
    }
    let bytes = std::fs::read(path).map_err(|e| Error::file("read", path, &e))?;
    // A container begins with tag 18, a message with an array.
    let message = if bytes.first() == Some(&0xD2) {
        let container = Container::parse(&bytes).map_err(about)?;
        if container.manifest()?.kind != Kind::Composition {
            return Err(about(
                Error::new("the container is no stack composition")
                    .advise("`motebox inspect` shows what it is"),
            ));
        }
        container.payload
    } else {
        bytes
    };
    let composition = Composition::from_message(&message).map_err(|error| {
        about(error).advise("a description ends in .toml or .json; others are messages or signed containers")
    })?;
    Ok((composition, None))
}

fn sign(
    args: &Compose,
    key: &SigningKey,
    description: Option<&Description>,
    message: &[u8],
) -> Result<Container> {
    let mut terms = args
        .terms
        .as_deref()
        .map(Terms::read)
        .transpose()?
        .unwrap_or_default();
    terms.confirm = args
        .confirm
        .or(terms.confirm)
        .or(description.and_then(|text| text.confirm));
    terms.probation_s = args
        .probation
        .or(terms.probation_s)
        .or(description.and_then(|text| text.probation_s));
    let id = args
        .id
        .clone()
        .or(terms.id.clone())
        .or(description.and_then(|text| text.id.clone()))
        .or_else(|| Some(args.file.file_stem()?.to_string_lossy().into_owned()))
        .unwrap_or_default();
    let (Some(target), Some(sequence)) = (&args.target, args.sequence) else {
        return Err(Error::new("a signature needs --target and --sequence"));
    };
    let who = Identity {
        id: &id,
        sequence,
        target,
        context: super::context(args.development),
    };
    signing::composition(key, &who, &terms, message)
}

fn explain(
    args: &Compose,
    composition: &Composition,
    costs: &Costs,
    message: &[u8],
    out: &mut dyn Write,
) -> Result<()> {
    if args.json {
        let mut object = costs.json(composition, message);
        object["description"] = json!(composition.to_toml());
        return print(out, &object.to_string());
    }
    print(out, &format!("# {} B: {}", message.len(), hex(message)))?;
    for line in costs.lines(composition) {
        print(out, format!("# {line}").trim_end())?;
    }
    print(out, "")?;
    print(out, composition.to_toml().trim_end())
}
