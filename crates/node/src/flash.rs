//! The firmware's flash, with what was done to it since boot counted: wear is the first thing an operator asks about.

use crate::config::Flash;
use core::cell::RefCell;
use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use motebox_store::{Slot, Store};

/// Counts erased blocks and programs on their way to the flash.
pub(crate) struct Counted<F> {
    pub(crate) flash: F,
    pub(crate) erases: u32,
    pub(crate) programs: u32,
}

impl<F> Counted<F> {
    pub(crate) const fn new(flash: F) -> Self {
        Counted {
            flash,
            erases: 0,
            programs: 0,
        }
    }
}

impl<F: NorFlash> ErrorType for Counted<F> {
    type Error = F::Error;
}

impl<F: NorFlash> ReadNorFlash for Counted<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        self.flash.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl<F: NorFlash> NorFlash for Counted<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        self.erases = self.erases.saturating_add(1);
        self.flash.erase(from, to)
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        self.programs = self.programs.saturating_add(1);
        self.flash.write(offset, bytes)
    }
}

/// A slot's payload as the source text of a script, read through a window.
pub(crate) struct SlotText<'s, F, const N: usize> {
    pub(crate) store: &'s Store<N>,
    pub(crate) flash: RefCell<&'s mut Counted<F>>,
    pub(crate) slot: Slot,
}

impl<F: Flash, const N: usize> motebox_js::Source for SlotText<'_, F, N> {
    fn read(&self, offset: u32, buf: &mut [u8]) {
        if let Ok(mut flash) = self.flash.try_borrow_mut() {
            // What cannot be read stays as it is in `buf`: the compiler meets a syntax error, not foreign memory.
            let _ = self.store.read(*flash, self.slot, offset, buf);
        }
    }
}
