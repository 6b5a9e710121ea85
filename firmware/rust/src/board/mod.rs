//! The machine: its counter, its flash, and how fast its core is.

#[cfg(machine = "microbit")]
mod microbit;
#[cfg(machine = "microbit")]
pub use microbit::{CORE_HZ, COUNTER_HZ, ChipFlash, NAME, counter, start_counter};

#[cfg(machine = "mps2")]
mod mps2;
#[cfg(machine = "mps2")]
pub use mps2::{CORE_HZ, COUNTER_HZ, ChipFlash, NAME, counter, start_counter};

use core::ops::Range;

unsafe extern "C" {
    static mut _store_start: u8;
    static mut _store_end: u8;
}

/// Addresses of the memory that the linker script sets aside for the store.
fn store() -> Range<usize> {
    (&raw mut _store_start) as usize..(&raw mut _store_end) as usize
}

/// Whether `length` bytes from `offset` on lie in the store, and both are multiples of `unit`.
fn fits(offset: usize, length: usize, unit: usize) -> bool {
    let whole = offset.is_multiple_of(unit) && length.is_multiple_of(unit);
    whole && offset.checked_add(length).is_some_and(|end| end <= store().len())
}

/// Where the counter stands two seconds before its wrap: a clock that is wrong only after the wrap is found too late.
const fn before_wrap(hz: u32) -> u32 {
    0u32.wrapping_sub(2 * hz)
}
