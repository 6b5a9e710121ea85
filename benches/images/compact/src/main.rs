//! The envelope with guard and ed25519-compact.
#![no_std]
#![no_main]

use motebox_envelope::Compact;
use support::opaque;

fn main() {
    let _ = opaque(update::update(opaque(&Compact)));
    let _ = opaque(update::ask());
}

support::image!(main);
