//! nRF51822: TIMER0 as the clock's counter, the NVMC as the flash's driver. Registers: nRF51 Series Reference Manual 3.0.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};

use super::{before_wrap, fits, store};

/// Its name in reports.
pub const NAME: &str = "microbit, Cortex-M0";
/// The core's clock.
pub const CORE_HZ: u32 = 16_000_000;
/// What the counter counts.
pub const COUNTER_HZ: u32 = 1_000_000;

/// Section 18, TIMER0.
mod timer {
    pub const START: *mut u32 = 0x4000_8000 as *mut u32;
    pub const CAPTURE0: *mut u32 = 0x4000_8040 as *mut u32;
    pub const BITMODE: *mut u32 = 0x4000_8508 as *mut u32;
    pub const PRESCALER: *mut u32 = 0x4000_8510 as *mut u32;
    pub const CC0: *const u32 = 0x4000_8540 as *const u32;
    pub const BITS_32: u32 = 3;
    /// 16 MHz by 2^4.
    pub const MICROSECONDS: u32 = 4;
}

/// Section 7, NVMC.
mod nvmc {
    pub const READY: *const u32 = 0x4001_e400 as *const u32;
    pub const CONFIG: *mut u32 = 0x4001_e504 as *mut u32;
    pub const ERASEPAGE: *mut u32 = 0x4001_e508 as *mut u32;
    pub const READ: u32 = 0;
    pub const WRITE: u32 = 1;
    pub const ERASE: u32 = 2;
}

/// Starts the counter.
pub fn start_counter() {
    // SAFETY: registers of TIMER0, which nothing else uses.
    unsafe {
        timer::BITMODE.write_volatile(timer::BITS_32);
        timer::PRESCALER.write_volatile(timer::MICROSECONDS);
        timer::START.write_volatile(1);
    }
}

/// What the counter shows.
pub fn counter() -> u32 {
    // SAFETY: registers of TIMER0; called from the loop only, so no capture comes between.
    let elapsed = unsafe {
        timer::CAPTURE0.write_volatile(1);
        timer::CC0.read_volatile()
    };
    elapsed.wrapping_add(before_wrap(COUNTER_HZ))
}

/// The store's pages of the chip's own flash.
pub struct ChipFlash(());

impl ChipFlash {
    /// The driver. There must be one.
    pub const fn new() -> Self {
        ChipFlash(())
    }

    /// What a factory does before the first start; a chip comes erased.
    pub fn manufacture(&mut self) {
        let _ = self.erase(0, store().len() as u32);
    }
}

impl Default for ChipFlash {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs one operation in a mode of the NVMC and waits for its end. The core stands still meanwhile anyway.
fn operate(mode: u32, operation: impl FnOnce()) {
    // SAFETY: registers of the NVMC, which belongs to the driver alone; the mode goes back to reading.
    unsafe {
        nvmc::CONFIG.write_volatile(mode);
        operation();
        while nvmc::READY.read_volatile() & 1 == 0 {}
        nvmc::CONFIG.write_volatile(nvmc::READ);
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
        for page in (from..to).step_by(Self::ERASE_SIZE) {
            let address = store().start as u32 + page;
            // SAFETY: the address of a page of the store, in erase mode.
            operate(nvmc::ERASE, || unsafe { nvmc::ERASEPAGE.write_volatile(address) });
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        if !fits(offset as usize, bytes.len(), Self::WRITE_SIZE) {
            return Err(NorFlashErrorKind::OutOfBounds);
        }
        let mut address = (store().start + offset as usize) as *mut u32;
        for word in bytes.chunks_exact(Self::WRITE_SIZE) {
            let word = word.first_chunk().copied().unwrap_or([0xff; 4]);
            // SAFETY: a whole word of the store, in write mode; no borrow of the memory is alive beside `&mut self`.
            operate(nvmc::WRITE, || unsafe {
                address.write_volatile(u32::from_le_bytes(word))
            });
            address = address.wrapping_add(1);
        }
        Ok(())
    }
}

impl AsRef<[u8]> for ChipFlash {
    fn as_ref(&self) -> &[u8] {
        let memory = store();
        // SAFETY: the store's flash, which changes through `&mut self` only.
        unsafe { core::slice::from_raw_parts(memory.start as *const u8, memory.len()) }
    }
}
