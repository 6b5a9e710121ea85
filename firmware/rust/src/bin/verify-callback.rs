//! One signature check with Monocypher, through a callback into C as an operating system would give it.
#![no_std]
#![no_main]

use motebox::envelope::Verifier;

unsafe extern "C" {
    /// Monocypher 4, monocypher-ed25519.h: 0 when the signature holds.
    fn crypto_ed25519_check(
        signature: *const u8,
        public_key: *const u8,
        message: *const u8,
        message_size: usize,
    ) -> i32;
}

/// The callback.
struct Callback;

impl Verifier for Callback {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        // SAFETY: arrays of 64 and 32 bytes, and a message with its length, that are read only.
        let outcome = unsafe {
            crypto_ed25519_check(
                signature.as_ptr(),
                public_key.as_ptr(),
                message.as_ptr(),
                message.len(),
            )
        };
        outcome == 0
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    motebox_firmware::verify::run(&Callback, true)
}
