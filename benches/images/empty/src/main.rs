//! Nothing but start-up: what every other image has subtracted.
#![no_std]
#![no_main]

fn main() {
    support::opaque(support::input());
}

support::image!(main);
