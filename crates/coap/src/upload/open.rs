//! A verified upload: how far it is, who feeds it, and how its bytes go to flash in whole write units.

use core::task::Poll;

use super::Progressed;
use super::piece::{Half, NOBODY, Piece, Session};
use crate::call::Call;
use crate::header::{Form, Shape};
use crate::msg::Code;
use crate::{Backend, Begun, Id, MAX_WRITE_UNIT};

/// A verified upload.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Open {
    /// There is one; else nothing below means anything.
    pub(crate) live: bool,
    pub(crate) tail_len: u8,
    pub(crate) finished: Option<Code>,
    pub(crate) envelope_len: u16,
    pub(crate) touched: u64,
    pub(crate) sessions: [Session; 2],
    pub(crate) fingerprint: Half,
    pub(crate) id: Id,
    /// What the backend said; `stored` grows.
    pub(crate) begun: Begun,
    pub(crate) tail: [u8; MAX_WRITE_UNIT],
}

impl Open {
    pub(crate) const fn new() -> Open {
        Open {
            live: false,
            id: Id::NONE,
            fingerprint: [0; 16],
            begun: Begun {
                digest: [0; 32],
                payload_digest: [0; 32],
                text_form: false,
                payload_len: None,
                stored: 0,
                present: false,
            },
            envelope_len: 0,
            tail: [0; MAX_WRITE_UNIT],
            tail_len: 0,
            sessions: [NOBODY; 2],
            finished: None,
            touched: 0,
        }
    }

    pub(crate) fn live(&self) -> Option<&Open> {
        self.live.then_some(self)
    }

    pub(crate) fn shape(&self, form: Form) -> Shape<'_> {
        Shape {
            form,
            envelope_len: self.envelope_len.into(),
            payload_digest: &self.begun.payload_digest,
            payload_len: self.begun.payload_len,
        }
    }

    /// Bytes before the payload.
    #[inline(never)]
    pub(crate) fn header_len(&self, form: Form) -> u32 {
        self.shape(form).len()
    }

    #[inline(never)]
    pub(crate) fn received(&self) -> u32 {
        self.begun.stored + u32::from(self.tail_len)
    }

    #[inline(never)]
    pub(crate) fn is_fed_by(&self, piece: &Piece<'_>, id: &Id) -> bool {
        let named = piece.named();
        let by_name = !named.is_empty() && self.begun.digest.starts_with(named);
        self.live
            && self.id == *id
            && (self.begun.text_form || piece.form != Form::Text)
            && (by_name || self.feeds(&piece.session))
    }

    fn feeds(&self, session: &Session) -> bool {
        let [last, other] = &self.sessions;
        last == session || other == session
    }

    #[inline(never)]
    pub(crate) fn remember(&mut self, session: &Session) {
        if !self.feeds(session) {
            self.sessions = [*session, self.sessions[0]];
        }
    }

    /// Puts payload bytes behind what is there. Those that were taken count as received, also when flash has to be
    /// waited for.
    #[inline(never)]
    pub(crate) fn store(&mut self, mut bytes: &[u8], call: &mut Call<'_>) -> Progressed<()> {
        let whole = self.begun.payload_len.unwrap_or(0);
        let unit = call.backend.write_unit().clamp(1, MAX_WRITE_UNIT);
        loop {
            let tail_len = usize::from(self.tail_len);
            let received = self.received();
            let from_tail = tail_len == unit || (tail_len > 0 && received == whole);
            if !from_tail && (tail_len > 0 || bytes.len() < unit) {
                let [first, later @ ..] = bytes else {
                    return Poll::Ready(Ok(()));
                };
                if let Some(to) = self.tail.get_mut(tail_len) {
                    *to = *first;
                }
                self.tail_len += 1;
                bytes = later;
                continue;
            }
            let piece = if from_tail {
                self.tail.get(..tail_len).unwrap_or(&[])
            } else if received.saturating_add(bytes.len() as u32) >= whole {
                bytes
            } else {
                bytes.get(..bytes.len() & !(unit - 1)).unwrap_or(bytes)
            };
            match call.backend.chunk(self.begun.stored, piece) {
                // Of the tail all, of the rest what it likes.
                Poll::Ready(Ok(n)) if n > 0 && (!from_tail || n >= tail_len) => {
                    let n = n.min(piece.len());
                    self.begun.stored += n as u32;
                    if from_tail {
                        self.tail_len = 0;
                    } else {
                        bytes = bytes.get(n..).unwrap_or(&[]);
                    }
                }
                Poll::Ready(Err(refusal)) => return Poll::Ready(Err(call.refuse_with(&refusal))),
                _ => return Poll::Pending,
            }
        }
    }

    /// Whether these bytes of payload, already received, are the same.
    #[inline(never)]
    pub(crate) fn same(&self, offset: u32, bytes: &[u8], backend: &mut dyn Backend) -> bool {
        let in_flash = self.begun.stored.saturating_sub(offset).min(bytes.len() as u32);
        let (flash, ram) = bytes.split_at_checked(in_flash as usize).unwrap_or((bytes, &[]));
        let skip = offset.saturating_sub(self.begun.stored) as usize;
        let tail = self.tail.get(skip..usize::from(self.tail_len)).unwrap_or(&[]);
        tail.starts_with(ram) && (flash.is_empty() || backend.same(offset, flash))
    }
}
