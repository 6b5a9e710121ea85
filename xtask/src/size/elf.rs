//! What an image weighs, and who in it can reach a panic, read from its ELF file.
//!
//! The images are linked with `--emit-relocs`: each call left in the code names the symbol that it goes to, so each call to
//! `core::panicking` is found; whose it is, debug information says (`dwarf.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use object::read::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use object::{RelocationFlags, SectionFlags, SectionKind, SymbolKind};

use super::dwarf::Inlined;
use crate::shell::Result;

const SHF_WRITE: u64 = 1;
const SHF_ALLOC: u64 = 2;

/// A function or a constant of the image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Demangled, without the hash.
    pub name: String,
    pub address: u64,
    pub len_bytes: u64,
}

/// The figures of one linked image.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// Bytes that lie in flash: code, constants, and the initial values of `.data`.
    pub flash: u64,
    /// Bytes of static RAM: `.data` and `.bss`.
    pub ram: u64,
    /// Bytes of `flash` that are the compiler's own routines: soft float, division, memcpy.
    pub builtins: u64,
    /// Functions and constants in flash, largest first.
    pub symbols: Vec<Symbol>,
    /// The panic functions in the image.
    pub panics: BTreeSet<String>,
    /// The functions outside `core` whose code can panic, by themselves or through functions of `core`, each with the panic
    /// functions that it reaches. Code that the compiler has put into another function counts as whose it was.
    pub callers: BTreeMap<String, BTreeSet<String>>,
    /// Each function that calls others by name, with those that it calls.
    calls: BTreeMap<String, BTreeSet<String>>,
}

/// Reads an ELF file.
pub fn read(path: &Path) -> Result<Image> {
    let bytes = std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let file = object::File::parse(&*bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut image = Image::default();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        if sh_flags & SHF_ALLOC == 0 {
            continue;
        }
        if section.kind() != SectionKind::UninitializedData {
            image.flash += section.size();
        }
        if sh_flags & SHF_WRITE != 0 {
            image.ram += section.size();
        }
    }
    for symbol in file.symbols() {
        let section = symbol
            .section_index()
            .and_then(|index| file.section_by_index(index).ok());
        if section.is_none_or(|section| section.kind() == SectionKind::UninitializedData) {
            continue;
        }
        let wanted = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data);
        if wanted && symbol.size() > 0 {
            // Bit 0 of a Thumb function's address says "Thumb".
            let thumb = u64::from(symbol.kind() == SymbolKind::Text);
            image.symbols.push(Symbol {
                name: demangled(symbol.name().unwrap_or_default()),
                address: symbol.address() & !thumb,
                len_bytes: symbol.size(),
            });
        }
    }
    let mut by_address = image.symbols.clone();
    by_address.sort_by_key(|symbol| symbol.address);
    let mut references = References::new();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        if sh_flags & SHF_ALLOC == 0 {
            continue;
        }
        for (offset, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            let Ok(target) = file.symbol_by_index(index) else {
                continue;
            };
            let name = demangled(target.name().unwrap_or_default());
            if let Some(from) = holder(&by_address, offset) {
                if is_call(relocation.flags()) {
                    image
                        .calls
                        .entry(from.to_string())
                        .or_default()
                        .insert(name.clone());
                }
                references
                    .entry(name)
                    .or_default()
                    .push((from.to_string(), offset));
            }
        }
    }
    let names = image.symbols.iter().map(|symbol| &symbol.name);
    image.panics = names.filter(|name| is_panic(name)).cloned().collect();
    let inlined = Inlined::read(&file);
    image.callers = callers(&image.panics, &references, |address| {
        let functions = inlined.functions(address);
        functions.iter().map(|name| demangled(name)).collect()
    });
    // One routine can have several names.
    by_address.dedup_by_key(|symbol| symbol.address);
    let builtins = by_address.iter().filter(|symbol| is_builtin(&symbol.name));
    image.builtins = builtins.map(|symbol| symbol.len_bytes).sum();
    image
        .symbols
        .sort_by_key(|symbol| std::cmp::Reverse(symbol.len_bytes));
    Ok(image)
}

impl Image {
    /// The functions that come back to themselves through calls by name. Calls through pointers are not seen.
    pub fn recursive_functions(&self) -> Vec<&str> {
        let comes_back = |function: &&str| {
            let (mut seen, mut open) = (BTreeSet::new(), vec![*function]);
            while let Some(name) = open.pop() {
                for called in self.calls.get(name).into_iter().flatten() {
                    if called == function {
                        return true;
                    }
                    if seen.insert(called.as_str()) {
                        open.push(called);
                    }
                }
            }
            false
        };
        self.calls.keys().map(String::as_str).filter(comes_back).collect()
    }
}

/// Each function that is referred to, with the symbols that do, and where.
type References = BTreeMap<String, Vec<(String, u64)>>;

/// Follows the panic functions back through `core` to who can cause them. `functions` tells whose code lies at an address,
/// the innermost function first.
fn callers(
    panics: &BTreeSet<String>,
    references: &References,
    functions: impl Fn(u64) -> Vec<String>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for panic in panics {
        let (mut seen, mut open) = (BTreeSet::new(), vec![panic.as_str()]);
        while let Some(name) = open.pop() {
            for (symbol, address) in references.get(name).into_iter().flatten() {
                if is_core(symbol) {
                    if seen.insert(symbol.as_str()) {
                        open.push(symbol);
                    }
                } else {
                    let functions = functions(*address);
                    let caller = functions.into_iter().find(|name| !is_core(name));
                    let caller = caller.unwrap_or_else(|| symbol.clone());
                    found.entry(caller).or_default().insert(panic.clone());
                }
            }
        }
    }
    found
}

/// A branch with link. Other relocations take an address, or leave the function for good.
fn is_call(flags: RelocationFlags) -> bool {
    matches!(
        flags,
        RelocationFlags::Elf {
            r_type: object::elf::R_ARM_THM_PC22
        }
    )
}

/// The symbol that covers an address.
fn holder(by_address: &[Symbol], address: u64) -> Option<&str> {
    let after = by_address.partition_point(|symbol| symbol.address <= address);
    let symbol = by_address.get(after.checked_sub(1)?)?;
    (address < symbol.address + symbol.len_bytes).then_some(symbol.name.as_str())
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

/// Functions that end in the panic handler.
fn is_panic(name: &str) -> bool {
    let path = name.trim_start_matches('<');
    path.starts_with("core::panicking::")
        || path.ends_with("rust_begin_unwind")
        || (path.starts_with("core::") && (path.ends_with("_fail") || path.ends_with("_failed")))
}

fn is_builtin(name: &str) -> bool {
    let path = name.trim_start_matches('<');
    ["compiler_builtins::", "__aeabi_"]
        .iter()
        .any(|start| path.starts_with(start))
}

/// Functions of `core` itself, and its generic code for types of `core` (`<[u8; 4] as core::ops::Index<…>>::index`).
fn is_core(name: &str) -> bool {
    let generic = name.starts_with('<') && {
        let paths = name.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        // A path that begins with `::` goes on from a type in angle brackets.
        let mut crates = paths
            .filter_map(|path| path.split_once("::"))
            .map(|(first, _)| first);
        crates.all(|first| first.is_empty() || first == "core")
    };
    generic || name.starts_with("core::") || is_builtin(name) || is_panic(name)
}

#[cfg(test)]
mod tests {
    use super::{Image, References, Symbol, callers, holder, is_core, is_panic};

    #[test]
    fn panic_functions_are_known_by_name() {
        let panics = [
            "core::panicking::panic_bounds_check",
            "core::panicking::panic_fmt",
            "core::slice::index::slice_index_fail",
            "core::option::unwrap_failed",
            "core::result::unwrap_failed",
            "rust_begin_unwind",
        ];
        for name in panics {
            assert!(is_panic(name), "{name}");
        }
        let others = [
            "core::str::from_utf8",
            "motebox_js::vm::step",
            "ed25519_compact::panicking",
            "memcpy",
        ];
        for name in others {
            assert!(!is_panic(name), "{name}");
        }
        assert!(is_core("<core::fmt::Formatter>::pad"));
        assert!(is_core(
            "<[u8; 8] as core::ops::index::Index<core::ops::range::Range<usize>>>::index"
        ));
        assert!(is_core("<usize>::div_ceil"));
        assert!(!is_core(
            "<salty::scalar29::Scalar29 as core::ops::index::Index<usize>>::index"
        ));
        assert!(!is_core("<core::option::Option<motebox_js::Value>>::map"));
        assert!(!is_core("motebox_store::commit"));
        assert!(!is_core("reset"));
    }

    #[test]
    fn a_panic_is_traced_through_core_to_who_can_cause_it() {
        let panics = ["core::panicking::panic_fmt".to_string()].into();
        let mut references = References::new();
        let mut refer =
            |to: &str, from: &str, at| references.entry(to.into()).or_default().push((from.into(), at));
        let fail = "core::slice::index::slice_index_fail";
        refer("core::panicking::panic_fmt", fail, 1);
        refer(fail, "<[u8]>::copy_within", 2);
        refer(fail, "core::slice::sort", 3);
        refer("core::slice::sort", "core::slice::sort", 4);
        refer("core::slice::sort", "third::party", 5);
        refer("core::slice::sort", "motebox_js::step", 6);
        refer("motebox_js::step", "reset", 7);
        let whose = |at| match at {
            6 => vec![
                "core::slice::index".into(),
                "other::inlined".into(),
                "motebox_js::step".into(),
            ],
            _ => Vec::new(),
        };
        let found: Vec<String> = callers(&panics, &references, whose).into_keys().collect();
        assert_eq!(found, ["other::inlined", "third::party"]);
    }

    #[test]
    fn recursion_is_seen_through_other_functions_and_not_where_there_is_none() {
        let mut image = Image::default();
        for (from, to) in [
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("d", "a"),
            ("e", "e"),
            ("d", "f"),
        ] {
            image.calls.entry(from.into()).or_default().insert(to.into());
        }
        assert_eq!(image.recursive_functions(), ["a", "b", "c", "e"]);
    }

    #[test]
    fn an_address_belongs_to_the_symbol_that_covers_it() {
        let symbol = |name: &str, address, len_bytes| Symbol {
            name: name.into(),
            address,
            len_bytes,
        };
        let symbols = [symbol("first", 0x10, 8), symbol("second", 0x20, 4)];
        assert_eq!(holder(&symbols, 0x0f), None);
        assert_eq!(holder(&symbols, 0x17), Some("first"));
        assert_eq!(holder(&symbols, 0x18), None);
        assert_eq!(holder(&symbols, 0x23), Some("second"));
        assert_eq!(holder(&symbols, 0x24), None);
    }
}
