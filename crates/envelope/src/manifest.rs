//! The manifest: what a container says of itself (docs/spec/container.md section 2), as a view over its bytes.

use crate::cbor::{Fault, Reader, major};
use crate::permissions::{check_text, not_empty};
use crate::{CHUNK, CHUNK_DIGEST, ManifestError, Permissions};

pub(crate) mod key {
    pub(crate) const VERSION: u32 = 0;
    pub(crate) const KIND: u32 = 1;
    pub(crate) const ID: u32 = 2;
    pub(crate) const SEQUENCE: u32 = 3;
    pub(crate) const TARGET: u32 = 4;
    pub(crate) const LENGTH: u32 = 5;
    pub(crate) const SHA256: u32 = 6;
    pub(crate) const ENCODING: u32 = 7;
    pub(crate) const TRANSMITTED: u32 = 8;
    pub(crate) const CHUNKS: u32 = 9;
    pub(crate) const PERMISSIONS: u32 = 10;
    pub(crate) const LIMITS: u32 = 11;
    pub(crate) const POLICY: u32 = 12;
    pub(crate) const PROBATION: u32 = 13;
    pub(crate) const BASE: u32 = 14;
    pub(crate) const COMMAND: u32 = 15;
}

/// The format version that this crate speaks.
pub(crate) const VERSION: u32 = 1;
const MAX_PROBATION_S: u32 = 604_800;

/// What a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// JavaScript source text.
    Script = 1,
    /// A stack composition message.
    Composition = 2,
    /// Parameters for a script or composition that runs.
    Parameters = 3,
    /// Confirm, revert, stop or delete; no payload.
    Command = 4,
    /// Adds and retires keys, raises floors.
    Trust = 5,
}

/// For which devices it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// The one with this id, 1 to 16 bytes.
    Device(&'a [u8]),
    /// Those of this class, 1 to 16 bytes of printable ASCII.
    Class(&'a [u8]),
    /// Any.
    Any,
}

/// How the payload is transmitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Encoding {
    /// As it is.
    Identity = 0,
    /// DEFLATE (RFC 1951).
    Deflate = 1,
    /// DEFLATE with preset dictionary 1.
    DeflateDictionary = 2,
}

/// The payload, and how to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    /// Bytes after inflation: what flash holds. At least 1.
    pub length: u32,
    /// SHA-256 of those bytes.
    pub sha256: &'a [u8; 32],
    /// How it is transmitted.
    pub encoding: Encoding,
    /// Bytes on the air; equal to `length` with [`Encoding::Identity`].
    pub transmitted: u32,
    /// 8 bytes for each 1,024 transmitted ones; empty when there is one chunk, not encoded.
    pub chunks: &'a [u8],
}

/// Who ends a trial well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Policy {
    /// Time: it ran for the probation in one go.
    Auto = 0,
    /// The script, by `container.confirm()`.
    Script = 1,
    /// A command.
    Operator = 2,
}

/// How the trial ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// By whom.
    pub policy: Policy,
    /// Seconds of uptime, 1..=604,800.
    pub probation_s: u32,
}

/// What a command does with the version of sequence `base`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Command {
    /// Ends its trial well.
    Confirm = 1,
    /// Ends its trial badly, or goes back to the version before.
    Revert = 2,
    /// Tears it down and leaves it stored.
    Stop = 3,
    /// Removes every version of the id.
    Delete = 4,
}

/// Limits; none = the device's own. A device takes the lower one of this and its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Limits {
    /// Heap, bytes.
    pub heap_bytes: Option<u32>,
    /// Fuel for one event.
    pub fuel_per_event: Option<u32>,
    /// Timers at once.
    pub timers: Option<u32>,
    /// Log ring, bytes.
    pub log_bytes: Option<u32>,
    /// Messages sent a minute.
    pub messages_per_minute: Option<u32>,
    /// Payload bytes sent a minute.
    pub bytes_per_minute: Option<u32>,
}

/// A manifest of the accepted form. [`Manifest::encode`] is its inverse: fill the fields to make one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manifest<'a> {
    /// What it is.
    pub kind: Kind,
    /// Container id: 1 to 16 of `a-z0-9-`.
    pub id: &'a [u8],
    /// 1..=4,294,967,294.
    pub sequence: u32,
    /// For which devices.
    pub target: Target<'a>,
    /// None for [`Kind::Command`] only.
    pub payload: Option<Payload<'a>>,
    /// What it may touch.
    pub permissions: Permissions<'a>,
    /// What it may use.
    pub limits: Limits,
    /// For kinds 1 to 3.
    pub confirm: Option<Confirm>,
    /// For kinds 3 and 4: the sequence of the version that it is about.
    pub base: Option<u32>,
    /// For kind 4.
    pub command: Option<Command>,
}

/// The values as they are met; assembled once all keys were seen.
#[derive(Default)]
struct Seen<'a> {
    kind: u32,
    keys: u16,
    id: &'a [u8],
    sequence: u32,
    target: Option<Target<'a>>,
    length: u32,
    sha256: Option<&'a [u8; 32]>,
    encoding: Option<Encoding>,
    transmitted: u32,
    chunks: &'a [u8],
    permissions: Permissions<'a>,
    limits: Limits,
    policy: Option<Policy>,
    probation_s: u32,
    base: u32,
    command: Option<Command>,
}

impl<'a> Manifest<'a> {
    /// Reads a manifest that fills `bytes` to the end.
    ///
    /// # Errors
    /// [`ManifestError`]: the first thing that is not as specified. Keys that are missing, do not belong to the kind or do not fit each
    /// other are told after all values were found well-formed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ManifestError> {
        let mut reader = Reader::new(bytes);
        let entries = reader.map()?;
        let mut seen = Seen::default();
        let mut last = None;
        for _ in 0..entries {
            let at = reader.at();
            let key = reader.key(&mut last)?;
            seen.value(key, at, &mut reader)?;
            seen.keys |= 1 << key;
        }
        if reader.is_at_end() {
            seen.assemble()
        } else {
            Err(ManifestError::Trailing(reader.at()))
        }
    }
}

impl<'a> Seen<'a> {
    fn value(&mut self, key: u32, key_at: u32, reader: &mut Reader<'a>) -> Result<(), ManifestError> {
        let at = reader.at();
        match key {
            key::VERSION => match reader.uint()? {
                VERSION => {}
                other => return Err(ManifestError::Version(other)),
            },
            key::KIND => match reader.uint()? {
                kind @ 1..=5 => self.kind = kind,
                other => return Err(ManifestError::Kind(other)),
            },
            key::ID => {
                self.id = reader.text()?;
                let odd = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
                if self.id.is_empty() || self.id.len() > 16 || self.id.iter().any(odd) {
                    return Err(ManifestError::Id(at));
                }
            }
            key::SEQUENCE => self.sequence = sequence(reader)?,
            key::TARGET => self.target = Some(target(reader)?),
            key::LENGTH => self.length = within(reader, 1..=u32::MAX)?,
            key::SHA256 => {
                self.sha256 = Some(reader.bytes()?.try_into().map_err(|_| ManifestError::Value(at))?)
            }
            key::ENCODING => {
                self.encoding = Some(match reader.uint()? {
                    1 => Encoding::Deflate,
                    2 => Encoding::DeflateDictionary,
                    _ => return Err(ManifestError::Value(at)),
                });
            }
            key::TRANSMITTED => self.transmitted = within(reader, 1..=u32::MAX)?,
            key::CHUNKS => self.chunks = reader.bytes()?,
            key::PERMISSIONS => self.permissions = Permissions::read(reader)?,
            key::LIMITS => self.limits = limits(reader)?,
            key::POLICY => {
                self.policy = Some(match reader.uint()? {
                    0 => Policy::Auto,
                    1 => Policy::Script,
                    2 => Policy::Operator,
                    _ => return Err(ManifestError::Value(at)),
                });
            }
            key::PROBATION => self.probation_s = within(reader, 1..=MAX_PROBATION_S)?,
            key::BASE => self.base = sequence(reader)?,
            key::COMMAND => {
                self.command = Some(match reader.uint()? {
                    1 => Command::Confirm,
                    2 => Command::Revert,
                    3 => Command::Stop,
                    4 => Command::Delete,
                    _ => return Err(ManifestError::Value(at)),
                });
            }
            _ => return Err(ManifestError::UnknownKey(key_at)),
        }
        Ok(())
    }

    fn has(&self, key: u32) -> bool {
        self.keys >> key & 1 != 0
    }

    fn assemble(self) -> Result<Manifest<'a>, ManifestError> {
        self.fits_kind()?;
        let missing = |key: u32| ManifestError::MissingKey(key as u8);
        let kind = match self.kind {
            1 => Kind::Script,
            2 => Kind::Composition,
            3 => Kind::Parameters,
            4 => Kind::Command,
            _ => Kind::Trust,
        };
        if (kind == Kind::Trust) != (self.id == b"trust") {
            return Err(ManifestError::Id(0));
        }
        if kind == Kind::Composition && self.policy == Some(Policy::Script) {
            return Err(ManifestError::Value(0));
        }
        let payload = match kind {
            Kind::Command => None,
            _ => Some(self.payload()?),
        };
        Ok(Manifest {
            kind,
            id: self.id,
            sequence: self.sequence,
            target: self.target.ok_or(missing(key::TARGET))?,
            payload,
            permissions: self.permissions,
            limits: self.limits,
            confirm: self.policy.map(|policy| Confirm {
                policy,
                probation_s: self.probation_s,
            }),
            base: self.has(key::BASE).then_some(self.base),
            command: self.command,
        })
    }

    /// The table of section 2: which keys must be there, and which must not.
    fn fits_kind(&self) -> Result<(), ManifestError> {
        const COMMON: u16 = bits(&[key::VERSION, key::KIND, key::ID, key::SEQUENCE, key::TARGET]);
        const PAYLOAD: u16 = COMMON | bits(&[key::LENGTH, key::SHA256]);
        const TRIAL: u16 = PAYLOAD | bits(&[key::POLICY, key::PROBATION]);
        const BASE: u16 = bits(&[key::BASE]);
        const CODED: u16 = bits(&[key::ENCODING, key::TRANSMITTED, key::CHUNKS]);
        const RIGHTS: u16 = bits(&[key::PERMISSIONS, key::LIMITS]);
        let (must, may) = match self.kind {
            1 | 2 => (TRIAL, CODED | RIGHTS),
            3 => (TRIAL | BASE, CODED),
            4 => (COMMON | BASE | bits(&[key::COMMAND]), 0),
            5 => (PAYLOAD, CODED),
            _ => (COMMON, 0),
        };
        let missing = must & !self.keys;
        if missing != 0 {
            return Err(ManifestError::MissingKey(missing.trailing_zeros() as u8));
        }
        let foreign = self.keys & !(must | may);
        if foreign != 0 {
            return Err(ManifestError::ForeignKey(foreign.trailing_zeros() as u8));
        }
        match (self.has(key::ENCODING), self.has(key::TRANSMITTED)) {
            (true, false) => Err(ManifestError::MissingKey(key::TRANSMITTED as u8)),
            (false, true) => Err(ManifestError::ForeignKey(key::TRANSMITTED as u8)),
            _ => Ok(()),
        }
    }

    fn payload(&self) -> Result<Payload<'a>, ManifestError> {
        let encoding = self.encoding.unwrap_or(Encoding::Identity);
        let transmitted = if encoding == Encoding::Identity {
            self.length
        } else {
            self.transmitted
        };
        let chunks = transmitted.div_ceil(CHUNK);
        let expected = if chunks == 1 && encoding == Encoding::Identity {
            0
        } else {
            chunks * CHUNK_DIGEST as u32
        };
        let have = self.chunks.len() as u32;
        if have != expected || (expected == 0 && self.has(key::CHUNKS)) {
            return Err(ManifestError::Chunks { have, expected });
        }
        let sha256 = self.sha256.ok_or(ManifestError::MissingKey(key::SHA256 as u8))?;
        Ok(Payload {
            length: self.length,
            sha256,
            encoding,
            transmitted,
            chunks: self.chunks,
        })
    }
}

/// The set of these keys.
const fn bits(keys: &[u32]) -> u16 {
    let mut rest = keys;
    let mut bits = 0;
    while let [key, after @ ..] = rest {
        bits |= 1 << *key;
        rest = after;
    }
    bits
}

fn within(reader: &mut Reader<'_>, range: core::ops::RangeInclusive<u32>) -> Result<u32, ManifestError> {
    let at = reader.at();
    let value = reader.uint()?;
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(ManifestError::Value(at))
    }
}

fn sequence(reader: &mut Reader<'_>) -> Result<u32, ManifestError> {
    within(reader, 1..=u32::MAX - 1)
}

fn target<'a>(reader: &mut Reader<'a>) -> Result<Target<'a>, ManifestError> {
    let at = reader.at();
    match reader.peek()?.major {
        major::BYTES => {
            let id = reader.bytes()?;
            if (1..=16).contains(&id.len()) {
                Ok(Target::Device(id))
            } else {
                Err(ManifestError::Value(at))
            }
        }
        major::TEXT => {
            let class = reader.text()?;
            check_text(class, 1, 16, at)?;
            Ok(Target::Class(class))
        }
        major::SIMPLE => {
            reader.yes()?;
            Ok(Target::Any)
        }
        _ => Err(Fault::Type { at }.into()),
    }
}

fn limits(reader: &mut Reader<'_>) -> Result<Limits, ManifestError> {
    let start = reader.at();
    let mut limits = Limits::default();
    let mut last = None;
    for _ in 0..not_empty(start, reader.map()?)? {
        let at = reader.at();
        let field = match reader.key(&mut last)? {
            1 => &mut limits.heap_bytes,
            2 => &mut limits.fuel_per_event,
            3 => &mut limits.timers,
            4 => &mut limits.log_bytes,
            5 => &mut limits.messages_per_minute,
            6 => &mut limits.bytes_per_minute,
            _ => return Err(ManifestError::UnknownKey(at)),
        };
        *field = Some(within(reader, 1..=u32::MAX)?);
    }
    Ok(limits)
}
