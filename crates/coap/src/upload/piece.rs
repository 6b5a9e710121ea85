//! One block of a PUT, whom it comes from, and what is checked of it alone.

use super::open::Open;
use crate::header::Form;
use crate::msg::{Block, Code};
use crate::{Backend, Id, Peer, Refusal};

/// Who feeds an upload: the first half of the SHA-256 of endpoint, id, form and query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Session([u8; 16]);

impl Session {
    pub(crate) const NOBODY: Session = Session([0; 16]);
}

pub(crate) fn first_half(digest: [u8; 32]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}

/// The piece of body in one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'a> {
    pub(crate) id: Id,
    pub(crate) form: Form,
    pub(crate) block: Option<Block>,
    pub(crate) bytes: &'a [u8],
    pub(crate) size1: Option<u32>,
    /// FNV-1a of the query.
    pub(crate) query: [u8; 8],
    /// The digest's beginning that the query names; empty: none.
    pub(crate) named: &'a [u8],
    pub(crate) peer: Peer<'a>,
    pub(crate) now: u64,
}

impl Piece<'_> {
    pub(crate) fn session(&self, backend: &dyn Backend) -> Session {
        let (endpoint, id) = (self.peer.endpoint.as_slice(), self.id.as_slice());
        let kind = [self.form as u8, endpoint.len() as u8, id.len() as u8];
        Session(first_half(backend.sha256(&[&kind, endpoint, id, &self.query])))
    }

    pub(crate) fn offset(&self) -> u32 {
        self.block.map_or(0, Block::offset)
    }

    pub(crate) fn more(&self) -> bool {
        self.block.is_some_and(|b| b.more)
    }

    pub(crate) fn end(&self) -> u32 {
        self.offset().saturating_add(self.bytes.len() as u32)
    }

    /// Bytes from `at` on.
    pub(crate) fn rest(&self, at: u32) -> &[u8] {
        let from = at.saturating_sub(self.offset()) as usize;
        self.bytes.get(from..).unwrap_or(&[])
    }
}

/// RFC 7959 section 2.2: a block with more behind it is full, the last one is not longer.
pub(crate) fn check_block(piece: &Piece<'_>) -> Result<(), Refusal> {
    let Some(block) = piece.block else { return Ok(()) };
    let len = piece.bytes.len();
    let fits = if block.more {
        len == block.size()
    } else {
        len <= block.size()
    };
    if block.size_exponent > 6 || !fits {
        return Err(Refusal::beyond(
            Code::BAD_REQUEST,
            "block length",
            len as u32,
            block.size() as u32,
        ));
    }
    Ok(())
}

/// Size1 against the largest container.
pub(crate) fn check_size(piece: &Piece<'_>, backend: &dyn Backend) -> Result<(), Refusal> {
    let (Some(size), limit) = (piece.size1, backend.max_payload(&piece.id)) else {
        return Ok(());
    };
    // What the longest header adds stays out of this early check: the manifest says it exactly.
    if size.saturating_sub(crate::MAX_HEADER as u32) > limit {
        return Err(Refusal::beyond(Code::TOO_LARGE, "body", size, limit).size1(limit));
    }
    Ok(())
}

/// The block against the length that the manifest announces, before anything of it is written.
pub(crate) fn check_length(piece: &Piece<'_>, open: &Open, header_len: u32) -> Result<(), Refusal> {
    let (end, shape) = (piece.end(), open.shape(piece.form));
    let body_len = shape.body_len();
    let too_long = Refusal::beyond(Code::TOO_LARGE, "1603 body", end, body_len).size1(body_len);
    // The head of the bstr is determined by the manifest; a longer string has a greater head.
    let head_at = u32::from(open.envelope_len).max(piece.offset());
    let head = piece
        .rest(head_at)
        .iter()
        .take(header_len.saturating_sub(head_at) as usize);
    for (i, b) in head.enumerate().filter(|_| piece.form == Form::Binary) {
        let expected = shape.byte(head_at as usize + i, &mut |_| 0);
        let first = head_at as usize + i == usize::from(open.envelope_len);
        if *b > expected && !(first && *b > 0x5a) {
            return Err(too_long);
        }
        if *b != expected {
            return Err(Refusal::new(Code::BAD_REQUEST, "1320 payload head").number(head_at + i as u32));
        }
    }
    if end > body_len || (piece.more() && end == body_len) {
        return Err(too_long);
    }
    let missing = piece.form == Form::Alone && open.payload_len.is_some();
    if (!piece.more() && end < body_len) || missing {
        return Err(Refusal::beyond(
            Code::BAD_REQUEST,
            "1604 body ends at",
            end,
            body_len,
        ));
    }
    Ok(())
}
