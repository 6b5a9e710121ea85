//! What the resource needs of the node: containers, their state, and a place for uploads.
//!
//! Everything here is called from within [`crate::Resource::handle`] and [`crate::Resource::poll`] and must not block.
//! Where the work has to wait for flash (one program or one erase per poll), the four methods of an upload return
//! [`Poll::Pending`]; the resource calls the same method again, with the same arguments, when the same request is
//! handled again.

use core::task::Poll;

use crate::msg::Code;
use crate::{Id, Peer, Report, SenMl};

/// What a container id holds. The digests are SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Container {
    /// Its id.
    pub id: Id,
    /// State, as in status key 1: 0 empty, 1 receiving, 2 stored, 3 trial, 4 confirmed, 5 failed, 6 stopped.
    pub state: u8,
    /// What GET gives: the container that runs (or would run, when stopped). None when there is none.
    pub current: Option<Current>,
}

/// The container that GET `/c/{id}` gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Current {
    /// Sequence of its manifest.
    pub sequence: u32,
    /// Digest of its manifest; the ETag is the first 8 bytes.
    pub digest: [u8; 32],
    /// Digest of its payload.
    pub payload_digest: [u8; 32],
    /// Length of the stored envelope (COSE_Sign1), in bytes.
    pub envelope_len: u16,
    /// Length of the stored payload, in bytes.
    pub payload_len: u32,
    /// It has a text form: kind 1, not compressed.
    pub text_form: bool,
}

/// What of the current container [`Backend::read`] reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The COSE_Sign1, as it was received.
    Envelope,
    /// The payload.
    Payload,
}

/// What a peer wants to read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// GET `/c/{id}`.
    Container,
    /// The long status.
    Status,
    /// The log.
    Log,
    /// The data.
    Data,
}

/// What can be observed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Observable {
    /// `/c/{id}/status`
    Status,
    /// `/c/{id}/log`
    Log,
    /// `/c/{id}/data`
    Data,
}

/// A resource that a script registered, for discovery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Link<'a> {
    /// Path without leading slash, segments divided by `/`, decoded.
    pub path: &'a [u8],
    /// Resource type; empty for none.
    pub rt: &'a str,
    /// Title; empty for none. Without `"` and `\`.
    pub title: &'a str,
}

/// Why a request is refused: code, one line of text with the number and the limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub(crate) text: &'static [u8],
    pub(crate) number: u32,
    pub(crate) limit: u32,
    /// Max-Age or Size1.
    pub(crate) extra: u32,
    pub(crate) code: Code,
    pub(crate) flags: u8,
}

/// Which fields of a refusal hold something.
pub(crate) mod holds {
    pub(crate) const NUMBER: u8 = 1;
    pub(crate) const LIMIT: u8 = 2;
    pub(crate) const MAX_AGE: u8 = 4;
    pub(crate) const SIZE1: u8 = 8;
    pub(crate) const COSTLY: u8 = 16;
}

impl Refusal {
    /// A refusal without numbers. `text`: what is wrong, in a few words of ASCII, the same for the same fault.
    #[inline(never)]
    pub const fn new(code: Code, text: &'static str) -> Refusal {
        Refusal {
            code,
            text: text.as_bytes(),
            number: 0,
            limit: 0,
            extra: 0,
            flags: 0,
        }
    }

    /// A refusal with the number that matters and the limit that it broke.
    #[inline(never)]
    pub const fn beyond(code: Code, text: &'static str, number: u32, limit: u32) -> Refusal {
        Refusal {
            code,
            text: text.as_bytes(),
            number,
            limit,
            extra: 0,
            flags: holds::NUMBER | holds::LIMIT,
        }
    }

    /// Adds the number that matters.
    #[inline(never)]
    pub const fn number(mut self, number: u32) -> Refusal {
        (self.number, self.flags) = (number, self.flags | holds::NUMBER);
        self
    }

    /// Adds the limit that it broke.
    #[inline(never)]
    pub const fn limit(mut self, limit: u32) -> Refusal {
        (self.limit, self.flags) = (limit, self.flags | holds::LIMIT);
        self
    }

    /// Adds Max-Age in seconds: when to come again. It takes the place of Size1.
    #[inline(never)]
    pub const fn max_age(mut self, seconds: u32) -> Refusal {
        (self.extra, self.flags) = (seconds, self.flags & !holds::SIZE1 | holds::MAX_AGE);
        self
    }

    /// Adds Size1: how large a body may be, in bytes. It takes the place of Max-Age.
    #[inline(never)]
    pub const fn size1(mut self, bytes: u32) -> Refusal {
        (self.extra, self.flags) = (bytes, self.flags & !holds::MAX_AGE | holds::SIZE1);
        self
    }

    /// Marks a refusal that came after a signature was computed: it counts against the peers' rate.
    #[inline(never)]
    pub const fn costly(mut self) -> Refusal {
        self.flags |= holds::COSTLY;
        self
    }

    /// The response code.
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Whether it holds one of [`holds`].
    pub(crate) const fn has(&self, what: u8) -> bool {
        self.flags & what != 0
    }
}

/// An envelope that is complete, and who sent it.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// The container id of the path.
    pub id: Id,
    /// The COSE_Sign1: tag 18, array of four, of definite lengths; its contents are unchecked.
    pub envelope: &'a [u8],
    /// The first 16 bytes of the envelope's SHA-256, as [`Backend::sha256`] made it. It tells offers apart.
    pub fingerprint: [u8; 16],
    /// Text form: the payload's digest as the header line says. To be compared with the manifest's, and the manifest
    /// must have kind 1 and no compression. None: binary form, or the envelope alone.
    pub claimed_payload_digest: Option<&'a [u8; 32]>,
    /// Bytes that came again for this upload differed from those stored: what is stored of it must not be kept.
    pub restart: bool,
    /// Who sent it.
    pub peer: Peer<'a>,
    /// Monotonic time in microseconds.
    pub now: u64,
}

/// An offer that was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Begun {
    /// Digest of the manifest.
    pub digest: [u8; 32],
    /// Digest of the payload, as the manifest says.
    pub payload_digest: [u8; 32],
    /// It has a text form: kind 1, not compressed.
    pub text_form: bool,
    /// Bytes of payload to come, as transmitted; none for a manifest that has no payload (a command).
    pub payload_len: Option<u32>,
    /// Bytes of payload that are stored from an earlier try of the same manifest: a multiple of the write unit, or all.
    pub stored: u32,
    /// The very container that is there already (running, on trial or stored): bytes that come are only compared, and
    /// the end is 2.04 without any effect. `stored` is then the whole payload.
    pub present: bool,
}

/// How an upload ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Finished {
    /// The id held nothing before: 2.01 instead of 2.04.
    pub created: bool,
}

/// The node, as the resource sees it.
pub trait Backend {
    // ---- reading ----

    /// The containers and the ids that have a slot assigned, `index` from 0 until none.
    fn container(&self, index: usize) -> Option<Container>;

    /// The container of this id.
    fn find(&self, id: &Id) -> Option<Container> {
        let mut index = 0;
        while let Some(container) = self.container(index) {
            if container.id == *id {
                return Some(container);
            }
            index += 1;
        }
        None
    }

    /// Reads `buf.len()` bytes of the current container's `part`, from `offset`; the resource stays inside the lengths
    /// of [`Current`].
    fn read(&mut self, id: &Id, part: Part, offset: u32, buf: &mut [u8]);

    /// Paths that scripts registered, for discovery, `index` from 0 until none.
    fn link(&self, index: usize) -> Option<Link<'_>>;

    /// Whether this peer may read that.
    fn may_read(&self, peer: &Peer<'_>, id: &Id, what: Access) -> bool;

    /// Reports the fields of the status, keys ascending ([`crate::status`]); the resource drops those that the peer may
    /// not see, and adds the upload's itself (keys 17 to 19). Called several times for one answer.
    fn status(&self, id: &Id, report: &mut Report<'_>);

    /// What the log ring holds: how many bytes were logged before its first one, and how many it holds.
    fn log(&self, id: &Id) -> (u64, u32);

    /// Reads `buf.len()` bytes of the log, the first at `offset` from the first that the ring holds.
    fn read_log(&self, id: &Id, offset: u32, buf: &mut [u8]);

    /// Adds the records of `/c/{id}/data`.
    fn senml(&self, id: &Id, pack: &mut SenMl<'_>);

    /// A number that changes whenever this changes.
    fn version(&self, id: &Id, what: Observable) -> u32;

    // ---- uploads: one at a time ----

    /// The largest payload for this id, in bytes as transmitted.
    fn max_payload(&self, id: &Id) -> u32;

    /// Flash is written in multiples of this many bytes: a power of two up to [`crate::MAX_WRITE_UNIT`].
    fn write_unit(&self) -> usize;

    /// SHA-256 of the parts, one after the other.
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32];

    /// Checks the manifest in the order of the specification, the signature last, and only then makes the spare slot
    /// ready. The same envelope again is the same upload and says what is stored; another one, when it is taken,
    /// replaces the upload at hand. `Err` changes nothing.
    fn begin(&mut self, offer: &Offer<'_>) -> Poll<Result<Begun, Refusal>>;

    /// Stores payload bytes of the upload: `offset` is where the last call ended, `bytes` are whole write units, or the
    /// end of the payload. Returns how many it took: all, or a multiple of the write unit (the rest comes again).
    fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Poll<Result<usize, Refusal>>;

    /// Whether these are the bytes at `offset` of the payload of the upload that the last [`begin`](Self::begin) took (also
    /// one that was [`present`](Begun::present)). Called only for bytes that were stored, also after [`finish`](Self::finish).
    fn same(&mut self, offset: u32, bytes: &[u8]) -> bool;

    /// All bytes are there: checks the payload and schedules the trial, or carries the command out. After `Err` the
    /// upload is over.
    fn finish(&mut self, peer: &Peer<'_>) -> Poll<Result<Finished, Refusal>>;
}
