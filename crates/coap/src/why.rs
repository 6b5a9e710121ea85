//! Every refusal of this crate in one table. Packed: as constants of their own, with address and length each, they took
//! half as much flash again.

use crate::Refusal;
use crate::backend::holds;
use crate::msg::Code;

/// Why something is refused: a row of [`ROWS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Why {
    Option,
    Proxy,
    Datagram,
    FromSelf,
    NoResource,
    Method,
    NoRight,
    NoContainer,
    Accept,
    BlockSize,
    BlockNumber,
    ContentFormat,
    Condition,
    BlockLength,
    Size1,
    Body,
    PayloadHead,
    BodyEnds,
    Busy,
    Begins,
    Moves,
    Differs,
    DiffersOrGap,
    Gap,
    NoUploadAt,
    NoUpload,
    OtherPayload,
    HeaderEnds,
    ClaimedDigest,
    TooMany,
    HeaderLine,
    Base64,
    Padding,
    Envelope,
    Digest,
    HeaderEnd,
    LongHead,
    NoTag,
    NoArray,
    Unprotected,
    NoByteString,
}

const N: u8 = holds::NUMBER;
const NL: u8 = holds::NUMBER | holds::LIMIT;
const AGE: u8 = holds::MAX_AGE;
const SIZE: u8 = NL | holds::SIZE1;

/// What each says: its code, what of number, limit, Max-Age and Size1 it has, its text.
const ROWS: [(Why, Code, u8, &str); 41] = [
    (Why::Option, Code::BAD_OPTION, N, "option"),
    (Why::Proxy, Code::PROXYING_NOT_SUPPORTED, 0, "no proxy"),
    (Why::Datagram, Code::TOO_LARGE, NL, "datagram"),
    (Why::FromSelf, Code::FORBIDDEN, 0, "from the node itself"),
    (Why::NoResource, Code::NOT_FOUND, 0, "no such resource"),
    (Why::Method, Code::METHOD_NOT_ALLOWED, N, "method"),
    (Why::NoRight, Code::UNAUTHORIZED, 0, "no right to read"),
    (Why::NoContainer, Code::NOT_FOUND, 0, "no such container"),
    (Why::Accept, Code::NOT_ACCEPTABLE, N, "accept"),
    (Why::BlockSize, Code::BAD_REQUEST, NL, "block size"),
    (Why::BlockNumber, Code::BAD_REQUEST, NL, "block number"),
    (Why::ContentFormat, Code::UNSUPPORTED_FORMAT, N, "content format"),
    (Why::Condition, Code::PRECONDITION_FAILED, 0, "condition"),
    (Why::BlockLength, Code::BAD_REQUEST, NL, "block length"),
    (Why::Size1, Code::TOO_LARGE, SIZE, "body"),
    (Why::Body, Code::TOO_LARGE, SIZE, "1603 body"),
    (Why::PayloadHead, Code::BAD_REQUEST, N, "1320 payload head"),
    (Why::BodyEnds, Code::BAD_REQUEST, NL, "1604 body ends at"),
    (Why::Busy, Code::UNAVAILABLE, AGE, "busy"),
    (Why::Begins, Code::UNAVAILABLE, AGE, "another upload begins"),
    (Why::Moves, Code::UNAVAILABLE, AGE, "another upload moves"),
    (Why::Differs, Code::INCOMPLETE, NL, "block differs at"),
    (
        Why::DiffersOrGap,
        Code::INCOMPLETE,
        NL,
        "block differs, or gap before",
    ),
    (Why::Gap, Code::INCOMPLETE, NL, "gap before"),
    (Why::NoUploadAt, Code::INCOMPLETE, NL, "no upload goes on at"),
    (Why::NoUpload, Code::INTERNAL_ERROR, 0, "no upload"),
    (
        Why::OtherPayload,
        Code::BAD_REQUEST,
        0,
        "1602 payload is not the manifest's",
    ),
    (
        Why::HeaderEnds,
        Code::BAD_REQUEST,
        N,
        "1323 body ends in its header",
    ),
    (
        Why::ClaimedDigest,
        Code::BAD_REQUEST,
        0,
        "1311 header digest is not the manifest's",
    ),
    (
        Why::TooMany,
        Code::TOO_MANY_REQUESTS,
        NL | AGE,
        "manifests that did not verify",
    ),
    (Why::HeaderLine, Code::BAD_REQUEST, N, "1304 header line"),
    (Why::Base64, Code::BAD_REQUEST, N, "1305 base64"),
    (Why::Padding, Code::BAD_REQUEST, N, "1306 base64 padding"),
    (Why::Envelope, Code::BAD_REQUEST, holds::LIMIT, "1307 envelope"),
    (Why::Digest, Code::BAD_REQUEST, N, "1308 digest"),
    (Why::HeaderEnd, Code::BAD_REQUEST, N, "1309 header end"),
    (Why::LongHead, Code::BAD_REQUEST, N, "1102 long head"),
    (Why::NoTag, Code::BAD_REQUEST, N, "1110 no tag 18"),
    (Why::NoArray, Code::BAD_REQUEST, N, "1112 no array of four"),
    (Why::Unprotected, Code::BAD_REQUEST, N, "1119 unprotected header"),
    (Why::NoByteString, Code::BAD_REQUEST, N, "1105 no byte string"),
];

/// Code, fields, length of the text and the text, row after row.
static PACKED: [u8; packed_len()] = pack();

const fn packed_len() -> usize {
    let (mut len, mut rows) = (0, ROWS.as_slice());
    while let [row, rest @ ..] = rows {
        len += 3 + row.3.len();
        rows = rest;
    }
    len
}

#[expect(
    clippy::indexing_slicing,
    reason = "runs in the compiler: a wrong index does not compile"
)]
const fn pack<const LEN: usize>() -> [u8; LEN] {
    let (mut packed, mut at, mut row) = ([0; LEN], 0, 0);
    while row < ROWS.len() {
        let (why, code, fields, text) = ROWS[row];
        assert!(why as usize == row, "a row stands where its number says");
        packed[at] = code.0;
        packed[at + 1] = fields;
        packed[at + 2] = text.len() as u8;
        at += 3;
        let mut i = 0;
        while i < text.len() {
            packed[at] = text.as_bytes()[i];
            (at, i) = (at + 1, i + 1);
        }
        row += 1;
    }
    packed
}

impl Why {
    /// The refusal with its number and its limit, as far as it has them; `limit` is also its Max-Age or Size1.
    #[inline(never)]
    pub(crate) fn refusal(self, number: u32, limit: u32) -> Option<Refusal> {
        let mut rows = PACKED.as_slice();
        let mut row = self as u32;
        while let [code, fields, len, rest @ ..] = rows {
            let (text, after) = rest.split_at_checked(usize::from(*len)).unwrap_or((rest, &[]));
            if row == 0 {
                return Some(Refusal {
                    text,
                    number,
                    limit,
                    extra: limit,
                    code: Code(*code),
                    flags: *fields,
                });
            }
            row -= 1;
            rows = after;
        }
        None
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{ROWS, Why};

    #[test]
    fn every_row_is_found_in_the_packed_table() {
        for (why, code, fields, text) in ROWS {
            let refusal = why.refusal(7, 9).unwrap();
            assert_eq!(
                (refusal.text, refusal.code, refusal.flags),
                (text.as_bytes(), code, fields)
            );
            assert_eq!((refusal.number, refusal.limit, refusal.extra), (7, 9, 9));
        }
        assert_eq!(ROWS.len(), Why::NoByteString as usize + 1);
    }
}
