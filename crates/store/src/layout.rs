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

/// Length of the front that slots and records begin with.
pub(crate) const FRONT: u32 = 72;
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
    /// Erase block in bytes: a power of two, at least 64, and a multiple of the driver's `ERASE_SIZE`.
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

/// Rounds up to a multiple of a power of two.
pub(crate) const fn up(value: u32, to: u32) -> u32 {
    let over = to.wrapping_sub(1);
    value.wrapping_add(over) & !over
}

impl Layout {
    /// A layout with the driver's own units, manifests of up to 512 B and four remembered ids.
    #[must_use]
    pub const fn of<F: NorFlash>(base: u32, payload_max: u32) -> Self {
        Layout {
            base,
            write_size: F::WRITE_SIZE as u32,
            erase_size: up(F::ERASE_SIZE as u32, CHUNK),
            ids: 4,
            manifest_max: MANIFEST_MAX,
            payload_max,
            resume: Resume::Unit,
        }
    }

    /// Bytes of flash that `pairs` pairs need, from `base` on. This is the number to reserve in a linker script.
    #[must_use]
    pub const fn len_bytes(&self, pairs: u32) -> u32 {
        Map::new(self).end(pairs) - self.base
    }

    /// Refuses a layout that does not fit the flash or that the format does not allow.
    pub(crate) fn map<F: NorFlash>(&self, flash: &F, pairs: u32) -> Result<Map, Error> {
        let (write, erase) = (self.write_size, self.erase_size);
        // Bounds first, so that no sum below can overflow.
        let sane = write.is_power_of_two()
            && erase.is_power_of_two()
            && write <= CHUNK
            && (CHUNK..=1 << 20).contains(&erase)
            && self.ids <= 1 << 10
            && self.manifest_max <= MANIFEST_MAX
            && self.payload_max <= 1 << 24
            && pairs <= 16
            && self.base <= 1 << 30;
        if !sane {
            return Err(Error::Layout(0));
        }
        let map = Map::new(self);
        let end = map.end(pairs);
        let fits = F::WRITE_SIZE <= write as usize
            && F::ERASE_SIZE <= erase as usize
            && F::WRITE_SIZE.is_power_of_two()
            && F::ERASE_SIZE.is_power_of_two()
            && CHUNK.is_multiple_of(F::READ_SIZE as u32)
            && self.base & (erase - 1) == 0
            && self.ids >= pairs
            && end as usize <= flash.capacity();
        if fits { Ok(map) } else { Err(Error::Layout(end)) }
    }
}

/// What follows from a layout, computed once: `docs/spec/flash.md`, section 2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) unit: u32,
    pub(crate) block: u32,
    pub(crate) counters_len: u32,
    pub(crate) trust: u32,
    pub(crate) trust_len: u32,
    pub(crate) slots: u32,
    pub(crate) slot_len: u32,
    /// Where marks and payload begin in a slot.
    pub(crate) marks: u32,
    pub(crate) payload: u32,
}

impl Map {
    /// That of a store that was not mounted.
    pub(crate) const NONE: Self = Map {
        unit: 0,
        block: 0,
        counters_len: 0,
        trust: 0,
        trust_len: 0,
        slots: 0,
        slot_len: 0,
        marks: 0,
        payload: 0,
    };

    /// First byte behind so many pairs.
    const fn end(&self, pairs: u32) -> u32 {
        self.slots + 2 * pairs * self.slot_len
    }

    const fn new(layout: &Layout) -> Self {
        let (unit, block) = (layout.write_size, layout.erase_size);
        let counters_len = up(up(FRONT + ENTRY * layout.ids, unit) + 2 * unit, block);
        let trust_len = up(up(FRONT + TRUST_MAX, unit) + 2 * unit, block);
        let trust = layout.base + 2 * counters_len;
        let marks = up(FRONT + layout.manifest_max, block);
        let payload = marks + up(MARK_UNITS * unit, block);
        let slot_len = payload + up(layout.payload_max, block);
        Map {
            unit,
            block,
            counters_len,
            trust,
            trust_len,
            slots: trust + 2 * trust_len,
            slot_len,
            marks,
            payload,
        }
    }
}
