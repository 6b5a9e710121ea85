//! Why a container was refused: one small enum for each step, each variant with its number in docs/spec/container.md
//! section 6, which is never given a second meaning.
//!
//! A caller tells a person the number and [`Error::detail`]. What CoAP code goes with a number is in the same table.

use crate::cbor::{Fault, Reader};

/// The COSE_Sign1 has not the one form that is accepted (11xx).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CoseError {
    /// 1101 to 1108: not deterministic CBOR.
    Cbor(Fault),
    /// 1110: no tag.
    NoTag,
    /// 1111: another tag than 18.
    OtherTag(u32),
    /// 1112: not an array of four; how many.
    NotFour(u32),
    /// 1113: no alg.
    NoAlgorithm,
    /// 1114: an algorithm that is not accepted.
    Algorithm(i32),
    /// 1115: no kid.
    NoKeyId,
    /// 1116: the key id is not 1 to 8 bytes; its length.
    KeyIdLength(u32),
    /// 1117: a `crit` header; where.
    Critical(u32),
    /// 1118: another label; where.
    OtherLabel(u32),
    /// 1119: the unprotected header has this many entries.
    Unprotected(u32),
    /// 1120: nil payload; where.
    NilPayload(u32),
    /// 1121: the manifest is not 1 to 256 bytes; its length.
    ManifestLength(u32),
    /// 1122: the signature is not 64 bytes; its length.
    SignatureLength(u32),
    /// 1123: bytes follow the COSE_Sign1 or its protected map; where.
    Trailing(u32),
    /// 1124: the protected header is longer than 64 bytes; its length.
    ProtectedLength(u32),
}

/// The manifest is not one (12xx).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ManifestError {
    /// 1201 to 1208: not deterministic CBOR.
    Cbor(Fault),
    /// 1210: a key that is not specified; where.
    UnknownKey(u32),
    /// 1211: this key is missing.
    MissingKey(u8),
    /// 1212: this key does not belong to this kind.
    ForeignKey(u8),
    /// 1213: out of range, another length of an array, or an empty map or array; where.
    Value(u32),
    /// 1214: another format version.
    Version(u32),
    /// 1215: an unknown kind.
    Kind(u32),
    /// 1216: not a container id, or not one for this kind; where.
    Id(u32),
    /// 1217: the chunk digests do not fit the payload's length.
    Chunks {
        /// Bytes of digests there are.
        have: u32,
        /// Bytes of digests that belong there.
        expected: u32,
    },
    /// 1218: text that is not printable ASCII, or not a path; where.
    Text(u32),
    /// 1219: bytes follow the manifest; where.
    Trailing(u32),
}

/// The text or binary form around the COSE_Sign1 is broken (13xx). Offsets count from the container's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormError {
    /// The COSE_Sign1 inside is refused.
    Cose(CoseError),
    /// The manifest inside is refused.
    Manifest(ManifestError),
    /// 1301: a byte order mark.
    ByteOrderMark,
    /// 1302: a blank, CR or LF before the header.
    Blank,
    /// 1303: `#!` before the header.
    Shebang,
    /// 1304: no header of this version; where it differs.
    NoHeader(u32),
    /// 1305: not a base64url character; where.
    Base64(u32),
    /// 1306: unused bits are not zero, or no whole length; where.
    Base64End(u32),
    /// 1307: the COSE_Sign1 is longer than this limit.
    TooLong(u32),
    /// 1308: not a lower-case hexadecimal digit; where.
    Hex(u32),
    /// 1309: the header does not end with `*/` and LF; where.
    HeaderEnd(u32),
    /// 1310: the header ends with CR LF; where.
    CarriageReturn(u32),
    /// 1311: the header's hash is not the manifest's.
    HeaderHash,
    /// 1312: text form of this kind, or of an encoded payload.
    NotText(u32),
    /// 1320: the payload is no byte string with a shortest head; where.
    PayloadHead(u32),
    /// 1321: the length in the payload's head is not the manifest's.
    PayloadLength {
        /// The payload's length, bytes.
        have: u32,
        /// The manifest's.
        expected: u32,
    },
    /// 1322: bytes follow a command; where.
    Trailing(u32),
    /// 1323: the container ends in its header; bytes that are needed at least.
    Incomplete(u32),
}

/// A well-formed container that is not for this device, at this time, from this key (14xx).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// 1401: another id than the path's.
    OtherId,
    /// 1402: a kind that is not taken here.
    Kind(u8),
    /// 1403: an encoding that this device cannot undo.
    Encoding(u8),
    /// 1404: for another device.
    Target,
    /// 1405: signed by an unknown key.
    UnknownKey,
    /// 1406: the id is out of the key's scope.
    IdScope,
    /// 1407: the kind is out of the key's scope.
    KindScope(u8),
    /// 1408: permissions beyond what the key may grant; the key of section 2.2.
    Grant(u8),
    /// 1409: longer than the slot.
    TooLong {
        /// Payload length, bytes.
        length: u32,
        /// What a slot holds, bytes.
        slot: u32,
    },
    /// 1410: about a version that is not there.
    Base {
        /// The version it is about.
        base: u32,
        /// The one that is there; 0 = none.
        there: u32,
    },
    /// 1411: below what was tried.
    Stale {
        /// Its sequence.
        sequence: u32,
        /// The highest one that was tried.
        tried: u32,
    },
    /// 1412: another manifest used this sequence.
    SequenceUsed(u32),
    /// 1413: below the security floor.
    Floor {
        /// Its sequence.
        sequence: u32,
        /// The lowest that may start.
        floor: u32,
    },
}

/// The signature is not the key's (15xx).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// 1501: S is not below the group order.
    LargeS,
    /// 1502: the public key has small order.
    SmallOrderKey,
    /// 1503: R has small order.
    SmallOrderR,
    /// 1504: the public key is not in canonical encoding.
    NonCanonicalKey,
    /// 1505: R is not in canonical encoding.
    NonCanonicalR,
    /// 1506: the signature does not fit.
    Mismatch,
}

/// The payload is not the one that was signed (16xx and 1313).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadError {
    /// 1313: the script begins with a second header.
    SecondHeader,
    /// 1601: this chunk has another digest.
    Chunk(u32),
    /// 1602: the whole has another SHA-256.
    Digest,
    /// 1603: more bytes than this limit.
    TooLong(u32),
    /// 1604: less than announced.
    TooShort {
        /// Bytes there are.
        have: u32,
        /// Bytes announced.
        expected: u32,
    },
}

/// Any refusal of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// 11xx, 12xx, 13xx.
    Form(FormError),
    /// 14xx.
    Refused(Refusal),
    /// 15xx.
    Signature(SignatureError),
    /// 16xx.
    Payload(PayloadError),
}

/// Number, the value that it carries, and the limit or expectation that it was held against (0 where there is none).
type Parts = (u16, u32, u32);

/// Last two digits of the refusals of a COSE_Sign1, beyond those of [`Fault`].
pub(crate) mod cose {
    pub(crate) const NO_TAG: u16 = 10;
    pub(crate) const OTHER_TAG: u16 = 11;
    pub(crate) const NOT_FOUR: u16 = 12;
    pub(crate) const NO_ALGORITHM: u16 = 13;
    pub(crate) const ALGORITHM: u16 = 14;
    pub(crate) const NO_KEY_ID: u16 = 15;
    pub(crate) const KEY_ID_LENGTH: u16 = 16;
    pub(crate) const CRITICAL: u16 = 17;
    pub(crate) const OTHER_LABEL: u16 = 18;
    pub(crate) const UNPROTECTED: u16 = 19;
    pub(crate) const NIL_PAYLOAD: u16 = 20;
    pub(crate) const MANIFEST_LENGTH: u16 = 21;
    pub(crate) const SIGNATURE_LENGTH: u16 = 22;
    pub(crate) const TRAILING: u16 = 23;
    pub(crate) const PROTECTED_LENGTH: u16 = 24;
}

/// The same of a manifest.
pub(crate) mod form {
    pub(crate) const UNKNOWN_KEY: u16 = 10;
    pub(crate) const MISSING_KEY: u16 = 11;
    pub(crate) const FOREIGN_KEY: u16 = 12;
    pub(crate) const VALUE: u16 = 13;
    pub(crate) const VERSION: u16 = 14;
    pub(crate) const KIND: u16 = 15;
    pub(crate) const ID: u16 = 16;
    pub(crate) const TEXT: u16 = 18;
    pub(crate) const TRAILING: u16 = 19;
}

impl CoseError {
    /// The refusal that a reader holds, if any.
    pub(crate) const fn of(reader: &Reader<'_>) -> Option<Self> {
        let (digits, value) = reader.refusal();
        Some(match digits {
            0 => return None,
            cose::NO_TAG => Self::NoTag,
            cose::OTHER_TAG => Self::OtherTag(value),
            cose::NOT_FOUR => Self::NotFour(value),
            cose::NO_ALGORITHM => Self::NoAlgorithm,
            cose::ALGORITHM => Self::Algorithm(value.cast_signed()),
            cose::NO_KEY_ID => Self::NoKeyId,
            cose::KEY_ID_LENGTH => Self::KeyIdLength(value),
            cose::CRITICAL => Self::Critical(value),
            cose::OTHER_LABEL => Self::OtherLabel(value),
            cose::UNPROTECTED => Self::Unprotected(value),
            cose::NIL_PAYLOAD => Self::NilPayload(value),
            cose::MANIFEST_LENGTH => Self::ManifestLength(value),
            cose::SIGNATURE_LENGTH => Self::SignatureLength(value),
            cose::TRAILING => Self::Trailing(value),
            cose::PROTECTED_LENGTH => Self::ProtectedLength(value),
            digits => Self::Cbor(Fault::of(digits, value)),
        })
    }

    const fn parts(self) -> Parts {
        let digits = match self {
            Self::Cbor(fault) => fault.digits(),
            Self::NoTag => cose::NO_TAG,
            Self::OtherTag(_) => cose::OTHER_TAG,
            Self::NotFour(_) => cose::NOT_FOUR,
            Self::NoAlgorithm => cose::NO_ALGORITHM,
            Self::Algorithm(_) => cose::ALGORITHM,
            Self::NoKeyId => cose::NO_KEY_ID,
            Self::KeyIdLength(_) => cose::KEY_ID_LENGTH,
            Self::Critical(_) => cose::CRITICAL,
            Self::OtherLabel(_) => cose::OTHER_LABEL,
            Self::Unprotected(_) => cose::UNPROTECTED,
            Self::NilPayload(_) => cose::NIL_PAYLOAD,
            Self::ManifestLength(_) => cose::MANIFEST_LENGTH,
            Self::SignatureLength(_) => cose::SIGNATURE_LENGTH,
            Self::Trailing(_) => cose::TRAILING,
            Self::ProtectedLength(_) => cose::PROTECTED_LENGTH,
        };
        let value = match self {
            Self::Cbor(fault) => fault.value(),
            Self::NoTag | Self::NoAlgorithm | Self::NoKeyId => 0,
            Self::Algorithm(algorithm) => algorithm.cast_unsigned(),
            Self::OtherTag(value)
            | Self::NotFour(value)
            | Self::KeyIdLength(value)
            | Self::Critical(value)
            | Self::OtherLabel(value)
            | Self::Unprotected(value)
            | Self::NilPayload(value)
            | Self::ManifestLength(value)
            | Self::SignatureLength(value)
            | Self::Trailing(value)
            | Self::ProtectedLength(value) => value,
        };
        (1100 + digits, value, 0)
    }
}

impl ManifestError {
    /// The refusal that a reader holds, if any.
    pub(crate) const fn of(reader: &Reader<'_>) -> Option<Self> {
        let (digits, value) = reader.refusal();
        Some(match digits {
            0 => return None,
            form::UNKNOWN_KEY => Self::UnknownKey(value),
            form::MISSING_KEY => Self::MissingKey(value as u8),
            form::FOREIGN_KEY => Self::ForeignKey(value as u8),
            form::VALUE => Self::Value(value),
            form::VERSION => Self::Version(value),
            form::KIND => Self::Kind(value),
            form::ID => Self::Id(value),
            form::TEXT => Self::Text(value),
            form::TRAILING => Self::Trailing(value),
            digits => Self::Cbor(Fault::of(digits, value)),
        })
    }

    const fn parts(self) -> Parts {
        let digits = match self {
            Self::Cbor(fault) => fault.digits(),
            Self::UnknownKey(_) => form::UNKNOWN_KEY,
            Self::MissingKey(_) => form::MISSING_KEY,
            Self::ForeignKey(_) => form::FOREIGN_KEY,
            Self::Value(_) => form::VALUE,
            Self::Version(_) => form::VERSION,
            Self::Kind(_) => form::KIND,
            Self::Id(_) => form::ID,
            Self::Chunks { .. } => 17,
            Self::Text(_) => form::TEXT,
            Self::Trailing(_) => form::TRAILING,
        };
        let (value, limit) = match self {
            Self::Cbor(fault) => (fault.value(), 0),
            Self::MissingKey(key) | Self::ForeignKey(key) => (key as u32, 0),
            Self::Chunks { have, expected } => (have, expected),
            Self::UnknownKey(value)
            | Self::Value(value)
            | Self::Version(value)
            | Self::Kind(value)
            | Self::Id(value)
            | Self::Text(value)
            | Self::Trailing(value) => (value, 0),
        };
        (1200 + digits, value, limit)
    }
}

impl FormError {
    const fn parts(self) -> Parts {
        let (number, value) = match self {
            Self::Cose(error) => return error.parts(),
            Self::Manifest(error) => return error.parts(),
            Self::ByteOrderMark => (1301, 0),
            Self::Blank => (1302, 0),
            Self::Shebang => (1303, 0),
            Self::NoHeader(at) => (1304, at),
            Self::Base64(at) => (1305, at),
            Self::Base64End(at) => (1306, at),
            Self::TooLong(limit) => return (1307, 0, limit),
            Self::Hex(at) => (1308, at),
            Self::HeaderEnd(at) => (1309, at),
            Self::CarriageReturn(at) => (1310, at),
            Self::HeaderHash => (1311, 0),
            Self::NotText(kind) => (1312, kind),
            Self::PayloadHead(at) => (1320, at),
            Self::PayloadLength { have, expected } => return (1321, have, expected),
            Self::Trailing(at) => (1322, at),
            Self::Incomplete(needed) => (1323, needed),
        };
        (number, value, 0)
    }
}

impl Refusal {
    const fn parts(self) -> Parts {
        match self {
            Self::OtherId => (1401, 0, 0),
            Self::Kind(kind) => (1402, kind as u32, 0),
            Self::Encoding(encoding) => (1403, encoding as u32, 0),
            Self::Target => (1404, 0, 0),
            Self::UnknownKey => (1405, 0, 0),
            Self::IdScope => (1406, 0, 0),
            Self::KindScope(kind) => (1407, kind as u32, 0),
            Self::Grant(key) => (1408, key as u32, 0),
            Self::TooLong { length, slot } => (1409, length, slot),
            Self::Base { base, there } => (1410, base, there),
            Self::Stale { sequence, tried } => (1411, sequence, tried),
            Self::SequenceUsed(sequence) => (1412, sequence, 0),
            Self::Floor { sequence, floor } => (1413, sequence, floor),
        }
    }
}

impl SignatureError {
    const fn parts(self) -> Parts {
        let number = match self {
            Self::LargeS => 1501,
            Self::SmallOrderKey => 1502,
            Self::SmallOrderR => 1503,
            Self::NonCanonicalKey => 1504,
            Self::NonCanonicalR => 1505,
            Self::Mismatch => 1506,
        };
        (number, 0, 0)
    }
}

impl PayloadError {
    const fn parts(self) -> Parts {
        match self {
            Self::SecondHeader => (1313, 0, 0),
            Self::Chunk(index) => (1601, index, 0),
            Self::Digest => (1602, 0, 0),
            Self::TooLong(limit) => (1603, 0, limit),
            Self::TooShort { have, expected } => (1604, have, expected),
        }
    }
}

/// The two questions that every refusal answers.
macro_rules! answers {
    ($($of:ty),*) => {$(
        impl $of {
            /// Its number in docs/spec/container.md section 6.
            #[must_use]
            pub const fn number(self) -> u16 {
                self.parts().0
            }

            /// The value that it carries and the limit or expectation beside it; 0 where there is none.
            #[must_use]
            pub const fn detail(self) -> (u32, u32) {
                let (_, value, limit) = self.parts();
                (value, limit)
            }
        }
    )*};
}
answers!(
    CoseError,
    ManifestError,
    FormError,
    Refusal,
    SignatureError,
    PayloadError,
    Error
);

impl Error {
    const fn parts(self) -> Parts {
        match self {
            Self::Form(error) => error.parts(),
            Self::Refused(error) => error.parts(),
            Self::Signature(error) => error.parts(),
            Self::Payload(error) => error.parts(),
        }
    }
}

impl From<CoseError> for FormError {
    fn from(error: CoseError) -> Self {
        Self::Cose(error)
    }
}

impl From<ManifestError> for FormError {
    fn from(error: ManifestError) -> Self {
        Self::Manifest(error)
    }
}

impl From<FormError> for Error {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<CoseError> for Error {
    fn from(error: CoseError) -> Self {
        Self::Form(FormError::Cose(error))
    }
}

impl From<ManifestError> for Error {
    fn from(error: ManifestError) -> Self {
        Self::Form(FormError::Manifest(error))
    }
}

impl From<Refusal> for Error {
    fn from(error: Refusal) -> Self {
        Self::Refused(error)
    }
}

impl From<SignatureError> for Error {
    fn from(error: SignatureError) -> Self {
        Self::Signature(error)
    }
}

impl From<PayloadError> for Error {
    fn from(error: PayloadError) -> Self {
        Self::Payload(error)
    }
}
