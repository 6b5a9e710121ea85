//! The same with the decoder and checker of composition messages: what it takes to say whether one would do.
#![no_std]
#![no_main]

fn main() {
    let network = image_crime::network(image_crime::ENDS);
    image_crime::live(network);
    image_crime::check(network);
}

support::image!(main);
