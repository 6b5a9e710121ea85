//! MPS2 with AN385: an APB timer as the clock's counter; memory that is treated as flash, for the board has none.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

use super::{before_wrap, fits, store};

/// Its name in reports.
pub const NAME: &str = "mps2-an385, Cortex-M3";
/// The core's clock.
pub const CORE_HZ: u32 = 25_000_000;
/// What the counter counts.
pub const COUNTER_HZ: u32 = 25_000_000;

/// APB timer 0, which counts down (Cortex-M System Design Kit, chapter 4).
mod timer {
    pub const CONTROL: *mut u32 = 0x4000_0000 as *mut u32;
    pub const VALUE: *mut u32 = 0x4000_0004 as *mut u32;
    pub const RELOAD: *mut u32 = 0x4000_0008 as *mut u32;
    pub const ENABLE: u32 = 1;
}

/// Starts the counter.
pub fn start_counter() {
    // SAFETY: registers of APB timer 0, which nothing else uses.
    unsafe {
        timer::RELOAD.write_volatile(u32::MAX);
        timer::VALUE.write_volatile(u32::MAX);
        timer::CONTROL.write_volatile(timer::ENABLE);
    }
}

/// What the counter shows.
pub fn counter() -> u32 {
    // SAFETY: a register that is only read.
    let left = unsafe { timer::VALUE.read_volatile() };
    (!left).wrapping_add(before_wrap(COUNTER_HZ))
}

/// The store's memory, with the manners of NOR flash: programming only clears bits, only erasing sets them.
pub struct ChipFlash(());

impl ChipFlash {
    /// The driver. There must be one.
    pub const fn new() -> Self {
        ChipFlash(())
    }

    /// What a factory does before the first start; memory comes with anything in it.
    pub fn manufacture(&mut self) {
        let _ = self.erase(0, store().len() as u32);
    }

    fn cells(&mut self) -> &mut [u8] {
        let memory = store();
        // SAFETY: the store's memory, which is reached through the one driver only.
        unsafe { core::slice::from_raw_parts_mut(memory.start as *mut u8, memory.len()) }
    }
}

impl Default for ChipFlash {
    fn default() -> Self {
        Self::new()
    }
}

impl ErrorType for ChipFlash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for ChipFlash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let from = self.as_ref().get(offset as usize..);
        let from = from.and_then(|rest| rest.get(..bytes.len()));
        bytes.copy_from_slice(from.ok_or(NorFlashErrorKind::OutOfBounds)?);
        Ok(())
    }

    fn capacity(&self) -> usize {
        store().len()
    }
}

impl NorFlash for ChipFlash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 1024;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        let length = to.checked_sub(from).ok_or(NorFlashErrorKind::OutOfBounds)?;
        if !fits(from as usize, length as usize, Self::ERASE_SIZE) {
            return Err(NorFlashErrorKind::OutOfBounds);
        }
        if let Some(cells) = self.cells().get_mut(from as usize..to as usize) {
            cells.fill(0xff);
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        if !fits(offset as usize, bytes.len(), Self::WRITE_SIZE) {
            return Err(NorFlashErrorKind::OutOfBounds);
        }
        for (cell, byte) in self.cells().iter_mut().skip(offset as usize).zip(bytes) {
            *cell &= byte;
        }
        Ok(())
    }
}

impl AsRef<[u8]> for ChipFlash {
    fn as_ref(&self) -> &[u8] {
        let memory = store();
        // SAFETY: the store's memory, which changes through `&mut self` only.
        unsafe { core::slice::from_raw_parts(memory.start as *const u8, memory.len()) }
    }
}
