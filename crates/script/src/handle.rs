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

/// The index of what a handle names, were it taken; one that no table has when the handle is stale. One search for all tables.
#[inline(never)]
fn index_of(generations: &[u32], handle: Handle) -> usize {
    match generations.get(handle.slot()) {
        Some(generation) if *generation == handle.generation() => handle.slot(),
        _ => usize::MAX,
    }
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
        let index = self.entries.iter().position(Option::is_none)?;
        let generation = self.generations.get_mut(index)?;
        *generation = generation.wrapping_add(1) & 0x00ff_ffff;
        *self.entries.get_mut(index)? = Some(entry);
        Some(Handle::new(index, *generation))
    }

    pub(crate) fn get(&self, handle: Handle) -> Option<&T> {
        self.entries.get(index_of(&self.generations, handle))?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Option<&mut T> {
        let index = index_of(&self.generations, handle);
        self.entries.get_mut(index)?.as_mut()
    }

    /// Frees a slot; what was in it is read by `last` before.
    pub(crate) fn remove<R>(&mut self, handle: Handle, last: impl FnOnce(&T) -> R) -> Option<R> {
        let index = index_of(&self.generations, handle);
        let entry = self.entries.get_mut(index)?;
        let kept = entry.as_ref().map(last);
        *entry = None;
        kept
    }

    /// Frees any slot: call it until it returns `None` to empty the table.
    pub(crate) fn pop<R>(&mut self, last: impl FnOnce(&T) -> R) -> Option<R> {
        let entry = self.entries.iter_mut().find(|entry| entry.is_some())?;
        let kept = entry.as_ref().map(last);
        *entry = None;
        kept
    }

    /// The first entry that is wanted.
    pub(crate) fn find(&self, mut wanted: impl FnMut(&T) -> bool) -> Option<Handle> {
        let index = self
            .entries
            .iter()
            .position(|entry| entry.as_ref().is_some_and(&mut wanted))?;
        Some(Handle::new(index, *self.generations.get(index)?))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().flatten()
    }

    pub(crate) fn len(&self) -> usize {
        self.iter().count()
    }
}
