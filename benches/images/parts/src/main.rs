//! All parts that a node binds, in one image and without the node: what its own figure has subtracted.
#![no_std]
#![no_main]

use motebox_envelope::Compact;
use support::opaque;

fn main() {
    image_js::main();
    image_script::main();
    image_coap::main();
    image_store::main();
    let _ = opaque(update::update(opaque(&Compact)));
    let _ = opaque(update::ask());
}

support::image!(main);
