//! The order of checks (docs/spec/container.md section 4, steps 2 to 10): authority before cost.
//!
//! [`check`] is cheap and may run for anybody. The signature is a step of its own, because it costs 0.3 s on a Cortex-M0 and the
//! caller limits its rate. Only [`Cleared::verify`] makes a [`Verified`], so flash code can ask for one.

use crate::{
    Context, Encoding, Grants, KeyRecord, KeyRing, KindSet, Manifest, Refusal, Sign1, SignatureError, Target,
    Verifier,
};

/// What was tried last under a container id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Its sequence.
    pub sequence: u32,
    /// SHA-256 of its manifest.
    pub manifest_digest: [u8; 32],
}

/// The device, and the place in it that a container is sent to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The id in the path.
    pub id: &'a [u8],
    /// Kinds that are taken there.
    pub kinds: KindSet,
    /// DEFLATE can be undone.
    pub deflate: bool,
    /// DEFLATE with preset dictionary 1 can be undone.
    pub deflate_dictionary: bool,
    /// This device's id.
    pub device: &'a [u8],
    /// This device's class.
    pub class: &'a [u8],
    /// What a slot holds, bytes.
    pub slot_bytes: u32,
    /// Sequence of the version that is there, which parameters and commands are about.
    pub there: Option<u32>,
    /// What was tried last under this id.
    pub tried: Option<Tried>,
    /// The lowest sequence that may start.
    pub floor: u32,
}

/// All is well but the signature, which nobody has looked at.
#[derive(Clone, Copy, Debug)]
#[must_use = "nothing is accepted before its signature is verified"]
pub struct Cleared<'a> {
    sign1: Sign1<'a>,
    key: &'a KeyRecord<'a>,
    manifest_digest: [u8; 32],
    repeated: bool,
}

/// A manifest that a trusted key signed for this device and this moment. Only [`Cleared::verify`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// SHA-256 of the manifest.
    pub manifest_digest: [u8; 32],
    /// The epoch of the key that signed it.
    pub epoch: u32,
}

/// Checks a well-formed container against device, keys and history, in the order of the specification.
///
/// # Errors
/// [`Refusal`]: the first check that fails.
pub fn check<'a>(
    sign1: &Sign1<'a>,
    manifest: &Manifest<'_>,
    place: &Place<'_>,
    keys: &KeyRing<'a>,
) -> Result<Cleared<'a>, Refusal> {
    if manifest.id != place.id {
        return Err(Refusal::OtherId);
    }
    if !place.kinds.has(manifest.kind) {
        return Err(Refusal::Kind(manifest.kind as u8));
    }
    encoding_is_known(manifest, place)?;
    target_is_here(manifest, place)?;
    let key = keys.find(sign1.key_id).ok_or(Refusal::UnknownKey)?;
    key_may(key, manifest)?;
    if let Some(payload) = manifest.payload
        && payload.length > place.slot_bytes
    {
        return Err(Refusal::TooLong {
            length: payload.length,
            slot: place.slot_bytes,
        });
    }
    let manifest_digest = sign1.manifest_digest();
    let repeated = place
        .tried
        .is_some_and(|tried| tried.sequence == manifest.sequence && tried.manifest_digest == manifest_digest);
    if !repeated {
        base_is_there(manifest, place)?;
    }
    sequence_is_next(manifest, place, repeated)?;
    Ok(Cleared {
        sign1: *sign1,
        key,
        manifest_digest,
        repeated,
    })
}

fn encoding_is_known(manifest: &Manifest<'_>, place: &Place<'_>) -> Result<(), Refusal> {
    let Some(payload) = manifest.payload else {
        return Ok(());
    };
    let known = match payload.encoding {
        Encoding::Identity => true,
        Encoding::Deflate => place.deflate,
        Encoding::DeflateDictionary => place.deflate_dictionary,
    };
    if known {
        Ok(())
    } else {
        Err(Refusal::Encoding(payload.encoding as u8))
    }
}

fn target_is_here(manifest: &Manifest<'_>, place: &Place<'_>) -> Result<(), Refusal> {
    let here = match manifest.target {
        Target::Device(id) => id == place.device,
        Target::Class(class) => class == place.class,
        Target::Any => true,
    };
    if here { Ok(()) } else { Err(Refusal::Target) }
}

fn key_may(key: &KeyRecord<'_>, manifest: &Manifest<'_>) -> Result<(), Refusal> {
    if !key.ids.has(manifest.id) {
        return Err(Refusal::IdScope);
    }
    if !key.kinds.has(manifest.kind) {
        return Err(Refusal::KindScope(manifest.kind as u8));
    }
    match key.grants {
        Grants::Everything => Ok(()),
        Grants::AtMost(most) => manifest.permissions.within(most),
    }
}

fn base_is_there(manifest: &Manifest<'_>, place: &Place<'_>) -> Result<(), Refusal> {
    match manifest.base {
        Some(base) if place.there != Some(base) => Err(Refusal::Base {
            base,
            there: place.there.unwrap_or(0),
        }),
        _ => Ok(()),
    }
}

fn sequence_is_next(manifest: &Manifest<'_>, place: &Place<'_>, repeated: bool) -> Result<(), Refusal> {
    let sequence = manifest.sequence;
    if sequence < place.floor {
        return Err(Refusal::Floor {
            sequence,
            floor: place.floor,
        });
    }
    match place.tried {
        Some(tried) if sequence < tried.sequence => Err(Refusal::Stale {
            sequence,
            tried: tried.sequence,
        }),
        Some(tried) if sequence == tried.sequence && !repeated => Err(Refusal::SequenceUsed(sequence)),
        _ => Ok(()),
    }
}

impl Cleared<'_> {
    /// The same manifest was tried before: answer as if it were done, and do nothing.
    #[must_use]
    pub const fn is_repeated(&self) -> bool {
        self.repeated
    }

    /// SHA-256 of the manifest, for remembering the last one that failed.
    #[must_use]
    pub const fn manifest_digest(&self) -> [u8; 32] {
        self.manifest_digest
    }

    /// Looks at the signature: [`Sign1::verify`] with the key that was found.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(&self, context: Context, verifier: &dyn Verifier) -> Result<Verified, SignatureError> {
        self.sign1.verify(&self.key.public_key, context, verifier)?;
        Ok(Verified {
            manifest_digest: self.manifest_digest,
            epoch: self.key.epoch,
        })
    }
}
