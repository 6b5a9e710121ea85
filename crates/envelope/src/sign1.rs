//! COSE_Sign1 in the one profile that is accepted (docs/spec/container.md section 3.1; RFC 9052, RFC 9864).

use crate::cbor::{NIL, Reader, major};
use crate::error::cose;
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
        let mut reader = Reader::new(bytes);
        Self::read(&mut reader, true)
    }

    /// Reads a COSE_Sign1 at the start of `bytes`, and tells how many bytes it takes.
    ///
    /// # Errors
    /// [`CoseError`]; `Cbor(Fault::Truncated { needed })` means: come again with at least so many bytes.
    pub fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, usize), CoseError> {
        let mut reader = Reader::new(bytes);
        let sign1 = Self::read(&mut reader, false)?;
        Ok((sign1, reader.at() as usize))
    }

    fn read(reader: &mut Reader<'a>, to_the_end: bool) -> Result<Self, CoseError> {
        match reader.head() {
            major::TAG if reader.argument == TAG_SIGN1 => {}
            major::TAG => reader.refuse(cose::OTHER_TAG, reader.argument),
            _ => reader.refuse(cose::NO_TAG, 0),
        }
        let items = reader.array();
        if items != 4 {
            reader.refuse(cose::NOT_FOUR, items);
        }
        let (protected, key_id) = protected_header(reader);
        let entries = reader.map();
        if entries != 0 {
            reader.refuse(cose::UNPROTECTED, entries);
        }
        match reader.peek() {
            major::SIMPLE if reader.argument == NIL => reader.refuse(cose::NIL_PAYLOAD, reader.head_at),
            major::BYTES if reader.argument == 0 || reader.argument > MAX_MANIFEST as u32 => {
                reader.refuse(cose::MANIFEST_LENGTH, reader.argument);
            }
            _ => {}
        }
        let manifest = reader.bytes();
        if reader.peek() == major::BYTES && reader.argument != 64 {
            reader.refuse(cose::SIGNATURE_LENGTH, reader.argument);
        }
        let signature = reader.bytes();
        if to_the_end && !reader.is_at_end() {
            reader.refuse(cose::TRAILING, reader.at());
        }
        match (CoseError::of(reader), signature.first_chunk()) {
            (None, Some(signature)) => Ok(Self {
                key_id,
                manifest,
                signature,
                protected,
            }),
            (refused, _) => Err(refused.unwrap_or(CoseError::SignatureLength(0))),
        }
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
fn protected_header<'a>(reader: &mut Reader<'a>) -> (&'a [u8], &'a [u8]) {
    if reader.peek() == major::BYTES && reader.argument > MAX_PROTECTED {
        reader.refuse(cose::PROTECTED_LENGTH, reader.argument);
    }
    let protected = reader.bytes();
    (protected, reader.inside(protected.len() as u32, protected_map))
}

fn protected_map<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    let mut algorithm = None;
    let mut key_id = None;
    let mut least = 0;
    for _ in 0..reader.map() {
        if reader.peek() != major::UINT {
            reader.refuse(cose::OTHER_LABEL, reader.head_at);
        }
        let at = reader.at();
        let label = reader.key(least);
        match label {
            LABEL_ALG => algorithm = Some(reader.int()),
            LABEL_KID => key_id = Some(reader.bytes()),
            LABEL_CRIT => reader.refuse(cose::CRITICAL, at),
            _ => reader.refuse(cose::OTHER_LABEL, at),
        }
        if reader.failed() {
            break;
        }
        least = label + 1;
    }
    if !reader.is_at_end() {
        reader.refuse(cose::TRAILING, reader.at());
    }
    match algorithm {
        Some(-19 | -8) => {}
        Some(other) => reader.refuse(cose::ALGORITHM, other.cast_unsigned()),
        None => reader.refuse(cose::NO_ALGORITHM, 0),
    }
    match key_id.map(<[u8]>::len) {
        Some(1..=8) => {}
        Some(len) => reader.refuse(cose::KEY_ID_LENGTH, len as u32),
        None => reader.refuse(cose::NO_KEY_ID, 0),
    }
    key_id.unwrap_or(&[])
}
