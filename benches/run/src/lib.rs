//! What the measured images share: sections that are counted, files of the host, and the chip's flash with its driver left
//! out of the count.
#![no_std]

use core::arch::asm;
use core::cell::Cell;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use motebox_firmware::board::ChipFlash;
use motebox_firmware::file::File;
use motebox_firmware::{console, probe};

/// Runs `work`, whose instructions are one section of the count (`xtask/qemu/count.c`). Sections are numbered as they come.
#[inline(always)]
pub fn section<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: a register that is moved to itself is what it was. Not `nomem`: nothing is moved across.
    unsafe { asm!("mov r10, r10", options(nostack, preserves_flags)) };
    let result = work();
    // SAFETY: as above.
    unsafe { asm!("mov r11, r11", options(nostack, preserves_flags)) };
    result
}

/// A file of the host's, as much of it as there is room for; `name` ends with NUL.
pub fn read<'b>(name: &'static [u8], room: &'b mut [u8]) -> &'b [u8] {
    let length = File::open(name).map_or(0, |mut file| file.read(room));
    if length == 0 || length == room.len() {
        console::pieces(&[b"no such file, or too long: ", name]);
        console::fail();
    }
    room.get(..length).unwrap_or(&[])
}

/// Ends the image when this does not hold.
pub fn expect(what: &str, holds: bool) {
    if !holds {
        console::pieces(&[b"FAILED ", what.as_bytes()]);
        console::fail();
    }
}

/// What a flash was asked for.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Operations {
    /// Calls of the driver that program.
    pub programs: u32,
    /// Blocks erased.
    pub erases: u32,
    /// Calls of the driver that read.
    pub reads: u32,
}

/// The chip's flash. What its driver executes is its vendor's business and does not count; how often it is called does.
pub struct CountedFlash {
    driver: ChipFlash,
    operations: Cell<Operations>,
}

impl CountedFlash {
    /// The flash, erased, as it comes from the factory.
    pub fn blank() -> Self {
        let mut driver = ChipFlash::new();
        driver.manufacture();
        CountedFlash {
            driver,
            operations: Cell::default(),
        }
    }

    /// What it was asked for since it was asked this before.
    pub fn take(&self) -> Operations {
        self.operations.take()
    }

    fn count(&self, change: impl FnOnce(&mut Operations)) {
        let mut operations = self.operations.get();
        change(&mut operations);
        self.operations.set(operations);
    }
}

/// Keeps what the driver executes out of the count.
#[inline(always)]
fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    probe::interrupt();
    let result = work();
    probe::interrupt();
    result
}

impl ErrorType for CountedFlash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for CountedFlash {
    const READ_SIZE: usize = 1;

    #[inline(never)]
    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        uncounted(|| {
            self.count(|operations| operations.reads += 1);
            self.driver.read(offset, bytes)
        })
    }

    fn capacity(&self) -> usize {
        self.driver.capacity()
    }
}

impl NorFlash for CountedFlash {
    const WRITE_SIZE: usize = ChipFlash::WRITE_SIZE;
    const ERASE_SIZE: usize = ChipFlash::ERASE_SIZE;

    #[inline(never)]
    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        uncounted(|| {
            let blocks = to.saturating_sub(from) / Self::ERASE_SIZE as u32;
            self.count(|operations| operations.erases += blocks);
            self.driver.erase(from, to)
        })
    }

    #[inline(never)]
    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        uncounted(|| {
            self.count(|operations| operations.programs += 1);
            self.driver.write(offset, bytes)
        })
    }
}

impl AsRef<[u8]> for CountedFlash {
    fn as_ref(&self) -> &[u8] {
        self.driver.as_ref()
    }
}
