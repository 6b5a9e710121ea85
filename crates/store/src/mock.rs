//! A NOR flash in RAM: it counts erases, refuses to program a unit twice, and loses power where it is told to, leaving the
//! cells of the interrupted operation in a seeded, nasty state. For tests and simulators; needs std.
#![allow(clippy::indexing_slicing)] // Not device code: an index out of bounds is a defect of the test that should be loud.

use std::collections::BTreeMap;
use std::vec;
use std::vec::Vec;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};

/// How cells behave that a power cut left in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// Plain NOR: a unit that a cut tore may be programmed again; it ends as the AND of both.
    Plain,
    /// The driver refuses a unit that a cut tore until it was erased, even when it reads blank (ECC flash).
    Strict,
    /// As `Strict`, and torn bits read differently after each power-up: all as wanted, all as before, or each at random.
    Unstable,
}

/// What the interrupted operation leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Not begun.
    Before,
    /// Begun, but every cell reads as before.
    Touched,
    /// Complete, only its end was not reported.
    After,
    /// A front part is done, in the middle of a unit too.
    Front,
    /// A back part is done.
    Back,
    /// Each bit for itself is done or not.
    Bits,
    /// Each write unit for itself is done or not.
    Units,
}

impl Tear {
    /// All of them.
    pub const ALL: [Tear; 7] = [
        Tear::Before,
        Tear::Touched,
        Tear::After,
        Tear::Front,
        Tear::Back,
        Tear::Bits,
        Tear::Units,
    ];
}

/// Why an operation of the mock failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MockError {
    /// Power is off.
    Off,
    /// A unit would be programmed a second time since its erase.
    Twice,
    /// Offset or length is not a multiple of the unit.
    Alignment,
    /// Behind the end.
    Bounds,
}

impl NorFlashError for MockError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            MockError::Alignment => NorFlashErrorKind::NotAligned,
            MockError::Bounds => NorFlashErrorKind::OutOfBounds,
            MockError::Off | MockError::Twice => NorFlashErrorKind::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Erased,
    Programmed,
    Torn,
}

/// The flash. `WRITE` and `ERASE` are its units in bytes.
#[derive(Debug, Clone)]
pub struct MockFlash<const WRITE: usize, const ERASE: usize> {
    bytes: Vec<u8>,
    units: Vec<Unit>,
    /// Bits that read differently after each power-up: which, and what they should be.
    weak: BTreeMap<usize, (u8, u8)>,
    erases: Vec<u32>,
    programs: u64,
    cells: Cells,
    cut: Option<(u64, Tear)>,
    off: bool,
    violations: u32,
    random: u64,
}

impl<const WRITE: usize, const ERASE: usize> MockFlash<WRITE, ERASE> {
    /// Erased flash of so many bytes (a multiple of `ERASE`).
    #[must_use]
    pub fn new(capacity: usize, cells: Cells) -> Self {
        Self::with_bytes(vec![0xff; capacity], cells)
    }

    /// Flash that holds an image; units that are not blank count as programmed.
    #[must_use]
    pub fn with_bytes(bytes: Vec<u8>, cells: Cells) -> Self {
        let blank = |unit: &[u8]| unit.iter().all(|&byte| byte == 0xff);
        let units = bytes.chunks(WRITE).map(|unit| {
            if blank(unit) {
                Unit::Erased
            } else {
                Unit::Programmed
            }
        });
        MockFlash {
            units: units.collect(),
            weak: BTreeMap::new(),
            erases: vec![0; bytes.len() / ERASE],
            bytes,
            programs: 0,
            cells,
            cut: None,
            off: false,
            violations: 0,
            random: 1,
        }
    }

    /// Lets the next `operations` programs and erases pass and cuts power in the one after them.
    pub fn cut_after(&mut self, operations: u64, tear: Tear, seed: u64) {
        self.cut = Some((operations, tear));
        self.random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    }

    /// Power is back, and no cut is planned.
    pub fn power_up(&mut self) {
        (self.off, self.cut) = (false, None);
        if self.cells == Cells::Unstable {
            let reading = self.random() >> 20 & 3;
            for (index, (mask, want)) in self.weak.clone() {
                let new = match reading {
                    0 => want,
                    1 => !want,
                    _ => self.random() as u8,
                };
                self.bytes[index] = self.bytes[index] & !mask | new & mask;
            }
        }
    }

    /// Whether the cut has happened.
    #[must_use]
    pub const fn is_off(&self) -> bool {
        self.off
    }

    /// What the cells hold.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Flips bits as a fault would, whatever the rules of flash.
    pub fn corrupt(&mut self, at: usize, mask: u8) {
        self.bytes[at] ^= mask;
    }

    /// Erases of each block so far.
    #[must_use]
    pub fn erases(&self) -> &[u32] {
        &self.erases
    }

    /// Programs and erases so far.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.programs + self.erases.iter().map(|&count| u64::from(count)).sum::<u64>()
    }

    /// How often somebody tried to program a unit that was whole, or that reads as programmed: always a defect.
    #[must_use]
    pub const fn violations(&self) -> u32 {
        self.violations
    }

    fn random(&mut self) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random
    }

    /// Counts an operation; the tear, if power goes now.
    fn tick(&mut self) -> Option<Tear> {
        let (left, tear) = self.cut?;
        if left == 0 {
            self.off = true;
            return Some(tear);
        }
        self.cut = Some((left - 1, tear));
        None
    }

    /// Brings the cells from `at` on to `goal`, or part of the way. `done` is what a whole unit is then.
    fn bring(&mut self, at: usize, goal: &[u8], tear: Option<Tear>, done: Unit) {
        let len = goal.len();
        let split = self.random() as usize % (len + 1);
        for (index, &want) in goal.iter().enumerate() {
            let place = at + index;
            let unit = (self.random.rotate_left((index / WRITE * 7 % 64) as u32) & 1) as u8;
            let bits = self.random() as u8;
            let change = match tear {
                None | Some(Tear::After) => 0xff,
                Some(Tear::Before | Tear::Touched) => 0,
                Some(Tear::Front) => mask(index < split, index == split, bits),
                Some(Tear::Back) => mask(index > split, index == split, bits),
                Some(Tear::Bits) => bits,
                Some(Tear::Units) => unit.wrapping_neg(),
            };
            let was = self.bytes[place];
            let torn = !matches!(tear, None | Some(Tear::Before | Tear::After));
            if torn && was != want {
                self.weak.insert(place, (was ^ want, want));
            } else if !self.weak.is_empty() {
                self.weak.remove(&place);
            }
            self.bytes[place] = was & !change | want & change;
            if tear != Some(Tear::Before) {
                self.units[place / WRITE] = if torn { Unit::Torn } else { done };
            }
        }
    }
}

fn mask(whole: bool, part: bool, bits: u8) -> u8 {
    if whole {
        0xff
    } else if part {
        bits
    } else {
        0
    }
}

impl<const WRITE: usize, const ERASE: usize> ErrorType for MockFlash<WRITE, ERASE> {
    type Error = MockError;
}

impl<const WRITE: usize, const ERASE: usize> ReadNorFlash for MockFlash<WRITE, ERASE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), MockError> {
        if self.off {
            return Err(MockError::Off);
        }
        let from = self
            .bytes
            .get(offset as usize..offset as usize + bytes.len())
            .ok_or(MockError::Bounds)?;
        bytes.copy_from_slice(from);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const WRITE: usize, const ERASE: usize> NorFlash for MockFlash<WRITE, ERASE> {
    const WRITE_SIZE: usize = WRITE;
    const ERASE_SIZE: usize = ERASE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), MockError> {
        let (from, to) = (from as usize, to as usize);
        if self.off {
            return Err(MockError::Off);
        }
        if !from.is_multiple_of(ERASE) || !to.is_multiple_of(ERASE) {
            return Err(MockError::Alignment);
        }
        if to > self.bytes.len() || from >= to {
            return Err(MockError::Bounds);
        }
        let tear = self.tick();
        for block in from / ERASE..to / ERASE {
            self.erases[block] += 1;
        }
        self.bring(from, &vec![0xff; to - from], tear, Unit::Erased);
        if self.off { Err(MockError::Off) } else { Ok(()) }
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), MockError> {
        let at = offset as usize;
        if self.off {
            return Err(MockError::Off);
        }
        if !at.is_multiple_of(WRITE) || !bytes.len().is_multiple_of(WRITE) {
            return Err(MockError::Alignment);
        }
        if at + bytes.len() > self.bytes.len() {
            return Err(MockError::Bounds);
        }
        for unit in at / WRITE..(at + bytes.len()) / WRITE {
            let blank = self.bytes[unit * WRITE..(unit + 1) * WRITE]
                .iter()
                .all(|&byte| byte == 0xff);
            match self.units[unit] {
                Unit::Erased => {}
                Unit::Torn if blank && self.cells == Cells::Plain => {}
                Unit::Torn if blank => return Err(MockError::Twice),
                _ => {
                    self.violations += 1;
                    return Err(MockError::Twice);
                }
            }
        }
        let tear = self.tick();
        self.programs += 1;
        let goal: Vec<u8> = bytes
            .iter()
            .zip(&self.bytes[at..])
            .map(|(new, old)| new & old)
            .collect();
        self.bring(at, &goal, tear, Unit::Programmed);
        if self.off { Err(MockError::Off) } else { Ok(()) }
    }
}
