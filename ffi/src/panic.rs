//! On a chip, a panic is the application's business. None is reached from Motebox's own crates.

unsafe extern "C" {
    /// The application's: logs, resets, or stops; it does not return. The library calls nothing of its own any more.
    fn mbx_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: the application defines it, and it does not return.
    unsafe { mbx_panic() }
}
