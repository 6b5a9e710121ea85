//! The envelope with guard and our own Ed25519.
#![no_std]
#![no_main]

use motebox_envelope::Small;
use support::opaque;

fn main() {
    let _ = opaque(update::update(opaque(&Small)));
    let _ = opaque(update::ask());
}

support::image!(main);
