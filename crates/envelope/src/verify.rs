//! Ed25519 backends. A backend is asked only about what has passed [`guard`](crate::guard()).

/// Checks Ed25519 signatures. The C face implements it over a callback.
pub trait Verifier {
    /// Whether `signature` is `public_key`'s over `message` (at most 299 bytes).
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool;
}

/// `ed25519-compact`: fast and large (20 kB of flash, 4.8 kB of stack, 14.6 million instructions on a Cortex-M0). Cofactored equation.
#[cfg(feature = "ed25519-compact")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Compact;

#[cfg(feature = "ed25519-compact")]
impl Verifier for Compact {
    /// Its own `verify` does it all in one frame, the tables of the second half below the temporaries of the first. In two
    /// halves that are not inlined, with one place for what goes from one to the other, it takes a third less of the stack.
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        match &mut decode(public_key, signature) {
            Ok(state) => {
                state.absorb(message);
                holds(state)
            }
            Err(_) => false,
        }
    }
}

/// Decodes both points. The answer as it comes: another type would be another copy.
#[cfg(feature = "ed25519-compact")]
#[inline(never)]
fn decode(
    public_key: &[u8; 32],
    signature: &[u8; 64],
) -> Result<ed25519_compact::VerifyingState, ed25519_compact::Error> {
    use ed25519_compact::{PublicKey, Signature};
    PublicKey::new(*public_key).verify_incremental(&Signature::new(*signature))
}

/// Computes the equation.
#[cfg(feature = "ed25519-compact")]
#[inline(never)]
fn holds(state: &ed25519_compact::VerifyingState) -> bool {
    state.verify().is_ok()
}

/// `salty`: small and slow (12 kB of flash, 9 kB of stack, 206 million instructions on a Cortex-M0). Cofactorless equation.
#[cfg(feature = "salty")]
#[derive(Clone, Copy, Debug, Default)]
pub struct Salty;

#[cfg(feature = "salty")]
impl Verifier for Salty {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        match salty::PublicKey::try_from(public_key) {
            Ok(key) => key.verify(message, &salty::Signature::from(signature)).is_ok(),
            Err(_) => false,
        }
    }
}
