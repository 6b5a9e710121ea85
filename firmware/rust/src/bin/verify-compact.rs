//! One signature check with ed25519-compact.
#![no_std]
#![no_main]

use motebox::envelope::Compact;

#[cortex_m_rt::entry]
fn main() -> ! {
    motebox_firmware::verify::run(&Compact, true)
}
