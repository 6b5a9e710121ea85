//! `keygen`, `convert`, `verify`, `inspect`: what needs no mote.

use std::io::Write;

use motebox_envelope::{
    Compact, Form, Grants, Host, IdScope, KeyRecord, KeyRing, Kind, KindSet, Manifest, Permissions, Place,
    Policy, Target, check,
};
use serde_json::{Value, json};

use super::{print, write_output};
use crate::args::{Convert, Inspect, Keygen, Verify};
use crate::container::Container;
use crate::error::Result;
use crate::hex::hex;
use crate::keyfile::{SigningKey, VerifyingKey};
use crate::words;

/// `motebox keygen`.
pub(crate) fn keygen(args: &Keygen, out: &mut dyn Write) -> Result<()> {
    let key = SigningKey::generate()?;
    let (secret, public) = key.write(&args.out)?;
    let (key_id, public_key) = (hex(&key.verifying.key_id), hex(&key.verifying.public));
    if args.json {
        let object =
            json!({ "secret": secret, "public": public, "key_id": key_id, "public_key": public_key });
        return print(out, &object.to_string());
    }
    print(
        out,
        &format!("{}: the secret key {key_id}; keep it", secret.display()),
    )?;
    print(out, &format!("{}: its public half, for motes", public.display()))
}

/// `motebox convert`.
pub(crate) fn convert(args: &Convert, out: &mut dyn Write) -> Result<()> {
    let mut container = Container::read(&args.file)?;
    container.form = super::form(args.form);
    let bytes = container
        .to_bytes()
        .map_err(|error| error.about(args.file.display()))?;
    let path = args.out.clone().unwrap_or_else(|| {
        let stem = args.file.with_extension("");
        let stem = if stem.extension().is_some_and(|e| e == "signed") {
            stem.with_extension("")
        } else {
            stem
        };
        stem.with_extension(match container.form {
            Form::Text => "signed.js",
            Form::Binary => "mbx",
        })
    });
    write_output(&path, &bytes, out)?;
    if path.as_os_str() == "-" {
        return Ok(());
    }
    print(out, &format!("{}: {} B", path.display(), bytes.len()))
}

/// `motebox verify`.
pub(crate) fn verify(args: &Verify, out: &mut dyn Write) -> Result<()> {
    let key = VerifyingKey::read(&args.key)?;
    let container = Container::read(&args.file)?;
    check_signature(&container, &key, args.development).map_err(|error| error.about(args.file.display()))?;
    let (manifest, digest) = (container.manifest()?, hex(&container.digest()?));
    let id = container.id()?;
    if args.json {
        let object = json!({
            "valid": true, "id": id, "sequence": manifest.sequence, "digest": digest,
            "key_id": hex(container.sign1()?.key_id),
        });
        return print(out, &object.to_string());
    }
    print(
        out,
        &format!(
            "good: {id} sequence {}, signed by {}",
            manifest.sequence,
            hex(&key.key_id)
        ),
    )
}

/// What a mote that trusts this key with everything would check.
fn check_signature(container: &Container, key: &VerifyingKey, development: bool) -> Result<()> {
    let (sign1, manifest) = (container.sign1()?, container.manifest()?);
    let record = KeyRecord {
        key_id: &key.key_id,
        public_key: key.public,
        ids: IdScope::ANY,
        kinds: KindSet::ALL,
        grants: Grants::Everything,
        epoch: 0,
    };
    let (device, class) = match manifest.target {
        Target::Device(id) => (id, &[][..]),
        Target::Class(class) => (&[][..], class),
        Target::Any => (&[][..], &[][..]),
    };
    let place = Place {
        id: manifest.id,
        kinds: KindSet::ALL,
        deflate: true,
        deflate_dictionary: true,
        device,
        class,
        slot_bytes: u32::MAX,
        there: manifest.base,
        tried: None,
        floor: 0,
    };
    let records = [record];
    let cleared = check(&sign1, &manifest, &place, &KeyRing(&records)).map_err(words::refusal)?;
    cleared
        .verify(super::context(development), &Compact)
        .map_err(words::signature)?;
    Ok(())
}

/// `motebox inspect`.
pub(crate) fn inspect(args: &Inspect, out: &mut dyn Write) -> Result<()> {
    let container = Container::read(&args.file)?;
    let described = describe(&container)?;
    if args.json {
        return print(out, &Value::Object(described.into_iter().collect()).to_string());
    }
    for (name, value) in described {
        let shown = match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        print(out, &format!("{name:<14} {shown}"))?;
    }
    print(
        out,
        "(the signature was not checked: `motebox verify FILE --key KEY.pub`)",
    )
}

fn describe(container: &Container) -> Result<Vec<(String, Value)>> {
    let (sign1, manifest) = (container.sign1()?, container.manifest()?);
    let mut fields: Vec<(&str, Value)> = vec![
        (
            "form",
            if container.form == Form::Text {
                "text"
            } else {
                "binary"
            }
            .into(),
        ),
        ("bytes", container.to_bytes()?.len().into()),
        ("kind", kind(manifest.kind).into()),
        ("id", text(manifest.id).into()),
        ("sequence", manifest.sequence.into()),
        ("target", target(&manifest).into()),
        ("key_id", hex(sign1.key_id).into()),
        ("digest", hex(&container.digest()?).into()),
    ];
    if let Some(payload) = manifest.payload {
        fields.push(("payload_bytes", payload.length.into()));
        fields.push(("payload_sha256", hex(payload.sha256).into()));
        fields.push(("sent_bytes", payload.transmitted.into()));
    }
    if let Some(confirm) = manifest.confirm {
        let policy = match confirm.policy {
            Policy::Auto => "auto",
            Policy::Script => "script",
            Policy::Operator => "operator",
        };
        fields.push(("confirm", policy.into()));
        fields.push(("probation_s", confirm.probation_s.into()));
    }
    if let Some(base) = manifest.base {
        fields.push(("base", base.into()));
    }
    if let Some(command) = manifest.command {
        fields.push(("command", format!("{command:?}").to_lowercase().into()));
    }
    fields.push(("permissions", permissions(manifest.permissions)));
    let limits = manifest.limits;
    let limits: serde_json::Map<String, Value> = [
        ("heap_bytes", limits.heap_bytes),
        ("fuel_per_event", limits.fuel_per_event),
        ("timers", limits.timers),
        ("log_bytes", limits.log_bytes),
        ("messages_per_minute", limits.messages_per_minute),
        ("bytes_per_minute", limits.bytes_per_minute),
    ]
    .into_iter()
    .filter_map(|(name, limit)| limit.map(|limit| (name.to_string(), limit.into())))
    .collect();
    fields.push(("limits", Value::Object(limits)));
    Ok(fields
        .into_iter()
        .map(|(name, value)| (name.to_string(), value))
        .collect())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Script => "script",
        Kind::Composition => "composition",
        Kind::Parameters => "parameters",
        Kind::Command => "command",
        Kind::Trust => "trust",
    }
}

fn target(manifest: &Manifest<'_>) -> String {
    match manifest.target {
        Target::Any => "any".into(),
        Target::Class(class) => format!("class:{}", text(class)),
        Target::Device(id) => format!("device:{}", hex(id)),
    }
}

fn permissions(permissions: Permissions<'_>) -> Value {
    let mut object = serde_json::Map::new();
    let devices: serde_json::Map<String, Value> = permissions
        .devices()
        .map(|device| {
            let rights = match (device.read, device.write) {
                (true, true) => "read-write",
                (true, false) => "read",
                _ => "write",
            };
            let mut rule = json!({ "rights": rights });
            if device.per_minute > 0 {
                rule["per_minute"] = device.per_minute.into();
            }
            if let Some((min, max)) = device.range.map(motebox_envelope::Range::ends) {
                rule["min"] = min.into();
                rule["max"] = max.into();
            }
            (text(device.name), rule)
        })
        .collect();
    let mut put = |name: &str, value: Value, present: bool| {
        if present {
            object.insert(name.into(), value);
        }
    };
    let devices_present = !devices.is_empty();
    put("devices", Value::Object(devices), devices_present);
    for (name, secured) in [("paths", false), ("secured_paths", true)] {
        let paths: Vec<Value> = permissions
            .paths()
            .filter(|path| path.secured == secured)
            .map(|path| text(path.path).into())
            .collect();
        let present = !paths.is_empty();
        put(name, paths.into(), present);
    }
    let peers: Vec<Value> = permissions.peers().map(|peer| peer_json(&peer)).collect();
    let present = !peers.is_empty();
    put("peers", peers.into(), present);
    put("reboot", true.into(), permissions.reboot());
    if let Some(radio) = permissions.radio() {
        let channels: Vec<u8> = (0..27)
            .filter(|channel| radio.channels >> channel & 1 == 1)
            .collect();
        let radio =
            json!({ "channels": channels, "max_power_dbm": radio.max_power_dbm, "energy_scan": radio.scan });
        put("radio", radio, true);
    }
    put("data", true.into(), permissions.data());
    Value::Object(object)
}

fn peer_json(peer: &motebox_envelope::Peer<'_>) -> Value {
    let host = match peer.host {
        Host::V4(address) => std::net::Ipv4Addr::from(*address).to_string(),
        Host::V6(address) => format!("[{}]", std::net::Ipv6Addr::from(*address)),
        Host::Name(name) => text(name),
    };
    let scheme = if peer.secured { "coaps" } else { "coap" };
    let methods: Vec<&str> = [(1, "GET"), (2, "POST"), (4, "PUT"), (8, "DELETE")]
        .into_iter()
        .filter(|(bit, _)| peer.methods & bit != 0)
        .map(|(_, name)| name)
        .collect();
    json!({ "uri": format!("{scheme}://{host}:{}/{}", peer.port, text(peer.prefix)), "methods": methods })
}
