//! What can go wrong, with the number that matters.

use embedded_storage::nor_flash::{NorFlashError, NorFlashErrorKind};

/// Why the store did not do what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The driver reported an error. What was under way has stopped as if power had gone: mount again, or start it again.
    Flash(NorFlashErrorKind),
    /// The layout does not fit this flash (units, alignment or capacity); the number is the capacity it needs, in bytes.
    Layout(u32),
    /// An operation is under way: `step` it to its end first.
    Busy,
    /// The slot or pair is not in a state that allows this.
    State,
    /// The container id is empty or longer than 16 bytes; the number is its length.
    IdLength(u32),
    /// The manifest or trust record is too long; the number is the limit in bytes.
    RecordLength(u32),
    /// The payload is too long for a slot; the number is the limit in bytes.
    PayloadLength(u32),
    /// All pairs are bound to other ids: delete one first. The number is how many there are.
    NoPair(u32),
    /// No more ids can be remembered in the counters; the number is the limit.
    NoId(u32),
    /// Bytes came for another offset; the number is the one expected.
    Offset(u32),
    /// The payload is not all there; the number is how many bytes are.
    Incomplete(u32),
    /// The sequence or version is lower than the one remembered, or equal where it must rise; the number is that one.
    Stale(u32),
    /// This sequence was tried with another manifest.
    Conflict,
    /// All attempt units of this trial are used; the number is how many there are. Treat the trial as failed.
    Attempts(u32),
    /// Neither copy of the record can be read, and the flash is not blank: only `format` helps.
    Damaged,
}

impl Error {
    pub(crate) fn kind<E: NorFlashError>(error: E) -> NorFlashErrorKind {
        error.kind()
    }
}
