//! Flash images that an independent script wrote after `docs/spec/flash.md`: the store sees in them what the script meant.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_store::mock::{Cells, MockFlash};
use motebox_store::{Layout, Resume, Slot, State, Store};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn hex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn check<const W: usize, const E: usize>(vector: &Value) {
    let layout = &vector["layout"];
    let layout = Layout {
        base: number(&layout["base"]),
        write_size: number(&layout["write_size"]),
        erase_size: number(&layout["erase_size"]),
        ids: number(&layout["ids"]),
        manifest_max: number(&layout["manifest_max"]),
        payload_max: number(&layout["payload_max"]),
        resume: Resume::Unit,
    };
    let mut bytes = vec![0xff; number(&vector["capacity"]) as usize];
    assert_eq!(
        layout.base + layout.len_bytes(2),
        bytes.len() as u32,
        "length of the region"
    );
    for piece in vector["programmed"].as_array().unwrap() {
        let (at, data) = (number(&piece[0]) as usize, hex(&piece[1]));
        bytes[at..at + data.len()].copy_from_slice(&data);
    }
    let mut flash = MockFlash::<W, E>::with_bytes(bytes, Cells::Strict);
    let store = Store::<2>::mount(layout, &mut flash).unwrap();

    let expect = &vector["expect"];
    assert_eq!(store.damaged(), expect["damaged"].as_bool().unwrap_or(false));
    for pair in 0..2u8 {
        for half in 0..2u8 {
            slot(
                &store,
                &mut flash,
                Slot { pair, half },
                &expect["slots"][format!("{pair}.{half}")],
            );
        }
    }
    if store.damaged() {
        return;
    }
    for id in ["alarm", "a", "sixteen-letters-"] {
        let tried = store.tried(&mut flash, id.as_bytes()).unwrap();
        match &expect["tried"][id] {
            Value::Null => assert_eq!(tried, None),
            entry => {
                let tried = tried.unwrap();
                assert_eq!(tried.sequence, number(&entry[0]));
                assert_eq!(tried.manifest_tag.to_vec(), hex(&entry[1]));
            }
        }
    }
    match &expect["trust"] {
        Value::Null => assert_eq!(store.trust(), None),
        trust => {
            let mut buf = [0; 600];
            let len = store.read_trust(&mut flash, 0, &mut buf).unwrap();
            assert_eq!(store.trust(), Some((number(&trust[0]), len as u32)));
            assert_eq!(buf[..len], hex(&trust[1]));
        }
    }
}

fn slot<const W: usize, const E: usize>(
    store: &Store<2>,
    flash: &mut MockFlash<W, E>,
    slot: Slot,
    expect: &Value,
) {
    let info = store.info(slot);
    let state = match expect["state"].as_str() {
        None => State::Empty,
        Some("receiving") => State::Receiving,
        Some("stored") => State::Stored,
        Some("trial") => State::Trial,
        Some("confirmed") => State::Confirmed,
        Some("failed") => State::Failed,
        Some(other) => panic!("{other}"),
    };
    assert_eq!(info.state, state, "{slot:?}");
    if state == State::Empty {
        return;
    }
    let mut buf = [0; 600];
    assert_eq!(
        store.id(slot.pair.into()).unwrap(),
        expect["id"].as_str().unwrap().as_bytes()
    );
    assert_eq!(info.sequence, number(&expect["sequence"]));
    assert_eq!(info.payload_len, number(&expect["payload_len"]));
    assert_eq!(
        store.digest(flash, slot).unwrap().to_vec(),
        hex(&expect["sha256"])
    );
    let len = store.manifest(flash, slot, 0, &mut buf).unwrap();
    assert_eq!(buf[..len], hex(&expect["manifest"]));
    if state == State::Receiving {
        assert_eq!(store.offset(slot.pair.into()), number(&expect["offset"]));
    } else {
        let len = store.read(flash, slot, 0, &mut buf).unwrap();
        assert_eq!(
            Sha256::digest(&buf[..len]).to_vec(),
            hex(&expect["sha256"]),
            "payload"
        );
    }
    if let Some(starts) = expect["starts"].as_u64() {
        assert_eq!(u64::from(store.attempts(flash, slot, 1).unwrap()), starts);
    }
    let reason = store.reason(flash, slot).unwrap();
    assert_eq!(reason.map(u64::from), expect["reason"].as_u64());
    if expect["current"].as_bool() == Some(true) {
        assert_eq!(store.newest(slot.pair.into(), State::Confirmed), Some(slot));
        assert_eq!(store.previous(slot.pair.into()), Some(slot.other()));
    }
}

#[test]
fn images_of_the_script_are_understood() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/vectors/flash.json");
    let vectors: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let vectors = vectors.as_array().unwrap();
    assert!(vectors.len() >= 34);
    for vector in vectors {
        println!("{}", vector["name"]);
        match (
            number(&vector["layout"]["write_size"]),
            number(&vector["layout"]["erase_size"]),
        ) {
            (64, 256) => check::<64, 256>(vector),
            (2, 1024) => check::<2, 1024>(vector),
            (4, 4096) => check::<4, 4096>(vector),
            (1, 256) => check::<1, 256>(vector),
            other => panic!("{other:?}"),
        }
    }
}
