//! One block of a PUT, whom it comes from, and what is checked of it alone.

use super::open::Open;
use crate::call::{Call, Refused};
use crate::header::Form;
use crate::msg::{Block, format, option};
use crate::wanted::Wish;
use crate::why::Why;
use crate::window::{Window, hex_value};

/// The first half of a SHA-256: enough to tell one from another.
pub(crate) type Half = [u8; 16];

/// Who feeds an upload: of endpoint, id, form and query.
pub(crate) type Session = Half;

/// Nobody's session.
pub(crate) const NOBODY: Session = [0; 16];

#[inline(never)]
pub(crate) fn first_half(digest: &[u8; 32]) -> Half {
    digest.first_chunk().copied().unwrap_or_default()
}

/// The piece of body in one request.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Piece<'a> {
    pub(crate) form: Form,
    /// More blocks follow.
    pub(crate) more: bool,
    /// The same request was handled before, and waited for flash.
    pub(crate) again: bool,
    /// Where it begins and ends in the body.
    pub(crate) offset: u32,
    pub(crate) end: u32,
    pub(crate) bytes: &'a [u8],
    /// Bytes of `digest` that the query names: 0 or at least 8.
    named: usize,
    pub(crate) now: u64,
    pub(crate) session: Session,
    digest: [u8; 32],
}

impl<'a> Piece<'a> {
    /// Nothing of it is known but its bytes.
    pub(crate) fn unread(bytes: &'a [u8]) -> Piece<'a> {
        Piece {
            form: Form::Text,
            more: false,
            again: false,
            offset: 0,
            end: 0,
            bytes,
            named: 0,
            now: 0,
            session: NOBODY,
            digest: [0; 32],
        }
    }

    /// Reads the request, and refuses what cannot be a piece. RFC 7959 section 2.2: a block with more behind it is full, the last
    /// one is not longer.
    #[inline(never)]
    pub(crate) fn read(&mut self, call: &mut Call<'a>) -> Result<(), Refused> {
        // A number that is no content format becomes one that nothing has.
        let named = call.wanted.get(Wish::ContentFormat);
        self.form = match named.map(|n| n.min(u16::MAX.into()) as u16) {
            None | Some(format::TEXT | format::JAVASCRIPT) => Form::Text,
            Some(format::CBOR_SEQ) => Form::Binary,
            Some(format::COSE_SIGN1) => Form::Alone,
            Some(n) => return Err(call.refuse(Why::ContentFormat, n.into(), 0)),
        };
        self.now = call.request.now;
        let len = self.bytes.len() as u32;
        if let Some(value) = call.wanted.get(Wish::Block1) {
            let block = Block::of(value);
            let size = block.size() as u32;
            if block.size_exponent > 6 || len > size || (block.more && len < size) {
                return Err(call.refuse(Why::BlockLength, len, size));
            }
            (self.more, self.offset) = (block.more, block.offset());
        }
        self.end = self.offset.saturating_add(len);
        let mut query = Window::new(&mut [], 0);
        let mut options = call.message.options();
        while let Some(value) = options.next_of(option::URI_QUERY) {
            query.put(value);
            query.byte(0);
            if let [b'd', b'=', hex @ ..] = value {
                self.named = unhex(hex, &mut self.digest);
            }
        }
        let (endpoint, id) = (call.request.peer.endpoint.as_slice(), call.id.as_slice());
        let kind = [self.form as u8, endpoint.len() as u8, id.len() as u8];
        let digest = call.backend.sha256(&[&kind, endpoint, id, &query.etag()]);
        self.session = first_half(&digest);
        Ok(())
    }

    /// Bytes from `at` on.
    #[inline(never)]
    pub(crate) fn rest(&self, at: u32) -> &'a [u8] {
        let from = at.saturating_sub(self.offset) as usize;
        self.bytes.get(from..).unwrap_or(&[])
    }

    /// The digest's beginning that the query names; empty: none.
    pub(crate) fn named(&self) -> &[u8] {
        self.digest.get(..self.named).unwrap_or(&[])
    }

    /// Whether less than `short` microseconds passed. One function: 64 bits are two words here, and a comparison is ten
    /// instructions.
    #[inline(never)]
    pub(crate) fn within(&self, short: u32, then: u64) -> bool {
        self.now.saturating_sub(then) < short.into()
    }
}

/// Hex digits of either case into `out`; how many bytes they are: 0 when they are no digits, or not 8 to 32 bytes.
fn unhex(hex: &[u8], out: &mut [u8; 32]) -> usize {
    let bytes = hex.len() / 2;
    if !hex.len().is_multiple_of(2) || !(8..=32).contains(&bytes) {
        return 0;
    }
    for (i, digit) in hex.iter().enumerate() {
        let Some(v) = hex_value(digit.to_ascii_lowercase()) else {
            return 0;
        };
        if let Some(to) = out.get_mut(i / 2) {
            *to = *to << 4 | v;
        }
    }
    bytes
}

impl Call<'_> {
    /// Size1 against the largest container.
    #[inline(never)]
    pub(crate) fn check_size(&mut self) -> Result<(), Refused> {
        let Some(size) = self.wanted.get(Wish::Size1) else {
            return Ok(());
        };
        let limit = self.backend.max_payload(&self.id);
        // What the longest header adds stays out of this early check: the manifest says it exactly.
        if size.saturating_sub(crate::MAX_HEADER as u32) > limit {
            return Err(self.refuse(Why::Size1, size, limit));
        }
        Ok(())
    }
}

/// The block against the length that the manifest announces, before anything of it is written: what is wrong, and its number
/// and limit.
#[inline(never)]
pub(crate) fn check_length(piece: &Piece<'_>, open: &Open, call: &mut Call<'_>) -> Result<(), Refused> {
    let (end, shape) = (piece.end, open.shape(piece.form));
    let (header_len, body_len) = (shape.len(), shape.body_len());
    let envelope_len = u32::from(open.envelope_len);
    let mut too_long = end > body_len || (piece.more && end == body_len);
    // The head of the bstr is determined by the manifest; a longer string has a greater head.
    let mut at = envelope_len.max(piece.offset);
    while piece.form == Form::Binary && at < header_len {
        let Some(b) = piece.rest(at).first() else { break };
        let expected = shape.head_byte((at - envelope_len) as usize);
        if *b > expected && !(at == envelope_len && *b > 0x5a) {
            too_long = true;
            break;
        }
        if *b != expected {
            return Err(call.refuse(Why::PayloadHead, at, 0));
        }
        at += 1;
    }
    let missing = piece.form == Form::Alone && open.begun.payload_len.is_some();
    let why = if too_long {
        Why::Body
    } else if (!piece.more && end < body_len) || missing {
        Why::BodyEnds
    } else {
        return Ok(());
    };
    Err(call.refuse(why, end, body_len))
}
