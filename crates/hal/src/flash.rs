//! A driver's flash as the node's: with memory behind it, or through reads only.

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Flash that the processor does not see as memory, as a chip on SPI: the engine reads scripts through a window, and keeps
/// the texts of literals in its arena.
#[derive(Clone, Copy, Debug)]
pub struct Windowed<F>(pub F);

/// Flash that is also memory, as every microcontroller's own: scripts' literals stay there and cost no arena.
///
/// The driver says where by `AsRef<[u8]>`: the whole flash, byte 0 being offset 0. The borrow ends before the next program
/// or erase, which take the driver by `&mut`.
#[derive(Clone, Copy, Debug)]
pub struct Mapped<F>(pub F);

macro_rules! nor_flash {
    ($wrapper:ident) => {
        impl<F: ErrorType> ErrorType for $wrapper<F> {
            type Error = F::Error;
        }

        impl<F: ReadNorFlash> ReadNorFlash for $wrapper<F> {
            const READ_SIZE: usize = F::READ_SIZE;

            fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), F::Error> {
                self.0.read(offset, bytes)
            }

            fn capacity(&self) -> usize {
                self.0.capacity()
            }
        }

        impl<F: NorFlash> NorFlash for $wrapper<F> {
            const WRITE_SIZE: usize = F::WRITE_SIZE;
            const ERASE_SIZE: usize = F::ERASE_SIZE;

            fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
                self.0.erase(from, to)
            }

            fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), F::Error> {
                self.0.write(offset, bytes)
            }
        }
    };
}

nor_flash!(Windowed);
nor_flash!(Mapped);

impl<F: NorFlash> motebox::Flash for Windowed<F> {}

impl<F: NorFlash + AsRef<[u8]>> motebox::Flash for Mapped<F> {
    fn mapped(&self) -> Option<&[u8]> {
        Some(self.0.as_ref())
    }
}
