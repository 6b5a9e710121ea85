//! `motebox device`: a simulated mote that stays up.

use std::io::Write;
use std::net::SocketAddr;

use motebox_sim::clock::Clock;
use motebox_sim::flash::Flash;
use motebox_sim::mote::{FLASH_BYTES, Settings, World};
use motebox_sim::net::Net;
use motebox_sim::packet::Id;
use motebox_sim::serve::{Faces, ServeError, serve};
use serde_json::json;

use super::print;
use crate::args::Device;
use crate::error::{Error, Result};
use crate::keyfile::VerifyingKey;

/// Serves until the process ends.
pub(crate) fn device(args: &Device, out: &mut dyn Write) -> Result<()> {
    let key = VerifyingKey::read(&args.key)?;
    let flash = match &args.flash {
        Some(path) => {
            Flash::in_file(path, FLASH_BYTES).map_err(|e| Error::file("use the flash in", path, &e))?
        }
        None => Flash::in_memory(FLASH_BYTES),
    };
    let world = World::new(settings(args, &key)?, flash, Clock::wall());
    let (coap, bench) = (
        SocketAddr::new(args.bind, args.port),
        SocketAddr::new(args.bind, args.bench_port),
    );
    let taken = |e: std::io::Error| {
        Error::new(format!("cannot listen on {coap} and {bench}: {e}"))
            .advise("choose other ones with --port and --bench-port; 0 is any")
    };
    let faces = Faces::bind(coap, bench).map_err(taken)?;
    let (coap, bench) = (
        faces.coap_address().map_err(taken)?,
        faces.bench_address().map_err(taken)?,
    );
    announce(args, coap, bench, out)?;
    let served = serve(
        &world,
        &Net::new(args.route.clone()),
        &faces,
        |container, piece| {
            // What a script prints is for a person who watches; the log resource is for programs.
            eprint!("{}", shown(container, piece));
        },
    );
    match served {
        Ok(()) => Ok(()),
        Err(ServeError::Build(error)) => Err(Error::new(format!("the mote does not start: {error:?}"))
            .advise("the flash file may be of another version: remove it to start empty")),
        Err(ServeError::Sockets) => Err(Error::new("the sockets are gone")),
    }
}

fn settings(args: &Device, key: &VerifyingKey) -> Result<Settings> {
    if args.class.is_empty() || args.class.len() > 16 || !args.class.is_ascii() {
        return Err(Error::new(format!(
            "`{}` is no class: 1 to 16 ASCII characters",
            args.class
        )));
    }
    let alias = Id::new(args.alias.as_bytes())
        .ok_or_else(|| Error::new(format!("`{}` is no container id: 1 to 16 of a-z0-9-", args.alias)))?;
    let seed = getrandom::u64().map_err(|e| Error::new(format!("the system gives no random bytes: {e}")))?;
    Ok(Settings {
        device_id: args.device_id.0.clone(),
        class: args.class.clone(),
        development: args.development,
        open_read: args.open_read,
        pdu_bytes: usize::from(args.pdu),
        alias: Some(alias),
        seed,
        radio: Some(args.radio_address),
        ..Settings::new(&key.key_id, key.public)
    })
}

fn announce(args: &Device, coap: SocketAddr, bench: SocketAddr, out: &mut dyn Write) -> Result<()> {
    let device = crate::hex::hex(&args.device_id.0);
    if args.json {
        let object = json!({
            "coap": format!("coap://{coap}"), "bench": format!("coap://{bench}"), "device": device,
            "class": args.class, "pdu": args.pdu, "flash_bytes": FLASH_BYTES, "pid": std::process::id(),
        });
        print(out, &object.to_string())?;
    } else {
        print(
            out,
            &format!(
                "mote   coap://{coap}   device {device}, class {}, PDU {} B",
                args.class, args.pdu
            ),
        )?;
        print(
            out,
            &format!(
                "bench  coap://{bench}   /bench/brightness /bench/sound /bench/buzzer /bench/radio /bench/flash /bench/power"
            ),
        )?;
        print(out, "Ctrl-C ends it")?;
    }
    out.flush()
        .map_err(|e| Error::new(format!("standard output: {e}")))
}

/// A piece of what a container printed, its name at the start of each line.
fn shown(container: &str, piece: &[u8]) -> String {
    String::from_utf8_lossy(piece).replace('\n', &format!("  [{container}]\n"))
}
