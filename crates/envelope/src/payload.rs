//! The payload under a verified manifest: chunk by chunk as it arrives, and the whole of it as it lies in flash.

use crate::text::MAGIC;
use crate::{CHUNK, CHUNK_DIGEST, Kind, Payload, PayloadError, Sha256};

/// Checks transmitted bytes, in order, against the chunk digests. Holds no payload: after a bad chunk, go back to where
/// [`rewind`](Self::rewind) says. The manifest's [`Payload`] is handed in with each piece, so this can outlive its buffer.
#[derive(Clone)]
pub struct ChunkCheck {
    hash: Sha256,
    at: u32,
}

impl ChunkCheck {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self {
            hash: Sha256::new(),
            at: 0,
        }
    }

    /// After `offset` bytes that were checked before, rounded down to the start of a chunk: going on after a power cut.
    #[must_use]
    pub fn resume(offset: u32) -> Self {
        Self {
            hash: Sha256::new(),
            at: offset - offset % CHUNK,
        }
    }

    /// The offset of the next byte.
    #[must_use]
    pub const fn at(&self) -> u32 {
        self.at
    }

    /// Forgets the chunk that was begun or just refused, and returns the offset where it starts.
    pub fn rewind(&mut self) -> u32 {
        *self = Self::resume(self.at);
        self.at
    }

    /// Takes in the next transmitted bytes.
    ///
    /// # Errors
    /// [`PayloadError::TooLong`] before anything of `bytes` is taken in; [`PayloadError::Chunk`] with the position at the start of the bad chunk,
    /// which is to be sent again. Where the manifest has no digests (one chunk), only the length is checked here.
    pub fn push(&mut self, payload: &Payload<'_>, bytes: &[u8]) -> Result<(), PayloadError> {
        let left = payload.transmitted.saturating_sub(self.at);
        if bytes.len() > left as usize {
            return Err(PayloadError::TooLong(payload.transmitted));
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = (CHUNK - self.at % CHUNK) as usize;
            let (piece, after) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.hash.update(piece);
            let start = self.at - self.at % CHUNK;
            self.at += piece.len() as u32;
            rest = after;
            if self.at.is_multiple_of(CHUNK) || self.at == payload.transmitted {
                self.end_chunk(payload, start)?;
            }
        }
        Ok(())
    }

    fn end_chunk(&mut self, payload: &Payload<'_>, start: u32) -> Result<(), PayloadError> {
        let digest = core::mem::take(&mut self.hash).finish();
        if payload.chunks.is_empty() {
            return Ok(());
        }
        let index = start / CHUNK;
        let from = index as usize * CHUNK_DIGEST;
        let expected = payload.chunks.get(from..from + CHUNK_DIGEST);
        if expected.is_some() && digest.get(..CHUNK_DIGEST) == expected {
            Ok(())
        } else {
            self.at = start;
            Err(PayloadError::Chunk(index))
        }
    }

    /// All was sent.
    ///
    /// # Errors
    /// [`PayloadError::TooShort`].
    pub const fn finish(&self, payload: &Payload<'_>) -> Result<(), PayloadError> {
        if self.at == payload.transmitted {
            Ok(())
        } else {
            Err(PayloadError::TooShort {
                have: self.at,
                expected: payload.transmitted,
            })
        }
    }
}

impl Default for ChunkCheck {
    fn default() -> Self {
        Self::new()
    }
}

/// Checks the whole payload, after inflation, as it lies in flash.
#[derive(Clone)]
pub struct PayloadCheck {
    hash: Sha256,
    length: u32,
    /// How many of the first bytes are those of a text header.
    magic: usize,
}

impl PayloadCheck {
    /// Before the first byte.
    #[must_use]
    pub fn new() -> Self {
        Self {
            hash: Sha256::new(),
            length: 0,
            magic: 0,
        }
    }

    /// Takes in the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        if self.magic as u32 == self.length {
            let same = MAGIC
                .iter()
                .skip(self.magic)
                .zip(bytes)
                .take_while(|(expected, byte)| expected == byte);
            self.magic += same.count();
        }
        self.length = self
            .length
            .saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    }

    /// Whether it is what was signed.
    ///
    /// # Errors
    /// [`PayloadError::TooLong`], [`PayloadError::TooShort`], [`PayloadError::Digest`], and [`PayloadError::SecondHeader`] for a script.
    pub fn finish(self, kind: Kind, payload: &Payload<'_>) -> Result<(), PayloadError> {
        if self.length > payload.length {
            return Err(PayloadError::TooLong(payload.length));
        }
        if self.length < payload.length {
            return Err(PayloadError::TooShort {
                have: self.length,
                expected: payload.length,
            });
        }
        if self.hash.finish() != *payload.sha256 {
            return Err(PayloadError::Digest);
        }
        if kind == Kind::Script && self.magic == MAGIC.len() {
            return Err(PayloadError::SecondHeader);
        }
        Ok(())
    }
}

impl Default for PayloadCheck {
    fn default() -> Self {
        Self::new()
    }
}
