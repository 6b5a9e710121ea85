//! The signed container of Motebox: manifest, COSE_Sign1, text and binary form, verification.
//!
//! The bytes are specified in `docs/spec/container.md`; every refusal carries the number that the page gives it.
//! Nothing here allocates, recurses, or keeps more than it is handed; no function can panic on any input.
//!
//! # The way of a container
//! 1. [`HeaderReader`] takes the bytes of either form as they come, and ends with one COSE_Sign1 in its buffer.
//! 2. [`Sign1::parse`] and [`Manifest::parse`] look at the form, without copying.
//! 3. [`check`] goes through the order of checks (id, kind, target, key and scope, length, sequence).
//! 4. [`Cleared::verify`] looks at the signature: the only dear step (0.3 s on a Cortex-M0), so it is one of its own.
//! 5. [`ChunkCheck`] looks at the payload's chunks as they arrive, [`PayloadCheck`] at the whole of it as it lies in flash.
//!
//! ```
//! use motebox_envelope::{check, Context, KeyRing, Manifest, Place, Sign1, Verifier};
//!
//! fn accept(header: &[u8], place: &Place<'_>, keys: &KeyRing<'_>, verifier: &dyn Verifier) -> Result<u32, u16> {
//!     let sign1 = Sign1::parse(header).map_err(|e| e.number())?;
//!     let manifest = Manifest::parse(sign1.manifest).map_err(|e| e.number())?;
//!     let cleared = check(&sign1, &manifest, place, keys).map_err(|e| e.number())?;
//!     cleared.verify(Context::Production, verifier).map_err(|e| e.number())?;
//!     Ok(manifest.sequence)
//! }
//! ```
#![no_std]
#![forbid(unsafe_code)]

mod cbor;
mod check;
mod ed25519;
mod encode;
mod error;
mod field;
mod grant;
mod guard;
mod hash;
mod header;
mod keys;
mod manifest;
mod payload;
mod permissions;
mod sha512;
#[cfg(feature = "sign")]
mod sign;
mod sign1;
mod text;
mod verify;

pub use cbor::Fault;
pub use check::{Cleared, Place, Tried, Verified, check};
pub use ed25519::Small;
pub use encode::{EncodeError, PermissionsSpec, write_payload_head};
pub use error::{CoseError, Error, FormError, ManifestError, PayloadError, Refusal, SignatureError};
pub use guard::guard;
pub use hash::Sha256;
pub use header::{Form, Header, HeaderReader, Progress};
pub use keys::{Grants, IdScope, KeyRecord, KeyRing, KindSet};
pub use manifest::{Command, Confirm, Encoding, Kind, Limits, Manifest, Payload, Policy, Target};
pub use payload::{ChunkCheck, PayloadCheck};
pub use permissions::{Device, Devices, Host, Path, Paths, Peer, Peers, Permissions, Radio, Range, method};
#[cfg(feature = "sign")]
pub use sign::{SigningKey, key_id};
pub use sign1::{Context, Sign1};
pub use text::{Oddity, explain, write_text_header};
#[cfg(feature = "ed25519-compact")]
pub use verify::Compact;
#[cfg(feature = "salty")]
pub use verify::Salty;
pub use verify::Verifier;

/// The longest manifest, bytes.
pub const MAX_MANIFEST: usize = 256;
/// The longest COSE_Sign1 around a manifest, bytes.
pub const MAX_SIGN1: usize = 342;
/// The longest Sig_structure, the bytes that are signed.
pub const MAX_TO_BE_SIGNED: usize = 299;
/// The longest first line of the text form, its LF included.
pub const MAX_TEXT_HEADER: usize = 11 + 456 + 1 + 64 + 3;
/// Bytes of transmitted payload under one chunk digest.
pub const CHUNK: u32 = 1024;
/// Bytes of one chunk digest.
pub const CHUNK_DIGEST: usize = 8;
