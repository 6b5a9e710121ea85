//! The manifest: what a container says of itself (docs/spec/container.md section 2), as a view over its bytes.

use crate::cbor::{Reader, code, major};
use crate::error::form;
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

impl<'a> Manifest<'a> {
    /// Reads a manifest that fills `bytes` to the end.
    ///
    /// # Errors
    /// [`ManifestError`]: the first thing that is not as specified. Keys that are missing, do not belong to the kind or do not fit each
    /// other are told after all values were found well-formed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ManifestError> {
        let mut reader = Reader::new(bytes);
        let mut manifest = Manifest {
            kind: Kind::Script,
            id: &[],
            sequence: 0,
            target: Target::Any,
            payload: None,
            permissions: Permissions::NONE,
            limits: Limits::default(),
            confirm: None,
            base: None,
            command: None,
        };
        let mut seen = Seen {
            keys: 0,
            numbers: [0; 16],
            sha256: &[],
            chunks: &[],
        };
        let mut least = 0;
        for _ in 0..reader.map() {
            let key = reader.key(least);
            seen.value(&mut manifest, key, &mut reader);
            if reader.failed() {
                break;
            }
            seen.keys |= 1 << key;
            least = key + 1;
        }
        if !reader.is_at_end() {
            reader.refuse(form::TRAILING, reader.at());
        }
        let chunks = seen.assemble(&mut manifest, &mut reader);
        match ManifestError::of(&reader) {
            Some(refused) => Err(refused),
            None if chunks != seen.chunks.len() as u32 || chunks == 0 && seen.has(key::CHUNKS) => {
                Err(ManifestError::Chunks {
                    have: seen.chunks.len() as u32,
                    expected: chunks,
                })
            }
            None => Ok(manifest),
        }
    }
}

/// What of a manifest is put together once all keys were seen.
struct Seen<'a> {
    keys: u32,
    /// The values that are one number, by key.
    numbers: [u32; 16],
    sha256: &'a [u8],
    chunks: &'a [u8],
}

impl<'a> Seen<'a> {
    fn value(&mut self, manifest: &mut Manifest<'a>, key: u32, reader: &mut Reader<'a>) {
        let (key_at, at) = (reader.head_at, reader.at());
        let most = match key {
            key::ID => {
                manifest.id = reader.text();
                let odd = |byte: &u8| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
                if manifest.id.is_empty() || manifest.id.len() > 16 || manifest.id.iter().any(odd) {
                    reader.refuse(form::ID, at);
                }
                return;
            }
            key::TARGET => return manifest.target = target(reader),
            key::SHA256 => {
                self.sha256 = reader.bytes();
                if self.sha256.len() != 32 {
                    reader.refuse(form::VALUE, at);
                }
                return;
            }
            key::CHUNKS => return self.chunks = reader.bytes(),
            key::PERMISSIONS => return manifest.permissions = Permissions::read(reader),
            key::LIMITS => return limits(&mut manifest.limits, reader),
            key::VERSION => VERSION,
            key::KIND => Kind::Trust as u32,
            key::ENCODING => Encoding::DeflateDictionary as u32,
            key::POLICY => Policy::Operator as u32,
            key::COMMAND => Command::Delete as u32,
            key::PROBATION => MAX_PROBATION_S,
            key::SEQUENCE | key::BASE => u32::MAX - 1,
            key::LENGTH | key::TRANSMITTED => u32::MAX,
            _ => return reader.refuse(form::UNKNOWN_KEY, key_at),
        };
        let value = within(reader, u32::from(key != key::POLICY), most, key);
        if let Some(number) = self.numbers.get_mut(key as usize) {
            *number = value;
        }
    }

    fn number(&self, key: u32) -> u32 {
        self.numbers.get(key as usize).copied().unwrap_or(0)
    }

    const fn has(&self, key: u32) -> bool {
        self.keys >> key & 1 != 0
    }

    /// Fills in what the numbers mean; how many bytes of chunk digests belong to the payload.
    fn assemble(&self, manifest: &mut Manifest<'a>, reader: &mut Reader<'a>) -> u32 {
        self.fits_kind(reader);
        manifest.kind = match self.number(key::KIND) {
            2 => Kind::Composition,
            3 => Kind::Parameters,
            4 => Kind::Command,
            5 => Kind::Trust,
            _ => Kind::Script,
        };
        manifest.sequence = self.number(key::SEQUENCE);
        if self.has(key::BASE) {
            manifest.base = Some(self.number(key::BASE));
        }
        if (manifest.kind == Kind::Trust) != (manifest.id == b"trust") {
            reader.refuse(form::ID, 0);
        }
        let policy = match self.number(key::POLICY) {
            0 => Policy::Auto,
            1 => Policy::Script,
            _ => Policy::Operator,
        };
        if manifest.kind == Kind::Composition && policy == Policy::Script {
            reader.refuse(form::VALUE, 0);
        }
        if self.has(key::POLICY) {
            manifest.confirm = Some(Confirm {
                policy,
                probation_s: self.number(key::PROBATION),
            });
        }
        manifest.command = match self.number(key::COMMAND) {
            0 => None,
            1 => Some(Command::Confirm),
            2 => Some(Command::Revert),
            3 => Some(Command::Stop),
            _ => Some(Command::Delete),
        };
        let Some(sha256) = self.sha256.first_chunk() else {
            return 0;
        };
        let length = self.number(key::LENGTH);
        let encoding = match self.number(key::ENCODING) {
            0 => Encoding::Identity,
            1 => Encoding::Deflate,
            _ => Encoding::DeflateDictionary,
        };
        let plain = encoding == Encoding::Identity;
        let transmitted = if plain {
            length
        } else {
            self.number(key::TRANSMITTED)
        };
        manifest.payload = Some(Payload {
            length,
            sha256,
            encoding,
            transmitted,
            chunks: self.chunks,
        });
        if plain && transmitted <= CHUNK {
            0
        } else {
            transmitted.div_ceil(CHUNK) * CHUNK_DIGEST as u32
        }
    }

    /// The table of section 2: which keys must be there, and which must not.
    fn fits_kind(&self, reader: &mut Reader<'_>) {
        const COMMON: u32 = bits(&[key::VERSION, key::KIND, key::ID, key::SEQUENCE, key::TARGET]);
        const PAYLOAD: u32 = COMMON | bits(&[key::LENGTH, key::SHA256]);
        const TRIAL: u32 = PAYLOAD | bits(&[key::POLICY, key::PROBATION]);
        const BASE: u32 = bits(&[key::BASE]);
        const CODED: u32 = bits(&[key::ENCODING, key::TRANSMITTED, key::CHUNKS]);
        const RIGHTS: u32 = bits(&[key::PERMISSIONS, key::LIMITS]);
        let (must, may) = match self.number(key::KIND) {
            1 | 2 => (TRIAL, CODED | RIGHTS),
            3 => (TRIAL | BASE, CODED),
            4 => (COMMON | BASE | bits(&[key::COMMAND]), 0),
            5 => (PAYLOAD, CODED),
            _ => (COMMON, 0),
        };
        let missing = must & !self.keys;
        if missing != 0 {
            reader.refuse(form::MISSING_KEY, missing.trailing_zeros());
        }
        let foreign = self.keys & !(must | may);
        if foreign != 0 {
            reader.refuse(form::FOREIGN_KEY, foreign.trailing_zeros());
        }
        if self.has(key::ENCODING) != self.has(key::TRANSMITTED) {
            let digits = if self.has(key::ENCODING) {
                form::MISSING_KEY
            } else {
                form::FOREIGN_KEY
            };
            reader.refuse(digits, key::TRANSMITTED);
        }
    }
}

/// The set of these keys.
const fn bits(keys: &[u32]) -> u32 {
    let mut rest = keys;
    let mut bits = 0;
    while let [key, after @ ..] = rest {
        bits |= 1 << *key;
        rest = after;
    }
    bits
}

/// A number of `least..=most`. The version's and the kind's refusals tell what stands there, those of others where it stands.
fn within(reader: &mut Reader<'_>, least: u32, most: u32, key: u32) -> u32 {
    let value = reader.uint();
    if value < least || value > most {
        match key {
            key::VERSION => reader.refuse(form::VERSION, value),
            key::KIND => reader.refuse(form::KIND, value),
            _ => reader.refuse(form::VALUE, reader.head_at),
        }
    }
    value
}

fn target<'a>(reader: &mut Reader<'a>) -> Target<'a> {
    let at = reader.at();
    match reader.peek() {
        major::BYTES => {
            let id = reader.bytes();
            if !(1..=16).contains(&id.len()) {
                reader.refuse(form::VALUE, at);
            }
            Target::Device(id)
        }
        major::TEXT => {
            let class = reader.text();
            check_text(reader, class, 16, at);
            Target::Class(class)
        }
        major::SIMPLE => {
            reader.yes();
            Target::Any
        }
        _ => {
            reader.refuse(code::TYPE, at);
            Target::Any
        }
    }
}

fn limits(limits: &mut Limits, reader: &mut Reader<'_>) {
    let mut least = 0;
    let entries = reader.map();
    for _ in 0..not_empty(reader, entries) {
        let key = reader.key(least);
        let field = match key {
            1 => &mut limits.heap_bytes,
            2 => &mut limits.fuel_per_event,
            3 => &mut limits.timers,
            4 => &mut limits.log_bytes,
            5 => &mut limits.messages_per_minute,
            6 => &mut limits.bytes_per_minute,
            _ => return reader.refuse(form::UNKNOWN_KEY, reader.head_at),
        };
        *field = Some(within(reader, 1, u32::MAX, key::LENGTH));
        if reader.failed() {
            return;
        }
        least = key + 1;
    }
}
