//! Where everything lies: `docs/spec/flash.md`, section 2, as arithmetic.

use embedded_storage::nor_flash::NorFlash;

use crate::error::Error;

/// Largest write unit, and the most that one program covers, in bytes.
pub const CHUNK: u32 = 64;
/// Largest manifest (a COSE_Sign1) that a slot's header can hold, in bytes.
pub const MANIFEST_MAX: u32 = 512;
/// Largest trust record in bytes.
pub const TRUST_MAX: u32 = 512;
/// Attempt units of a slot.
pub const ATTEMPTS: u32 = 6;

/// Length of the fixed part of a slot's header.
pub(crate) const FIXED: usize = 72;
/// Length of one entry of the counters.
pub(crate) const ENTRY: u32 = 32;
/// Write units of the marks area.
const MARK_UNITS: u32 = 10 + ATTEMPTS;

/// Where reception goes on after a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// At the 64 B chunk that was being written. A unit that a cut left half-programmed is found by comparing it with the
    /// bytes that come again; its erase block is then received anew.
    Unit,
    /// At the erase block that was being written, which is erased first: for flash where a half-programmed cell may read
    /// right today and wrong tomorrow.
    Block,
}

/// The shape of the region of flash that belongs to the store.
///
/// Changing any field but `resume` makes what is in flash unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// First byte of the region; a multiple of `erase_size`.
    pub base: u32,
    /// Write unit in bytes: a power of two, 1 to 64, and a multiple of the driver's `WRITE_SIZE`.
    pub write_size: u32,
    /// Erase block in bytes: a multiple of `write_size`, of 64 and of the driver's `ERASE_SIZE`.
    pub erase_size: u32,
    /// How many container ids the counters can remember; at least the number of pairs.
    pub ids: u32,
    /// Largest manifest in bytes, at most [`MANIFEST_MAX`].
    pub manifest_max: u32,
    /// Largest payload in bytes.
    pub payload_max: u32,
    /// Where reception goes on after a power cut.
    pub resume: Resume,
}

/// Rounds up; `to` is never 0 in a checked layout.
const fn up(value: u32, to: u32) -> u32 {
    match value.checked_rem(to) {
        None | Some(0) => value,
        Some(over) => value + (to - over),
    }
}

impl Layout {
    /// A layout with the driver's own units, manifests of up to 512 B and four remembered ids.
    #[must_use]
    pub const fn of<F: NorFlash>(base: u32, payload_max: u32) -> Self {
        let erase = F::ERASE_SIZE as u32;
        Layout {
            base,
            write_size: F::WRITE_SIZE as u32,
            erase_size: up(erase, CHUNK),
            ids: 4,
            manifest_max: MANIFEST_MAX,
            payload_max,
            resume: Resume::Unit,
        }
    }

    /// Bytes of flash that `pairs` pairs need, from `base` on. This is the number to reserve in a linker script.
    #[must_use]
    pub const fn len_bytes(&self, pairs: u32) -> u32 {
        2 * (self.counters_len() + self.trust_len()) + 2 * pairs * self.slot_len()
    }

    /// Refuses a layout that does not fit the flash or that the format does not allow.
    pub(crate) fn check<F: NorFlash>(&self, flash: &F, pairs: u32) -> Result<(), Error> {
        let (write, erase) = (self.write_size, self.erase_size);
        let divides = |unit: u32, of: u32| unit != 0 && of.is_multiple_of(unit);
        // Bounds first, so that no sum below can overflow.
        let sane = write.is_power_of_two()
            && write <= CHUNK
            && divides(CHUNK, erase)
            && erase <= 1 << 20
            && self.ids <= 1 << 10
            && self.manifest_max <= MANIFEST_MAX
            && self.payload_max <= 1 << 24
            && pairs <= 16;
        if !sane {
            return Err(Error::Layout(0));
        }
        let end = u64::from(self.base) + u64::from(self.len_bytes(pairs));
        let fits = divides(F::WRITE_SIZE as u32, write)
            && divides(F::ERASE_SIZE as u32, erase)
            && divides(erase, self.base)
            && self.ids >= pairs
            && CHUNK.is_multiple_of(F::READ_SIZE as u32)
            && end <= flash.capacity() as u64;
        if fits {
            Ok(())
        } else {
            Err(Error::Layout(u32::try_from(end).unwrap_or(u32::MAX)))
        }
    }

    const fn record_len(&self, body: u32) -> u32 {
        up(
            CHUNK + up(body, self.write_size) + 2 * self.write_size,
            self.erase_size,
        )
    }

    pub(crate) const fn counters_len(&self) -> u32 {
        self.record_len(ENTRY * self.ids)
    }

    pub(crate) const fn trust_len(&self) -> u32 {
        self.record_len(TRUST_MAX)
    }

    pub(crate) const fn header_len(&self) -> u32 {
        up(FIXED as u32 + self.manifest_max, self.erase_size)
    }

    pub(crate) const fn marks_len(&self) -> u32 {
        up(MARK_UNITS * self.write_size, self.erase_size)
    }

    pub(crate) const fn slot_len(&self) -> u32 {
        self.header_len() + self.marks_len() + up(self.payload_max, self.erase_size)
    }

    /// First byte of a slot: slots 0 and 1 are those of pair 0, and so on.
    pub(crate) const fn slot(&self, index: u32) -> u32 {
        self.base + 2 * (self.counters_len() + self.trust_len()) + index * self.slot_len()
    }

    pub(crate) const fn round_to_unit(&self, len: u32) -> u32 {
        up(len, self.write_size)
    }

    pub(crate) const fn round_to_block(&self, len: u32) -> u32 {
        up(len, self.erase_size)
    }
}
