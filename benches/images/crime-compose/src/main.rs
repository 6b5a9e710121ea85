//! The same with the decoder and checker of composition messages, and the exchange of stacks.
#![no_std]
#![no_main]

fn main() {
    let network = image_crime::network(image_crime::ENDS);
    image_crime::live(network);
    image_crime::compose(network);
}

support::image!(main);
