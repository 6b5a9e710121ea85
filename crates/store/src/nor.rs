//! The few ways in which the store touches flash, and CRC-32.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::layout::CHUNK;

/// A buffer for one program.
pub(crate) type Chunk = [u8; CHUNK as usize];
/// What erased flash reads.
pub(crate) const BLANK: Chunk = [0xff; CHUNK as usize];

/// Reads at any offset and length, whatever the driver's read unit.
pub(crate) fn read<F: ReadNorFlash>(flash: &mut F, at: u32, buf: &mut [u8]) -> Result<(), Error> {
    if F::READ_SIZE <= 1 {
        return flash.read(at, buf).map_err(Error::flash);
    }
    let (mut at, mut done) = (at, 0usize);
    while done < buf.len() {
        let mut chunk = BLANK;
        let start = at - at % CHUNK;
        flash.read(start, &mut chunk).map_err(Error::flash)?;
        let skip = (at - start) as usize;
        put(buf, done, chunk.get(skip..).unwrap_or(&[]));
        done += chunk.len() - skip;
        at = start + CHUNK;
    }
    Ok(())
}

/// Programs the first `len` bytes of a chunk, without the trailing units that are blank anyway.
pub(crate) fn program<F: NorFlash>(
    flash: &mut F,
    unit: u32,
    at: u32,
    chunk: &Chunk,
    len: u32,
) -> Result<(), Error> {
    let mut len = len.min(CHUNK);
    while len >= unit && is_blank(chunk.get((len - unit) as usize..len as usize).unwrap_or(&[])) {
        len -= unit;
    }
    match chunk.get(..len as usize) {
        Some(bytes) if len > 0 => flash.write(at, bytes).map_err(Error::flash),
        _ => Ok(()),
    }
}

pub(crate) fn erase<F: NorFlash>(flash: &mut F, block: u32, at: u32) -> Result<(), Error> {
    flash.erase(at, at + block).map_err(Error::flash)
}

/// Whether `len` bytes of flash (at most a chunk) read as erased.
pub(crate) fn reads_blank<F: ReadNorFlash>(flash: &mut F, at: u32, len: u32) -> Result<bool, Error> {
    let mut chunk = BLANK;
    if let Some(bytes) = chunk.get_mut(..len as usize) {
        read(flash, at, bytes)?;
    }
    Ok(is_blank(&chunk))
}

pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|&byte| byte == 0xff)
}

/// Copies as much of `from` as fits behind the first `at` bytes of `to`.
pub(crate) fn put(to: &mut [u8], at: usize, from: &[u8]) {
    for (to, from) in to.iter_mut().skip(at).zip(from) {
        *to = *from;
    }
}

/// The little-endian number at an offset; bytes that are not there count as 0.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .iter()
        .skip(at)
        .take(4)
        .rev()
        .fold(0, |value, &byte| value << 8 | u32::from(byte))
}

/// CRC-32 (IEEE 802.3), bit by bit: 40 bytes of code, and what it runs over is short.
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) const fn new() -> Self {
        Crc(!0)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 ^= u32::from(byte);
            for _ in 0..8 {
                self.0 = self.0 >> 1 ^ 0xedb8_8320 & 0u32.wrapping_sub(self.0 & 1);
            }
        }
    }

    /// Adds `len` bytes of flash.
    pub(crate) fn add_flash<F: ReadNorFlash>(
        &mut self,
        flash: &mut F,
        at: u32,
        len: u32,
    ) -> Result<(), Error> {
        let mut chunk = BLANK;
        let mut done = 0;
        while done < len {
            let part = (len - done).min(CHUNK);
            if let Some(bytes) = chunk.get_mut(..part as usize) {
                read(flash, at + done, bytes)?;
                self.add(bytes);
            }
            done += part;
        }
        Ok(())
    }

    pub(crate) const fn end(self) -> u32 {
        !self.0
    }
}
