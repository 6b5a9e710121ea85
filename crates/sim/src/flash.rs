//! The flash of the simulated mote: NOR, with blocks that count their erases and a supply that can fail in the middle
//! of any operation.
//!
//! It is as strict as the strictest chip that Motebox runs on: a write unit that was programmed once is refused until
//! its block is erased, whatever the bits. A power cut leaves the unit or block under work half done, as real flash
//! does, and everything after it fails until power returns.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::rc::Rc;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

/// Bytes programmed at once, as on SAMR21 (a page of 64 B is written in units of 16 B).
pub const WRITE_UNIT_BYTES: usize = 16;
/// Bytes erased at once: SAMR21's row.
pub const ERASE_BLOCK_BYTES: usize = 256;

/// Ends the flash file, behind the bytes of the chip: what follows it are the erase counts and the programmed units.
const TRAILER_MAGIC: &[u8; 8] = b"MBXSIM01";

/// Why the simulated flash refused an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlashError {
    /// The range does not lie on whole units, or leaves the chip.
    OutOfBounds,
    /// Offset or length is no multiple of the unit.
    NotAligned,
    /// The write unit at this offset was programmed since its block was erased.
    AlreadyProgrammed(u32),
    /// There is no power: the operation was cut, or came after the cut.
    PowerLost,
    /// The file behind the flash could not be written.
    File,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned => NorFlashErrorKind::NotAligned,
            _ => NorFlashErrorKind::Other,
        }
    }
}

/// What was done to the flash since it was made. Reads do not wear it and are not counted as operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wear {
    /// Erased blocks.
    pub erases: u64,
    /// Programmed write units.
    pub programs: u64,
}

impl Wear {
    /// Operations that a power cut can hit: one for each erased block and each programmed unit.
    pub fn operations(self) -> u64 {
        self.erases + self.programs
    }
}

/// The chip itself; [`Flash`] is the handle that the mote's driver and the bench share.
#[derive(Debug)]
pub struct Chip {
    cells: Vec<u8>,
    programmed: Vec<bool>,
    erase_counts: Vec<u32>,
    wear: Wear,
    powered: bool,
    cut_in: Option<u64>,
    file: Option<File>,
    noise: u32,
}

impl Chip {
    fn new(capacity_bytes: usize) -> Self {
        Self {
            cells: vec![0xFF; capacity_bytes],
            programmed: vec![false; capacity_bytes / WRITE_UNIT_BYTES],
            erase_counts: vec![0; capacity_bytes / ERASE_BLOCK_BYTES],
            wear: Wear::default(),
            powered: true,
            cut_in: None,
            file: None,
            noise: 0x2545_F491,
        }
    }

    /// One operation is about to start: `Err` when it is the one that the power cut hits.
    fn spend_operation(&mut self) -> Result<(), FlashError> {
        match self.cut_in {
            Some(0) => {
                self.cut_in = None;
                self.powered = false;
                Err(FlashError::PowerLost)
            }
            Some(left) => {
                self.cut_in = Some(left - 1);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A byte nobody can predict but every run repeats, for cells that were cut half-way.
    fn noise_byte(&mut self) -> u8 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 17;
        self.noise ^= self.noise << 5;
        self.noise.to_le_bytes()[0]
    }

    fn program_unit(&mut self, offset: usize, bytes: &[u8]) -> Result<(), FlashError> {
        let unit = offset / WRITE_UNIT_BYTES;
        if self.programmed[unit] {
            return Err(FlashError::AlreadyProgrammed(offset as u32));
        }
        self.programmed[unit] = true;
        let cut = self.spend_operation();
        for (i, byte) in bytes.iter().enumerate() {
            let settled = if cut.is_err() {
                self.noise_byte() | byte
            } else {
                *byte
            };
            self.cells[offset + i] &= settled;
        }
        self.keep(offset, bytes.len())?;
        cut?;
        self.wear.programs += 1;
        Ok(())
    }

    fn erase_block(&mut self, block: usize) -> Result<(), FlashError> {
        let start = block * ERASE_BLOCK_BYTES;
        let cut = self.spend_operation();
        self.erase_counts[block] += 1;
        for i in start..start + ERASE_BLOCK_BYTES {
            self.cells[i] = if cut.is_err() {
                self.cells[i] | self.noise_byte()
            } else {
                0xFF
            };
        }
        let units = start / WRITE_UNIT_BYTES..(start + ERASE_BLOCK_BYTES) / WRITE_UNIT_BYTES;
        // A block whose erase was cut takes no program before it is erased again.
        self.programmed[units].fill(cut.is_err());
        self.keep(start, ERASE_BLOCK_BYTES)?;
        cut?;
        self.wear.erases += 1;
        Ok(())
    }

    /// Writes a changed range, and the trailer, through to the file.
    fn keep(&mut self, offset: usize, len: usize) -> Result<(), FlashError> {
        let Some(mut file) = self.file.as_ref() else {
            return Ok(());
        };
        let mut through = || -> io::Result<()> {
            file.seek(SeekFrom::Start(offset as u64))?;
            file.write_all(&self.cells[offset..offset + len])?;
            file.seek(SeekFrom::Start(self.cells.len() as u64))?;
            file.write_all(&self.trailer())
        };
        through().map_err(|_| FlashError::File)
    }

    fn trailer(&self) -> Vec<u8> {
        let mut out = TRAILER_MAGIC.to_vec();
        out.extend(self.erase_counts.iter().flat_map(|count| count.to_le_bytes()));
        out.extend(self.programmed.iter().map(|done| u8::from(*done)));
        out
    }

    fn load(&mut self, image: &[u8]) -> io::Result<()> {
        let expected = self.cells.len() + self.trailer().len();
        let (cells, trailer) = image.split_at(self.cells.len().min(image.len()));
        if image.len() != expected || !trailer.starts_with(TRAILER_MAGIC) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "{} bytes are no flash of {} bytes; give another file, or remove it to start empty",
                    image.len(),
                    self.cells.len()
                ),
            ));
        }
        self.cells.copy_from_slice(cells);
        let (counts, programmed) = trailer[TRAILER_MAGIC.len()..].split_at(4 * self.erase_counts.len());
        for (count, bytes) in self.erase_counts.iter_mut().zip(counts.chunks_exact(4)) {
            *count = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
        for (done, byte) in self.programmed.iter_mut().zip(programmed) {
            *done = *byte != 0;
        }
        Ok(())
    }
}

/// A handle to the chip. Clones share it: one is the node's driver, another the bench's eye on it.
#[derive(Debug, Clone)]
pub struct Flash(Rc<RefCell<Chip>>);

impl Flash {
    /// An erased chip in memory. The capacity is rounded down to whole erase blocks.
    pub fn in_memory(capacity_bytes: usize) -> Self {
        Self(Rc::new(RefCell::new(Chip::new(
            capacity_bytes / ERASE_BLOCK_BYTES * ERASE_BLOCK_BYTES,
        ))))
    }

    /// A chip whose cells, erase counts and programmed units live in a file, made when it is not there.
    ///
    /// # Errors
    /// The file cannot be opened, or holds a flash of another size.
    pub fn in_file(path: &Path, capacity_bytes: usize) -> io::Result<Self> {
        let flash = Self::in_memory(capacity_bytes);
        {
            let mut chip = flash.0.borrow_mut();
            let mut file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            let mut image = Vec::new();
            file.read_to_end(&mut image)?;
            if image.is_empty() {
                file.write_all(&chip.cells)?;
                file.write_all(&chip.trailer())?;
            } else {
                chip.load(&image)?;
            }
            chip.file = Some(file);
        }
        Ok(flash)
    }

    /// What was done to it since this handle's chip was made or opened.
    pub fn wear(&self) -> Wear {
        self.0.borrow().wear
    }

    /// Erases of each block over the life of the chip.
    pub fn erase_counts(&self) -> Vec<u32> {
        self.0.borrow().erase_counts.clone()
    }

    /// Whether the supply is on.
    pub fn powered(&self) -> bool {
        self.0.borrow().powered
    }

    /// Takes the supply away now.
    pub fn cut(&self) {
        let mut chip = self.0.borrow_mut();
        chip.powered = false;
        chip.cut_in = None;
    }

    /// Takes the supply away in the middle of the operation that follows `operations` whole ones.
    pub fn cut_after(&self, operations: u64) {
        self.0.borrow_mut().cut_in = Some(operations);
    }

    /// Operations left before the cut that was asked for, if one was.
    pub fn cut_in(&self) -> Option<u64> {
        self.0.borrow().cut_in
    }

    /// Gives the supply back.
    pub fn restore(&self) {
        let mut chip = self.0.borrow_mut();
        chip.powered = true;
        chip.cut_in = None;
    }

    fn range(&self, offset: u32, len: usize, unit: usize) -> Result<usize, FlashError> {
        let chip = self.0.borrow();
        if !chip.powered {
            return Err(FlashError::PowerLost);
        }
        let start = offset as usize;
        if !start.is_multiple_of(unit) || !len.is_multiple_of(unit) {
            return Err(FlashError::NotAligned);
        }
        match start.checked_add(len) {
            Some(end) if end <= chip.cells.len() => Ok(start),
            _ => Err(FlashError::OutOfBounds),
        }
    }
}

impl ErrorType for Flash {
    type Error = FlashError;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let start = self.range(offset, bytes.len(), Self::READ_SIZE)?;
        bytes.copy_from_slice(&self.0.borrow().cells[start..start + bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.borrow().cells.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = WRITE_UNIT_BYTES;
    const ERASE_SIZE: usize = ERASE_BLOCK_BYTES;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let len = to.checked_sub(from).ok_or(FlashError::OutOfBounds)? as usize;
        let start = self.range(from, len, ERASE_BLOCK_BYTES)?;
        for block in start / ERASE_BLOCK_BYTES..(start + len) / ERASE_BLOCK_BYTES {
            self.0.borrow_mut().erase_block(block)?;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let start = self.range(offset, bytes.len(), WRITE_UNIT_BYTES)?;
        for (i, unit) in bytes.chunks(WRITE_UNIT_BYTES).enumerate() {
            self.0
                .borrow_mut()
                .program_unit(start + i * WRITE_UNIT_BYTES, unit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_programmed_once_between_erases() {
        let mut flash = Flash::in_memory(1024);
        flash.write(16, &[0xF0; 16]).unwrap();
        assert_eq!(
            flash.write(16, &[0x00; 16]),
            Err(FlashError::AlreadyProgrammed(16))
        );
        flash.erase(0, 256).unwrap();
        flash.write(16, &[0x0F; 16]).unwrap();
        let mut read = [0; 16];
        flash.read(16, &mut read).unwrap();
        assert_eq!(read, [0x0F; 16]);
        assert_eq!(
            flash.wear(),
            Wear {
                erases: 1,
                programs: 2
            }
        );
        assert_eq!(flash.erase_counts(), [1, 0, 0, 0]);
    }

    #[test]
    fn a_unit_of_ones_counts_as_programmed() {
        let mut flash = Flash::in_memory(256);
        flash.write(0, &[0xFF; 16]).unwrap();
        assert_eq!(flash.write(0, &[0x00; 16]), Err(FlashError::AlreadyProgrammed(0)));
    }

    #[test]
    fn units_and_bounds_are_kept() {
        let mut flash = Flash::in_memory(512);
        assert_eq!(flash.write(8, &[0; 16]), Err(FlashError::NotAligned));
        assert_eq!(flash.write(0, &[0; 15]), Err(FlashError::NotAligned));
        assert_eq!(flash.erase(0, 128), Err(FlashError::NotAligned));
        assert_eq!(flash.erase(256, 768), Err(FlashError::OutOfBounds));
        assert_eq!(flash.read(511, &mut [0; 2]), Err(FlashError::OutOfBounds));
        assert_eq!(flash.wear().operations(), 0);
    }

    #[test]
    fn a_cut_hits_the_named_operation_and_leaves_it_torn() {
        let mut flash = Flash::in_memory(512);
        flash.cut_after(1);
        assert_eq!(flash.write(0, &[0x00; 32]), Err(FlashError::PowerLost));
        assert!(!flash.powered());
        assert_eq!(flash.read(0, &mut [0; 1]), Err(FlashError::PowerLost));
        assert_eq!(flash.erase(0, 256), Err(FlashError::PowerLost));
        flash.restore();
        let mut read = [0; 32];
        flash.read(0, &mut read).unwrap();
        assert_eq!(read[..16], [0; 16], "the unit before the cut is whole");
        assert!(
            read[16..].iter().any(|b| *b != 0) && read[16..].iter().any(|b| *b != 0xFF),
            "{read:?}"
        );
        assert_eq!(
            flash.wear(),
            Wear {
                erases: 0,
                programs: 1
            }
        );
    }

    #[test]
    fn a_cut_erase_leaves_a_block_that_must_be_erased_again() {
        let mut flash = Flash::in_memory(512);
        flash.write(0, &[0x00; 16]).unwrap();
        flash.cut_after(0);
        assert_eq!(flash.erase(0, 256), Err(FlashError::PowerLost));
        flash.restore();
        assert_eq!(
            flash.write(128, &[0; 16]),
            Err(FlashError::AlreadyProgrammed(128))
        );
        flash.erase(0, 256).unwrap();
        flash.write(128, &[0; 16]).unwrap();
    }

    #[test]
    fn a_file_keeps_cells_counts_and_units() {
        let path = std::env::temp_dir().join(format!("motebox-flash-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let mut flash = Flash::in_file(&path, 1024).unwrap();
        flash.erase(256, 512).unwrap();
        flash.write(256, &[0xFF; 16]).unwrap();
        flash.write(272, &[0x5A; 16]).unwrap();
        drop(flash);
        let mut again = Flash::in_file(&path, 1024).unwrap();
        let mut read = [0; 16];
        again.read(272, &mut read).unwrap();
        assert_eq!(read, [0x5A; 16]);
        assert_eq!(again.erase_counts(), [0, 1, 0, 0]);
        assert_eq!(
            again.write(256, &[0; 16]),
            Err(FlashError::AlreadyProgrammed(256))
        );
        assert!(
            Flash::in_file(&path, 2048).is_err(),
            "a flash of another size is not taken"
        );
        std::fs::remove_file(&path).unwrap();
    }
}
