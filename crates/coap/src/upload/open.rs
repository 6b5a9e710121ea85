//! A verified upload: how far it is, who feeds it, and how its bytes go to flash in whole write units.

use core::task::Poll;

use super::Progressed;
use super::piece::{Piece, Session};
use crate::header::{Form, Shape};
use crate::msg::Code;
use crate::window::copy;
use crate::{Backend, Id, MAX_WRITE_UNIT};

/// A verified upload.
#[derive(Debug)]
pub(crate) struct Open {
    /// There is one; else nothing below means anything.
    pub(crate) live: bool,
    pub(crate) id: Id,
    pub(crate) fingerprint: [u8; 16],
    pub(crate) digest: [u8; 32],
    pub(crate) payload_digest: [u8; 32],
    pub(crate) payload_len: Option<u32>,
    pub(crate) envelope_len: u16,
    pub(crate) text_form: bool,
    /// Bytes of payload in flash.
    pub(crate) stored: u32,
    pub(crate) tail: [u8; MAX_WRITE_UNIT],
    pub(crate) tail_len: u8,
    pub(crate) sessions: [Session; 2],
    pub(crate) finished: Option<Code>,
    pub(crate) touched: u64,
}

impl Open {
    pub(crate) const fn new() -> Open {
        Open {
            live: false,
            id: Id::NONE,
            fingerprint: [0; 16],
            digest: [0; 32],
            payload_digest: [0; 32],
            payload_len: None,
            envelope_len: 0,
            text_form: false,
            stored: 0,
            tail: [0; MAX_WRITE_UNIT],
            tail_len: 0,
            sessions: [Session::NOBODY; 2],
            finished: None,
            touched: 0,
        }
    }

    pub(crate) fn live(&self) -> Option<&Open> {
        self.live.then_some(self)
    }

    pub(crate) fn live_mut(&mut self) -> Option<&mut Open> {
        self.live.then_some(self)
    }

    pub(crate) fn shape(&self, form: Form) -> Shape<'_> {
        Shape {
            form,
            envelope_len: self.envelope_len.into(),
            payload_digest: &self.payload_digest,
            payload_len: self.payload_len,
        }
    }

    pub(crate) fn received(&self) -> u32 {
        self.stored + u32::from(self.tail_len)
    }

    pub(crate) fn is_fed_by(&self, piece: &Piece<'_>, session: Session) -> bool {
        let named = !piece.named.is_empty() && self.digest.starts_with(piece.named);
        let form = self.text_form || piece.form != Form::Text;
        self.id == piece.id && form && (named || self.sessions.contains(&session))
    }

    pub(crate) fn remember(&mut self, session: Session) {
        if !self.sessions.contains(&session) {
            self.sessions = [session, self.sessions[0]];
        }
    }

    /// Puts payload bytes behind what is there. Those that were taken count as received, also when flash has to be
    /// waited for.
    pub(crate) fn store(&mut self, mut bytes: &[u8], backend: &mut dyn Backend) -> Progressed<()> {
        let whole = self.payload_len.unwrap_or(0);
        let unit = backend.write_unit().clamp(1, MAX_WRITE_UNIT);
        loop {
            let tail_len = usize::from(self.tail_len);
            let to_the_end = self.received().saturating_add(bytes.len() as u32) >= whole;
            if tail_len == unit || (tail_len > 0 && self.received() == whole) {
                let tail = self.tail.get(..tail_len).unwrap_or(&[]);
                match backend.chunk(self.stored, tail) {
                    Poll::Ready(Ok(n)) if n >= tail_len => {
                        self.stored += self.tail_len as u32;
                        self.tail_len = 0;
                    }
                    Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                    _ => return Poll::Pending,
                }
            } else if bytes.is_empty() {
                return Poll::Ready(Ok(()));
            } else if tail_len > 0 || bytes.len() < unit {
                let (now, later) = bytes.split_at(bytes.len().min(unit - tail_len));
                if let Some(room) = self.tail.get_mut(tail_len..) {
                    let _ = copy(room, now);
                }
                self.tail_len += now.len() as u8;
                bytes = later;
            } else {
                let n = if to_the_end {
                    bytes.len()
                } else {
                    bytes.len() & !(unit - 1)
                };
                let (now, _) = bytes.split_at(n.min(bytes.len()));
                match backend.chunk(self.stored, now) {
                    Poll::Ready(Ok(n)) if n > 0 => {
                        let n = n.min(now.len());
                        self.stored += n as u32;
                        bytes = bytes.get(n..).unwrap_or(&[]);
                    }
                    Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                    _ => return Poll::Pending,
                }
            }
        }
    }

    /// Whether these bytes of payload, already received, are the same.
    pub(crate) fn same(&self, offset: u32, bytes: &[u8], backend: &mut dyn Backend) -> bool {
        let in_flash = self.stored.saturating_sub(offset).min(bytes.len() as u32);
        let (flash, ram) = bytes.split_at_checked(in_flash as usize).unwrap_or((bytes, &[]));
        let skip = offset.saturating_sub(self.stored) as usize;
        let tail = self.tail.get(skip..usize::from(self.tail_len)).unwrap_or(&[]);
        tail.starts_with(ram) && (flash.is_empty() || backend.same(offset, flash))
    }
}
