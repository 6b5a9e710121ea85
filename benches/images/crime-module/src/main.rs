//! The network with one module beside the two ends that every stack has: the one that `MOTEBOX_MODULE` names by its place
//! in the registry. `cargo xtask size --modules` links it once for each.
#![no_std]
#![no_main]

use motebox_crime::{Descriptor, modules};

/// Its place.
const PLACE: usize = {
    let digits = match option_env!("MOTEBOX_MODULE") {
        Some(digits) => digits.as_bytes(),
        None => b"0",
    };
    let (mut at, mut place) = (0, 0);
    while at < digits.len() {
        place = 10 * place + (digits[at] - b'0') as usize;
        at += 1;
    }
    place
};

static REGISTRY: &[&Descriptor] = &[
    &modules::channel::DESCRIPTOR,
    &modules::app::DESCRIPTOR,
    modules::REGISTRY[PLACE],
];

fn main() {
    let network = image_crime::network(REGISTRY);
    image_crime::live(network);
    image_crime::compose(network);
}

support::image!(main);
