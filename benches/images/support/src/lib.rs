//! What every reference image has, and the empty one has alone: a vector table, an entry and a panic handler.
//!
//! The images are linked and weighed, never run (the firmware under `firmware/` runs). What counts is that the linker keeps
//! what a real firmware would call, and drops what it would not: inputs come through [`opaque`], results go through it.

#![no_std]

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::panic::PanicInfo;

pub use core::hint::black_box as opaque;

/// Initial stack pointer and reset handler, as a Cortex-M reads them.
#[repr(C)]
pub struct Vectors {
    /// Top of RAM.
    pub stack: usize,
    /// Where the chip starts.
    pub reset: extern "C" fn() -> !,
}

/// `image!(main)`: the image that calls `main` once.
#[macro_export]
macro_rules! image {
    ($main:path) => {
        #[used]
        #[unsafe(link_section = ".vectors")]
        static VECTORS: $crate::Vectors = $crate::Vectors {
            stack: 0x2004_0000,
            reset,
        };

        #[unsafe(no_mangle)]
        extern "C" fn reset() -> ! {
            $main();
            loop {}
        }
    };
}

/// Bytes that the compiler knows nothing about, not even their number.
pub fn input() -> &'static [u8] {
    static BYTES: [u8; 64] = [0; 64];
    let (start, len) = opaque((BYTES.as_ptr(), BYTES.len()));
    // SAFETY: the black box hands back what went in, the address and length of a static array.
    unsafe { core::slice::from_raw_parts(start, len) }
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Static RAM that an image hands out once, as a firmware would.
pub struct Ram<T>(UnsafeCell<MaybeUninit<T>>);

// SAFETY: images have one thread and no interrupts.
unsafe impl<T> Sync for Ram<T> {}

impl<T> Ram<T> {
    /// Room for one value.
    pub const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }

    /// Lends the room for ever, for what is built in its place. To be called once, and nothing else then.
    pub fn place(&'static self) -> &'static mut MaybeUninit<T> {
        // SAFETY: one thread, and each image calls it once for each of its statics.
        unsafe { &mut *self.0.get() }
    }

    /// Puts the value there and lends it for ever. To be called once.
    pub fn put(&'static self, value: T) -> &'static mut T {
        // SAFETY: one thread, and each image calls it once for each of its statics.
        unsafe { (*self.0.get()).write(value) }
    }
}

impl<T> Default for Ram<T> {
    fn default() -> Self {
        Self::new()
    }
}
