//! Error numbers: what was given out once stays what it is (`ffi/errors.txt`), and each has a text.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CStr;
use std::vec::Vec;

use crate::strerror::mbx_strerror;

/// The constants as they stand in the source.
fn source() -> BTreeMap<&'static str, i32> {
    let mut known = BTreeMap::new();
    let files = [
        include_str!("../error.rs"),
        include_str!("../refusal.rs"),
        include_str!("../composition.rs"),
    ];
    for file in files {
        for line in file.lines() {
            let Some(constant) = line.strip_prefix("pub const MBX_E_") else {
                continue;
            };
            let (name, number) = constant.split_once(": i32 = ").unwrap();
            let number = number.trim_end_matches(';').parse().unwrap();
            assert_eq!(known.insert(name, number), None, "{name} twice");
        }
    }
    assert!(known.len() > 100);
    known
}

/// What was ever given out: numbers, names, and whether they are retired.
fn list() -> BTreeMap<i32, (&'static str, bool)> {
    let mut given = BTreeMap::new();
    let mut names = BTreeSet::new();
    for line in include_str!("../../errors.txt").lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match *words {
            ["#", ..] | [] => {}
            [number, name, ref rest @ ..] => {
                assert!(matches!(rest, [] | ["retired"]), "{line}");
                let name = name.strip_prefix("MBX_E_").unwrap();
                let number: i32 = number.parse().unwrap();
                assert_eq!(given.insert(number, (name, !rest.is_empty())), None, "{line}");
                assert!(names.insert(name), "{line}: this name had another number");
            }
            _ => panic!("{line}"),
        }
    }
    given
}

#[test]
fn no_number_changes_vanishes_or_is_used_again() {
    let (source, list) = (source(), list());
    for (name, number) in &source {
        let given = list.get(number);
        assert_eq!(
            given,
            Some(&(*name, false)),
            "MBX_E_{name} = {number}: a new one is added to ffi/errors.txt, an old one keeps its number"
        );
    }
    for (number, (name, retired)) in &list {
        assert_eq!(
            source.contains_key(name),
            !retired,
            "MBX_E_{name} {number}: the source has not what ffi/errors.txt says"
        );
    }
}

#[test]
fn each_part_keeps_to_its_range() {
    let ranges = [
        ("ENVELOPE_", 100..=199),
        ("STORE_", 200..=299),
        ("COAP_", 300..=399),
        ("SCRIPT_", 400..=499),
        ("JS_", 500..=599),
        ("NODE_", 600..=649),
        ("EVENT_", 650..=699),
        ("CRIME_", 700..=799),
        ("COSE_", 1101..=1199),
        ("MANIFEST_", 1201..=1299),
        ("FORM_", 1301..=1399),
        ("REFUSED_", 1401..=1499),
        ("SIGNATURE_", 1501..=1599),
        ("PAYLOAD_", 1601..=1699),
        ("COMPOSITION_", 2101..=2399),
        ("", 1..=99),
    ];
    for (number, (name, _)) in list() {
        let (prefix, range) = ranges
            .iter()
            .find(|(prefix, _)| name.starts_with(prefix))
            .unwrap();
        assert!(
            range.contains(&-number),
            "{name} {number} is no number of {prefix}"
        );
    }
}

/// The numbers in the first column of a section's tables, negative.
fn specified(page: &str, section: &str) -> BTreeSet<i32> {
    let (_, section) = page.split_once(section).unwrap();
    let section = section.split("\n## ").next().unwrap();
    section
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | "))
        .flat_map(|(cell, _)| cell.split(" / "))
        .filter_map(|number| number.parse::<i32>().ok())
        .map(|number| -number)
        .collect()
}

#[test]
fn refusals_are_those_of_the_specifications() {
    let containers = specified(include_str!("../../../docs/spec/container.md"), "\n## 6 ");
    let compositions = specified(include_str!("../../../docs/spec/composition.md"), "\n## 4 ");
    assert!(containers.len() > 50 && compositions.len() > 20);
    let ours: BTreeSet<i32> = source().into_values().filter(|number| *number < -1100).collect();
    assert_eq!(&containers | &compositions, ours);
}

fn text(number: i32) -> &'static str {
    // SAFETY: it is never NULL, and what it points to is a 0-terminated text that stays.
    unsafe { CStr::from_ptr(mbx_strerror(number)) }.to_str().unwrap()
}

#[test]
fn every_number_has_a_text_and_no_other_has() {
    let known: BTreeSet<i32> = source().into_values().collect();
    for number in (-3000..0).chain([i32::MIN]) {
        let text = text(number);
        assert_eq!(
            text == "unknown error",
            !known.contains(&number),
            "{number} {text}"
        );
        assert!(
            text.is_ascii() && (5..100).contains(&text.len()),
            "{number} {text}"
        );
    }
    for outcome in [0, 1, 7, i32::MAX] {
        assert_eq!(text(outcome), "no error");
    }
}
