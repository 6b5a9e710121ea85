//! The network with its whole module library.
#![no_std]
#![no_main]

use motebox_crime::modules;

fn main() {
    let network = image_crime::network(modules::REGISTRY);
    image_crime::live(network);
    image_crime::compose(network);
}

support::image!(main);
