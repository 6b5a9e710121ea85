//! For tests: faults in the bytecode, as a chip with a failing memory or a compiler with a mistake would have them.

use super::*;
use crate::heap::reg;
use crate::heap::{STATE_WORDS, t};

impl Engine<'_> {
    /// For tests: bytes of all functions that are compiled.
    #[doc(hidden)]
    pub fn code_bytes(&mut self) -> usize {
        self.flip_code(usize::MAX, 0)
    }
    /// For tests: changes bits of byte `at` of [`Self::code_bytes`], and returns how many there are.
    #[doc(hidden)]
    pub fn flip_code(&mut self, at: usize, mask: u8) -> usize {
        self.with(|vm| {
            let (mut cell, mut seen) = (STATE_WORDS, 0);
            while cell < vm.r[reg::heap_top] as usize {
                let size = vm.size_of(cell);
                if vm.cell_type(cell as u16) == t::CODE {
                    let bytes = vm.f_lo(cell as u16, 1) as usize;
                    let first = (cell + size) * 4 - bytes.next_multiple_of(4);
                    if (seen..seen + bytes).contains(&at)
                        && let Some(byte) = vm.bytes_mut().get_mut(first + at - seen)
                    {
                        *byte ^= mask;
                    }
                    seen += bytes;
                }
                cell += size;
            }
            seen
        })
    }
}
