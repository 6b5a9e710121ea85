//! The store: pairs of slots, the counters, the trust record, and the one operation that may be under way. What is
//! read is in `window.rs`, what is started in `update.rs` and `records.rs`, what a step does in `step.rs`.

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::front::padded;
use crate::layout::{ENTRY, Layout, Map, TRUST_MAX};
use crate::nor::Nor;
use crate::receive::Reception;
use crate::record::Record;
use crate::slot::{self, SlotInfo, State, mark_unit};
use crate::step::{End, Job};

/// A slot: its pair, and which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Index of the pair.
    pub pair: u8,
    /// 0 or 1.
    pub half: u8,
}

impl Slot {
    pub(crate) const fn new(pair: usize, half: usize) -> Self {
        Slot {
            pair: pair as u8,
            half: half as u8,
        }
    }

    /// The slot of this index, pair by pair.
    pub(crate) const fn at(index: u32) -> Self {
        Slot {
            pair: (index / 2) as u8,
            half: (index % 2) as u8,
        }
    }

    /// The pair's other slot.
    #[must_use]
    pub const fn other(self) -> Self {
        Slot {
            pair: self.pair,
            half: 1 - self.half % 2,
        }
    }
}

/// Two slots and the id they are bound to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) id: [u8; 16],
    pub(crate) slots: [SlotInfo; 2],
    pub(crate) reception: Reception,
}

impl Pair {
    pub(crate) const NEW: Self = Pair {
        id: [0; 16],
        slots: [SlotInfo::EMPTY; 2],
        reception: Reception::NEW,
    };

    fn of_state(&self, state: State) -> Option<usize> {
        let mut best: Option<(usize, u32)> = None;
        for (half, slot) in self.slots.iter().enumerate() {
            if slot.state == state && best.is_none_or(|(_, generation)| slot.generation > generation) {
                best = Some((half, slot.generation));
            }
        }
        best.map(|(half, _)| half)
    }

    /// The slot that a new container may take: never the current confirmed one; of the others the one least worth keeping.
    pub(crate) fn spare(&self) -> usize {
        if let Some(current) = self.of_state(State::Confirmed) {
            return 1 - current;
        }
        for state in [
            State::Receiving,
            State::Empty,
            State::Failed,
            State::Stored,
            State::Trial,
        ] {
            if let Some(half) = self.of_state(state) {
                return half;
            }
        }
        0
    }
}

/// Containers in flash, in `K` pairs of slots.
///
/// One operation at a time: a method named after it starts it, and [`Store::step`] carries it on, with at most one program
/// or one erase in each call. Dropping the store in the middle of an operation is as good as a power cut: nothing is lost.
/// See the crate's page for the order of calls in an update.
#[derive(Debug)]
pub struct Store<const K: usize> {
    pub(crate) layout: Layout,
    pub(crate) pairs: [Pair; K],
    pub(crate) counters: Record,
    pub(crate) trust: Record,
    pub(crate) map: Map,
    pub(crate) job: Job,
}

impl<const K: usize> Store<K> {
    /// A store that holds nothing, for a place from which it does not move: [`Store::remount`] it there before anything else.
    #[must_use]
    pub const fn unmounted(layout: Layout) -> Self {
        Store {
            layout,
            pairs: [Pair::NEW; K],
            counters: Record::new(0, 0),
            trust: Record::new(0, 0),
            map: Map::NONE,
            job: Job::IDLE,
        }
    }

    /// Reads what is in flash. Programs and erases nothing, so it can be repeated.
    ///
    /// # Errors
    /// [`Error::Layout`] when the layout does not fit; [`Error::Flash`].
    pub fn mount<F: NorFlash>(layout: Layout, flash: &mut F) -> Result<Self, Error> {
        let mut store = Self::unmounted(layout);
        store.remount(flash)?;
        Ok(store)
    }

    /// The same in place: no second store on the stack.
    ///
    /// # Errors
    /// As [`Store::mount`]; what the store knew is lost then.
    pub fn remount<F: NorFlash>(&mut self, flash: &mut F) -> Result<(), Error> {
        let layout = self.layout;
        let map = layout.map(flash, K as u32)?;
        self.map = map;
        self.job.end = End::Idle;
        self.counters = Record::new(layout.base, map.counters_len);
        self.trust = Record::new(map.trust, map.trust_len);
        let mut nor = Nor::new(flash, &map);
        self.counters.mount(&mut nor, b'C', ENTRY * layout.ids);
        self.trust.mount(&mut nor, b'T', TRUST_MAX);
        let mut at = map.slots;
        for pair in &mut self.pairs {
            *pair = Pair::NEW;
            for place in &mut pair.slots {
                if slot::mount(&mut nor, &layout, &map, at, place, &mut pair.id)
                    && place.state == State::Receiving
                {
                    pair.reception
                        .mount(&mut nor, layout.resume, at + map.payload, place.payload_len);
                }
                at += map.slot_len;
            }
        }
        self.doubt(&mut nor);
        nor.end(())
    }

    /// Leaves a failure aside of which only the first unit is programmed, when it would take away a pair's last confirmed
    /// container: a cut may have torn it long ago, and it read blank until now (`docs/spec/flash.md`, section 5).
    fn doubt<F: ReadNorFlash>(&mut self, nor: &mut Nor<'_, F>) {
        for index in 0..2 * K as u32 {
            let slot = Slot::at(index);
            if self.get(slot).state == State::Failed
                && self.get(slot.other()).state != State::Confirmed
                && nor.open(self.mark_at(slot, State::Failed)).is_some()
                && nor.mark(self.mark_at(slot, State::Confirmed)).is_some()
                && let Some(info) = self.get_mut(slot)
            {
                info.state = State::Confirmed;
            }
        }
    }

    /// The layout it was mounted with.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The pair that an id is bound to.
    #[must_use]
    pub fn find(&self, id: &[u8]) -> Option<usize> {
        let mut key = [0; 16];
        padded(id, &mut key).ok()?;
        self.pairs.iter().position(|pair| pair.id == key)
    }

    /// The id that a pair is bound to; `None` when the pair is free.
    #[must_use]
    pub fn id(&self, pair: usize) -> Option<&[u8]> {
        let id = &self.pairs.get(pair)?.id;
        let len = id.iter().position(|&byte| byte == 0).unwrap_or(id.len());
        id.get(..len).filter(|id| !id.is_empty())
    }

    /// What is known of a slot.
    #[must_use]
    pub fn info(&self, slot: Slot) -> SlotInfo {
        // Field by field: as a whole, it would be moved by a routine for memory that overlaps, which nothing else needs.
        let SlotInfo {
            state,
            sequence,
            payload_len,
            manifest_len,
            generation,
        } = *self.get(slot);
        SlotInfo {
            state,
            sequence,
            payload_len,
            manifest_len,
            generation,
        }
    }

    /// The same where it lies.
    #[inline(never)]
    pub(crate) fn get(&self, slot: Slot) -> &SlotInfo {
        let pair = self.pairs.get(usize::from(slot.pair));
        pair.and_then(|pair| pair.slots.get(usize::from(slot.half)))
            .unwrap_or(&SlotInfo::EMPTY)
    }

    #[inline(never)]
    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut SlotInfo> {
        let pair = self.pairs.get_mut(usize::from(slot.pair))?;
        pair.slots.get_mut(usize::from(slot.half))
    }

    /// The newest slot of a pair that is in this state: `Confirmed` is what runs, `Trial` what is on trial, `Stored` what
    /// waits for its trial, `Receiving` what is on its way.
    #[must_use]
    pub fn newest(&self, pair: usize, state: State) -> Option<Slot> {
        Some(Slot::new(pair, self.pairs.get(pair)?.of_state(state)?))
    }

    /// What can be gone back to from the current confirmed container: the older confirmed one.
    #[must_use]
    pub fn previous(&self, pair: usize) -> Option<Slot> {
        let other = self.newest(pair, State::Confirmed)?.other();
        (self.get(other).state == State::Confirmed).then_some(other)
    }

    /// Whether the counters or the trust record can't be read: nothing is accepted until [`Store::format`].
    #[must_use]
    pub const fn damaged(&self) -> bool {
        self.counters.damaged || self.trust.damaged
    }

    /// Whether an operation is under way.
    #[must_use]
    pub const fn busy(&self) -> bool {
        !matches!(self.job.end, End::Idle)
    }

    /// Address of a slot.
    pub(crate) fn slot_at(&self, slot: Slot) -> u32 {
        self.map.slots + (2 * u32::from(slot.pair) + u32::from(slot.half)) * self.map.slot_len
    }

    /// Address of the first unit of the mark that makes a state.
    pub(crate) fn mark_at(&self, slot: Slot, state: State) -> u32 {
        self.slot_at(slot) + self.map.marks + mark_unit(state) * self.map.unit
    }

    pub(crate) fn idle(&self) -> Result<(), Error> {
        if self.busy() { Err(Error::Busy) } else { Ok(()) }
    }
}
