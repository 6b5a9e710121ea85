//! One signature check with our own Ed25519.
#![no_std]
#![no_main]

use motebox::envelope::Small;

#[cortex_m_rt::entry]
fn main() -> ! {
    motebox_firmware::verify::run(&Small, true)
}
