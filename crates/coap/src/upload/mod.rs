//! A PUT, block by block: which upload a block belongs to, what of it is new, and where it goes.
//!
//! Two things are kept. The *header* that is being collected, of one session at a time, unverified. And the *open*
//! upload, verified, that owns the backend's spare slot. A session is endpoint, path, query and form.

mod open;
mod piece;

use core::task::Poll;

pub(crate) use open::Open;
use piece::{Half, NOBODY, Piece, Session, check_length, first_half};

use crate::backend::holds;
use crate::call::{Call, Refused};
use crate::header::{Form, Header};
use crate::msg::Code;
use crate::why::Why;
use crate::{Id, MAX_ENVELOPE, Offer, Refusal, Security};

const SECOND: u32 = 1_000_000;
/// A header that moved this recently keeps its place against other sessions…
const HEADER_IDLE: u32 = 2 * SECOND;
/// …for at most this long.
const HEADER_WHOLE: u32 = 15 * SECOND;
/// An upload that moved this recently keeps its place against other ids.
const OPEN_IDLE: u32 = 10 * SECOND;
/// A request that was not handled again for this long does not wait for flash any more.
const PENDING_IDLE: u32 = 2 * SECOND;
/// Bogus manifests that are free, and the wait for each further one.
const FREE_FAILURES: u8 = 3;
const FAILURE_WAIT: u32 = 10 * SECOND;

type Progressed<T> = Poll<Result<T, Refused>>;

/// All uploads. In this order: a Cortex-M0 reaches what stands in front with one instruction.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Uploads {
    /// The header is still being collected or checked.
    collecting: bool,
    /// The envelope in RAM is the open upload's.
    header_is_open: bool,
    /// The header's sender is secured.
    secured: bool,
    /// `fingerprint` is that of the header: from its end to the next header's begin.
    fingerprinted: bool,
    /// A request waits for flash: see the three fields `waiting_`.
    waiting: bool,
    /// `doubted` is one.
    doubts: bool,
    /// Manifests that failed lately.
    failures: u8,
    waiting_offset: u32,
    waiting_len: u32,
    waiting_since: u64,
    begun: u64,
    moved: u64,
    failed_at: u64,
    /// Whose header is collected, or whose was the last one that became an upload.
    header_of: Session,
    waiting_of: Session,
    /// First half of the envelope's digest.
    fingerprint: Half,
    /// The upload whose stored bytes and new ones differed.
    doubted: Half,
    /// Why the last manifest failed, and which it was.
    refusal: Option<Refusal>,
    failed: Half,
    open: Open,
    header: Header,
}

impl Uploads {
    pub(crate) const fn new() -> Uploads {
        Uploads {
            collecting: false,
            header_is_open: false,
            secured: false,
            fingerprinted: false,
            waiting: false,
            doubts: false,
            failures: 0,
            waiting_offset: 0,
            waiting_len: 0,
            waiting_since: 0,
            begun: 0,
            moved: 0,
            failed_at: 0,
            header_of: NOBODY,
            waiting_of: NOBODY,
            fingerprint: NOBODY,
            doubted: NOBODY,
            refusal: None,
            failed: NOBODY,
            open: Open::new(),
            header: Header::new(),
        }
    }

    pub(crate) fn envelope(&self) -> &[u8] {
        self.header.envelope()
    }

    /// The upload at hand, for the status.
    pub(crate) fn progress(&self, id: &Id) -> Option<&Open> {
        self.open.live().filter(|o| o.id == *id && o.finished.is_none())
    }

    /// Takes one block; the code of the answer, which is 2.31 until the last one came.
    pub(crate) fn put(&mut self, call: &mut Call<'_>) -> Progressed<Code> {
        let mut piece = Piece::unread(call.message.payload());
        piece.read(call)?;
        let (offset, len) = (piece.offset, piece.bytes.len() as u32);
        if self.waiting {
            let same = self.waiting_of == piece.session;
            piece.again = same && self.waiting_offset == offset && self.waiting_len == len;
            if !piece.again && piece.within(PENDING_IDLE, self.waiting_since) {
                return refused(call.refuse(Why::Busy, 0, 1));
            }
        }
        self.waiting = false;
        self.place(&piece, call)?;
        let done = self.feed(&piece, call);
        if done.is_pending() {
            (self.waiting, self.waiting_of) = (true, piece.session);
            (self.waiting_offset, self.waiting_len) = (offset, len);
            self.waiting_since = piece.now;
        }
        done
    }

    /// Finds what this block belongs to, or begins it. Afterwards `collecting` says whether it is the header's.
    ///
    /// Block 0 always collects, even of a session that feeds an upload: two versions may begin with the same bytes, and
    /// whether it is the same envelope shows at the header's end. Until then the upload goes on with its next blocks.
    #[inline(never)]
    fn place(&mut self, piece: &Piece<'_>, call: &mut Call<'_>) -> Result<(), Refused> {
        let offset = piece.offset;
        let collecting = self.collects(piece);
        let taken = self.header.taken;
        let mut differs = false;
        if collecting && offset <= taken {
            differs = !self.header.repeats(offset, piece.bytes);
            if !differs {
                self.moved = piece.now;
                return Ok(());
            }
        }
        let mut expected = None;
        if self.open.is_fed_by(piece, &call.id) {
            let e = self.open.header_len(piece.form) + self.open.received();
            if offset <= e && (offset > 0 || piece.again) && self.same_header(piece) {
                self.open.touched = piece.now;
                self.open.remember(&piece.session);
                // What was collected of block 0 that came again is of no use.
                self.collecting = self.collecting && !collecting;
                return Ok(());
            }
            expected = Some(e);
        }
        if offset > 0 {
            let (why, expected) = match expected {
                _ if differs => {
                    self.forget_header();
                    (Why::Differs, taken)
                }
                Some(e) => (Why::DiffersOrGap, e),
                None if collecting => (Why::Gap, taken),
                None => (Why::NoUploadAt, 0),
            };
            return Err(call.refuse(why, offset, expected));
        }
        // A header of another session gives way when it stands still, took long, or is less secured.
        let secured = call.request.peer.security != Security::None;
        if self.collecting
            && !collecting
            && (self.secured || !secured)
            && piece.within(HEADER_IDLE, self.moved)
            && piece.within(HEADER_WHOLE, self.begun)
        {
            return Err(call.refuse(Why::Begins, 0, 2));
        }
        self.header.start(piece.form);
        (self.fingerprinted, self.header_is_open) = (false, false);
        (self.header_of, self.collecting, self.secured) = (piece.session, true, secured);
        (self.begun, self.moved) = (piece.now, piece.now);
        Ok(())
    }

    /// Whether the header that is collected is this piece's.
    #[inline(never)]
    fn collects(&self, piece: &Piece<'_>) -> bool {
        self.collecting && self.header_of == piece.session
    }

    /// Whether a block that begins in the open upload's header may be what was there. The envelope is in RAM until
    /// another header is collected; after that, only a query that names the digest is believed.
    fn same_header(&self, piece: &Piece<'_>) -> bool {
        let compared = if piece.form == Form::Text {
            self.open.header_len(Form::Text)
        } else {
            self.open.envelope_len.into()
        };
        piece.offset >= compared
            || match self.header_is_open && self.header.form == piece.form {
                true => self.header.repeats(piece.offset, piece.bytes),
                false => !piece.named().is_empty(),
            }
    }

    fn forget_header(&mut self) {
        (self.header_of, self.collecting) = (NOBODY, false);
    }

    /// Takes what is new of the block, after comparing what is not.
    #[inline(never)]
    fn feed(&mut self, piece: &Piece<'_>, call: &mut Call<'_>) -> Progressed<Code> {
        let collecting = self.collects(piece);
        if collecting {
            match self.collect(piece, call) {
                Poll::Ready(Ok(true)) => {}
                Poll::Ready(Ok(false)) => return Poll::Ready(Ok(Code::CONTINUE)),
                Poll::Ready(Err(refused)) => {
                    self.forget_header();
                    return Poll::Ready(Err(refused));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
        let open = &mut self.open;
        if !open.live {
            return refused(call.refuse(Why::NoUpload, 0, 0));
        }
        let header_len = open.header_len(piece.form);
        let next = header_len + open.received();
        if check_length(piece, open, call).is_err() {
            // A block without header cannot say that it is of what was finished, and not of the next version.
            if open.finished.is_some() && !collecting {
                call.refuse(Why::NoUploadAt, piece.offset, next);
            }
            return refused(Refused);
        }
        let start = header_len.max(piece.offset);
        let rest = piece.rest(start);
        let (old, new) = rest
            .split_at_checked(next.saturating_sub(start) as usize)
            .unwrap_or((rest, &[]));
        if !piece.again && !old.is_empty() && !open.same(start - header_len, old, call.backend) {
            if open.finished.is_some() && collecting {
                return refused(call.refuse(Why::OtherPayload, 0, 0));
            }
            // Nobody knows whose bytes are right: over, and from the beginning.
            if open.finished.is_none() {
                (self.doubts, self.doubted) = (true, open.fingerprint);
                open.live = false;
                self.forget_header();
            }
            return refused(call.refuse(Why::Differs, piece.offset, next));
        }
        match open.store(new, call) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(refused)) => {
                open.live = false;
                return Poll::Ready(Err(refused));
            }
            Poll::Pending => return Poll::Pending,
        }
        if piece.more {
            return Poll::Ready(Ok(Code::CONTINUE));
        }
        if let Some(code) = open.finished {
            return Poll::Ready(Ok(code));
        }
        call.check_conditions()?;
        match call.backend.finish(&call.request.peer) {
            Poll::Ready(Ok(finished)) => {
                let code = match finished.created {
                    true => Code::CREATED,
                    false => Code::CHANGED,
                };
                open.finished = Some(code);
                // It may have changed which keys are trusted.
                self.refusal = None;
                Poll::Ready(Ok(code))
            }
            Poll::Ready(Err(refusal)) => {
                open.live = false;
                refused(call.refuse_with(&refusal))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Takes header bytes; true when the header is complete and belongs to the open upload.
    #[inline(never)]
    fn collect(&mut self, piece: &Piece<'_>, call: &mut Call<'_>) -> Progressed<bool> {
        if let Err(why) = self.header.take(piece.rest(self.header.taken)) {
            return refused(call.refuse(why, self.header.taken, MAX_ENVELOPE as u32));
        }
        if self.header.is_complete() {
            let checked = self.check(piece, call);
            self.collecting = checked.is_pending();
            self.header_is_open = matches!(checked, Poll::Ready(Ok(())));
            return checked.map_ok(|()| true);
        }
        if !piece.more {
            return refused(call.refuse(Why::HeaderEnds, piece.end, 0));
        }
        if piece.offset == 0 {
            call.check_size()?;
            call.check_conditions()?;
        }
        Poll::Ready(Ok(false))
    }

    // Apart: its stack is not there while blocks are stored, nor theirs while a signature is checked.
    /// The envelope is complete: is it the upload at hand, or may it become it?
    #[inline(never)]
    fn check(&mut self, piece: &Piece<'_>, call: &mut Call<'_>) -> Progressed<()> {
        if !self.fingerprinted {
            self.fingerprint = first_half(&call.backend.sha256(&[self.header.envelope()]));
            self.fingerprinted = true;
        }
        let claimed = Some(&self.header.digest).filter(|_| piece.form == Form::Text);
        let open = &mut self.open;
        let of_id = open.id == call.id;
        if open.live && of_id && open.fingerprint == self.fingerprint {
            if claimed.is_some_and(|d| *d != open.begun.payload_digest || !open.begun.text_form) {
                return refused(call.refuse(Why::ClaimedDigest, 0, 0));
            }
            open.remember(&piece.session);
            open.touched = piece.now;
            return Poll::Ready(Ok(()));
        }
        call.check_size()?;
        call.check_conditions()?;
        if let Some(refusal) = &self.refusal
            && self.failed == self.fingerprint
        {
            return refused(call.refuse_with(refusal));
        }
        if open.live && !of_id && open.finished.is_none() && piece.within(OPEN_IDLE, open.touched) {
            return refused(call.refuse(Why::Moves, 0, 10));
        }
        while self.failures > 0 && !piece.within(FAILURE_WAIT, self.failed_at) {
            self.failures -= 1;
            self.failed_at += u64::from(FAILURE_WAIT);
        }
        if self.failures >= FREE_FAILURES && call.request.peer.security == Security::None {
            call.refuse(Why::TooMany, self.failures.into(), FREE_FAILURES.into());
            let wait = (self.failed_at + u64::from(FAILURE_WAIT)).saturating_sub(piece.now);
            // 2^20 us: seconds without a division, rounded up enough.
            call.amend(|refusal| refusal.extra = (wait >> 20) as u32 + 1);
            return refused(Refused);
        }
        let offer = Offer {
            id: call.id,
            envelope: self.header.envelope(),
            fingerprint: self.fingerprint,
            claimed_payload_digest: claimed,
            restart: self.doubts && self.doubted == self.fingerprint,
            peer: call.request.peer,
            now: piece.now,
        };
        match call.backend.begin(&offer) {
            Poll::Ready(Ok(begun)) => open.begun = begun,
            Poll::Ready(Err(refusal)) => {
                if refusal.has(holds::COSTLY) {
                    if self.failures == 0 {
                        self.failed_at = piece.now;
                    }
                    self.failures = self.failures.saturating_add(1).min(FREE_FAILURES);
                    (self.failed, self.refusal) = (self.fingerprint, Some(refusal));
                }
                return refused(call.refuse_with(&refusal));
            }
            Poll::Pending => return Poll::Pending,
        }
        self.doubts = false;
        open.begun.stored = open.begun.stored.min(open.begun.payload_len.unwrap_or(0));
        (open.live, open.id, open.fingerprint, open.touched) = (true, call.id, self.fingerprint, piece.now);
        (open.envelope_len, open.tail_len) = (self.header.envelope_len as u16, 0);
        open.sessions = [piece.session, NOBODY];
        open.finished = open.begun.present.then_some(Code::CHANGED);
        Poll::Ready(Ok(()))
    }
}

const fn refused<T>(refused: Refused) -> Progressed<T> {
    Poll::Ready(Err(refused))
}
