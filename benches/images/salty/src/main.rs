//! The envelope with guard and salty.
#![no_std]
#![no_main]

use motebox_envelope::Salty;
use support::opaque;

fn main() {
    let _ = opaque(update::update(opaque(&Salty)));
    let _ = opaque(update::ask());
}

support::image!(main);
