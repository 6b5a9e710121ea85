//! Handles with a generation: a stale one is noticed, so nothing is used after it was freed.

/// Names one slot of a table at one point of its life: slot number in the low 8 bits, generation in the other 24.
///
/// It fits the 32-bit payload of a script's host object. A slot's generation changes whenever the slot is taken, so a
/// script that keeps the handle of a timer that is long gone names nothing (until the same slot was taken 2^24 times).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(u32);

impl Handle {
    pub(crate) fn new(slot: usize, generation: u32) -> Handle {
        Handle((generation << 8) | (slot as u32 & 0xff))
    }

    /// The handle as the number that a host object carries.
    pub fn to_payload(self) -> u32 {
        self.0
    }

    /// The handle from the number that a host object carries. Any number is allowed: one that was never given names
    /// nothing.
    pub fn from_payload(payload: u32) -> Handle {
        Handle(payload)
    }

    pub(crate) fn slot(self) -> usize {
        (self.0 & 0xff) as usize
    }

    pub(crate) fn generation(self) -> u32 {
        self.0 >> 8
    }
}

/// Entries of one kind behind handles; at most `N` (255 or fewer).
#[derive(Debug)]
pub(crate) struct Slots<T, const N: usize> {
    entries: [Option<T>; N],
    generations: [u32; N],
}

impl<T, const N: usize> Slots<T, N> {
    const FITS: () = assert!(N <= 255, "a handle has 8 bits for the slot");

    pub(crate) const fn new() -> Self {
        let () = Self::FITS;
        Slots {
            entries: [const { None }; N],
            generations: [0; N],
        }
    }

    /// Puts `entry` into a free slot; `None` when there is none.
    pub(crate) fn insert(&mut self, entry: T) -> Option<Handle> {
        let slots = self
            .entries
            .iter_mut()
            .zip(self.generations.iter_mut())
            .enumerate();
        for (index, (slot, generation)) in slots {
            if slot.is_none() {
                *slot = Some(entry);
                *generation = generation.wrapping_add(1) & 0x00ff_ffff;
                return Some(Handle::new(index, *generation));
            }
        }
        None
    }

    fn fresh(&self, handle: Handle) -> bool {
        self.generations.get(handle.slot()) == Some(&handle.generation())
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        if !self.fresh(handle) {
            return None;
        }
        self.entries.get(handle.slot())?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        if !self.fresh(handle) {
            return None;
        }
        self.entries.get_mut(handle.slot())?.as_mut()
    }

    pub(crate) fn remove(&mut self, handle: Handle) -> Option<T> {
        if !self.fresh(handle) {
            return None;
        }
        self.entries.get_mut(handle.slot())?.take()
    }

    /// Takes any entry out: call it until it returns `None` to empty the table.
    pub(crate) fn pop(&mut self) -> Option<T> {
        self.entries.iter_mut().find_map(Option::take)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Handle, &T)> {
        let slots = self.entries.iter().zip(self.generations.iter()).enumerate();
        slots.filter_map(|(i, (entry, generation))| Some((Handle::new(i, *generation), entry.as_ref()?)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().flatten()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.iter().filter(|e| e.is_some()).count()
    }
}
