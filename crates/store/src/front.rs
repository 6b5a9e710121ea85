//! The 72 bytes that a slot and a record begin with, and the body they vouch for (`docs/spec/flash.md`, section 3).

use embedded_storage::nor_flash::ReadNorFlash;

use crate::error::Error;
use crate::layout::{CHUNK, FRONT};
use crate::nor::{Chunk, Crc, Nor, put, u32_at};

/// A front as it lies in flash.
pub(crate) type Front = [u8; FRONT as usize];

/// Bytes of the front that the CRC covers.
const COVERED: usize = 68;

/// What a new slot's header will say.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// Container id, 1 to 16 bytes.
    pub id: &'a [u8],
    /// Sequence of the container.
    pub sequence: u32,
    /// Length of the payload in bytes, as flash will hold it.
    pub payload_len: u32,
    /// SHA-256 of the payload, as flash will hold it.
    pub digest: &'a [u8; 32],
    /// The signed manifest, as it came; at most the layout's `manifest_max`.
    pub manifest: &'a [u8],
}

/// Pads an id with zeros. Out through an argument: a result of 16 bytes is copied byte by byte on the chips.
pub(crate) fn padded(id: &[u8], padded: &mut [u8; 16]) -> Result<(), Error> {
    if id.is_empty() || id.len() > 16 {
        return Err(Error::IdLength(id.len() as u32));
    }
    *padded = [0; 16];
    put(padded, 0, id);
    Ok(())
}

/// Fills a front but for its CRC. The numbers: body length, sequence (or version), payload length, generation.
pub(crate) fn fill(front: &mut Front, magic: u8, numbers: [u32; 4], id: &[u8; 16], digest: &[u8; 32]) {
    put(front, 0, &[b'M', b'B', magic, b'1']);
    let mut place = 4;
    for number in &numbers {
        put(front, place, &number.to_le_bytes());
        place += 4;
    }
    put(front, 20, id);
    put(front, 36, digest);
}

/// Reads a front; whether it and its body are as they were written.
pub(crate) fn read<F: ReadNorFlash>(
    nor: &mut Nor<'_, F>,
    at: u32,
    magic: u8,
    max: u32,
    front: &mut Front,
) -> bool {
    nor.read(at, front);
    let len = u32_at(front, 4);
    front.starts_with(&[b'M', b'B', magic, b'1'])
        && len <= max
        && crc(front, len, |offset| nor.chunk(at + offset, CHUNK)) == u32_at(front, COVERED)
}

/// Completes a front with the CRC of itself and its body, whose chunks are asked for by their offset from the front's start.
pub(crate) fn seal(front: &mut Front, chunk: impl FnMut(u32) -> Chunk) {
    let crc = crc(front, u32_at(front, 4), chunk);
    put(front, COVERED, &crc.to_le_bytes());
}

fn crc(front: &Front, len: u32, mut chunk: impl FnMut(u32) -> Chunk) -> u32 {
    let mut crc = Crc::new();
    crc.add(front, COVERED);
    let mut done = 0;
    while done < len {
        crc.add(&chunk(FRONT + done), (len - done) as usize);
        done += CHUNK;
    }
    crc.end()
}

/// Copies into a chunk that begins at `offset` what of `bytes`, beginning at `at`, lies in it.
pub(crate) fn overlay(chunk: &mut Chunk, offset: u32, at: u32, bytes: &[u8]) {
    let skip = offset.saturating_sub(at) as usize;
    put(
        chunk,
        at.saturating_sub(offset) as usize,
        bytes.get(skip..).unwrap_or(&[]),
    );
}
