//! A PUT, block by block: which upload a block belongs to, what of it is new, and where it goes.
//!
//! Two things are kept. The *header* that is being collected, of one session at a time, unverified. And the *open*
//! upload, verified, that owns the backend's spare slot. A session is endpoint, path, query and form.

mod open;
mod piece;

use core::task::Poll;

use open::Open;
pub(crate) use piece::Piece;
use piece::{Session, check_block, check_length, check_size, first_half};

use crate::backend::holds;
use crate::header::{Form, Header};
use crate::msg::Code;
use crate::report::Progress;
use crate::{Backend, Id, Offer, Refusal, Security};

const SECOND: u64 = 1_000_000;
/// A header that moved this recently keeps its place against other sessions…
const HEADER_IDLE: u64 = 2 * SECOND;
/// …for at most this long.
const HEADER_WHOLE: u64 = 15 * SECOND;
/// An upload that moved this recently keeps its place against other ids.
const OPEN_IDLE: u64 = 10 * SECOND;
/// A request that was not handled again for this long does not wait for flash any more.
const PENDING_IDLE: u64 = 2 * SECOND;
/// Bogus manifests that are free, and the wait for each further one.
const FREE_FAILURES: u8 = 3;
const FAILURE_WAIT: u64 = 10 * SECOND;

/// What became of a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Taken {
    /// It is stored; more follows.
    More,
    /// It was the last one; the code of the answer.
    All(Code),
}

type Progressed<T> = Poll<Result<T, Refusal>>;
/// Checks the conditions of the request (If-Match, If-None-Match) against what is there.
type Allowed<'f> = &'f dyn Fn(&dyn Backend) -> Result<(), Refusal>;

/// A request that waits for flash.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    session: Session,
    offset: u32,
    len: usize,
    since: u64,
}

/// All uploads.
#[derive(Debug)]
pub(crate) struct Uploads {
    header: Header,
    /// Whose header is collected, or whose was the last one that became an upload.
    header_of: Session,
    /// First half of the envelope's digest, from the header's end to the next header's begin.
    fingerprint: Option<[u8; 16]>,
    /// The header is still being collected or checked.
    collecting: bool,
    /// The envelope in RAM is the open upload's.
    header_is_open: bool,
    secured: bool,
    begun: u64,
    moved: u64,
    open: Open,
    waiting: Option<Waiting>,
    /// The upload whose stored bytes and new ones differed.
    doubted: Option<[u8; 16]>,
    failed: Option<([u8; 16], Refusal)>,
    failures: u8,
    failed_at: u64,
}

const fn refuse<T>(refusal: Refusal) -> Progressed<T> {
    Poll::Ready(Err(refusal))
}

/// The block does not continue what is there.
#[inline(never)]
const fn incomplete(text: &'static str, at: u32, expected: u32) -> Refusal {
    Refusal::beyond(Code::INCOMPLETE, text, at, expected)
}

impl Uploads {
    pub(crate) const fn new() -> Uploads {
        Uploads {
            header: Header::new(),
            header_of: Session::NOBODY,
            fingerprint: None,
            collecting: false,
            header_is_open: false,
            secured: false,
            begun: 0,
            moved: 0,
            open: Open::new(),
            waiting: None,
            doubted: None,
            failed: None,
            failures: 0,
            failed_at: 0,
        }
    }

    pub(crate) fn envelope(&self) -> &[u8] {
        self.header.envelope()
    }

    /// For the status.
    pub(crate) fn progress(&self, id: &Id) -> Option<Progress> {
        let open = self.open.live().filter(|o| o.id == *id && o.finished.is_none())?;
        let (digest, received) = (open.digest, open.received());
        Some(Progress {
            digest,
            received,
            length: open.payload_len.unwrap_or(0),
        })
    }

    /// Takes one block. `allowed` checks If-Match and If-None-Match: before an upload begins and before it ends.
    pub(crate) fn put(
        &mut self,
        piece: &Piece<'_>,
        allowed: Allowed<'_>,
        backend: &mut dyn Backend,
    ) -> Progressed<Taken> {
        if let Err(e) = check_block(piece) {
            return refuse(e);
        }
        let session = piece.session(backend);
        let (offset, len) = (piece.offset(), piece.bytes.len());
        let again = match self.waiting {
            Some(w) if w.session == session && (w.offset, w.len) == (offset, len) => true,
            Some(w) if piece.now.saturating_sub(w.since) < PENDING_IDLE => {
                return refuse(Refusal::new(Code::UNAVAILABLE, "busy").max_age(1));
            }
            _ => false,
        };
        self.waiting = None;
        let done = match self.place(piece, session, again) {
            Ok(()) => self.feed(piece, session, again, allowed, backend),
            Err(e) => refuse(e),
        };
        if done.is_pending() {
            self.waiting = Some(Waiting {
                session,
                offset,
                len,
                since: piece.now,
            });
        }
        done
    }

    /// Finds what this block belongs to, or begins it. Afterwards `collecting` says whether it is the header's.
    ///
    /// Block 0 always collects, even of a session that feeds an upload: two versions may begin with the same bytes, and
    /// whether it is the same envelope shows at the header's end. Until then the upload goes on with its next blocks.
    #[inline(never)]
    fn place(&mut self, piece: &Piece<'_>, session: Session, again: bool) -> Result<(), Refusal> {
        let offset = piece.offset();
        let collecting = self.collecting && self.header_of == session;
        let taken = u32::from(self.header.taken);
        let differs = collecting && offset <= taken && !self.header.repeats(offset as usize, piece.bytes);
        if collecting && offset <= taken && !differs {
            self.moved = piece.now;
            return Ok(());
        }
        let expected = self.open.live().filter(|o| o.is_fed_by(piece, session));
        let expected = expected.map(|o| o.shape(piece.form).len() + o.received());
        match expected {
            Some(e) if offset <= e && (offset > 0 || again) && self.same_header(piece) => {
                if let Some(open) = self.open.live_mut() {
                    open.touched = piece.now;
                    open.remember(session);
                }
                // What was collected of block 0 that came again is of no use.
                self.collecting = self.collecting && !collecting;
                return Ok(());
            }
            _ if offset == 0 => {}
            _ if differs => {
                self.forget_header();
                return Err(incomplete("block differs at", offset, taken));
            }
            Some(e) => return Err(incomplete("block differs, or gap before", offset, e)),
            None if collecting => return Err(incomplete("gap before", offset, taken)),
            None => return Err(incomplete("no upload goes on at", offset, 0)),
        }
        self.make_room(piece, session)?;
        self.header.start(piece.form);
        self.fingerprint = None;
        (self.header_of, self.collecting, self.header_is_open) = (session, true, false);
        self.secured = piece.peer.security != Security::None;
        (self.begun, self.moved) = (piece.now, piece.now);
        Ok(())
    }

    /// Whether a block that begins in the open upload's header may be what was there. The envelope is in RAM until
    /// another header is collected; after that, only a query that names the digest is believed.
    fn same_header(&self, piece: &Piece<'_>) -> bool {
        let Some(open) = self.open.live() else {
            return false;
        };
        let shape = open.shape(piece.form);
        let compared = if piece.form == Form::Text {
            shape.len()
        } else {
            open.envelope_len.into()
        };
        piece.offset() >= compared
            || match self.header_is_open && self.header.form == piece.form {
                true => self.header.repeats(piece.offset() as usize, piece.bytes),
                false => !piece.named.is_empty(),
            }
    }

    /// A header of another session gives way when it stands still, took long, or is less secured.
    fn make_room(&self, piece: &Piece<'_>, session: Session) -> Result<(), Refusal> {
        let moving = piece.now.saturating_sub(self.moved) < HEADER_IDLE
            && piece.now.saturating_sub(self.begun) < HEADER_WHOLE;
        let stronger = piece.peer.security != Security::None && !self.secured;
        if self.collecting && self.header_of != session && moving && !stronger {
            return Err(Refusal::new(Code::UNAVAILABLE, "another upload begins").max_age(2));
        }
        Ok(())
    }

    /// Takes what is new of the block, after comparing what is not.
    fn feed(
        &mut self,
        piece: &Piece<'_>,
        session: Session,
        again: bool,
        allowed: Allowed<'_>,
        backend: &mut dyn Backend,
    ) -> Progressed<Taken> {
        let collecting = self.collecting && self.header_of == session;
        if collecting {
            match self.collect(piece, session, allowed, backend) {
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => return Poll::Ready(Ok(Taken::More)),
                Poll::Ready(Err(e)) => {
                    self.forget_header();
                    return refuse(e);
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        let Some(open) = self.open.live_mut() else {
            return refuse(Refusal::new(Code::INTERNAL_ERROR, "no upload"));
        };
        let header_len = open.shape(piece.form).len();
        let next = header_len + open.received();
        // A block without header cannot say that it is of what was finished, and not of the next version.
        let unsure = open.finished.is_some() && !collecting;
        if let Err(e) = check_length(piece, open, header_len) {
            return refuse(if unsure {
                incomplete("no upload goes on at", piece.offset(), next)
            } else {
                e
            });
        }
        let start = header_len.max(piece.offset());
        let (old, new) = piece
            .rest(start)
            .split_at_checked(next.saturating_sub(start) as usize)
            .unwrap_or((piece.rest(start), &[]));
        if !again && !old.is_empty() && !open.same(start - header_len, old, backend) {
            if open.finished.is_some() && collecting {
                return refuse(Refusal::new(
                    Code::BAD_REQUEST,
                    "1602 payload is not the manifest's",
                ));
            }
            // Nobody knows whose bytes are right: over, and from the beginning.
            if open.finished.is_none() {
                self.doubted = Some(open.fingerprint);
                self.open.live = false;
                self.forget_header();
            }
            return refuse(incomplete("block differs at", piece.offset(), next));
        }
        match open.store(new, backend) {
            Poll::Ready(Ok(())) if piece.more() => return Poll::Ready(Ok(Taken::More)),
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(e)) => {
                self.open.live = false;
                return refuse(e);
            }
            Poll::Pending => return Poll::Pending,
        }
        if let Some(code) = open.finished {
            return Poll::Ready(Ok(Taken::All(code)));
        }
        if let Err(e) = allowed(backend) {
            return refuse(e);
        }
        match backend.finish(&piece.peer) {
            Poll::Ready(Ok(finished)) => {
                let code = if finished.created {
                    Code::CREATED
                } else {
                    Code::CHANGED
                };
                open.finished = Some(code);
                // It may have changed which keys are trusted.
                self.failed = None;
                Poll::Ready(Ok(Taken::All(code)))
            }
            Poll::Ready(Err(e)) => {
                self.open.live = false;
                refuse(e)
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Takes header bytes; true when the header is complete and belongs to the open upload.
    fn collect(
        &mut self,
        piece: &Piece<'_>,
        session: Session,
        allowed: Allowed<'_>,
        backend: &mut dyn Backend,
    ) -> Progressed<bool> {
        if let Err(e) = self.header.take(piece.rest(self.header.taken.into())) {
            return refuse(e);
        }
        if self.header.is_complete() {
            let checked = self.check(piece, session, allowed, backend);
            self.collecting = checked.is_pending();
            self.header_is_open = matches!(checked, Poll::Ready(Ok(())));
            return checked.map_ok(|()| true);
        }
        if !piece.more() {
            return refuse(
                Refusal::new(Code::BAD_REQUEST, "1323 body ends in its header").number(piece.end()),
            );
        }
        if piece.offset() == 0
            && let Err(e) = check_size(piece, backend).and_then(|()| allowed(backend))
        {
            return refuse(e);
        }
        Poll::Ready(Ok(false))
    }

    fn forget_header(&mut self) {
        (self.header_of, self.collecting) = (Session::NOBODY, false);
    }

    // Apart: its stack is not there while blocks are stored, nor theirs while a signature is checked.
    /// The envelope is complete: is it the upload at hand, or may it become it?
    #[inline(never)]
    fn check(
        &mut self,
        piece: &Piece<'_>,
        session: Session,
        allowed: Allowed<'_>,
        backend: &mut dyn Backend,
    ) -> Progressed<()> {
        let envelope = self.header.envelope();
        let fingerprint = match self.fingerprint {
            Some(known) => known,
            None => first_half(backend.sha256(&[envelope])),
        };
        self.fingerprint = Some(fingerprint);
        let claimed = Some(&self.header.digest).filter(|_| piece.form == Form::Text);
        if let Some(open) = self
            .open
            .live_mut()
            .filter(|o| o.id == piece.id && o.fingerprint == fingerprint)
        {
            if claimed.is_some_and(|d| *d != open.payload_digest || !open.text_form) {
                return refuse(Refusal::new(
                    Code::BAD_REQUEST,
                    "1311 header digest is not the manifest's",
                ));
            }
            open.remember(session);
            open.touched = piece.now;
            return Poll::Ready(Ok(()));
        }
        if let Err(e) = check_size(piece, backend).and_then(|()| allowed(backend)) {
            return refuse(e);
        }
        if let Some((_, refusal)) = self.failed.filter(|(f, _)| *f == fingerprint) {
            return refuse(refusal);
        }
        let other = self
            .open
            .live()
            .filter(|o| o.id != piece.id && o.finished.is_none());
        if other.is_some_and(|open| piece.now.saturating_sub(open.touched) < OPEN_IDLE) {
            return refuse(Refusal::new(Code::UNAVAILABLE, "another upload moves").max_age(10));
        }
        while self.failures > 0 && piece.now.saturating_sub(self.failed_at) >= FAILURE_WAIT {
            self.failures -= 1;
            self.failed_at += FAILURE_WAIT;
        }
        if self.failures >= FREE_FAILURES && piece.peer.security == Security::None {
            let wait = (self.failed_at + FAILURE_WAIT).saturating_sub(piece.now);
            // 2^20 us: seconds without a division, rounded up enough.
            let refusal = Refusal::new(Code::TOO_MANY_REQUESTS, "manifests that did not verify");
            let refusal = refusal.number(self.failures.into()).limit(FREE_FAILURES.into());
            return refuse(refusal.max_age((wait >> 20) as u32 + 1));
        }
        let (id, peer, now) = (piece.id, piece.peer, piece.now);
        let restart = self.doubted == Some(fingerprint);
        let offer = Offer {
            id,
            envelope,
            fingerprint,
            claimed_payload_digest: claimed,
            restart,
            peer,
            now,
        };
        let begun = match backend.begin(&offer) {
            Poll::Ready(Ok(begun)) => begun,
            Poll::Ready(Err(e)) => {
                if e.has(holds::COSTLY) {
                    if self.failures == 0 {
                        self.failed_at = now;
                    }
                    self.failures = self.failures.saturating_add(1).min(FREE_FAILURES);
                    self.failed = Some((fingerprint, e));
                }
                return refuse(e);
            }
            Poll::Pending => return Poll::Pending,
        };
        self.doubted = None;
        let open = &mut self.open;
        (open.live, open.id, open.fingerprint, open.touched) = (true, id, fingerprint, now);
        (open.digest, open.payload_digest) = (begun.digest, begun.payload_digest);
        (open.payload_len, open.text_form) = (begun.payload_len, begun.text_form);
        (open.envelope_len, open.tail_len) = (self.header.envelope_len, 0);
        open.stored = begun.stored.min(begun.payload_len.unwrap_or(0));
        open.sessions = [session, Session::NOBODY];
        open.finished = begun.present.then_some(Code::CHANGED);
        Poll::Ready(Ok(()))
    }
}
