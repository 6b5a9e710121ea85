//! The same without a verifier: what the other images weigh more than this one is theirs.
#![no_std]
#![no_main]

use motebox::envelope::Verifier;

/// Takes no signature.
struct Nobody;

impl Verifier for Nobody {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        core::hint::black_box((public_key, message, signature));
        false
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    motebox_firmware::verify::run(&Nobody, false)
}
