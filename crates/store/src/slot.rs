//! One slot: what is known of it, and its state (`docs/spec/flash.md`, sections 4 and 5).

use embedded_storage::nor_flash::ReadNorFlash;

use crate::front;
use crate::layout::{ATTEMPTS, FRONT, Layout, Map};
use crate::nor::{Nor, put, u32_at};

/// State of a slot: `docs/spec/lifecycle.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum State {
    /// Nothing that counts.
    Empty = 0,
    /// Header in flash, payload on its way.
    Receiving,
    /// Whole and verified, not started yet.
    Stored,
    /// Started, not confirmed yet.
    Trial,
    /// Confirmed: what runs, or what can be gone back to.
    Confirmed,
    /// Will not be started any more.
    Failed,
}

/// What is known of a slot without reading flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its state.
    pub state: State,
    /// Sequence of the container.
    pub sequence: u32,
    /// Length of the payload in bytes.
    pub payload_len: u32,
    /// Length of the manifest in bytes.
    pub manifest_len: u32,
    /// Which of a pair's slots is newer: the higher one.
    pub generation: u32,
}

impl SlotInfo {
    pub(crate) const EMPTY: Self = SlotInfo {
        state: State::Empty,
        sequence: 0,
        payload_len: 0,
        manifest_len: 0,
        generation: 0,
    };
}

/// First unit of the attempts.
pub(crate) const FIRST_ATTEMPT: u32 = 10;

/// First of the two units of the mark that makes a state.
pub(crate) const fn mark_unit(state: State) -> u32 {
    (2 * state as u32).saturating_sub(2)
}

/// Reads header and marks of the slot at an address; true when it is not empty, with its padded id.
pub(crate) fn mount<F: ReadNorFlash>(
    nor: &mut Nor<'_, F>,
    layout: &Layout,
    map: &Map,
    at: u32,
    info: &mut SlotInfo,
    id: &mut [u8; 16],
) -> bool {
    let mut front = [0; FRONT as usize];
    let good = front::read(nor, at, b'S', layout.manifest_max, &mut front);
    let payload_len = u32_at(&front, 12);
    if !good || payload_len > layout.payload_max {
        return false;
    }
    let mut unit = at + map.marks;
    for state in [
        State::Receiving,
        State::Stored,
        State::Trial,
        State::Confirmed,
        State::Failed,
    ] {
        if !(nor.blank(unit, map.unit) && nor.blank(unit + map.unit, map.unit)) {
            info.state = state;
        }
        unit += 2 * map.unit;
    }
    if info.state == State::Empty {
        return false;
    }
    info.manifest_len = u32_at(&front, 4);
    info.sequence = u32_at(&front, 8);
    info.payload_len = payload_len;
    info.generation = u32_at(&front, 16);
    put(id, 0, front.get(20..36).unwrap_or(&[]));
    true
}

/// Attempts of a kind among the marks of the slot at an address, and the first unit that is free for the next.
pub(crate) fn attempts<F: ReadNorFlash>(nor: &mut Nor<'_, F>, map: &Map, at: u32, kind: u8) -> (u32, u32) {
    let (mut count, mut free) = (0, FIRST_ATTEMPT);
    for unit in FIRST_ATTEMPT..FIRST_ATTEMPT + ATTEMPTS {
        if let Some((code, torn)) = nor.mark(at + map.marks + unit * map.unit) {
            count += u32::from(torn || code == kind);
            free = unit + 1;
        }
    }
    (count, free)
}
