//! The vectors of docs/spec/vectors/container.json, which an independent script makes, through the whole way of a container.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;

use motebox_envelope::*;
use serde_json::Value;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec");

fn vectors() -> Value {
    let text = std::fs::read_to_string(format!("{DOCS}/vectors/container.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// The keys' bytes, which the records borrow.
struct StoredKey {
    id: Vec<u8>,
    public: [u8; 32],
    ids: String,
    kinds: u8,
    grants: Option<Vec<u8>>,
}

fn stored_keys(vectors: &Value) -> Vec<StoredKey> {
    let stored = |key: &Value| StoredKey {
        id: hex(&key["key_id"]),
        public: hex(&key["public_key"]).try_into().unwrap(),
        ids: key["ids"].as_str().unwrap().to_owned(),
        kinds: key["kinds"].as_u64().unwrap() as u8,
        grants: (key["grants"] != Value::Bool(true)).then(|| hex(&key["grants"])),
    };
    vectors["keys"].as_array().unwrap().iter().map(stored).collect()
}

fn records(stored: &[StoredKey]) -> Vec<KeyRecord<'_>> {
    fn record(key: &StoredKey) -> KeyRecord<'_> {
        let StoredKey {
            id,
            public,
            ids,
            kinds,
            grants,
        } = key;
        let grants = grants.as_ref().map_or(Grants::Everything, |map| {
            Grants::AtMost(Permissions::parse(map).unwrap())
        });
        KeyRecord {
            key_id: id,
            public_key: *public,
            ids: IdScope(ids.as_bytes()),
            kinds: KindSet::from_bits(*kinds),
            grants,
            epoch: 0,
        }
    }
    stored.iter().map(record).collect()
}

/// A place that owns its bytes.
struct Somewhere {
    id: Vec<u8>,
    device: Vec<u8>,
    class: Vec<u8>,
    fields: Value,
}

impl Somewhere {
    fn of(vectors: &Value, case: &Value) -> Self {
        let mut fields = vectors["place"].clone();
        for (name, value) in case["place"].as_object().into_iter().flatten() {
            fields[name] = value.clone();
        }
        let text = |name: &str| fields[name].as_str().unwrap().as_bytes().to_vec();
        Self {
            id: text("id"),
            device: hex(&fields["device"]),
            class: text("class"),
            fields,
        }
    }

    fn place(&self) -> Place<'_> {
        let number = |value: &Value| value.as_u64().map(|number| number as u32);
        let tried = |tried: &Value| Tried {
            sequence: number(&tried[0]).unwrap(),
            manifest_digest: hex(&tried[1]).try_into().unwrap(),
        };
        Place {
            id: &self.id,
            kinds: KindSet::from_bits(number(&self.fields["kinds"]).unwrap() as u8),
            deflate: self.fields["deflate"].as_bool().unwrap(),
            deflate_dictionary: self.fields["deflate_dictionary"].as_bool().unwrap(),
            device: &self.device,
            class: &self.class,
            slot_bytes: number(&self.fields["slot_bytes"]).unwrap(),
            there: number(&self.fields["there"]),
            tried: self.fields["tried"]
                .is_array()
                .then(|| tried(&self.fields["tried"])),
            floor: number(&self.fields["floor"]).unwrap(),
        }
    }
}

/// The whole way, from the first byte; whether it was a repetition.
fn accept(
    container: &[u8],
    form: &str,
    place: &Place<'_>,
    keys: &KeyRing<'_>,
    context: Context,
    verifier: &dyn Verifier,
) -> Result<bool, Error> {
    if form == "sign1" {
        let sign1 = Sign1::parse(container)?;
        let manifest = Manifest::parse(sign1.manifest)?;
        let cleared = check(&sign1, &manifest, place, keys)?;
        cleared.verify(context, verifier)?;
        return Ok(cleared.is_repeated());
    }
    let mut reader = HeaderReader::new(if form == "text" { Form::Text } else { Form::Binary });
    let (header, bytes) = reader.read(container)?;
    let cleared = check(&header.sign1, &header.manifest, place, keys)?;
    cleared.verify(context, verifier)?;
    if let Some(payload) = header.manifest.payload {
        let mut chunks = ChunkCheck::new();
        chunks.push(&payload, bytes)?;
        chunks.finish(&payload)?;
        if payload.encoding == Encoding::Identity {
            let mut whole = PayloadCheck::new();
            whole.update(bytes);
            whole.finish(header.manifest.kind, &payload)?;
        }
    }
    Ok(cleared.is_repeated())
}

/// Runs every case with one backend, and returns the numbers that were met.
fn run_all(verifier: &dyn Verifier) -> BTreeSet<u64> {
    let vectors = vectors();
    let stored = stored_keys(&vectors);
    let records = records(&stored);
    let mut met = BTreeSet::new();
    for case in vectors["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let context = if case["context"] == "development" {
            Context::Development
        } else {
            Context::Production
        };
        let somewhere = Somewhere::of(&vectors, case);
        let (container, form) = (hex(&case["container"]), case["form"].as_str().unwrap());
        let verdict = accept(
            &container,
            form,
            &somewhere.place(),
            &KeyRing(&records),
            context,
            verifier,
        );
        let number = verdict.map_or_else(|error| u64::from(error.number()), |_| 0);
        assert_eq!(number, case["number"].as_u64().unwrap(), "{name}: {verdict:?}");
        match verdict {
            Ok(repeated) => assert_eq!(repeated, case["repeated"] == true, "{name}"),
            Err(error) if case["value"].is_u64() => {
                assert_eq!(u64::from(error.detail().0), case["value"], "{name}: {error:?}")
            }
            Err(_) => {}
        }
        met.insert(number);
    }
    met
}

/// The numbers of the specification's table.
fn specified() -> BTreeSet<u64> {
    let spec = std::fs::read_to_string(format!("{DOCS}/container.md")).unwrap();
    let rows = spec
        .lines()
        .filter(|line| line.starts_with("| 1") && line.contains(" 4."));
    rows.flat_map(|line| {
        line.split('|')
            .nth(1)
            .unwrap()
            .split('/')
            .map(|number| number.trim().parse().unwrap())
            .collect::<Vec<u64>>()
    })
    .collect()
}

#[cfg(feature = "ed25519-compact")]
#[test]
fn each_vector_has_its_verdict_and_each_number_its_vector() {
    let mut met = run_all(&Compact);
    assert!(met.remove(&0));
    assert_eq!(
        met,
        specified(),
        "the specification's table, the vectors and the code name the same refusals"
    );
}

#[test]
fn ours_behind_the_guard_gives_the_same_verdicts() {
    let mut met = run_all(&Small);
    assert!(met.remove(&0));
    assert_eq!(met, specified());
}

#[cfg(feature = "salty")]
#[test]
fn salty_behind_the_guard_gives_the_same_verdicts() {
    let mut met = run_all(&Salty);
    assert!(met.remove(&0));
    assert_eq!(met, specified());
}

/// The forgeries with small-order keys among the vectors are real: without the guard, salty takes them. (ed25519-compact refuses such keys and
/// R by itself; that the vectors with small-order R fit the cofactored equation is asserted by the script that makes them.)
#[cfg(feature = "salty")]
#[test]
fn a_bare_backend_accepts_what_the_guard_refuses() {
    let vectors = vectors();
    let stored = stored_keys(&vectors);
    let mut taken = 0;
    for case in vectors["cases"].as_array().unwrap() {
        if !matches!(case["number"].as_u64(), Some(1501..=1505)) {
            continue;
        }
        let container = hex(&case["container"]);
        let mut reader = HeaderReader::new(Form::Binary);
        let (header, _) = reader.read(&container).unwrap();
        let key = stored.iter().find(|key| key.id == header.sign1.key_id).unwrap();
        let mut room = [0; MAX_TO_BE_SIGNED];
        let message = header.sign1.to_be_signed(Context::Production, &mut room);
        taken += u32::from(Salty.verify(&key.public, message, header.sign1.signature));
        assert!(guard(&key.public, header.sign1.signature).is_err());
    }
    assert!(taken >= 12, "salty takes {taken}");
}

/// The same bytes in pieces of every small size give the same header, or the same refusal.
#[test]
fn a_header_in_pieces_is_the_header_in_one() {
    let vectors = vectors();
    for case in vectors["cases"].as_array().unwrap() {
        let form = match case["form"].as_str().unwrap() {
            "text" => Form::Text,
            "binary" => Form::Binary,
            _ => continue,
        };
        let container = hex(&case["container"]);
        let mut whole = HeaderReader::new(form);
        let at_once = whole.push(&container);
        for size in [1, 7, 16, 64] {
            let mut reader = HeaderReader::new(form);
            let mut last = Ok(Progress::More);
            let mut before = 0;
            for piece in container.chunks(size) {
                last = reader.push(piece);
                if last != Ok(Progress::More) {
                    break;
                }
                before += piece.len();
            }
            let last = last.map(|progress| match progress {
                Progress::Complete(used) => Progress::Complete(before + used),
                Progress::More => Progress::More,
            });
            assert_eq!(last, at_once, "{} in pieces of {size}", case["name"]);
            assert_eq!(reader.header(), whole.header());
        }
    }
}

/// Text and binary form convert into each other without a key, and come back byte by byte.
#[test]
fn forms_convert_into_each_other() {
    let vectors = vectors();
    let mut converted = 0;
    for case in vectors["cases"].as_array().unwrap() {
        if case["form"] != "text" || case["number"] != 0 {
            continue;
        }
        let text = hex(&case["container"]);
        let mut reader = HeaderReader::new(Form::Text);
        let (header, payload) = reader.read(&text).unwrap();
        let mut binary = header.sign1_bytes.to_vec();
        let mut head = [0; 5];
        let length = write_payload_head(payload.len() as u32, &mut head).unwrap();
        binary.extend_from_slice(&head[..length]);
        binary.extend_from_slice(payload);

        let mut reader = HeaderReader::new(Form::Binary);
        let (header, payload) = reader.read(&binary).unwrap();
        let mut line = [0; MAX_TEXT_HEADER];
        let length = write_text_header(
            header.sign1_bytes,
            header.manifest.payload.unwrap().sha256,
            &mut line,
        )
        .unwrap();
        assert_eq!([&line[..length], payload].concat(), text);
        converted += 1;
    }
    assert!(converted >= 8, "{converted} text containers");
}
