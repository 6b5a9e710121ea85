//! `cargo xtask size --modules`: what each module of the network weighs.
//!
//! The image `crime-module` has one module more than the image `crime-compose`; the difference is what a firmware pays for
//! that module, helpers that it shares with others included. The figures go to a file that `motebox compose` reads.

use motebox_crime::modules;

use super::link::Linker;
use crate::shell::{self, Result, thousands};
use crate::toolchain::{TARGETS, Toolchain};

/// Where the figures are kept.
const FILE: &str = "crates/cli/src/composition/flash.txt";

/// Links, prints, and writes the file.
pub fn run() -> Result<()> {
    let target = TARGETS[0];
    let toolchain = Toolchain::find(target)?;
    let linker = Linker {
        toolchain: &toolchain,
        target,
    };
    let base = linker.link("crime-compose")?.flash;
    let empty = linker.link("empty")?.flash;
    let mut text = format!(
        "# Written by `cargo xtask size --modules`: bytes of flash, {target}, profile chip, {}.\n\
         # base: engine, decoder and checker, channel and app. A module: what it adds to that, alone.\n\
         base {}\n",
        toolchain.build(),
        base.saturating_sub(empty)
    );
    for (place, doc) in modules::DOCS.iter().enumerate() {
        let flash = linker.link_module(place)?.flash.saturating_sub(base);
        println!("  {:>7}  {}", thousands(flash), doc.name);
        text += &format!("{} {flash}\n", doc.name);
    }
    let path = shell::root().join(FILE);
    std::fs::write(&path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
