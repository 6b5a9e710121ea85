//! What an image weighs, and who in it can reach a panic, read from its ELF file.
//!
//! The images are linked with `--emit-relocs`: each call left in the code names the symbol that it goes to, so the function
//! that holds a call to `core::panicking` is known by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use object::read::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use object::{SectionFlags, SectionKind, SymbolKind};

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
    /// Each panic function in the image, with the functions that refer to it.
    pub panics: BTreeMap<String, BTreeSet<String>>,
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
    for section in file.sections() {
        for (offset, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                continue;
            };
            let Ok(target) = file.symbol_by_index(index) else {
                continue;
            };
            let name = demangled(target.name().unwrap_or_default());
            if is_panic(&name)
                && let Some(caller) = holder(&by_address, offset)
            {
                image.panics.entry(name).or_default().insert(caller.to_string());
            }
        }
    }
    for symbol in &image.symbols {
        if is_panic(&symbol.name) {
            image.panics.entry(symbol.name.clone()).or_default();
        }
    }
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
    /// The functions outside `core` that refer to a panic function: those whose code can panic.
    pub fn panicking_functions(&self) -> BTreeSet<&str> {
        self.panics
            .values()
            .flatten()
            .map(String::as_str)
            .filter(|name| !is_core(name))
            .collect()
    }
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

fn is_core(name: &str) -> bool {
    let path = name.trim_start_matches('<');
    path.starts_with("core::") || is_builtin(name) || is_panic(name)
}

#[cfg(test)]
mod tests {
    use super::{Symbol, holder, is_core, is_panic};

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
        assert!(!is_core("motebox_store::commit"));
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
