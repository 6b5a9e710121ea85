//! The Rime wire format alone: headers and MAC framings, and a packet to hold them.
#![no_std]
#![no_main]

fn main() {
    image_crime::wire();
}

support::image!(main);
