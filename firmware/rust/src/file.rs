//! The operator's files, read over semihosting: containers come from outside, none is in the image.

use cortex_m_semihosting::{nr, syscall};

/// An open file.
pub struct File(usize);

impl File {
    /// Opens a file in the folder in which QEMU (or the probe's server) was started. `name` ends with NUL.
    pub fn open(name: &'static [u8]) -> Option<File> {
        let length = name.strip_suffix(&[0])?.len();
        // SAFETY: SYS_OPEN gets the address of a NUL-terminated name that lives for ever, a mode and the name's length.
        match unsafe { syscall!(OPEN, name.as_ptr(), nr::open::R_BINARY, length) } as isize {
            -1 => None,
            handle => Some(File(handle as usize)),
        }
    }

    /// The file's length in bytes.
    pub fn len(&self) -> usize {
        // SAFETY: SYS_FLEN gets an open handle and touches no memory.
        let length = unsafe { syscall!(FLEN, self.0) };
        if length as isize == -1 { 0 } else { length }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Reads the next bytes and says how many: fewer than the buffer takes at the end.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        // SAFETY: SYS_READ writes at most `len` bytes into the buffer, which is borrowed exclusively.
        let missing = unsafe { syscall!(READ, self.0, bytes.as_mut_ptr(), bytes.len()) };
        bytes.len().saturating_sub(missing)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: SYS_CLOSE gets an open handle, for the last time.
        unsafe { syscall!(CLOSE, self.0) };
    }
}
