//! Lines to whoever holds the probe, without `core::fmt`, which would weigh more than all that is printed.

use cortex_m_semihosting::{debug, hio};

/// Prints the pieces, one after the other, and ends the line.
pub fn pieces(pieces: &[&[u8]]) {
    // Without a probe there is nobody to read.
    let Ok(mut out) = hio::hstdout() else { return };
    for piece in pieces {
        let _ = out.write_all(piece);
    }
    let _ = out.write_all(b"\n");
}

/// Prints a line.
pub fn line(text: &str) {
    pieces(&[text.as_bytes()]);
}

/// Prints `fact NAME VALUE`: what `cargo xtask qemu` puts into its table.
pub fn fact(name: &str, value: u32) {
    let mut room = [0; 10];
    pieces(&[b"fact ", name.as_bytes(), b" ", decimal(value, &mut room)]);
}

/// The number as text.
pub fn decimal(mut number: u32, room: &mut [u8; 10]) -> &[u8] {
    let mut from = room.len();
    loop {
        from -= 1;
        room[from] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || from == 0 {
            return &room[from..];
        }
    }
}

/// The end: all went well.
pub fn succeed() -> ! {
    debug::exit(debug::EXIT_SUCCESS);
    halt()
}

/// The end: exit code 1.
pub fn fail() -> ! {
    debug::exit(debug::EXIT_FAILURE);
    halt()
}

/// Where no probe takes the exit.
fn halt() -> ! {
    loop {
        cortex_m::asm::wfi();
    }
}
