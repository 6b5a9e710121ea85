//! `mbx_clock32_*`: monotonic time of 64 bits from a counter of 32 bits at 1 MHz.

use crate::mem::{DONE, code, place, structure};

/// What extends a counter. Zero it and set `size`.
#[repr(C)]
pub struct mbx_clock32 {
    /// `sizeof(mbx_clock32)`.
    pub size: u32,
    /// The counter as it was seen last.
    pub last: u32,
    /// How often it has wrapped.
    pub wraps: u32,
}

/// Puts the time in microseconds into `*now`, when a counter of 32 bits at 1 MHz shows `counter`. It must be asked at least
/// once in every wrap of the counter, that is in 71 minutes.
///
/// Context: the one thread that the clock belongs to. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `clock`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_clock32_us(clock: *mut mbx_clock32, counter: u32, now: *mut u64) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        unsafe { structure(clock.cast_const()) }?;
        let now = place(now)?;
        // SAFETY: it is a clock, and nobody else's meanwhile.
        let clock = unsafe { &mut *clock };
        clock.wraps = clock.wraps.wrapping_add(u32::from(counter < clock.last));
        clock.last = counter;
        // SAFETY: the caller's promise.
        unsafe { now.write(u64::from(clock.wraps) << 32 | u64::from(counter)) };
        DONE
    })())
}
