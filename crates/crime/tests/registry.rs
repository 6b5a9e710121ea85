//! The registry: ids, descriptors and words agree, and docs/spec/modules.md is what they say.
//!
//! After a change of a descriptor: `MOTEBOX_BLESS=1 cargo test -p motebox-crime --test registry` writes that page anew.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use motebox_crime::{Address, Attr, Doc, Scope, interface, modules};

const INTERFACES: [(u16, &str); 11] = [
    (interface::LINK, "link"),
    (interface::ANONYMOUS, "anonymous"),
    (interface::BROADCAST, "broadcast"),
    (interface::UNICAST, "unicast"),
    (interface::RELIABLE, "reliable"),
    (interface::RELAY, "relay"),
    (interface::MULTIHOP, "multihop"),
    (interface::FLOOD, "flood"),
    (interface::ROUTES, "routes"),
    (interface::CHUNKS, "chunks"),
    (interface::ANNOUNCE, "announce"),
];

fn interfaces(mask: u16) -> String {
    if mask == interface::NONE {
        return "–".into();
    }
    if mask == interface::SAME {
        return "the same".into();
    }
    if mask == interface::DATA {
        return "any that carries data".into();
    }
    let names: Vec<&str> = INTERFACES
        .iter()
        .filter(|(bit, _)| mask & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    names.join(", ")
}

fn attr(attr: Attr) -> String {
    let name = format!("{attr:?}");
    match attr {
        Attr::Sender => "S".into(),
        Attr::Receiver => "R".into(),
        Attr::ESender => "ES".into(),
        Attr::EReceiver => "ER".into(),
        _ => name,
    }
}

fn value(doc: &Doc, index: usize, value: u32) -> String {
    if doc.params[index].unit == "address" {
        let Address([a, b]) = Address::from_value(value as u16);
        format!("{a}.{b}")
    } else {
        value.to_string()
    }
}

fn page() -> String {
    let mut page = String::from(
        "# The modules\n\n\
         Printed from the descriptors in `crates/crime/src/modules/`; not written by hand. A module is named by its id in a composition message\n\
         (`composition.md`), its parameters by their index. Words are 4 bytes of RAM: one for each parameter, two for each timer, and the state; *packets* are slots\n\
         that it may keep at one time. *Header* is what it adds to the Rime header, in bits, before what the modules below it add.\n",
    );
    let mut docs = modules::DOCS.to_vec();
    docs.sort_by_key(|doc| doc.descriptor.id);
    for doc in docs {
        let d = doc.descriptor;
        let scope = match d.scope {
            Scope::SingleHop => "singlehop",
            Scope::MultiHop => "multihop",
            Scope::Input => "input",
        };
        let header: Vec<String> = d
            .header
            .iter()
            .map(|field| format!("{} {}", attr(field.attr), field.bits))
            .collect();
        let header = if header.is_empty() {
            "–".to_string()
        } else {
            header.join(", ")
        };
        let own = d.params.len() + 2 * usize::from(d.timers) + usize::from(d.words);
        let words = match d.words_per {
            (_, 0) => own.to_string(),
            (index, each) => format!("{own} + {each} x {}", doc.params[usize::from(index)].name),
        };
        write!(
            page,
            "\n## {} {}\n\n{}.\n\n",
            d.id,
            doc.name,
            first_upper(doc.summary)
        )
        .unwrap();
        writeln!(
            page,
            "Scope {scope}; needs {}; offers {}; takes merged {}; header {header}; {words} words; {} packets.",
            interfaces(d.needs),
            interfaces(d.offers),
            interfaces(d.merges),
            d.packets,
        )
        .unwrap();
        if d.params.is_empty() {
            continue;
        }
        page.push_str("\n| index | parameter | unit | range | default | |\n|--:|---|---|---|--:|---|\n");
        for (index, (param, words)) in d.params.iter().zip(doc.params).enumerate() {
            writeln!(
                page,
                "| {index} | {} | {} | {} .. {} | {} | {} |",
                words.name,
                words.unit,
                value(doc, index, param.min),
                value(doc, index, param.max),
                value(doc, index, param.default),
                words.summary,
            )
            .unwrap();
        }
    }
    page
}

fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[test]
fn the_page_of_modules_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/spec/modules.md");
    let page = page();
    if std::env::var_os("MOTEBOX_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap();
    assert!(
        there == page,
        "docs/spec/modules.md is not what the descriptors say: see the head of this test"
    );
}

#[test]
fn ids_and_names_are_unique_and_every_module_has_its_words() {
    assert_eq!(modules::REGISTRY.len(), modules::DOCS.len());
    let ids: BTreeSet<u8> = modules::REGISTRY.iter().map(|descriptor| descriptor.id).collect();
    assert_eq!(ids.len(), modules::REGISTRY.len());
    assert!(ids.iter().all(|id| (1..192).contains(id)));
    let names: BTreeSet<&str> = modules::DOCS.iter().map(|doc| doc.name).collect();
    assert_eq!(names.len(), modules::DOCS.len());
    for (descriptor, doc) in modules::REGISTRY.iter().zip(modules::DOCS) {
        assert!(std::ptr::eq(*descriptor, doc.descriptor), "{}", doc.name);
        assert_eq!(doc.params.len(), descriptor.params.len(), "{}", doc.name);
        let names: BTreeSet<&str> = doc.params.iter().map(|param| param.name).collect();
        assert_eq!(names.len(), doc.params.len(), "{}", doc.name);
        assert!(
            doc.params
                .iter()
                .all(|param| !param.unit.is_empty() && !param.summary.is_empty())
        );
        // What the engine relies on.
        assert!(descriptor.packets <= 4, "{}", doc.name);
        assert!(
            descriptor
                .header
                .iter()
                .all(|field| field.bits <= 8 || field.bits == 16)
        );
        let (index, each) = descriptor.words_per;
        if each != 0 {
            assert!(descriptor.params[usize::from(index)].max <= 255, "{}", doc.name);
        }
        assert!(descriptor.needs & interface::SAME == 0 && descriptor.merges & interface::SAME == 0);
        assert!(
            descriptor.offers == interface::NONE || descriptor.offers.count_ones() == 1,
            "{}",
            doc.name
        );
    }
}
