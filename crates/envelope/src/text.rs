//! The text form's first line (docs/spec/container.md section 5.2), and what a broken text file looks like to a person.

use crate::{EncodeError, Payload, Sha256};

/// How the first line begins.
pub(crate) const MAGIC: &[u8] = b"/*motebox1 ";
/// How it ends.
pub(crate) const END: &[u8] = b"*/\n";

const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const HEX: &[u8; 16] = b"0123456789abcdef";

/// The six bits of a base64url character.
pub(crate) fn base64_value(character: u8) -> Option<u32> {
    let value = u32::from(character);
    // Compared as words: a Cortex-M0 narrows what is compared as bytes.
    match char::from(character) {
        'A'..='Z' => Some(value - 65),
        'a'..='z' => Some(value - 97 + 26),
        '0'..='9' => Some(value + 52 - 48),
        '-' => Some(62),
        '_' => Some(63),
        _ => None,
    }
}

/// The four bits of a lower-case hexadecimal digit.
pub(crate) fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Writes the first line of the text form, LF included, and returns its length: at most [`MAX_TEXT_HEADER`](crate::MAX_TEXT_HEADER).
///
/// # Errors
/// [`EncodeError::NoRoom`].
pub fn write_text_header(
    sign1: &[u8],
    payload_sha256: &[u8; 32],
    out: &mut [u8],
) -> Result<usize, EncodeError> {
    let mut room = out.iter_mut();
    let mut written = 0;
    let mut put = |byte: u8| {
        written += 1;
        room.next().map(|place| *place = byte).ok_or(EncodeError::NoRoom)
    };
    for byte in MAGIC {
        put(*byte)?;
    }
    for group in sign1.chunks(3) {
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            let index = (bits >> (18 - 6 * place)) as usize & 63;
            put(BASE64URL.get(index).copied().unwrap_or(b'A'))?;
        }
    }
    put(b' ')?;
    for byte in payload_sha256 {
        for digit in [byte >> 4, byte & 15] {
            put(HEX.get(usize::from(digit)).copied().unwrap_or(b'0'))?;
        }
    }
    for byte in END {
        put(*byte)?;
    }
    Ok(written)
}

/// What an editor or a transfer did to a payload whose hash no longer fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// Line endings changed: LF became CR LF.
    CarriageReturnsAdded,
    /// Line endings changed: CR LF became LF.
    CarriageReturnsRemoved,
    /// A newline was added at the end.
    FinalNewlineAdded,
    /// The newline at the end was taken away.
    FinalNewlineRemoved,
    /// A byte order mark was put before it.
    ByteOrderMarkAdded,
    /// None of these: the content changed.
    Other,
}

/// Looks for the change that turns the payload that was signed into `bytes`. For a tool that tells a person; hashes `bytes` five times.
#[must_use]
pub fn explain(payload: &Payload<'_>, bytes: &[u8]) -> Oddity {
    let is_signed = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut hash = Sha256::new();
        pieces.for_each(|piece| hash.update(piece));
        hash.finish() == *payload.sha256
    };
    let lines = || bytes.split_inclusive(|byte| *byte == b'\n');
    let without_cr = |line| match <[u8]>::strip_suffix(line, b"\r\n") {
        Some(text) => [text, b"\n".as_slice()],
        None => [line, b"".as_slice()],
    };
    let with_cr = |line| match <[u8]>::strip_suffix(line, b"\n") {
        Some(text) => [text, b"\r\n".as_slice()],
        None => [line, b"".as_slice()],
    };
    if is_signed(&mut lines().flat_map(without_cr)) {
        Oddity::CarriageReturnsAdded
    } else if is_signed(&mut lines().flat_map(with_cr)) {
        Oddity::CarriageReturnsRemoved
    } else if bytes
        .strip_suffix(b"\n")
        .is_some_and(|rest| is_signed(&mut [rest].into_iter()))
    {
        Oddity::FinalNewlineAdded
    } else if is_signed(&mut [bytes, b"\n"].into_iter()) {
        Oddity::FinalNewlineRemoved
    } else if bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .is_some_and(|rest| is_signed(&mut [rest].into_iter()))
    {
        Oddity::ByteOrderMarkAdded
    } else {
        Oddity::Other
    }
}
