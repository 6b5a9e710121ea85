//! One signature check with salty.
#![no_std]
#![no_main]

use motebox::envelope::Salty;

#[cortex_m_rt::entry]
fn main() -> ! {
    motebox_firmware::verify::run(&Salty, true)
}
