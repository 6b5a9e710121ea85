//! The flash in C as the store sees it.

use core::ffi::c_void;

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash};
use motebox::store::{Layout, Resume};

use crate::error::{MBX_E_NULL, MBX_E_STORE_LAYOUT};
use crate::mem::{bytes, structure};

/// NOR flash: callbacks for leaf work. They answer when the flash is done, and none may call the object whose flash it is
/// (`MBX_E_BUSY`). 0 means done, anything else that the flash failed. The table stays as it is for the object's life.
#[repr(C)]
pub struct mbx_flash {
    /// `sizeof(mbx_flash)`.
    pub size: u32,
    /// Write unit in bytes: a power of two, 1 to 64. Between two erases each unit is programmed once.
    pub write_size: u32,
    /// Erase block in bytes: a power of two, 64 at least.
    pub erase_size: u32,
    /// Bytes of flash; offsets are 0 to `capacity` - 1.
    pub capacity: u32,
    /// First byte of the region that belongs to Motebox: a multiple of `erase_size`.
    pub base: u32,
    /// Largest payload of a container in bytes. Changing it makes what is in flash unreadable.
    pub payload_max: u32,
    /// The whole flash as memory, byte 0 at offset 0, where it is mapped: then scripts' literals stay in flash and take no
    /// heap. NULL: it is read through `read` only. While a call is in the object, nothing in it changes but through `program` and
    /// `erase`.
    pub mapped: *const u8,
    /// Handed to all callbacks.
    pub user: *mut c_void,
    /// Reads `len` bytes at any offset.
    pub read: Option<unsafe extern "C" fn(user: *mut c_void, offset: u32, to: *mut u8, len: usize) -> i32>,
    /// Programs whole write units.
    pub program:
        Option<unsafe extern "C" fn(user: *mut c_void, offset: u32, from: *const u8, len: usize) -> i32>,
    /// Erases whole blocks, from `from` up to `to`, which is not erased.
    pub erase: Option<unsafe extern "C" fn(user: *mut c_void, from: u32, to: u32) -> i32>,
}

/// A table that was checked.
#[derive(Clone, Copy)]
pub(crate) struct Callbacks(&'static mbx_flash);

impl Callbacks {
    /// # Safety
    /// NULL, or a table that stays as it is for as long as the answer is used.
    #[inline(always)]
    pub(crate) unsafe fn new(table: *const mbx_flash) -> Result<Self, i32> {
        // SAFETY: the caller's promise.
        let table: &'static mbx_flash = unsafe { structure(table) }?;
        match (table.read, table.program, table.erase) {
            (Some(_), Some(_), Some(_)) => Ok(Callbacks(table)),
            _ => Err(MBX_E_NULL),
        }
    }

    pub(crate) fn layout(&self) -> Layout {
        self.0.layout()
    }
}

impl mbx_flash {
    fn layout(&self) -> Layout {
        Layout {
            base: self.base,
            write_size: self.write_size,
            erase_size: self.erase_size,
            ids: 4,
            manifest_max: motebox::store::MANIFEST_MAX,
            payload_max: self.payload_max,
            resume: Resume::Unit,
        }
    }

    /// Bytes of flash that the store takes, for numbers with which it can be computed at all.
    #[inline(always)]
    pub(crate) fn needed(&self, pairs: u32) -> Result<u32, i32> {
        let sane = self.write_size.is_power_of_two()
            && self.write_size <= 64
            && self.erase_size.is_power_of_two()
            && (64..=1 << 20).contains(&self.erase_size)
            && self.payload_max <= 1 << 24
            && self.base <= 1 << 30;
        match sane {
            true => Ok(self.layout().len_bytes(pairs)),
            false => Err(MBX_E_STORE_LAYOUT),
        }
    }
}

/// The flash failed.
#[derive(Debug)]
pub(crate) struct Failed;

impl NorFlashError for Failed {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

fn outcome(code: i32) -> Result<(), Failed> {
    match code {
        0 => Ok(()),
        _ => Err(Failed),
    }
}

impl ErrorType for Callbacks {
    type Error = Failed;
}

// The sizes are known at run time only: to the traits, anything goes; the store keeps to its layout's units.
impl ReadNorFlash for Callbacks {
    const READ_SIZE: usize = 1;

    #[inline(always)]
    fn read(&mut self, offset: u32, to: &mut [u8]) -> Result<(), Failed> {
        let read = self.0.read.ok_or(Failed)?;
        // SAFETY: a callback of the application's, called as its type says.
        outcome(unsafe { read(self.0.user, offset, to.as_mut_ptr(), to.len()) })
    }

    fn capacity(&self) -> usize {
        self.0.capacity as usize
    }
}

impl NorFlash for Callbacks {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = 1;

    #[inline(always)]
    fn erase(&mut self, from: u32, to: u32) -> Result<(), Failed> {
        let erase = self.0.erase.ok_or(Failed)?;
        // SAFETY: a callback of the application's, called as its type says.
        outcome(unsafe { erase(self.0.user, from, to) })
    }

    #[inline(always)]
    fn write(&mut self, offset: u32, from: &[u8]) -> Result<(), Failed> {
        let program = self.0.program.ok_or(Failed)?;
        // SAFETY: a callback of the application's, called as its type says.
        outcome(unsafe { program(self.0.user, offset, from.as_ptr(), from.len()) })
    }
}

impl motebox::Flash for Callbacks {
    fn mapped(&self) -> Option<&[u8]> {
        // SAFETY: the table promises `capacity` bytes; what programs and erases takes `&mut self`.
        let all = unsafe { bytes(self.0.mapped, self.0.capacity as usize) };
        // NULL, or more than can be one slice: then it is read through the callback.
        all.ok()
    }
}
