//! Damage, exhaustively: every bit of a container changed, every length cut, every byte doubled or lost. All of it is refused.
#![cfg(feature = "sign")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_envelope::*;

const SCRIPT: &[u8] = b"var n = 0;\nprint('light', n);\n";

/// A small signed script in both forms, and the key that signed it.
fn containers() -> (Vec<u8>, Vec<u8>, SigningKey) {
    let sha256 = Sha256::of(SCRIPT);
    let length = SCRIPT.len() as u32;
    let mut room = [0; 64];
    let devices = [Device {
        name: b"led",
        read: false,
        write: true,
        per_minute: 6,
        range: Some(Range {
            min: 0,
            max: 30,
            exponent: -1,
        }),
    }];
    let permissions = PermissionsSpec {
        devices: &devices,
        ..PermissionsSpec::default()
    }
    .encode(&mut room)
    .unwrap();
    let manifest = Manifest {
        kind: Kind::Script,
        id: b"alarm",
        sequence: 7,
        target: Target::Any,
        payload: Some(Payload {
            length,
            sha256: &sha256,
            encoding: Encoding::Identity,
            transmitted: length,
            chunks: &[],
        }),
        permissions,
        limits: Limits {
            heap_bytes: Some(2560),
            ..Limits::default()
        },
        confirm: Some(Confirm {
            policy: Policy::Operator,
            probation_s: 300,
        }),
        base: None,
        command: None,
    };
    let mut bytes = [0; MAX_MANIFEST];
    let manifest_len = manifest.encode(&mut bytes).unwrap();
    let key = SigningKey::from_seed(&[9; 32]);
    let mut sign1 = [0; MAX_SIGN1];
    let sign1_len = key
        .sign1(&bytes[..manifest_len], b"key1", Context::Production, &mut sign1)
        .unwrap();
    let sign1 = &sign1[..sign1_len];
    let mut line = [0; MAX_TEXT_HEADER];
    let line_len = write_text_header(sign1, &sha256, &mut line).unwrap();
    let mut head = [0; 5];
    let head_len = write_payload_head(length, &mut head).unwrap();
    (
        [&line[..line_len], SCRIPT].concat(),
        [sign1, &head[..head_len], SCRIPT].concat(),
        key,
    )
}

/// The whole way. The place takes everything that a flipped bit could make of this container, so that the signature has to catch it.
fn accept(container: &[u8], form: Form, key: &SigningKey) -> Result<(), Error> {
    let records = [KeyRecord {
        key_id: b"key1",
        public_key: key.public_key(),
        ids: IdScope::ANY,
        kinds: KindSet::ALL,
        grants: Grants::Everything,
        epoch: 0,
    }];
    let mut reader = HeaderReader::new(form);
    let (header, bytes) = reader.read(container)?;
    let place = Place {
        id: header.manifest.id,
        kinds: KindSet::ALL,
        deflate: true,
        deflate_dictionary: true,
        device: b"mote-1",
        class: b"class",
        slot_bytes: u32::MAX,
        there: header.manifest.base,
        tried: None,
        floor: 0,
    };
    check(&header.sign1, &header.manifest, &place, &KeyRing(&records))?
        .verify(Context::Production, &Compact)?;
    let Some(payload) = header.manifest.payload else {
        return Ok(());
    };
    let mut chunks = ChunkCheck::new();
    chunks.push(&payload, bytes)?;
    chunks.finish(&payload)?;
    let mut whole = PayloadCheck::new();
    whole.update(bytes);
    whole.finish(header.manifest.kind, &payload)?;
    Ok(())
}

fn each_form() -> [(Form, Vec<u8>, SigningKey); 2] {
    let (text, binary, key) = containers();
    let again = containers().2;
    let forms = [(Form::Text, text, key), (Form::Binary, binary, again)];
    for (form, container, key) in &forms {
        assert_eq!(accept(container, *form, key), Ok(()), "undamaged");
    }
    forms
}

#[test]
fn any_flipped_bit_is_refused() {
    for (form, container, key) in each_form() {
        for bit in 0..container.len() * 8 {
            let mut damaged = container.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(accept(&damaged, form, &key).is_err(), "{form:?}, bit {bit}");
        }
    }
}

#[test]
fn any_cut_is_refused() {
    for (form, container, key) in each_form() {
        for length in 0..container.len() {
            assert!(
                accept(&container[..length], form, &key).is_err(),
                "{form:?}, {length} bytes"
            );
        }
    }
}

#[test]
fn any_lost_or_doubled_byte_is_refused() {
    for (form, container, key) in each_form() {
        for at in 0..container.len() {
            let mut damaged = container.clone();
            damaged.remove(at);
            assert!(accept(&damaged, form, &key).is_err(), "{form:?}, byte {at} lost");
            let mut damaged = container.clone();
            damaged.insert(at, container[at]);
            assert!(
                accept(&damaged, form, &key).is_err(),
                "{form:?}, byte {at} doubled"
            );
        }
    }
}

/// What a person is told about a text file that an editor or a transfer changed.
#[test]
fn oddities_are_recognised() {
    let sha256 = Sha256::of(SCRIPT);
    let length = SCRIPT.len() as u32;
    let payload = Payload {
        length,
        sha256: &sha256,
        encoding: Encoding::Identity,
        transmitted: length,
        chunks: &[],
    };
    let with_cr = String::from_utf8(SCRIPT.to_vec())
        .unwrap()
        .replace('\n', "\r\n")
        .into_bytes();
    assert_eq!(explain(&payload, &with_cr), Oddity::CarriageReturnsAdded);
    assert_eq!(
        explain(&payload, &[SCRIPT, b"\n"].concat()),
        Oddity::FinalNewlineAdded
    );
    assert_eq!(
        explain(&payload, &SCRIPT[..SCRIPT.len() - 1]),
        Oddity::FinalNewlineRemoved
    );
    assert_eq!(
        explain(&payload, &[b"\xef\xbb\xbf", SCRIPT].concat()),
        Oddity::ByteOrderMarkAdded
    );
    assert_eq!(explain(&payload, b"something else\n"), Oddity::Other);
    let of_cr = Sha256::of(&with_cr);
    let payload = Payload {
        sha256: &of_cr,
        ..payload
    };
    assert_eq!(explain(&payload, SCRIPT), Oddity::CarriageReturnsRemoved);
}
