//! What is wrong with a container, in words. Editors, version control and e-mail change bytes that nobody looks at, so
//! the text form gets most of them.

use motebox_envelope::{FormError, Oddity, Payload, PayloadError, Refusal, SignatureError, explain};

use crate::error::Error;

const MAGIC: &[u8] = b"/*motebox1 ";
const SIGN_AGAIN: &str = "sign the script again, or take an untouched copy";
const LINE_ENDINGS: &str = "take an untouched copy, and keep version control and editors off it (in .gitattributes: `*.signed.js -text`)";
const SAVE_PLAIN: &str = "save the script as UTF-8 without a byte order mark, then sign it again";
const REMOVE_BEFORE: &str = "remove what stands before `/*motebox1`; the signature itself may be whole";

/// A form that no mote takes.
pub(crate) fn form(error: FormError, file: &[u8]) -> Error {
    let (what, advice) = form_words(error, file);
    Error::new(format!("{what} [{}]", error.number())).advise(advice)
}

fn form_words(error: FormError, file: &[u8]) -> (String, &'static str) {
    let byte = |at: u32| file.get(at as usize).copied();
    match error {
        FormError::ByteOrderMark => (
            "a byte order mark (BOM) stands before the header".into(),
            SAVE_PLAIN,
        ),
        FormError::Blank => {
            let blanks = file.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            (
                format!("{blanks} B of blanks or empty lines stand before the header"),
                REMOVE_BEFORE,
            )
        }
        FormError::Shebang if file.starts_with(b"#!") => {
            ("a #! line stands before the header".into(), REMOVE_BEFORE)
        }
        FormError::Shebang => no_header(0, file),
        FormError::NoHeader(at) => no_header(at, file),
        FormError::CarriageReturn(at) => {
            let crlf = byte(at + 1) == Some(b'\n');
            (
                format!(
                    "line endings changed: LF became {}",
                    if crlf { "CRLF" } else { "CR" }
                ),
                LINE_ENDINGS,
            )
        }
        FormError::Base64(at) => match byte(at) {
            Some(b'=') => (
                "the signature is padded with `=`, which it never is".into(),
                SIGN_AGAIN,
            ),
            Some(b'+' | b'/') => ("the signature is base64, not base64url".into(), SIGN_AGAIN),
            Some(b'\r' | b'\n') => (
                "the header line was broken in two: something wraps long lines".into(),
                LINE_ENDINGS,
            ),
            Some(b'*') | None => ("the header line is cut".into(), SIGN_AGAIN),
            Some(other) => (
                format!("byte 0x{other:02x} at offset {at} is not of base64url"),
                SIGN_AGAIN,
            ),
        },
        FormError::Hex(at) => match byte(at) {
            Some(b'A'..=b'F') => ("the digest is written in capitals".into(), SIGN_AGAIN),
            None | Some(b'*') => ("the digest is cut".into(), SIGN_AGAIN),
            Some(other) => (
                format!("byte 0x{other:02x} at offset {at} is not of a digest in hex"),
                SIGN_AGAIN,
            ),
        },
        FormError::HeaderEnd(at) => match byte(at) {
            Some(b' ' | b'\t') => ("blanks follow the header line".into(), SIGN_AGAIN),
            _ => (
                format!("the header line does not end with `*/` and LF (offset {at})"),
                SIGN_AGAIN,
            ),
        },
        FormError::HeaderHash => (
            "the digest in the header line is not the one that was signed".into(),
            SIGN_AGAIN,
        ),
        FormError::Incomplete(_) if file.is_empty() => ("the file is empty".into(), "check the path"),
        FormError::Incomplete(_) => ("the file ends in its header".into(), "take a whole copy"),
        FormError::TooLong(limit) => (format!("the signature is longer than {limit} B"), SIGN_AGAIN),
        FormError::PayloadLength { have, expected } => (
            format!("the payload has {have} B, signed were {expected} B"),
            "take a whole copy",
        ),
        FormError::Trailing(at) => (
            format!("bytes follow the container, which ends at {at} B"),
            "take a whole copy",
        ),
        FormError::NotText(kind) => (
            format!("kind {kind} has no text form, or it is compressed"),
            "use the binary form",
        ),
        other => {
            let (value, limit) = other.detail();
            (
                format!(
                    "not a container of this version: {} ({value}, {limit})",
                    name(&other)
                ),
                SIGN_AGAIN,
            )
        }
    }
}

/// The variant's own name, for the refusals that only a broken tool can cause.
fn name(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}")
}

fn no_header(at: u32, file: &[u8]) -> (String, &'static str) {
    if file.starts_with(b"\xFF\xFE") || file.starts_with(b"\xFE\xFF") {
        return ("the file is UTF-16".into(), SAVE_PLAIN);
    }
    match file.windows(MAGIC.len()).position(|window| window == MAGIC) {
        Some(before) => (
            format!("{before} B stand before the header, which must be at the first byte"),
            REMOVE_BEFORE,
        ),
        None if at < 2 || !file.starts_with(b"/*motebox") => (
            "there is no header line: this is not signed".into(),
            "sign a script with `motebox sign`, radio stacks with `motebox compose`",
        ),
        None => (
            "the header line is of another version of Motebox".into(),
            "sign it with `motebox sign`",
        ),
    }
}

/// A payload that is not the signed one.
pub(crate) fn payload(error: PayloadError, announced: &Payload<'_>, bytes: &[u8]) -> Error {
    let (what, advice) = match (error, explain(announced, bytes)) {
        (PayloadError::SecondHeader, _) => (
            "a second header follows the first: the script was signed twice".to_string(),
            "remove one of the two",
        ),
        (_, Oddity::CarriageReturnsAdded) => ("line endings changed: LF became CRLF".into(), LINE_ENDINGS),
        (_, Oddity::CarriageReturnsRemoved) => ("line endings changed: CRLF became LF".into(), LINE_ENDINGS),
        (_, Oddity::FinalNewlineAdded) => ("a line ending was added at the end".into(), SIGN_AGAIN),
        (_, Oddity::FinalNewlineRemoved) => ("the line ending of the last line is gone".into(), SIGN_AGAIN),
        (_, Oddity::ByteOrderMarkAdded) => (
            "a byte order mark (BOM) was put after the header".into(),
            SAVE_PLAIN,
        ),
        (PayloadError::TooLong(limit), _) => (
            format!("the payload has {} B, signed were {limit} B", bytes.len()),
            SIGN_AGAIN,
        ),
        (PayloadError::TooShort { have, expected }, _) => (
            format!("the payload has {have} B, signed were {expected} B"),
            SIGN_AGAIN,
        ),
        (PayloadError::Chunk(chunk), _) => (
            format!("the payload was changed after it was signed, in chunk {chunk}"),
            SIGN_AGAIN,
        ),
        (_, _) => (
            "the payload was changed after it was signed: it has another SHA-256".into(),
            SIGN_AGAIN,
        ),
    };
    Error::new(format!("{what} [{}]", error.number())).advise(advice)
}

/// A container that this key did not make.
pub(crate) fn refusal(error: Refusal) -> Error {
    let what = match error {
        Refusal::UnknownKey => "it was signed by another key".to_string(),
        other => format!("a mote with this key would refuse it: {}", name(&other)),
    };
    Error::new(format!("{what} [{}]", error.number())).advise("`motebox inspect FILE` shows the key id")
}

/// A signature that does not verify.
pub(crate) fn signature(error: SignatureError) -> Error {
    let what = match error {
        SignatureError::Mismatch => {
            "the signature does not fit: manifest or signature was changed, or it was made for \
                                     another context (--development)"
                .to_string()
        }
        other => format!(
            "the signature is not one that any correct signer makes: {}",
            name(&other)
        ),
    };
    Error::new(format!("{what} [{}]", error.number())).advise(SIGN_AGAIN)
}
