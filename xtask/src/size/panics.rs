//! Who in an image can panic, against `benches/panics.toml`: nobody of ours, and of others' code only who is on the list.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::elf::Image;
use crate::shell::{self, Result};

/// A function of a third party that may have a path to a panic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allowed {
    /// Its name as the linker shows it, without the arguments of generics at the end.
    caller: String,
    /// Why that path is never taken.
    why: String,
}

/// The list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    #[serde(default)]
    allow: Vec<Allowed>,
}

/// Reads and checks the list: no function of ours, none twice, none without a reason.
pub fn read(path: &Path) -> Result<List> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    parse(&text).map_err(|why| format!("{}: {why}", path.display()))
}

fn parse(text: &str) -> Result<List> {
    let list: List = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut seen = BTreeSet::new();
    for Allowed { caller, why } in &list.allow {
        if caller.contains("motebox") {
            return Err(format!("{caller}: none of our own functions can be allowed"));
        }
        if why.is_empty() || !seen.insert(caller) {
            return Err(format!("{caller}: a second entry, or one without a reason"));
        }
    }
    Ok(list)
}

/// What was found in the images of one run.
#[derive(Debug, Default)]
pub struct Found {
    /// Callers, the panic functions that each reaches, and the images that have it.
    callers: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>,
    /// Images without any panic function.
    free: BTreeSet<String>,
}

impl Found {
    /// Adds what an image has.
    pub fn add(&mut self, name: &str, image: &Image) {
        if image.panics.is_empty() {
            self.free.insert(name.into());
        }
        for (caller, panics) in &image.callers {
            let (all, images) = self.callers.entry(caller.clone()).or_default();
            all.extend(panics.iter().cloned());
            images.insert(name.into());
        }
    }

    /// Prints each panic function with who reaches it; returns those that are not on the list.
    pub fn print(&self, list: &List) -> Vec<String> {
        let free: Vec<&str> = self.free.iter().map(String::as_str).collect();
        println!("\nno panic symbol in: {}", free.join(", "));
        if self.callers.is_empty() {
            return Vec::new();
        }
        let mut strangers = Vec::new();
        let mut lines = Vec::new();
        for (caller, (panics, images)) in &self.callers {
            let allowed = list.allow.iter().any(|entry| entry.caller == plain(caller));
            if !allowed {
                strangers.push(plain(caller).to_string());
            }
            // All of them end in these; what leads there says more.
            let last =
                |name: &str| name == "core::panicking::panic_fmt" || name.ends_with("rust_begin_unwind");
            let leading: Vec<&str> = panics
                .iter()
                .map(String::as_str)
                .filter(|name| !last(name) || panics.iter().all(|name| last(name)))
                .collect();
            lines.push(vec![
                plain(caller).to_string(),
                if allowed { "allowed" } else { "NOT ALLOWED" }.into(),
                leading.join(", "),
                images.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
            ]);
        }
        println!();
        shell::table(&["who can panic", "", "reaches", "in the images"], &lines);
        strangers
    }

    /// Entries of the list that no image needs any more.
    pub fn unused<'l>(&self, list: &'l List) -> Vec<&'l str> {
        let needed = |caller: &str| self.callers.keys().any(|name| plain(name) == caller);
        let callers = list.allow.iter().map(|entry| entry.caller.as_str());
        callers.filter(|caller| !needed(caller)).collect()
    }
}

/// A function's name without the types that it was made for: `update::<&[u8]>` is `update`.
fn plain(name: &str) -> &str {
    match name.find("::<") {
        Some(at) if at > 0 && !name.starts_with('<') => &name[..at],
        _ => match name.rfind("::<") {
            Some(at) if name.ends_with('>') && balanced(&name[at + 2..]) => &name[..at],
            _ => name,
        },
    }
}

/// Whether the text is one pair of angle brackets and what is in it.
fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for (at, letter) in text.char_indices() {
        depth += match letter {
            '<' => 1,
            '>' => -1,
            _ => 0,
        };
        if depth == 0 {
            return at + 1 == text.len();
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{BTreeSet, Found, Image, parse, plain, read};

    const ONE: &str = "[[allow]]\ncaller = \"third::party\"\nwhy = \"the length is fixed\"\n";

    fn image(caller: &str) -> Image {
        let panics = BTreeSet::from(["core::panicking::panic_fmt".to_string()]);
        let mut image = Image::default();
        image.callers.insert(caller.into(), panics.clone());
        image.panics = panics;
        image
    }

    #[test]
    fn a_caller_that_is_not_on_the_list_is_named() {
        let list = parse(ONE).unwrap();
        let mut found = Found::default();
        found.add("a", &image("third::party::<u8>"));
        assert!(found.print(&list).is_empty());
        assert!(found.unused(&list).is_empty());
        found.add("b", &image("motebox_js::vm::step"));
        found.add("c", &image("another::party"));
        assert_eq!(found.print(&list), ["another::party", "motebox_js::vm::step"]);
    }

    #[test]
    fn an_entry_that_nobody_needs_is_named() {
        let list = parse(ONE).unwrap();
        assert_eq!(Found::default().unused(&list), ["third::party"]);
    }

    #[test]
    fn our_own_functions_cannot_be_allowed() {
        for wrong in [
            ONE.replace("third", "motebox_js"),
            ONE.replace("third", "<motebox::node::Node>"),
            ONE.replace("the length is fixed", ""),
            ONE.repeat(2),
        ] {
            assert!(parse(&wrong).is_err(), "{wrong}");
        }
        assert!(read(&crate::shell::root().join("benches/panics.toml")).is_ok());
    }

    #[test]
    fn generic_arguments_are_no_part_of_the_name() {
        let names = [
            (
                "<ed25519_compact::sha512::Hash>::update::<&[u8]>",
                "<ed25519_compact::sha512::Hash>::update",
            ),
            ("a::b::<c::d::<e>>", "a::b"),
            ("<a::B<c> as d::E<f>>::g", "<a::B<c> as d::E<f>>::g"),
            ("a::b::{closure#0}", "a::b::{closure#0}"),
        ];
        for (name, short) in names {
            assert_eq!(plain(name), short);
        }
    }
}
