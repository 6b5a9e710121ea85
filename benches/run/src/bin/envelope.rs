//! The envelope: what a container of 1 kB costs from its first byte to the digest of its payload.
//!
//! Sections: the header of the binary form, read whole; that of the text form, read in pieces of 64 B; the checks before a
//! signature; the signature with ed25519-compact, with salty; the digest of the payload.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use motebox_bench::{expect, read, section};
use motebox_envelope::{
    Compact, Context, Form, HeaderReader, Kind, KindSet, PayloadCheck, Place, Progress, Salty, Verifier,
    check,
};
use motebox_firmware::probe::{self, Phase};
use motebox_firmware::{console, trust};

const PIECE: usize = 64;

/// Reads a header in pieces, as blocks bring it.
#[inline(never)]
fn in_pieces(reader: &mut HeaderReader, container: &[u8]) -> bool {
    for piece in container.chunks(PIECE) {
        match reader.push(piece) {
            Ok(Progress::More) => {}
            Ok(_) => return reader.header().is_ok(),
            Err(_) => return false,
        }
    }
    false
}

#[entry]
fn main() -> ! {
    static mut BINARY: [u8; 2_048] = [0; 2_048];
    static mut TEXT: [u8; 2_048] = [0; 2_048];
    let (binary, text) = (read(b"update.mbx\0", BINARY), read(b"update.txt\0", TEXT));

    probe::enter(Phase::Upload);
    let mut reader = HeaderReader::new(Form::Binary);
    let Ok((header, payload)) = section(|| reader.read(binary)) else {
        console::fail()
    };
    let mut other = HeaderReader::new(Form::Text);
    expect("the text form", section(|| in_pieces(&mut other, text)));

    let place = Place {
        id: b"alarm",
        kinds: KindSet::NONE.with(Kind::Script),
        deflate: false,
        deflate_dictionary: false,
        device: b"bench-1",
        class: b"bench",
        slot_bytes: 2_048,
        there: None,
        tried: None,
        floor: 0,
    };
    let keys = trust::keys();
    let Ok(cleared) = section(|| check(&header.sign1, &header.manifest, &place, &keys)) else {
        console::fail()
    };
    probe::enter(Phase::Verify);
    for verifier in [&Compact as &dyn Verifier, &Salty] {
        let verdict = section(|| cleared.verify(Context::Production, verifier));
        expect("the signature", verdict.is_ok());
    }
    probe::enter(Phase::Upload);
    let Some(named) = header.manifest.payload else {
        console::fail()
    };
    let digest = section(|| {
        let mut check = PayloadCheck::new();
        check.update(payload);
        check.finish(header.manifest.kind, &named)
    });
    expect("the payload's digest", digest.is_ok());
    probe::report();
    console::succeed()
}
