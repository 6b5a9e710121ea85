//! Observations (RFC 7641): who watches what, and when the next notification may go.

use crate::msg::Token;
use crate::{Backend, Endpoint, Id, Observable};

/// Observations on the whole node.
pub(crate) const MAX_OBSERVERS: usize = 2;
/// A confirmable notification that is not acknowledged for this long, when the next is due, ends the observation.
const ACK_WAIT: u64 = 10_000_000;

#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Observer {
    /// There is one; else nothing else here means anything.
    pub(crate) live: bool,
    pub(crate) unacknowledged: bool,
    pub(crate) what: Observable,
    pub(crate) long: bool,
    /// Content format.
    pub(crate) format: u8,
    /// Size of block asked for.
    pub(crate) size_exponent: u8,
    /// Largest notification, in bytes.
    pub(crate) limit: u16,
    pub(crate) last_id: u16,
    /// The backend's number of what was sent last.
    pub(crate) version: u32,
    /// Value of the option, 24 bits.
    pub(crate) sequence: u32,
    pub(crate) sent: u64,
    pub(crate) id: Id,
    pub(crate) endpoint: Endpoint,
    pub(crate) token: Token,
}

const NOBODY: Observer = Observer {
    live: false,
    unacknowledged: false,
    what: Observable::Status,
    long: false,
    format: 0,
    size_exponent: 0,
    limit: 0,
    last_id: 0,
    version: 0,
    sequence: 0,
    sent: 0,
    id: Id::NONE,
    endpoint: Endpoint::NONE,
    token: Token::NONE,
};

impl Observer {
    /// Every sixteenth notification is confirmable, beginning with the first.
    pub(crate) fn confirmable(&self) -> bool {
        self.sequence % 16 == 1
    }
}

#[derive(Debug)]
pub(crate) struct Observers {
    list: [Observer; MAX_OBSERVERS],
}

impl Observers {
    pub(crate) const fn new() -> Observers {
        Observers {
            list: [NOBODY; MAX_OBSERVERS],
        }
    }

    fn place_of(&self, endpoint: &Endpoint, token: &Token) -> Option<usize> {
        let is = |o: &Observer| o.live && o.endpoint == *endpoint && o.token == *token;
        self.list.iter().position(is)
    }

    /// The place of this observation, or a free one; none when there is no room.
    #[inline(never)]
    pub(crate) fn place_for(&mut self, endpoint: &Endpoint, token: &Token) -> Option<&mut Observer> {
        let known = self.place_of(endpoint, token);
        let place = known.or_else(|| self.list.iter().position(|o| !o.live))?;
        self.list.get_mut(place)
    }

    pub(crate) fn remove(&mut self, endpoint: &Endpoint, token: &Token) {
        let place = self.place_of(endpoint, token);
        if let Some(o) = place.and_then(|place| self.list.get_mut(place)) {
            o.live = false;
        }
    }

    /// An ACK or RST came from there; whether it was for a notification.
    pub(crate) fn confirmed(&mut self, endpoint: &Endpoint, id: u16, reset: bool) -> bool {
        for o in &mut self.list {
            if o.live && o.endpoint == *endpoint && o.last_id == id && o.sequence > 0 {
                o.unacknowledged = false;
                o.live = !reset;
                return true;
            }
        }
        false
    }

    /// When [`due`](Self::due) has to be asked next, if nothing else happens: `u64::MAX` is never.
    #[inline(never)]
    pub(crate) fn deadline(&self, period: u64, backend: &dyn Backend) -> u64 {
        let [first, second] = &self.list;
        first.next(period, backend).min(second.next(period, backend))
    }

    /// The observation whose notification is to be sent now; it is counted as sent.
    pub(crate) fn due(
        &mut self,
        now: u64,
        period: u64,
        message_id: u16,
        backend: &dyn Backend,
    ) -> Option<&mut Observer> {
        for o in &mut self.list {
            if now < o.next(period, backend) {
                continue;
            }
            if o.unacknowledged {
                o.live = false;
                continue;
            }
            o.version = backend.version(&o.id, o.what);
            o.sequence = (o.sequence + 1) & 0xff_ffff;
            (o.sent, o.last_id, o.unacknowledged) = (now, message_id, o.confirmable());
            return Some(o);
        }
        None
    }
}

impl Observer {
    /// When its next notification may go: `u64::MAX` is never.
    #[inline(never)]
    fn next(&self, mut period: u64, backend: &dyn Backend) -> u64 {
        if !self.live || backend.version(&self.id, self.what) == self.version {
            return u64::MAX;
        }
        if self.unacknowledged {
            period = period.max(ACK_WAIT);
        }
        self.sent.saturating_add(period)
    }
}
