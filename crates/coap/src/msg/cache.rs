//! Answers kept for datagrams that come again (RFC 7252 section 4.5).
//!
//! Optional: every operation of the container resource is idempotent. It serves systems that answer late, where the
//! retransmission of a request is the only chance to send the response, and requests to scripts' handlers.

use super::{Kind, Message};
use crate::Endpoint;
use crate::window::copy;

/// What is known of a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cached<'c> {
    /// Not seen within the lifetime.
    New,
    /// Seen, not answered yet: drop it, the first one is being worked on.
    Working,
    /// Seen and answered: send this again (nothing when it is empty: too long to keep).
    Answered(&'c [u8]),
}

#[derive(Clone, Copy, Debug)]
struct Entry<const LEN: usize> {
    peer: Endpoint,
    id: u16,
    since: u64,
    answered: bool,
    used: bool,
    len: u16,
    bytes: [u8; LEN],
}

impl<const LEN: usize> Entry<LEN> {
    fn is(&self, peer: &Endpoint, id: u16) -> bool {
        self.used && self.id == id && self.peer == *peer
    }
}

/// The last `N` requests by (peer, message id), each with an answer of up to `LEN` bytes.
#[derive(Clone, Debug)]
pub struct ReplyCache<const N: usize, const LEN: usize> {
    entries: [Entry<LEN>; N],
}

impl<const N: usize, const LEN: usize> Default for ReplyCache<N, LEN> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize, const LEN: usize> ReplyCache<N, LEN> {
    /// EXCHANGE_LIFETIME of RFC 7252 section 4.8.2, in microseconds: how long an id is not used again.
    pub const LIFETIME_US: u64 = 247_000_000;

    /// An empty cache.
    pub const fn new() -> Self {
        let e = Entry {
            peer: Endpoint::NONE,
            id: 0,
            since: 0,
            answered: false,
            used: false,
            len: 0,
            bytes: [0; LEN],
        };
        ReplyCache { entries: [e; N] }
    }

    /// Looks a request up; a new one takes the place of the oldest.
    #[inline(never)]
    pub fn see(&mut self, peer: Endpoint, id: u16, now: u64) -> Cached<'_> {
        // Since when the entry is there that was used longest ago, and one more; 0: never.
        let (mut place, mut oldest) = (0, u64::MAX);
        let mut known = false;
        for (i, e) in self.entries.iter().enumerate() {
            let used = if e.used { e.since + 1 } else { 0 };
            if e.is(&peer, id) && now.saturating_sub(e.since) < Self::LIFETIME_US {
                (place, known) = (i, true);
                break;
            }
            if used <= oldest {
                (place, oldest) = (i, used);
            }
        }
        let Some(e) = self.entries.get_mut(place) else {
            return Cached::New;
        };
        if !known {
            (e.peer, e.id, e.since, e.answered, e.used, e.len) = (peer, id, now, false, true, 0);
            return Cached::New;
        }
        match e.answered {
            true => Cached::Answered(e.bytes.get(..usize::from(e.len)).unwrap_or(&[])),
            false => Cached::Working,
        }
    }

    /// Keeps the answer to a request that [`see`](Self::see) called new. An answer longer than `LEN` is not kept.
    #[inline(never)]
    pub fn answer(&mut self, peer: Endpoint, id: u16, response: &[u8]) {
        if let Some(e) = self.entries.iter_mut().find(|e| e.is(&peer, id)) {
            e.answered = true;
            if copy(&mut e.bytes, response).is_some() {
                e.len = response.len() as u16;
            }
        }
    }

    /// Whether a message takes part in this at all: requests, CON or NON.
    pub fn concerns(message: &Message<'_>) -> bool {
        message.code().is_request() && matches!(message.header().kind, Kind::Con | Kind::Non)
    }
}
