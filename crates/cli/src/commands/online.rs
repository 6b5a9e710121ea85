//! `discover`, `pull`, `status`, `log`: what reads a mote.

use std::io::Write;

use motebox_sim::packet::format;
use serde_json::{Value, json};

use super::{print, write_output};
use crate::args::{Discover, Log, Pull, Status};
use crate::client::{Client, Uri, Wire};
use crate::error::{Error, Result};
use crate::linkformat;
use crate::mote::{Mote, POLL_PERIOD};
use crate::values::Form;

/// `motebox discover`.
pub(crate) fn discover(args: &Discover, out: &mut dyn Write) -> Result<()> {
    let mut mote = connect(&args.mote, args.patience)?;
    let mut path = "/.well-known/core".to_string();
    for (i, query) in args.query.iter().enumerate() {
        path += if i == 0 { "?" } else { "&" };
        path += query;
    }
    let body = mote.fetch(&path, None, None)?;
    let text = String::from_utf8_lossy(&body);
    let links = linkformat::parse(&text)
        .map_err(|at| Error::new(format!("the mote's links are broken at byte {at}: {text}")))?;
    if args.json {
        let links: Vec<Value> = links
            .iter()
            .map(|link| {
                let mut object = json!({ "href": link.target });
                for (name, value) in &link.attributes {
                    object[name] = if value.is_empty() {
                        true.into()
                    } else {
                        value.as_str().into()
                    };
                }
                object
            })
            .collect();
        return print(out, &Value::from(links).to_string());
    }
    if links.is_empty() {
        return print(out, "nothing matches");
    }
    for link in links {
        let attributes: Vec<String> = link
            .attributes
            .iter()
            .map(|(name, value)| {
                if value.is_empty() {
                    name.clone()
                } else {
                    format!("{name}={value}")
                }
            })
            .collect();
        print(
            out,
            format!("{:<24} {}", link.target, attributes.join("  ")).trim_end(),
        )?;
    }
    Ok(())
}

/// `motebox pull`.
pub(crate) fn pull(args: &Pull, out: &mut dyn Write) -> Result<()> {
    let mut mote = connect(&args.mote, args.patience)?;
    let accept = match args.form {
        Form::Text => format::TEXT,
        Form::Binary => format::CBOR_SEQ,
    };
    let body = mote.fetch(&format!("/c/{}", args.id), Some(accept), args.block)?;
    write_output(&args.out, &body, out)
}

/// `motebox status`.
pub(crate) fn status(args: &Status, out: &mut dyn Write) -> Result<()> {
    let mut mote = connect(&args.mote, args.patience)?;
    if let Some(id) = &args.id {
        let status = mote.status(id)?;
        if args.json {
            return print(out, &status.json().to_string());
        }
        for (name, value) in status.lines() {
            print(out, &format!("{name:<18} {value}"))?;
        }
        return Ok(());
    }
    let list = mote.list()?;
    if args.json {
        let list: Vec<Value> = list
            .iter()
            .map(|c| json!({ "id": c.id, "state": c.state.word(), "sequence": c.sequence, "digest": c.digest }))
            .collect();
        return print(out, &Value::from(list).to_string());
    }
    if list.is_empty() {
        return print(out, "no container yet");
    }
    for c in list {
        print(
            out,
            format!(
                "{:<16} {:<9} sequence {:<10} {}",
                c.id,
                c.state.word(),
                c.sequence,
                c.digest
            )
            .trim_end(),
        )?;
    }
    Ok(())
}

/// `motebox log`.
pub(crate) fn log(args: &Log, out: &mut dyn Write) -> Result<()> {
    let mut mote = connect(&args.mote, args.patience)?;
    let start = mote.client.wire.now();
    let mut seen = 0;
    loop {
        let (position, bytes) = mote.log(&args.id)?;
        let end = position + bytes.len() as u64;
        if end < seen {
            // The log began anew: the mote restarted.
            seen = 0;
        }
        let fresh = &bytes[(seen.saturating_sub(position) as usize).min(bytes.len())..];
        if args.json && (!fresh.is_empty() || !args.follow) {
            let piece = json!({ "position": end - fresh.len() as u64, "missed": position.saturating_sub(seen), "text": String::from_utf8_lossy(fresh) });
            print(out, &piece.to_string())?;
        } else if !args.json {
            if position > seen {
                print(out, &format!("[{} B are no longer kept]", position - seen))?;
            }
            out.write_all(fresh)
                .map_err(|e| Error::new(format!("standard output: {e}")))?;
        }
        out.flush()
            .map_err(|e| Error::new(format!("standard output: {e}")))?;
        seen = end;
        let over = args
            .follow_for
            .is_some_and(|limit| elapsed(&mote.client, start) >= limit);
        if !args.follow || over {
            return Ok(());
        }
        mote.client.wire.sleep(POLL_PERIOD);
    }
}

fn elapsed<W: Wire>(client: &Client<W>, start: std::time::Duration) -> f64 {
    (client.wire.now() - start).as_secs_f64()
}

fn connect(uri: &Uri, patience: crate::args::Patience) -> Result<Mote> {
    if !uri.path.is_empty() {
        return Err(Error::new(format!(
            "this command takes a mote's address, without the path {}",
            uri.path
        ))
        .advise("write it as coap://127.0.0.1:5683"));
    }
    Mote::connect(uri, patience)
}
