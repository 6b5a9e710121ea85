//! The vectors of docs/spec/vectors/composition.json, which an independent script makes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use std::collections::BTreeSet;

use common::{bytes, config, hex};
use motebox_crime::composition::{Item, encode, items};
use motebox_crime::{ModuleSpec, Network, StackSpec, Storage, modules};
use serde_json::Value;

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec");

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(format!("{DOCS}/vectors/composition.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_case() {
    let cases = cases();
    assert!(cases.len() > 50);
    for case in &cases {
        let mut room = Storage::<8, 40, 128, 8>::new();
        let mut network = Network::new(room.memory(), modules::REGISTRY, config(1));
        let message = bytes(case["message"].as_str().unwrap());
        let (number, module, value) = match network.compose_message(0, &message) {
            Ok(()) => (0, 0, 0),
            Err(refused) => {
                let (number, value) = refused.why.number();
                (u64::from(number), u64::from(refused.module), u64::from(value))
            }
        };
        let expected = |name: &str| case.get(name).map_or(0, |value| value.as_u64().unwrap());
        assert_eq!(
            (number, module, value),
            (expected("number"), expected("module"), expected("value")),
            "{}",
            case["name"]
        );
        assert_eq!(network.stacks().is_empty(), number != 0);
    }
}

/// What is written is what was read: there is one message for a composition.
#[test]
fn accepted_messages_come_back_byte_for_byte() {
    for case in cases().iter().filter(|case| case["number"] == 0) {
        let message = bytes(case["message"].as_str().unwrap());
        type Module = (u8, Vec<(u8, u32)>, Option<(u32, u16)>);
        let mut stacks: Vec<(Option<u8>, Vec<Module>)> = Vec::new();
        items(&message, |item| match item {
            Item::Stack { parent } => stacks.push((parent.map(|parent| parent as u8), Vec::new())),
            Item::Module { id } => stacks.last_mut().unwrap().1.push((id as u8, Vec::new(), None)),
            Item::Param { index, value } => {
                stacks
                    .last_mut()
                    .unwrap()
                    .1
                    .last_mut()
                    .unwrap()
                    .1
                    .push((index as u8, value));
            }
            Item::Trigger { interval_ms, times } => {
                stacks.last_mut().unwrap().1.last_mut().unwrap().2 = Some((interval_ms, times as u16));
            }
        })
        .unwrap();
        let modules: Vec<Vec<ModuleSpec<'_>>> = stacks
            .iter()
            .map(|(_, modules)| {
                modules
                    .iter()
                    .map(|(id, params, trigger)| {
                        let plain = ModuleSpec::new(*id, params);
                        match *trigger {
                            Some((interval_ms, times)) => plain.triggered(interval_ms, times),
                            None => plain,
                        }
                    })
                    .collect()
            })
            .collect();
        let specs: Vec<StackSpec<'_>> = stacks
            .iter()
            .zip(&modules)
            .map(|((parent, _), modules)| StackSpec {
                modules,
                parent: *parent,
            })
            .collect();
        let mut out = [0; 256];
        let len = encode(&specs, &mut out).unwrap();
        assert_eq!(hex(&out[..len]), case["message"].as_str().unwrap());
    }
}

/// Every number of the specification has a case, but for those that depend on the mote's memory or its modules.
#[test]
fn the_specification_names_every_number() {
    let text = std::fs::read_to_string(format!("{DOCS}/composition.md")).unwrap();
    let named: BTreeSet<u64> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| 2")?.get(..3)?.parse().ok())
        .map(|n: u64| n + 2000)
        .collect();
    let shown: BTreeSet<u64> = cases()
        .iter()
        .map(|case| case["number"].as_u64().unwrap())
        .filter(|n| *n != 0)
        .collect();
    assert!(shown.is_subset(&named));
    let missing: Vec<&u64> = named.difference(&shown).collect();
    assert_eq!(missing, [&2301, &2302, &2304, &2305]);
}
