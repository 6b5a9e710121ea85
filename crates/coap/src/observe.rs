//! Observations (RFC 7641): who watches what, and when the next notification may go.

use crate::msg::Token;
use crate::{Backend, Endpoint, Id, Observable};

/// Observations on the whole node.
pub(crate) const MAX_OBSERVERS: usize = 2;
/// A confirmable notification that is not acknowledged for this long, when the next is due, ends the observation.
const ACK_WAIT: u64 = 10_000_000;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Observer {
    pub(crate) endpoint: Endpoint,
    pub(crate) token: Token,
    pub(crate) what: Observable,
    pub(crate) id: Id,
    pub(crate) format: u16,
    pub(crate) long: bool,
    /// Largest notification, in bytes.
    pub(crate) limit: u16,
    /// Size of block asked for.
    pub(crate) size_exponent: u8,
    /// The backend's number of what was sent last.
    pub(crate) version: u32,
    /// Value of the option, 24 bits.
    pub(crate) sequence: u32,
    pub(crate) sent: u64,
    pub(crate) last_id: u16,
    pub(crate) unacknowledged: bool,
}

impl Observer {
    /// Every sixteenth notification is confirmable, beginning with the first.
    pub(crate) fn confirmable(&self) -> bool {
        self.sequence % 16 == 1
    }
}

#[derive(Debug)]
pub(crate) struct Observers {
    list: [Option<Observer>; MAX_OBSERVERS],
}

impl Observers {
    pub(crate) const fn new() -> Observers {
        Observers {
            list: [None; MAX_OBSERVERS],
        }
    }

    fn place(&mut self, endpoint: &Endpoint, token: &Token) -> Option<&mut Option<Observer>> {
        self.list
            .iter_mut()
            .find(|o| o.is_some_and(|o| o.endpoint == *endpoint && o.token == *token))
    }

    /// False when there is no room.
    pub(crate) fn add(&mut self, observer: Observer) -> bool {
        let known = self.place(&observer.endpoint, &observer.token).is_some();
        let place = match known {
            true => self.place(&observer.endpoint, &observer.token),
            false => self.list.iter_mut().find(|o| o.is_none()),
        };
        place.map(|o| *o = Some(observer)).is_some()
    }

    pub(crate) fn remove(&mut self, endpoint: &Endpoint, token: &Token) {
        if let Some(o) = self.place(endpoint, token) {
            *o = None;
        }
    }

    /// An ACK or RST came from there; whether it was for a notification.
    pub(crate) fn confirmed(&mut self, endpoint: &Endpoint, id: u16, reset: bool) -> bool {
        let of = |o: &Observer| o.endpoint == *endpoint && o.last_id == id && o.sequence > 0;
        let Some(place) = self.list.iter_mut().find(|o| o.as_ref().is_some_and(of)) else {
            return false;
        };
        match place {
            Some(o) if !reset => o.unacknowledged = false,
            _ => *place = None,
        }
        true
    }

    /// When [`due`](Self::due) has to be asked next, if nothing else happens: `u64::MAX` is never.
    pub(crate) fn deadline(&self, period: u64, backend: &dyn Backend) -> u64 {
        let changed = |o: &&Observer| backend.version(&o.id, o.what) != o.version;
        self.list
            .iter()
            .flatten()
            .filter(changed)
            .map(|o| o.next(period))
            .min()
            .unwrap_or(u64::MAX)
    }

    /// The observation whose notification is to be sent now; it is counted as sent.
    pub(crate) fn due(
        &mut self,
        now: u64,
        period: u64,
        message_id: u16,
        backend: &dyn Backend,
    ) -> Option<Observer> {
        for place in &mut self.list {
            let Some(o) = place else { continue };
            let version = backend.version(&o.id, o.what);
            if version == o.version || now < o.next(period) {
                continue;
            }
            if o.unacknowledged {
                *place = None;
                continue;
            }
            o.version = version;
            o.sequence = (o.sequence + 1) & 0xff_ffff;
            (o.sent, o.last_id, o.unacknowledged) = (now, message_id, o.confirmable());
            return Some(*o);
        }
        None
    }
}

impl Observer {
    fn next(&self, period: u64) -> u64 {
        self.sent.saturating_add(if self.unacknowledged {
            ACK_WAIT.max(period)
        } else {
            period
        })
    }
}
