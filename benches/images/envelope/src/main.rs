//! The envelope with a verifier of the caller's, as the C face brings it: no Ed25519 code in it.
#![no_std]
#![no_main]

use motebox_envelope::Verifier;
use support::opaque;

/// A verifier behind a callback.
struct Callback;

impl Verifier for Callback {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        opaque((public_key, message, signature));
        opaque(true)
    }
}

fn main() {
    let _ = opaque(update::update(opaque(&Callback)));
    let _ = opaque(update::ask());
}

support::image!(main);
