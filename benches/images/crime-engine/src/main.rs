//! Engine, walker and wire format, with the two ends that every stack has.
#![no_std]
#![no_main]

fn main() {
    image_crime::live(image_crime::network(image_crime::ENDS));
}

support::image!(main);
