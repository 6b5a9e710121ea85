//! Requests that scripts make: who waits for which answer, and until when.
//!
//! The operating system pulls a request ([`Requests::next_to_send`]), sends it whenever it can, and reports the answer
//! later. A request that is never answered ends at its deadline. The entry keeps what is to be sent in a buffer of its own,
//! and the answer in the same buffer, because the engine may be busy with something else when it comes.

use crate::NEVER;
use crate::handle::{Handle, Slots};
use crate::handler::Methods;
use crate::peer::{Endpoint, Target};
use heapless::Vec;

/// How long an answer may take unless configured otherwise, in microseconds.
pub const TIMEOUT_US: u64 = 10_000_000;

/// Why a request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestError {
    /// All requests are under way; the number says how many that can be.
    Full(u8),
    /// Path, query and payload together are longer than the number given, in bytes.
    TooLong(u16),
}

/// Who gets the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiter<C> {
    /// An activation that was set aside: it goes on with the answer's body, `true`, or `false`.
    Activation,
    /// A function: called with code and body. The code is 0 when no answer came.
    Callback(C),
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer came, with this CoAP response code.
    Answered(u8),
    /// No answer came in time, the peer could not be reached, or the answer was too large to be kept.
    Failed,
}

impl Outcome {
    /// Whether the script sees a success (a 2.xx answer).
    pub fn is_success(self) -> bool {
        matches!(self, Outcome::Answered(code) if code >> 5 == 2)
    }

    /// The code that a callback gets; 0 when there was no answer.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Answered(code) => code,
            Outcome::Failed => 0,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Queued,
    Sent,
    Over(Outcome),
}

/// One request under way.
#[derive(Debug)]
pub struct Request<C, const B: usize> {
    /// Where it goes.
    pub endpoint: Endpoint,
    /// The one method.
    pub method: Methods,
    waiter: Waiter<C>,
    state: State,
    deadline: u64,
    /// Path, query and payload one after the other; once the request is over, the answer's body.
    bytes: Vec<u8, B>,
    path_end: u8,
    query_end: u8,
}

impl<C: Copy, const B: usize> Request<C, B> {
    /// The path at the peer: decoded segments, joined by `/`. Empty once the request is over.
    pub fn path(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.path_end)).unwrap_or(&[])
    }

    /// The parts of the query, decoded, each with its length before it. Empty once the request is over.
    pub fn query(&self) -> &[u8] {
        self.bytes
            .get(usize::from(self.path_end)..usize::from(self.query_end))
            .unwrap_or(&[])
    }

    /// The payload to send; once the request is over, the body of the answer.
    pub fn body(&self) -> &[u8] {
        self.bytes.get(usize::from(self.query_end)..).unwrap_or(&[])
    }

    /// Who gets the answer.
    pub fn waiter(&self) -> Waiter<C> {
        self.waiter
    }

    #[inline(never)]
    fn end(&mut self, answer: Option<(u8, &[u8])>) {
        self.bytes.clear();
        (self.path_end, self.query_end) = (0, 0);
        self.state = State::Over(match answer {
            Some((code, body)) if self.bytes.extend_from_slice(body).is_ok() => Outcome::Answered(code),
            _ => Outcome::Failed,
        });
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.state {
            State::Over(outcome) => Some(outcome),
            _ => None,
        }
    }
}

/// The requests of one container: at most `N`, each with a buffer of `B` bytes.
#[derive(Debug)]
pub struct Requests<C, const N: usize, const B: usize> {
    slots: Slots<Request<C, B>, N>,
}

impl<C: Copy, const N: usize, const B: usize> Requests<C, N, B> {
    /// No requests.
    pub const fn new() -> Self {
        Requests { slots: Slots::new() }
    }

    const LENGTHS_FIT: () = assert!(
        crate::path::PATH_BYTES + crate::peer::QUERY_BYTES <= 255,
        "lengths are one byte"
    );

    /// Whether a request to `target` with a payload of so many bytes fits the buffer.
    ///
    /// # Errors
    /// [`RequestError::TooLong`].
    pub fn fits(target: &Target, payload_bytes: usize) -> Result<(), RequestError> {
        let () = Self::LENGTHS_FIT;
        let whole = target.path.as_bytes().len() + target.query.len();
        if payload_bytes > B.saturating_sub(whole) {
            Err(RequestError::TooLong(B as u16))
        } else {
            Ok(())
        }
    }

    /// Takes a request in. It is over at `deadline` at the latest.
    ///
    /// # Errors
    /// See [`RequestError`]; the caller throws a RangeError with the number, and lets go of the callback.
    pub fn open(
        &mut self,
        target: &Target,
        method: Methods,
        payload: &[u8],
        waiter: Waiter<C>,
        deadline: u64,
    ) -> Result<Handle, RequestError> {
        Self::fits(target, payload.len())?;
        let (path, query) = (target.path.as_bytes(), target.query.as_slice());
        let path_end = path.len() as u8;
        let request = Request {
            endpoint: target.endpoint,
            method,
            waiter,
            state: State::Queued,
            deadline,
            bytes: Vec::new(),
            path_end,
            query_end: path_end.saturating_add(query.len() as u8),
        };
        let handle = self.slots.insert(request).ok_or(RequestError::Full(N as u8))?;
        if let Some(request) = self.slots.get_mut(handle) {
            for part in [path, query, payload] {
                // They fit: it was asked before.
                let _ = request.bytes.extend_from_slice(part);
            }
        }
        Ok(handle)
    }

    /// Whether another request fits.
    pub fn has_room(&self) -> bool {
        self.slots.len() < N
    }

    /// The request to send next, marked as sent; `None` when there is none.
    pub fn next_to_send(&mut self) -> Option<(Handle, &Request<C, B>)> {
        let handle = self.slots.find(|r| r.state == State::Queued)?;
        let request = self.slots.get_mut(handle)?;
        request.state = State::Sent;
        Some((handle, request))
    }

    /// Whether a request waits to be sent.
    pub fn has_unsent(&self) -> bool {
        self.slots.iter().any(|r| r.state == State::Queued)
    }

    /// Reports the answer; `None` is that there will be none. An answer to a request that is over, or that never was,
    /// changes nothing and returns `false`.
    pub fn complete(&mut self, handle: Handle, answer: Option<(u8, &[u8])>) -> bool {
        let Some(request) = self.slots.get_mut(handle) else {
            return false;
        };
        if request.outcome().is_some() {
            return false;
        }
        request.end(answer);
        true
    }

    /// Ends every request whose deadline has come.
    pub fn expire(&mut self, now: u64) {
        for request in self.slots.iter_mut() {
            if request.outcome().is_none() && request.deadline <= now {
                request.end(None);
            }
        }
    }

    /// The earliest deadline of requests without an answer; [`NEVER`] without one.
    pub fn next_deadline(&self) -> u64 {
        let mut earliest = NEVER;
        for request in self.slots.iter() {
            if request.outcome().is_none() && request.deadline < earliest {
                earliest = request.deadline;
            }
        }
        earliest
    }

    /// A request that is over and whose waiter has not been told yet. Tell it, then [`Requests::remove`].
    pub fn next_over(&self) -> Option<(Handle, &Request<C, B>)> {
        let handle = self.slots.find(|r| r.outcome().is_some())?;
        Some((handle, self.slots.get(handle)?))
    }

    /// The request of a handle.
    pub fn get(&self, handle: Handle) -> Option<&Request<C, B>> {
        self.slots.get(handle)
    }

    /// Forgets a request; returns who waited for it.
    pub fn remove(&mut self, handle: Handle) -> Option<Waiter<C>> {
        self.slots.remove(handle, |r| r.waiter)
    }

    /// Takes out any request and returns who waited; `None` when all are gone. For teardown.
    pub fn pop(&mut self) -> Option<Waiter<C>> {
        self.slots.pop(|r| r.waiter)
    }

    /// Requests in use.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<C: Copy, const N: usize, const B: usize> Default for Requests<C, N, B> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    extern crate std;

    fn open<const N: usize>(
        requests: &mut Requests<u8, N, 12>,
        deadline: u64,
    ) -> Result<Handle, RequestError> {
        let target = Target::parse(b"coap://[2001:db8::1]/coap").unwrap();
        requests.open(&target, Methods::POST, b"ALARM!", Waiter::Activation, deadline)
    }

    #[test]
    fn an_answer_in_time_is_kept_for_its_waiter() {
        let mut requests = Requests::<u8, 1, 12>::new();
        let handle = open(&mut requests, 100).unwrap();
        assert_eq!(open(&mut requests, 100), Err(RequestError::Full(1)));
        let (sent, request) = requests.next_to_send().unwrap();
        assert_eq!(
            (sent, request.path(), request.body()),
            (handle, &b"coap"[..], &b"ALARM!"[..])
        );
        assert!(requests.next_to_send().is_none(), "pulled once");
        assert!(requests.next_over().is_none());
        assert!(requests.complete(handle, Some((68, b"ok"))));
        requests.expire(1000);
        let (over, request) = requests.next_over().unwrap();
        assert_eq!(
            (over, request.outcome(), request.body()),
            (handle, Some(Outcome::Answered(68)), &b"ok"[..])
        );
        assert_eq!(requests.remove(handle), Some(Waiter::Activation));
    }

    /// The prototype's thread waited for ever, and with it everything else.
    #[test]
    fn a_request_that_is_never_answered_ends_at_its_deadline() {
        let mut requests = Requests::<u8, 2, 12>::new();
        let handle = open(&mut requests, 100).unwrap();
        requests.next_to_send().unwrap();
        requests.expire(99);
        assert!(requests.next_over().is_none());
        assert_eq!(requests.next_deadline(), 100);
        requests.expire(100);
        assert_eq!(requests.next_over().unwrap().1.outcome(), Some(Outcome::Failed));
        assert!(
            !requests.complete(handle, Some((68, b"late"))),
            "a late answer changes nothing"
        );
        assert_eq!(requests.next_deadline(), NEVER);
    }

    #[test]
    fn what_is_too_long_is_refused_not_cut() {
        let mut requests = Requests::<u8, 1, 4>::new();
        let target = Target::parse(b"coap://[2001:db8::1]/").unwrap();
        let long = requests.open(&target, Methods::PUT, b"12345", Waiter::Callback(1), 9);
        assert_eq!(long, Err(RequestError::TooLong(4)));
        let handle = requests
            .open(&target, Methods::PUT, b"1234", Waiter::Callback(1), 9)
            .unwrap();
        requests.complete(handle, Some((69, b"12345")));
        assert_eq!(requests.next_over().unwrap().1.outcome(), Some(Outcome::Failed));
    }

    #[test]
    fn success_is_a_2_xx_answer() {
        assert!(Outcome::Answered(68).is_success());
        assert!(!Outcome::Answered(132).is_success());
        assert!(!Outcome::Answered(160).is_success());
        assert!(!Outcome::Failed.is_success());
    }

    proptest! {
        /// Property: every request that is opened is over exactly once, by an answer or by its deadline, whatever comes in
        /// between (repeated answers, stale handles).
        #[test]
        fn every_request_ends_once(steps in prop::collection::vec((0u8..4, 0usize..8, 1u64..50), 1..200)) {
            let mut requests = Requests::<u8, 3, 12>::new();
            let mut opened = std::vec::Vec::new();
            let (mut now, mut ended) = (0, 0);
            for (action, pick, time) in steps {
                now += time;
                match action {
                    0 => if let Ok(handle) = open(&mut requests, now + time) { opened.push(handle) },
                    1 => { requests.next_to_send(); }
                    2 => if let Some(handle) = opened.get(pick) { requests.complete(*handle, Some((68, b"x"))); },
                    _ => requests.expire(now),
                }
                while let Some((handle, _)) = requests.next_over() {
                    prop_assert!(requests.remove(handle).is_some());
                    prop_assert!(!requests.complete(handle, None));
                    ended += 1;
                }
            }
            requests.expire(NEVER);
            while let Some((handle, _)) = requests.next_over() {
                requests.remove(handle);
                ended += 1;
            }
            prop_assert_eq!(ended, opened.len());
            prop_assert!(requests.is_empty());
        }
    }
}
