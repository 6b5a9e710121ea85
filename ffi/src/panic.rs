//! On a chip, a panic is the application's business. None is reached from Motebox's own crates.

unsafe extern "C" {
    /// The application's, on a chip: logs, resets, or stops; it does not return. No panic is reached from Motebox's own crates;
    /// `benches/panics.toml` lists what a third party's verifier has, and why it is not reached either.
    ///
    /// Context: that of the call in which it happens. The library calls nothing of its own any more. Errors: none.
    fn mbx_panic() -> !;
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: the application defines it, and it does not return.
    unsafe { mbx_panic() }
}
