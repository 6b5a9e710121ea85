//! One place for each container, furnished one after the other.

use core::ops::{Deref, DerefMut};
use heapless::Vec;

/// Up to `N` of something large. Empty it is cheap to make and to move, so a node is built without its size on the stack; and
/// what is asked for in a hundred places is looked up in one.
pub(crate) struct Table<T, const N: usize>(Vec<T, N>);

impl<T, const N: usize> Table<T, N> {
    pub(crate) const fn new() -> Self {
        Table(Vec::new())
    }

    /// Adds one; beyond `N` it is dropped.
    pub(crate) fn push(&mut self, item: T) {
        let _ = self.0.push(item);
    }

    #[inline(never)]
    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        self.0.get(index)
    }

    #[inline(never)]
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.0.get_mut(index)
    }
}

impl<T, const N: usize> Deref for Table<T, N> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T, const N: usize> DerefMut for Table<T, N> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.0
    }
}
