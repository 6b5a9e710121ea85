//! COSE_Sign1 in the one profile that is accepted (docs/spec/container.md section 3.1; RFC 9052, RFC 9864).

use crate::cbor::{NIL, Reader, major};
use crate::{CoseError, MAX_MANIFEST, MAX_TO_BE_SIGNED, Sha256, SignatureError, Verifier, guard};

const TAG_SIGN1: u32 = 18;
const LABEL_ALG: u32 = 1;
const LABEL_CRIT: u32 = 2;
const LABEL_KID: u32 = 4;
/// Ed25519, fully specified (RFC 9864): what is written.
#[cfg(feature = "sign")]
pub(crate) const ALG_ED25519: i32 = -19;
const MAX_PROTECTED: u32 = 64;

/// What a device was constructed for. It enters the signed bytes as external_aad, so a signature made for one is worth nothing in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// The field.
    Production,
    /// A desk. The device says so in its status.
    Development,
}

impl Context {
    const fn external_aad(self) -> &'static [u8] {
        match self {
            Self::Production => b"motebox/1",
            Self::Development => b"motebox/1-dev",
        }
    }
}

/// A COSE_Sign1 of the accepted form; nothing about its signature is known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sign1<'a> {
    /// The key id, 1 to 8 bytes.
    pub key_id: &'a [u8],
    /// The manifest's bytes, 1 to 256.
    pub manifest: &'a [u8],
    /// R and S.
    pub signature: &'a [u8; 64],
    protected: &'a [u8],
}

impl<'a> Sign1<'a> {
    /// Reads a COSE_Sign1 that fills `bytes` to the end.
    ///
    /// # Errors
    /// [`CoseError`]: the first thing that is not as specified.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CoseError> {
        let (sign1, used) = Self::parse_prefix(bytes)?;
        if used == bytes.len() {
            Ok(sign1)
        } else {
            Err(CoseError::Trailing(used as u32))
        }
    }

    /// Reads a COSE_Sign1 at the start of `bytes`, and tells how many bytes it takes.
    ///
    /// # Errors
    /// [`CoseError`]; `Cbor(Fault::Truncated { needed })` means: come again with at least so many bytes.
    pub fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, usize), CoseError> {
        let mut reader = Reader::new(bytes);
        let tag = reader.head()?;
        match (tag.major, tag.argument) {
            (major::TAG, TAG_SIGN1) => {}
            (major::TAG, other) => return Err(CoseError::OtherTag(other)),
            _ => return Err(CoseError::NoTag),
        }
        match reader.array()? {
            4 => {}
            other => return Err(CoseError::NotFour(other)),
        }
        let (protected, key_id) = protected_header(&mut reader)?;
        match reader.map()? {
            0 => {}
            entries => return Err(CoseError::Unprotected(entries)),
        }
        let payload = reader.peek()?;
        if payload.major == major::SIMPLE && payload.argument == NIL {
            return Err(CoseError::NilPayload(payload.at));
        }
        if payload.major == major::BYTES && (payload.argument == 0 || payload.argument > MAX_MANIFEST as u32)
        {
            return Err(CoseError::ManifestLength(payload.argument));
        }
        let manifest = reader.bytes()?;
        let head = reader.peek()?;
        if head.major == major::BYTES && head.argument != 64 {
            return Err(CoseError::SignatureLength(head.argument));
        }
        let signature = reader.bytes()?;
        let signature = signature.first_chunk().ok_or(CoseError::SignatureLength(0))?;
        Ok((
            Self {
                key_id,
                manifest,
                signature,
                protected,
            },
            reader.at() as usize,
        ))
    }

    /// The SHA-256 of the manifest: what names this container everywhere.
    #[must_use]
    pub fn manifest_digest(&self) -> [u8; 32] {
        Sha256::of(self.manifest)
    }

    /// Writes the bytes that are signed (Sig_structure, RFC 9052 4.4) into `out`, and returns them.
    #[must_use]
    pub fn to_be_signed<'b>(&self, context: Context, out: &'b mut [u8; MAX_TO_BE_SIGNED]) -> &'b [u8] {
        to_be_signed(self.protected, self.manifest, context, out)
    }

    /// Looks at the signature: the guard first, then `verifier`. About 14.6 million instructions with `ed25519-compact` on a
    /// Cortex-M0, and 300 bytes of stack beside the verifier's own. Whose key it is, and whether that one may sign this, is for
    /// [`check`](crate::check()) to say: [`Cleared::verify`](crate::Cleared::verify) is both in one.
    ///
    /// # Errors
    /// [`SignatureError`].
    pub fn verify(
        &self,
        public_key: &[u8; 32],
        context: Context,
        verifier: &dyn Verifier,
    ) -> Result<(), SignatureError> {
        guard(public_key, self.signature)?;
        let mut room = [0; MAX_TO_BE_SIGNED];
        let message = self.to_be_signed(context, &mut room);
        if verifier.verify(public_key, message, self.signature) {
            Ok(())
        } else {
            Err(SignatureError::Mismatch)
        }
    }
}

/// `protected` and `manifest` are at most 64 and 256 bytes; a protected header that passed its checks has at most 13.
pub(crate) fn to_be_signed<'b>(
    protected: &[u8],
    manifest: &[u8],
    context: Context,
    out: &'b mut [u8; MAX_TO_BE_SIGNED],
) -> &'b [u8] {
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        for (to, from) in out.iter_mut().skip(at).zip(bytes) {
            *to = *from;
        }
        at += bytes.len();
    };
    put(b"\x84\x6aSignature1");
    for part in [protected, context.external_aad(), manifest] {
        let len = part.len();
        let low = len as u8;
        match len {
            0..=23 => put(&[0x40 | low]),
            24..=255 => put(&[0x58, low]),
            _ => put(&[0x59, (len >> 8) as u8, low]),
        }
        put(part);
    }
    out.get(..at).unwrap_or(&[])
}

/// The protected header as it stands, and the key id in it.
fn protected_header<'a>(reader: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), CoseError> {
    let head = reader.peek()?;
    if head.major == major::BYTES && head.argument > MAX_PROTECTED {
        return Err(CoseError::ProtectedLength(head.argument));
    }
    let protected = reader.bytes()?;
    let start = reader.at() - protected.len() as u32;
    let key_id = protected_map(protected).map_err(|error| displaced(error, start))?;
    Ok((protected, key_id))
}

fn protected_map(protected: &[u8]) -> Result<&[u8], CoseError> {
    let mut reader = Reader::new(protected);
    let entries = reader.map()?;
    let mut algorithm = None;
    let mut key_id = None;
    let mut last = None;
    for _ in 0..entries {
        let label = reader.peek()?;
        if label.major != major::UINT {
            return Err(CoseError::OtherLabel(label.at));
        }
        match reader.key(&mut last)? {
            LABEL_ALG => algorithm = Some(reader.int()?),
            LABEL_CRIT => return Err(CoseError::Critical(label.at)),
            LABEL_KID => key_id = Some(reader.bytes()?),
            _ => return Err(CoseError::OtherLabel(label.at)),
        }
    }
    if !reader.is_at_end() {
        return Err(CoseError::Trailing(reader.at()));
    }
    match algorithm {
        Some(-19 | -8) => {}
        Some(other) => return Err(CoseError::Algorithm(other)),
        None => return Err(CoseError::NoAlgorithm),
    }
    let key_id = key_id.ok_or(CoseError::NoKeyId)?;
    match key_id.len() {
        1..=8 => Ok(key_id),
        len => Err(CoseError::KeyIdLength(len as u32)),
    }
}

/// An error inside the protected map, told from the start of the COSE_Sign1. A map that ends early there is no reason to wait for
/// more bytes: it is an entry that has no place, so it is told as the wrong type of item.
fn displaced(error: CoseError, start: u32) -> CoseError {
    use crate::Fault::{DuplicateKey, Indefinite, KeyOrder, LongForm, Reserved, TooLarge, Truncated, Type};
    match error {
        CoseError::Cbor(fault) => CoseError::Cbor(match fault {
            Truncated { .. } => Type { at: start },
            LongForm { at } => LongForm { at: at + start },
            Indefinite { at } => Indefinite { at: at + start },
            Reserved { at } => Reserved { at: at + start },
            Type { at } => Type { at: at + start },
            DuplicateKey { at } => DuplicateKey { at: at + start },
            KeyOrder { at } => KeyOrder { at: at + start },
            TooLarge { at } => TooLarge { at: at + start },
        }),
        CoseError::Critical(at) => CoseError::Critical(at + start),
        CoseError::OtherLabel(at) => CoseError::OtherLabel(at + start),
        CoseError::Trailing(at) => CoseError::Trailing(at + start),
        other => other,
    }
}
