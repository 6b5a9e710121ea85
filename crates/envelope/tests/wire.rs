//! What is written can be read: signing, both forms, the order of checks.
#![cfg(feature = "sign")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_envelope::*;

const SCRIPT: &[u8] = b"print('hello');\n";

/// Listing 2's rights: two sensors, one actuator in its range, one path, one peer.
fn rights() -> PermissionsSpec<'static> {
    const DEVICES: &[Device<'static>] = &[
        Device {
            name: b"brightness",
            read: true,
            write: false,
            per_minute: 0,
            range: None,
        },
        Device {
            name: b"sound",
            read: true,
            write: false,
            per_minute: 0,
            range: None,
        },
        Device {
            name: b"buzzer",
            read: true,
            write: true,
            per_minute: 0,
            range: Some(Range {
                min: 0,
                max: 30,
                exponent: 0,
            }),
        },
    ];
    const PATHS: &[Path<'static>] = &[Path {
        path: b"alarm",
        secured: false,
    }];
    const CLOUD: [u8; 16] = [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const PEERS: &[Peer<'static>] = &[Peer {
        secured: false,
        host: Host::V6(&CLOUD),
        port: 5683,
        methods: method::POST,
        prefix: b"coap",
    }];
    PermissionsSpec {
        devices: DEVICES,
        paths: PATHS,
        peers: PEERS,
        ..PermissionsSpec::default()
    }
}

fn place() -> Place<'static> {
    Place {
        id: b"alarm",
        kinds: KindSet::ALL,
        deflate: false,
        deflate_dictionary: false,
        device: b"mote-1",
        class: b"samr21-xpro",
        slot_bytes: 4096,
        there: None,
        tried: None,
        floor: 0,
    }
}

#[test]
fn listing_2_stays_within_its_budget_and_is_accepted() {
    let key = SigningKey::from_seed(&[7; 32]);
    let id = key_id(&key.public_key());
    let mut room = [0; MAX_MANIFEST];
    let permissions = rights().encode(&mut room).unwrap();
    let digest = Sha256::of(SCRIPT);
    let manifest = Manifest {
        kind: Kind::Script,
        id: b"alarm",
        sequence: 7,
        target: Target::Class(b"samr21-xpro"),
        // the length of Listing 2 takes three bytes; this script is shorter
        payload: Some(Payload {
            length: SCRIPT.len() as u32,
            sha256: &digest,
            encoding: Encoding::Identity,
            transmitted: SCRIPT.len() as u32,
            chunks: &[],
        }),
        permissions,
        limits: Limits::default(),
        confirm: Some(Confirm {
            policy: Policy::Auto,
            probation_s: 60,
        }),
        base: None,
        command: None,
    };
    let mut bytes = [0; MAX_MANIFEST];
    let length = manifest.encode(&mut bytes).unwrap();
    assert_eq!(Manifest::parse(&bytes[..length]).unwrap(), manifest);
    let mut sign1 = [0; MAX_SIGN1];
    let sign1_len = key
        .sign1(&bytes[..length], &id, Context::Production, &mut sign1)
        .unwrap();
    println!("manifest {length} B, COSE_Sign1 {sign1_len} B");
    assert!(length + 2 <= 147, "manifest of {length} B");
    assert!(sign1_len + 2 + 3 + 832 <= 1060, "COSE_Sign1 of {sign1_len} B");

    let records = [KeyRecord {
        key_id: &id,
        public_key: key.public_key(),
        ids: IdScope::ANY,
        kinds: KindSet::ALL,
        grants: Grants::Everything,
        epoch: 0,
    }];
    let mut text = [0; MAX_TEXT_HEADER];
    let header_len = write_text_header(&sign1[..sign1_len], &digest, &mut text).unwrap();
    let mut reader = HeaderReader::new(Form::Text);
    assert_eq!(
        reader.push(&text[..header_len]),
        Ok(Progress::Complete(header_len))
    );
    let header = reader.header().unwrap();
    let cleared = check(&header.sign1, &header.manifest, &place(), &KeyRing(&records)).unwrap();
    assert!(!cleared.is_repeated());
    assert!(cleared.verify(Context::Production, &Compact).is_ok());
    assert_eq!(
        cleared.verify(Context::Development, &Compact),
        Err(SignatureError::Mismatch)
    );
}

/// Base64 ends with bits that are zero, and never with a lone character.
#[test]
fn what_base64_leaves_over_is_zero() {
    for (text, end) in [
        ("____ ", None),
        ("____AA ", None),
        ("_w ", None),
        ("__8 ", None),
        ("_x ", Some(13)),
        ("__9 ", Some(14)),
        ("A ", Some(12)),
        ("____A ", Some(16)),
    ] {
        let line = [b"/*motebox1 ", text.as_bytes()].concat();
        let told = end.map_or(Ok(Progress::More), |at| Err(FormError::Base64End(at)));
        assert_eq!(HeaderReader::new(Form::Text).push(&line), told, "{text}");
    }
}
