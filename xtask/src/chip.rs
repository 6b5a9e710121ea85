//! `cargo xtask chip`: every core crate compiles for the chips, one by one, with its default features, as plain
//! cargo builds it.
//!
//! One by one, because together cargo would unify the features of what they share, and a crate that needs a feature of a
//! neighbour would pass.

use crate::shell::{self, Result};
use crate::toolchain::{TARGETS, Toolchain};

/// The packages that run on a mote.
pub const CORE: [&str; 8] = [
    "motebox-js",
    "motebox-envelope",
    "motebox-store",
    "motebox-script",
    "motebox-coap",
    "motebox-crime",
    "motebox",
    "motebox-hal",
];

/// Builds each core crate for each target.
pub fn run() -> Result<()> {
    for target in TARGETS {
        let toolchain = Toolchain::plain(target)?;
        println!("{target}: {}, {}", toolchain.version()?, toolchain.build());
        for package in CORE {
            shell::run(toolchain.cargo_in("plain", "build", target, &[])?.args([
                "--profile",
                "chip",
                "-p",
                package,
            ]))?;
        }
    }
    println!("{} core crates build for {}", CORE.len(), TARGETS.join(" and "));
    Ok(())
}
