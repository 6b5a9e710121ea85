//! The text form as a person meets it: when a signed script is refused, this says what happened to the file, since
//! editors, version control and e-mail change bytes that nobody looks at.

use sha2::{Digest, Sha256};

/// Opens line 1 of every signed script.
pub(crate) const HEADER_START: &[u8] = b"/*motebox1 ";
/// Closes it, before its LF.
const HEADER_END: &[u8] = b"*/";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What happened to the file, and what to do about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) what: String,
    pub(crate) advice: &'static str,
}

const SIGN_AGAIN: &str = "sign the script again, or take an untouched copy";
const LINE_ENDINGS: &str = "take an untouched copy, and keep version control and editors off it (in .gitattributes: `*.signed.js -text`)";
const SAVE_PLAIN: &str = "save the script as UTF-8 without a byte order mark, then sign it again";

fn finding(what: impl Into<String>, advice: &'static str) -> Option<Finding> {
    Some(Finding {
        what: what.into(),
        advice,
    })
}

/// Looks for a reason why these bytes are no text form, or `None` when form and digest are as they should be.
pub(crate) fn diagnose(file: &[u8]) -> Option<Finding> {
    if !file.starts_with(HEADER_START) {
        return no_header(file);
    }
    let Some(end) = file.iter().position(|byte| *byte == b'\n') else {
        return finding(
            if file.contains(&b'\r') {
                "line endings changed: the header line ends in CR, not in LF"
            } else {
                "the header line does not end: no LF follows it"
            },
            LINE_ENDINGS,
        );
    };
    let (line, payload) = (&file[..end], &file[end + 1..]);
    if let Some(stripped) = line.strip_suffix(b"\r") {
        let crlf = stripped.ends_with(HEADER_END);
        return finding(
            if crlf {
                "line endings changed: LF became CRLF"
            } else {
                "the header line ends in CRLF"
            },
            LINE_ENDINGS,
        );
    }
    broken_header(line).or_else(|| broken_payload(line, payload))
}

fn no_header(file: &[u8]) -> Option<Finding> {
    if file.is_empty() {
        return finding("the file is empty", "check the path");
    }
    if file.starts_with(BOM) {
        return finding("a byte order mark (BOM) stands before the header", SAVE_PLAIN);
    }
    if file.starts_with(b"\xFF\xFE") || file.starts_with(b"\xFE\xFF") {
        return finding("the file is UTF-16", SAVE_PLAIN);
    }
    let Some(at) = file
        .windows(HEADER_START.len())
        .position(|window| window == HEADER_START)
    else {
        return finding(
            "there is no header line: the script is not signed",
            "sign it with `motebox sign`",
        );
    };
    let before = &file[..at];
    let what = if before.starts_with(b"#!") {
        "a #! line stands before the header".to_string()
    } else if before.iter().all(u8::is_ascii_whitespace) {
        let kind = if before.contains(&b'\n') {
            "blank lines stand"
        } else {
            "blanks stand"
        };
        format!("{kind} before the header ({at} B)")
    } else {
        format!("{at} B stand before the header, which must be line 1 from its first byte")
    };
    finding(
        what,
        "remove what stands before `/*motebox1`; the signature itself may be whole",
    )
}

fn broken_header(line: &[u8]) -> Option<Finding> {
    let trimmed = line.trim_ascii_end();
    if trimmed.len() < line.len() {
        return finding(
            format!("{} blanks follow the header line", line.len() - trimmed.len()),
            SIGN_AGAIN,
        );
    }
    let Some(inner) = line[HEADER_START.len()..].strip_suffix(HEADER_END) else {
        return finding("the header line is cut: it does not end in `*/`", SIGN_AGAIN);
    };
    let mut fields = inner.split(|byte| *byte == b' ');
    let (Some(cose), Some(digest), None) = (fields.next(), fields.next(), fields.next()) else {
        return finding(
            "the header line holds no signature and digest, one blank between them",
            SIGN_AGAIN,
        );
    };
    if let Some(at) = cose
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_".contains(byte))
    {
        let what = match cose[at] {
            b'=' => "the signature is padded with `=`, which base64url here never is".to_string(),
            b'+' | b'/' => "the signature is base64, not base64url".to_string(),
            other => format!(
                "byte 0x{other:02x} in the signature at offset {}",
                HEADER_START.len() + at
            ),
        };
        return finding(what, SIGN_AGAIN);
    }
    if digest.len() != 64
        || !digest
            .iter()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
    {
        let upper = digest.len() == 64 && digest.iter().all(u8::is_ascii_hexdigit);
        let what = if upper {
            "the digest is written in capitals"
        } else {
            "the digest is not 64 hex digits"
        };
        return finding(what, SIGN_AGAIN);
    }
    None
}

fn broken_payload(line: &[u8], payload: &[u8]) -> Option<Finding> {
    let inner = &line[..line.len() - HEADER_END.len()];
    let digest = &inner[inner.len() - 64..];
    let matches = |candidate: &[u8]| hex(&Sha256::digest(candidate)).as_bytes() == digest;
    if matches(payload) {
        return None;
    }
    if payload.starts_with(HEADER_START) {
        return finding(
            "a second header follows the first: the script was signed twice",
            "remove one of the two",
        );
    }
    if matches(&to_lf(payload)) {
        return finding("line endings changed: LF became CRLF", LINE_ENDINGS);
    }
    if matches(&to_crlf(&to_lf(payload))) {
        return finding("line endings changed: CRLF became LF", LINE_ENDINGS);
    }
    if payload.starts_with(BOM) && matches(&payload[BOM.len()..]) {
        return finding("a byte order mark (BOM) was put after the header", SAVE_PLAIN);
    }
    for ending in [&b"\n"[..], b"\r\n"] {
        if matches(&[payload, ending].concat()) {
            return finding("the line ending of the last line is gone", SIGN_AGAIN);
        }
    }
    let mut rest = payload;
    while let Some((b'\n' | b'\r' | b' ' | 0, shorter)) = rest.split_last() {
        rest = shorter;
        if matches(rest) {
            return finding(
                format!("{} B were added at the end", payload.len() - rest.len()),
                SIGN_AGAIN,
            );
        }
    }
    finding(
        "the script was changed after it was signed: its SHA-256 is not the header's",
        SIGN_AGAIN,
    )
}

fn to_lf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (i, byte) in text.iter().enumerate() {
        if !(*byte == b'\r' && text.get(i + 1) == Some(&b'\n')) {
            out.push(*byte);
        }
    }
    out
}

fn to_crlf(text: &[u8]) -> Vec<u8> {
    text.iter()
        .flat_map(|byte| {
            if *byte == b'\n' {
                vec![b'\r', b'\n']
            } else {
                vec![*byte]
            }
        })
        .collect()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hex text, or `None`.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.chunks(2)
        .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(payload: &[u8]) -> Vec<u8> {
        let mut file = format!("/*motebox1 0oRDoQE4 {}*/\n", hex(&Sha256::digest(payload))).into_bytes();
        file.extend_from_slice(payload);
        file
    }

    fn what(file: &[u8]) -> String {
        diagnose(file).map(|found| found.what).unwrap_or_default()
    }

    #[test]
    fn an_untouched_file_has_no_finding() {
        assert_eq!(diagnose(&signed(b"print(1);\n")), None);
        assert_eq!(diagnose(&signed(b"")), None);
        assert_eq!(diagnose(&signed(b"a\r\nb\n\r")), None);
    }

    #[test]
    fn each_way_to_break_it_is_named() {
        let good = signed(b"var a = 1;\nprint(a);\n");
        let text = String::from_utf8(good.clone()).unwrap();
        let cases: &[(Vec<u8>, &str)] = &[
            (
                text.replace('\n', "\r\n").into_bytes(),
                "line endings changed: LF became CRLF",
            ),
            (
                text.replace('\n', "\r").into_bytes(),
                "line endings changed: the header line ends in CR, not in LF",
            ),
            (
                text.replacen("1;\n", "1;\r\n", 1).into_bytes(),
                "line endings changed: LF became CRLF",
            ),
            (
                [BOM, &good].concat(),
                "a byte order mark (BOM) stands before the header",
            ),
            (b"\xFF\xFE/\0*\0".to_vec(), "the file is UTF-16"),
            (
                format!("#!/usr/bin/env motebox\n{text}").into_bytes(),
                "a #! line stands before the header",
            ),
            (
                format!("\n\n{text}").into_bytes(),
                "blank lines stand before the header (2 B)",
            ),
            (
                format!("  {text}").into_bytes(),
                "blanks stand before the header (2 B)",
            ),
            (
                format!("// by me\n{text}").into_bytes(),
                "9 B stand before the header, which must be line 1 from its first byte",
            ),
            (
                text.replacen("*/\n", "*/ \n", 1).into_bytes(),
                "1 blanks follow the header line",
            ),
            (
                text.replacen("*/", "", 1).into_bytes(),
                "the header line is cut: it does not end in `*/`",
            ),
            (
                text.replacen("0oRDoQE4", "0oRDoQE=", 1).into_bytes(),
                "the signature is padded with `=`, which base64url here never is",
            ),
            (
                text.replacen("0oRD", "0o/D", 1).into_bytes(),
                "the signature is base64, not base64url",
            ),
            (
                text.replacen("0oRDoQE4 ", "0oRDoQE4  ", 1).into_bytes(),
                "the header line holds no signature and digest, one blank between them",
            ),
            (
                good[..good.len() - 1].to_vec(),
                "the line ending of the last line is gone",
            ),
            (format!("{text}\n").into_bytes(), "1 B were added at the end"),
            (
                text.replace("var a", "var b").into_bytes(),
                "the script was changed after it was signed: its SHA-256 is not the header's",
            ),
            (signed(&good)[..].to_vec(), ""),
            (
                b"print(1)\n".to_vec(),
                "there is no header line: the script is not signed",
            ),
            (Vec::new(), "the file is empty"),
        ];
        for (file, expected) in cases {
            assert_eq!(what(file), *expected, "{}", String::from_utf8_lossy(file));
        }
        let (first, rest) = text.split_once('\n').unwrap();
        let twice = format!("{first}\n{first}\n{rest}");
        assert_eq!(
            what(twice.as_bytes()),
            "a second header follows the first: the script was signed twice"
        );
        let crlf = signed(b"a\r\nb\r\n");
        let lf = String::from_utf8(crlf).unwrap().replace("\r\n", "\n");
        assert_eq!(what(lf.as_bytes()), "line endings changed: CRLF became LF");
    }

    #[test]
    fn hex_goes_both_ways() {
        assert_eq!(unhex(&hex(&[0, 0xab, 0xff])), Some(vec![0, 0xab, 0xff]));
        assert_eq!(unhex("abc"), None);
        assert_eq!(unhex("zz"), None);
    }
}
