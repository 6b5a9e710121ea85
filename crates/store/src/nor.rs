//! The few ways in which the store touches flash, and CRC-32.

use embedded_storage::nor_flash::{NorFlash, NorFlashErrorKind, ReadNorFlash};

use crate::error::Error;
use crate::layout::{CHUNK, Map, up};

/// A buffer for one program.
pub(crate) type Chunk = [u8; CHUNK as usize];
/// What erased flash reads.
pub(crate) const BLANK: Chunk = [0xff; CHUNK as usize];

/// The flash during one call. The first fault sticks: after it nothing is read, programmed or erased, and the call ends
/// with it. So the code in between need not ask each time, which is a quarter of its size.
pub(crate) struct Nor<'f, F> {
    flash: &'f mut F,
    pub(crate) unit: u32,
    pub(crate) block: u32,
    fault: Option<NorFlashErrorKind>,
}

impl<'f, F: ReadNorFlash> Nor<'f, F> {
    pub(crate) const fn new(flash: &'f mut F, map: &Map) -> Self {
        Nor {
            flash,
            unit: map.unit,
            block: map.block,
            fault: None,
        }
    }

    fn note(&mut self, done: Result<(), F::Error>) {
        if let Err(error) = done {
            self.fault = Some(Error::kind(error));
        }
    }

    /// The call's answer, unless there was a fault.
    pub(crate) fn end<T>(&self, answer: T) -> Result<T, Error> {
        match self.fault {
            None => Ok(answer),
            Some(kind) => Err(Error::Flash(kind)),
        }
    }

    /// Forgets a fault; whether there was one.
    pub(crate) fn forgive(&mut self) -> bool {
        self.fault.take().is_some()
    }

    /// Reads at any offset and length, whatever the driver's read unit.
    pub(crate) fn read(&mut self, at: u32, buf: &mut [u8]) {
        if self.fault.is_some() {
            return;
        }
        if F::READ_SIZE <= 1 {
            let done = self.flash.read(at, buf);
            return self.note(done);
        }
        let mut done = 0;
        while done < buf.len() {
            let mut chunk = BLANK;
            let from = at + done as u32;
            let skip = (from % CHUNK) as usize;
            let read = self.flash.read(from - skip as u32, &mut chunk);
            self.note(read);
            put(buf, done, chunk.get(skip..).unwrap_or(&[]));
            done += chunk.len() - skip;
        }
    }

    /// The first `len` bytes at an address, 0xff behind them.
    pub(crate) fn chunk(&mut self, at: u32, len: u32) -> Chunk {
        let mut chunk = BLANK;
        if let Some(bytes) = chunk.get_mut(..len as usize) {
            self.read(at, bytes);
        }
        chunk
    }

    /// Whether `len` bytes of flash (at most a chunk) read as erased.
    pub(crate) fn blank(&mut self, at: u32, len: u32) -> bool {
        is_blank(&self.chunk(at, len))
    }

    /// What a unit of a mark says: nothing (blank), or one byte, and whether it is torn, its bytes differing.
    pub(crate) fn mark(&mut self, at: u32) -> Option<(u8, bool)> {
        let chunk = self.chunk(at, self.unit);
        let [first, ..] = chunk;
        let torn = chunk.iter().take(self.unit as usize).any(|&byte| byte != first);
        (torn || first != 0xff).then_some((first, torn))
    }

    /// Of the two units of a mark or seal: whether only the first is programmed. Then its byte, 0 when it is torn.
    pub(crate) fn open(&mut self, first: u32) -> Option<u8> {
        let (code, torn) = self.mark(first)?;
        self.blank(first + self.unit, self.unit)
            .then_some(if torn { 0 } else { code })
    }
}

impl<F: NorFlash> Nor<'_, F> {
    /// Programs a chunk's first units, up to the last that is not blank.
    pub(crate) fn program(&mut self, at: u32, chunk: &Chunk) {
        let used = chunk
            .iter()
            .rposition(|&byte| byte != 0xff)
            .map_or(0, |last| last as u32 + 1);
        match chunk.get(..up(used, self.unit) as usize) {
            Some(bytes) if used > 0 && self.fault.is_none() => {
                let done = self.flash.write(at, bytes);
                self.note(done);
            }
            _ => {}
        }
    }

    /// Programs one unit with a byte.
    pub(crate) fn program_unit(&mut self, at: u32, code: u8) {
        let mut chunk = BLANK;
        for byte in chunk.iter_mut().take(self.unit as usize) {
            *byte = code;
        }
        self.program(at, &chunk);
    }

    /// Erases one block.
    pub(crate) fn erase(&mut self, at: u32) {
        if self.fault.is_none() {
            let done = self.flash.erase(at, at + self.block);
            self.note(done);
        }
    }
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
        .get(at..)
        .and_then(|rest| rest.first_chunk())
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

/// CRC-32 (IEEE 802.3), bit by bit: 40 bytes of code, and what it runs over is short.
pub(crate) struct Crc(u32);

impl Crc {
    pub(crate) const fn new() -> Self {
        Crc(!0)
    }

    /// Adds the first `len` bytes, or all.
    pub(crate) fn add(&mut self, bytes: &[u8], len: usize) {
        for &byte in bytes.iter().take(len) {
            self.0 ^= u32::from(byte);
            for _ in 0..8 {
                self.0 = self.0 >> 1 ^ 0xedb8_8320 & 0u32.wrapping_sub(self.0 & 1);
            }
        }
    }

    pub(crate) const fn end(&self) -> u32 {
        !self.0
    }
}
