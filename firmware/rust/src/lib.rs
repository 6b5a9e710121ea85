//! What the images share: the machine, a console over semihosting, and the probe that measures stack and instructions.
#![no_std]

pub mod board;
pub mod console;
pub mod file;
pub mod probe;
pub mod trust;
pub mod verify;

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    console::line("panicked");
    console::fail()
}
