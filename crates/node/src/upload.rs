//! What a manifest goes through before anything of its payload is stored, and a payload before it may be tried: the
//! resource's backend, part "uploads" (`docs/spec/container.md` section 4, `docs/spec/lifecycle.md`).
//!
//! An error before [`Store::begin`](motebox_store::Store::begin) has erased and programmed nothing. One program or erase
//! for each call: the resource is told [`Poll::Pending`] and asks again.

use crate::config::{Board, Flash};
use crate::inner::{Inner, Then};
use crate::life::{Check, Checked, Phase, Reason};
use core::task::Poll;
use motebox_coap::msg::Code;
use motebox_coap::{Begun, Finished, Offer, Refusal};
use motebox_envelope::{self as envelope, ChunkCheck, Command, Kind, Manifest, Sign1, SignatureError, Tried};
use motebox_store::{Error, Header, Progress, Slot, State, Written};

/// How often the spare slot is erased for one manifest, at most: payloads that turn out wrong wear no flash for ever. It
/// counts until another manifest comes, or the next boot.
pub const MAX_SPARE_ERASES: u8 = 3;

/// The upload at hand.
pub(crate) enum Upload {
    None,
    /// The spare slot is being made ready; first half of the envelope's digest.
    Beginning {
        fingerprint: [u8; 16],
        slot: Slot,
    },
    /// Bytes come in.
    Receiving {
        slot: Slot,
        chunks: ChunkCheck,
        created: bool,
    },
    /// All bytes are there and are read back.
    Checking {
        slot: Slot,
        check: Check,
        created: bool,
    },
    /// Being marked as stored.
    Committing {
        slot: Slot,
        created: bool,
    },
    /// This very container is here, in a slot or only in memory of what was tried: nothing happens.
    Present {
        slot: Option<Slot>,
    },
    /// A command that may be carried out once `tried` is raised to its sequence; the first 12 bytes of its digest.
    Command {
        pair: usize,
        command: Command,
        sequence: u32,
        tag: [u8; 12],
    },
    /// `tried` is being raised.
    Raising {
        pair: usize,
        command: Command,
    },
    /// A command whose mark is being written.
    Commanding {
        pair: usize,
    },
    /// Done; bytes that come again are compared with this.
    Done {
        slot: Slot,
    },
}

/// The signature at hand. It is checked apart: not under the resource and all other checks, but where the stack is still empty.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    None,
    /// Everything else holds; first half of the envelope's digest.
    Due([u8; 16]),
    /// What came of it.
    Done([u8; 16], Result<(), SignatureError>),
}

/// The manifest for which the spare slot was erased last, and how often.
#[derive(Clone, Copy, Default)]
pub(crate) struct SpareErases {
    digest: [u8; 16],
    count: u8,
}

/// What the resource is told.
type Progressed<T> = Poll<Result<T, Refusal>>;

/// A step was refused; why is kept in the node, so that what a step gives is a word or two.
pub(crate) struct Denied;

/// What a step gives; `None`: ask again.
type Step<T> = Result<Option<T>, Denied>;

fn half(digest: &[u8; 32]) -> [u8; 16] {
    digest.first_chunk().copied().unwrap_or_default()
}

fn refused(error: envelope::Error) -> Refusal {
    let text = refusal_text(error.number());
    let (value, limit) = error.detail();
    let code = match error {
        envelope::Error::Refused(refusal) => match refusal {
            envelope::Refusal::Encoding(_) => Code::UNSUPPORTED_FORMAT,
            envelope::Refusal::TooLong { .. } => Code::TOO_LARGE,
            envelope::Refusal::Base { .. }
            | envelope::Refusal::Stale { .. }
            | envelope::Refusal::SequenceUsed(_)
            | envelope::Refusal::Floor { .. } => Code::CONFLICT,
            _ => Code::FORBIDDEN,
        },
        envelope::Error::Signature(_) => Code::FORBIDDEN,
        _ => Code::BAD_REQUEST,
    };
    let mut out = Refusal::new(code, text);
    if value != 0 || limit != 0 {
        out = out.number(value);
    }
    if limit != 0 {
        out = out.limit(limit);
    }
    if let envelope::Error::Refused(envelope::Refusal::TooLong { slot, .. }) = error {
        out = out.size1(slot);
    }
    if let envelope::Error::Signature(_) = error {
        out = out.costly();
    }
    out
}

/// The number of `docs/spec/container.md` section 6 and what it means, in a few words.
fn refusal_text(number: u16) -> &'static str {
    const FAMILIES: [&str; 5] = [
        "11xx envelope",
        "12xx manifest",
        "13xx form",
        "refused",
        "15xx signature",
    ];
    const FORM: [&str; 3] = [
        "1311 header digest is not the manifest's",
        "1312 no text form of this kind",
        "1313 second header in the script",
    ];
    const REFUSED: [&str; 13] = [
        "1401 id is not the path's",
        "1402 kind is not taken here",
        "1403 encoding",
        "1404 for another device",
        "1405 unknown key",
        "1406 id beyond the key's scope",
        "1407 kind beyond the key's scope",
        "1408 permissions beyond the key's",
        "1409 payload longer than the slot",
        "1410 base is not the version here",
        "1411 sequence is stale",
        "1412 sequence is used",
        "1413 sequence below the floor",
    ];
    const PAYLOAD: [&str; 4] = [
        "1601 chunk digest",
        "1602 payload digest",
        "1603 payload too long",
        "1604 payload too short",
    ];
    let tables: [(u16, &[&str]); 3] = [(1311, &FORM), (1401, &REFUSED), (1601, &PAYLOAD)];
    for (first, texts) in tables {
        if let Some(text) = texts.get(usize::from(number.wrapping_sub(first))) {
            return text;
        }
    }
    let family = usize::from(number / 100).wrapping_sub(11);
    FAMILIES.get(family).copied().unwrap_or("refused")
}

fn flash_refusal(error: Error) -> Refusal {
    match error {
        Error::NoPair(n) => Refusal::new(Code::CONFLICT, "no free slot").limit(n),
        Error::NoId(n) => Refusal::new(Code::CONFLICT, "no room for another id").limit(n),
        Error::PayloadLength(n) => Refusal::new(Code::TOO_LARGE, "payload longer than the slot")
            .limit(n)
            .size1(n),
        Error::Damaged => Refusal::new(Code::INTERNAL_ERROR, "the store is damaged"),
        _ => Refusal::new(Code::INTERNAL_ERROR, "flash failed"),
    }
}

/// What is refused when nothing else was said.
pub(crate) const LOST: Refusal = Refusal::new(Code::INCOMPLETE, "the upload is lost, send from block 0");

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    #[inline(never)]
    fn deny(&mut self, error: envelope::Error) -> Denied {
        self.why = refused(error);
        Denied
    }

    #[inline(never)]
    fn deny_flash(&mut self, error: Error) -> Denied {
        self.why = flash_refusal(error);
        Denied
    }

    #[inline(never)]
    fn deny_lost(&mut self) -> Denied {
        self.why = LOST;
        Denied
    }

    /// The upload is given up.
    fn give_up(&mut self, error: Error) -> Denied {
        self.upload = Upload::None;
        self.deny_flash(error)
    }

    /// What the resource is told of a step.
    pub(crate) fn told<T>(&self, step: Step<T>) -> Progressed<T> {
        match step {
            Ok(Some(value)) => Poll::Ready(Ok(value)),
            Ok(None) => Poll::Pending,
            Err(Denied) => Poll::Ready(Err(self.why)),
        }
    }

    pub(crate) fn begin_upload(&mut self, offer: &Offer<'_>) -> Progressed<Begun> {
        self.now = offer.now;
        let mut going_on = false;
        if self.store.busy()
            && let Upload::Beginning { fingerprint, slot } = self.upload
            && fingerprint == offer.fingerprint
        {
            match self.step_upload(offer.envelope) {
                Ok(Progress::Working) => return Poll::Pending,
                Ok(Progress::Done) => {}
                Err(error) => {
                    return Poll::Ready(Err({
                        self.give_up(error);
                        self.why
                    }));
                }
            }
            let pair = usize::from(slot.pair);
            self.enter(pair, self.phase(pair));
            self.receive(slot, ChunkCheck::new());
            going_on = true;
        } else if self.store.busy() || !self.is_settled() {
            return Poll::Pending;
        }
        let parsed = Sign1::parse(offer.envelope);
        let sign1 = match &parsed {
            Ok(sign1) => sign1,
            Err(error) => return self.refuse_manifest((*error).into()),
        };
        let parsed = Manifest::parse(sign1.manifest);
        let manifest = match &parsed {
            Ok(manifest) => manifest,
            Err(error) => return self.refuse_manifest((*error).into()),
        };
        let step = match going_on {
            true => Ok(Some(0)),
            false => self.accept(offer, sign1, manifest),
        };
        match step {
            Ok(Some(stored)) => Poll::Ready(Ok(begun(sign1, manifest, stored))),
            Ok(None) => Poll::Pending,
            Err(Denied) => self.refuse_why(),
        }
    }

    fn refuse_manifest(&mut self, error: envelope::Error) -> Progressed<Begun> {
        self.deny(error);
        self.refuse_why()
    }

    #[inline(never)]
    fn refuse_why(&mut self) -> Progressed<Begun> {
        self.manifests_refused = self.manifests_refused.saturating_add(1);
        Poll::Ready(Err(self.why))
    }

    fn phase(&self, pair: usize) -> Phase {
        self.lives.get(pair).map_or(Phase::Down, |life| life.phase)
    }

    /// Bytes come in from now on.
    #[inline(never)]
    fn receive(&mut self, slot: Slot, chunks: ChunkCheck) {
        let created = self.store.info(slot.other()).state == State::Empty;
        self.upload = Upload::Receiving {
            slot,
            chunks,
            created,
        };
    }

    /// All checks, in the order of the specification; the signature last. Then, and only then, flash. How much of the payload is
    /// stored already; [`PRESENT`] for what is here altogether.
    #[inline(never)]
    fn accept(&mut self, offer: &Offer<'_>, sign1: &Sign1<'_>, manifest: &Manifest<'_>) -> Step<u32> {
        if let Err(error) = check_text_form(offer, manifest) {
            return Err(self.deny(error.into()));
        }
        let digest = sign1.manifest_digest();
        let pair = self.store.find(manifest.id);
        let tried = match self.store.tried(&mut self.flash, offer.id.as_slice()) {
            Ok(tried) => tried,
            Err(error) => return Err(self.deny_flash(error)),
        };
        let mut place = self.place();
        place.id = offer.id.as_slice();
        if let Some(pair) = pair {
            place.there = self.version_there(pair);
        }
        if let Some(tried) = &tried {
            // Flash keeps 12 bytes of the digest: where they agree, the rest does.
            let same = digest.starts_with(&tried.manifest_tag);
            place.tried = Some(Tried {
                sequence: tried.sequence,
                manifest_digest: if same { digest } else { [0; 32] },
            });
        }
        let keys = self.config.keys;
        let repeated = match envelope::check(sign1, manifest, &place, &keys) {
            Ok(cleared) => cleared.is_repeated(),
            Err(error) => return Err(self.deny(error.into())),
        };
        if let Some(pair) = pair {
            self.newest_comes(pair, manifest, &digest)?;
        }
        match core::mem::replace(&mut self.proof, Proof::None) {
            Proof::Done(of, outcome) if of == offer.fingerprint => {
                if let Err(error) = outcome {
                    return Err(self.deny(error.into()));
                }
            }
            _ => {
                self.proof = Proof::Due(offer.fingerprint);
                return Ok(None);
            }
        }

        if manifest.kind == Kind::Command && !repeated {
            return self.accept_command(manifest, pair, &digest);
        }
        let here = pair
            .filter(|_| manifest.kind != Kind::Command)
            .and_then(|pair| self.find_digest(pair, &digest));
        match here.map(|slot| (slot, self.store.info(slot).state)) {
            Some((slot, State::Receiving)) if !offer.restart => {
                return self.resume(slot, manifest);
            }
            Some((_, State::Stored | State::Trial | State::Confirmed)) => {
                self.upload = Upload::Present { slot: here };
                return Ok(Some(PRESENT));
            }
            _ if repeated => {
                self.upload = Upload::Present { slot: None };
                return Ok(Some(PRESENT));
            }
            _ => {}
        }
        self.count_erase(half(&digest))?;
        self.erase_spare(manifest, offer, pair)
    }

    /// Checks the signature of the envelope that the resource holds, if it is due: then the datagram is to be handled again.
    #[inline(never)]
    pub(crate) fn prove(&mut self, envelope: &[u8]) -> bool {
        let Proof::Due(fingerprint) = self.proof else {
            return false;
        };
        // Both were found before.
        let outcome = match Sign1::parse(envelope) {
            Ok(sign1) => match self.config.keys.find(sign1.key_id) {
                Some(key) => sign1.verify(&key.public_key, self.config.context, self.config.verifier),
                None => Err(SignatureError::Mismatch),
            },
            Err(_) => Err(SignatureError::Mismatch),
        };
        self.proof = Proof::Done(fingerprint, outcome);
        true
    }

    fn count_erase(&mut self, digest: [u8; 16]) -> Result<(), Denied> {
        if self.spare_erases.digest != digest {
            self.spare_erases = SpareErases { digest, count: 0 };
        }
        let count = &mut self.spare_erases.count;
        if *count >= MAX_SPARE_ERASES {
            self.why = Refusal::beyond(
                Code::FORBIDDEN,
                "payloads of this manifest that were wrong",
                u32::from(*count),
                u32::from(MAX_SPARE_ERASES),
            );
            return Err(Denied);
        }
        *count += 1;
        Ok(())
    }

    /// The sequence of the version that commands are about: what is on trial, else what is confirmed, else what is stored.
    fn version_there(&self, pair: usize) -> Option<u32> {
        let states = [State::Trial, State::Confirmed, State::Stored];
        let slot = states
            .into_iter()
            .find_map(|state| self.store.newest(pair, state))?;
        Some(self.store.info(slot).sequence)
    }

    /// What was received or stored, but never tried, gives way only to a higher sequence.
    fn newest_comes(
        &mut self,
        pair: usize,
        manifest: &Manifest<'_>,
        digest: &[u8; 32],
    ) -> Result<(), Denied> {
        if manifest.kind == Kind::Command {
            return Ok(());
        }
        for state in [State::Receiving, State::Stored] {
            let Some(slot) = self.store.newest(pair, state) else {
                continue;
            };
            let there = self.store.info(slot).sequence;
            if manifest.sequence <= there && !self.has_digest(slot, digest) {
                let error = envelope::Refusal::Stale {
                    sequence: manifest.sequence,
                    tried: there,
                };
                return Err(self.deny(error.into()));
            }
        }
        Ok(())
    }

    /// Whether a slot holds this very manifest.
    #[inline(never)]
    fn has_digest(&mut self, slot: Slot, digest: &[u8; 32]) -> bool {
        let same = self.with_manifest(slot, |_, signed| signed.sign1.manifest_digest() == *digest);
        same == Some(true)
    }

    fn find_digest(&mut self, pair: usize, digest: &[u8; 32]) -> Option<Slot> {
        for half in [0, 1] {
            let pair = pair as u8;
            let slot = Slot { pair, half };
            if self.store.info(slot).state != State::Empty && self.has_digest(slot, digest) {
                return Some(slot);
            }
        }
        None
    }

    /// Goes on with an upload whose bytes are in flash in part; the digest of the chunk that was begun is computed anew.
    #[inline(never)]
    fn resume(&mut self, slot: Slot, manifest: &Manifest<'_>) -> Step<u32> {
        let stored = self.store.offset(usize::from(slot.pair));
        let mut chunks = ChunkCheck::resume(stored);
        if let Some(payload) = &manifest.payload {
            let mut piece = [0; 64];
            while chunks.at() < stored {
                let wanted = (stored - chunks.at()).min(64) as usize;
                let room = piece.get_mut(..wanted).unwrap_or(&mut []);
                let read = self.store.read(&mut self.flash, slot, chunks.at(), room);
                if let Err(error) = read {
                    return Err(self.deny_flash(error));
                }
                // Whole chunks were checked when they came; this one is not whole, or it is the last one, which is
                // checked again at the end.
                if chunks.push(payload, room).is_err() {
                    return Err(self.deny_lost());
                }
            }
        }
        self.receive(slot, chunks);
        Ok(Some(stored))
    }

    #[inline(never)]
    fn erase_spare(&mut self, manifest: &Manifest<'_>, offer: &Offer<'_>, pair: Option<usize>) -> Step<u32> {
        let Some(payload) = &manifest.payload else {
            return Err(self.deny_lost());
        };
        let header = Header {
            id: manifest.id,
            sequence: manifest.sequence,
            payload_len: payload.length,
            digest: payload.sha256,
            manifest: offer.envelope,
        };
        let slot = match self.store.begin(&mut self.flash, &header) {
            Ok(slot) => slot,
            Err(error) => return Err(self.deny_flash(error)),
        };
        let fingerprint = offer.fingerprint;
        self.upload = Upload::Beginning { fingerprint, slot };
        self.moved_now();
        let index = usize::from(slot.pair);
        if pair.is_none() {
            if let Some(life) = self.lives.get_mut(index) {
                life.forget();
            }
            if let Some(setup) = self.setups.get_mut(index) {
                setup.log.clear();
            }
            self.enter(index, Phase::Down);
        } else if matches!(self.phase(index), Phase::Run(s) | Phase::Check(s) | Phase::Attempt(s) | Phase::Fail(s, _) if s == slot)
        {
            // The trial that runs in the spare slot ends: what is confirmed runs meanwhile.
            self.teardown(index);
            if let Some(life) = self.lives.get_mut(index) {
                life.fail_text(manifest.sequence, Reason::Superseded as u8);
            }
            self.enter(index, Phase::Choose);
        }
        Ok(None)
    }

    pub(crate) fn upload_chunk(&mut self, offset: u32, bytes: &[u8]) -> Step<usize> {
        if self.store.busy() || !core::mem::take(&mut self.may_write) {
            return Ok(None);
        }
        let Upload::Receiving { slot, ref chunks, .. } = self.upload else {
            return Err(self.deny_lost());
        };
        let (pair, mut checked) = (usize::from(slot.pair), chunks.clone());
        self.moved_now();
        // Before anything is programmed: no byte of a chunk that is wrong at its end is added to it.
        match self.check_chunks(slot, &mut checked, bytes) {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(self.payload_is_bad(pair, error)),
            None => return Err(self.deny_lost()),
        }
        let taken = match self.store.write(&mut self.flash, pair, offset, bytes) {
            Ok(Written::Taken(0)) => return Ok(None),
            Ok(Written::Taken(taken)) => taken as usize,
            // A power cut had left something else there: what is lost is asked for again from block 0.
            Ok(Written::Rewound(_)) | Err(Error::Offset(_)) => {
                self.upload = Upload::None;
                return Err(self.deny_lost());
            }
            Err(Error::PayloadLength(limit)) => {
                return Err(self.deny(envelope::PayloadError::TooLong(limit).into()));
            }
            Err(error) => return Err(self.give_up(error)),
        };
        let mut pushed = true;
        if let (Upload::Receiving { chunks, .. }, Some(piece)) = (&self.upload, bytes.get(..taken))
            && taken < bytes.len()
        {
            // Some are offered again: those that were taken count.
            checked = chunks.clone();
            pushed = matches!(self.check_chunks(slot, &mut checked, piece), Some(Ok(())));
        }
        if let Upload::Receiving { chunks, .. } = &mut self.upload
            && pushed
        {
            *chunks = checked;
        }
        Ok(Some(taken))
    }

    /// Adds bytes to the chunks, as the slot's manifest has them; none when it cannot be read.
    #[inline(never)]
    fn check_chunks(
        &mut self,
        slot: Slot,
        chunks: &mut ChunkCheck,
        bytes: &[u8],
    ) -> Option<Result<(), envelope::PayloadError>> {
        self.with_manifest(slot, |_, signed| match &signed.manifest.payload {
            Some(payload) => chunks.push(payload, bytes),
            None => Err(envelope::PayloadError::TooLong(0)),
        })
    }

    /// A wrong payload under a good manifest costs the spare slot only.
    fn payload_is_bad(&mut self, pair: usize, error: envelope::PayloadError) -> Denied {
        self.upload = Upload::None;
        if self.store.abandon(pair).is_ok() {
            self.then = Some((pair, Then::Nothing));
        }
        self.deny(error.into())
    }

    pub(crate) fn same_payload(&mut self, offset: u32, bytes: &[u8]) -> bool {
        let slot = match &self.upload {
            Upload::Receiving { slot, .. }
            | Upload::Checking { slot, .. }
            | Upload::Committing { slot, .. }
            | Upload::Done { slot }
            | Upload::Present { slot: Some(slot) } => *slot,
            // It was tried and is gone: there is nothing to compare with, and nothing will happen.
            Upload::Present { slot: None } => return true,
            _ => return false,
        };
        let mut piece = [0; 64];
        let mut at = offset;
        for expected in bytes.chunks(piece.len()) {
            let room = piece.get_mut(..expected.len()).unwrap_or(&mut []);
            let got = self.store.read(&mut self.flash, slot, at, room);
            if got != Ok(expected.len()) || room != expected {
                return false;
            }
            at = at.saturating_add(expected.len() as u32);
        }
        true
    }

    pub(crate) fn finish_upload(&mut self) -> Step<Finished> {
        const NOT_CREATED: Step<Finished> = Ok(Some(Finished { created: false }));
        match core::mem::replace(&mut self.upload, Upload::None) {
            Upload::Receiving {
                slot,
                chunks,
                created,
            } => {
                let complete = self.with_manifest(slot, |_, signed| match &signed.manifest.payload {
                    Some(payload) => chunks.finish(payload),
                    None => Err(envelope::PayloadError::TooShort { have: 0, expected: 0 }),
                });
                match complete {
                    Some(Ok(())) => {
                        self.check_from_start(slot, created);
                        Ok(None)
                    }
                    Some(Err(error)) => Err(self.deny(error.into())),
                    None => Err(self.deny_lost()),
                }
            }
            Upload::Checking { slot, check, created } => self.check_upload(slot, check, created),
            Upload::Committing { slot, created } => match self.store.busy() {
                true => {
                    let stepped = self.step_upload(&[]);
                    self.committed(slot, created, stepped)
                }
                false => self.committed(slot, created, Ok(Progress::Done)),
            },
            Upload::Present { slot } => {
                self.upload = Upload::Present { slot };
                NOT_CREATED
            }
            Upload::Done { slot } => {
                self.upload = Upload::Done { slot };
                NOT_CREATED
            }
            Upload::Command {
                pair,
                command,
                sequence,
                tag,
            } => self.raise_tried(pair, command, sequence, &tag),
            Upload::Raising { pair, command } => self.carry_out(pair, command),
            Upload::Commanding { pair } if self.store.busy() => {
                self.upload = Upload::Commanding { pair };
                Ok(None)
            }
            Upload::Commanding { .. } => NOT_CREATED,
            Upload::None | Upload::Beginning { .. } => Err(self.deny_lost()),
        }
    }

    #[inline(never)]
    fn check_from_start(&mut self, slot: Slot, created: bool) {
        let check = Check::new(slot);
        self.upload = Upload::Checking { slot, check, created };
    }

    fn check_upload(&mut self, slot: Slot, mut check: Check, created: bool) -> Step<Finished> {
        let pair = usize::from(slot.pair);
        match self.check_on(&mut check) {
            Some(Ok(Checked::More)) => self.upload = Upload::Checking { slot, check, created },
            // The mark waits for its turn; the payload is read again then, which changes nothing.
            Some(Ok(Checked::Good)) if self.store.busy() => self.check_from_start(slot, created),
            Some(Ok(Checked::Good)) => match self.store.commit(pair) {
                Ok(()) => self.upload = Upload::Committing { slot, created },
                Err(error) => return Err(self.deny_flash(error)),
            },
            Some(Ok(Checked::Bad(error))) => return Err(self.payload_is_bad(pair, error)),
            Some(Err(error)) => return Err(self.deny_flash(error)),
            None => return Err(self.deny_lost()),
        }
        Ok(None)
    }

    fn committed(&mut self, slot: Slot, created: bool, stepped: Result<Progress, Error>) -> Step<Finished> {
        match stepped {
            Ok(Progress::Working) => {
                self.upload = Upload::Committing { slot, created };
                Ok(None)
            }
            Ok(Progress::Done) => {
                self.upload = Upload::Done { slot };
                let pair = usize::from(slot.pair);
                // What runs is torn down when the trial starts: this answer does not wait for it.
                if let Some(life) = self.lives.get_mut(pair) {
                    life.starts_failed = 0;
                }
                self.arrived(pair);
                Ok(Some(Finished { created }))
            }
            Err(error) => Err(self.deny_flash(error)),
        }
    }

    /// A new container is stored: its trial is scheduled.
    fn arrived(&mut self, pair: usize) {
        self.teardown(pair);
        self.enter(pair, Phase::Choose);
    }

    // ---- commands -------------------------------------------------------------------------------------------------

    fn accept_command(
        &mut self,
        manifest: &Manifest<'_>,
        pair: Option<usize>,
        digest: &[u8; 32],
    ) -> Step<u32> {
        let (Some(pair), Some(command)) = (pair, manifest.command) else {
            return Err(self.deny_lost());
        };
        let on_trial = self.store.newest(pair, State::Trial).is_some();
        let possible = match command {
            // Confirming what is confirmed is no change.
            Command::Confirm => on_trial || self.store.newest(pair, State::Confirmed).is_some(),
            Command::Revert => on_trial || self.store.previous(pair).is_some(),
            _ => true,
        };
        if !possible {
            self.why = Refusal::new(Code::CONFLICT, "nothing to confirm or to go back to");
            return Err(Denied);
        }
        self.upload = Upload::Command {
            pair,
            command,
            sequence: manifest.sequence,
            tag: digest.first_chunk().copied().unwrap_or_default(),
        };
        Ok(Some(0))
    }

    /// A command takes its sequence before it is obeyed, so that it can be replayed as little as a container.
    fn raise_tried(
        &mut self,
        pair: usize,
        command: Command,
        sequence: u32,
        tag: &[u8; 12],
    ) -> Step<Finished> {
        if self.store.busy() {
            self.upload = Upload::Command {
                pair,
                command,
                sequence,
                tag: *tag,
            };
            return Ok(None);
        }
        let Some(id) = self.setups.get(pair).and_then(|setup| setup.id) else {
            return Err(self.deny_lost());
        };
        match self
            .store
            .raise_tried(&mut self.flash, id.as_slice(), sequence, tag)
        {
            Ok(()) => {
                if self.store.busy() {
                    self.then = Some((pair, Then::Nothing));
                }
                self.upload = Upload::Raising { pair, command };
                Ok(None)
            }
            Err(error) => Err(self.deny_flash(error)),
        }
    }

    fn carry_out(&mut self, pair: usize, command: Command) -> Step<Finished> {
        if self.store.busy() || self.then.is_some() {
            self.upload = Upload::Raising { pair, command };
            return Ok(None);
        }
        self.refresh(pair);
        let trial = self.store.newest(pair, State::Trial);
        let (started, then) = match (command, trial) {
            (Command::Confirm, Some(slot)) => (self.store.confirm(slot), Then::Confirmed),
            (Command::Confirm, None) => return Ok(Some(Finished { created: false })),
            (Command::Revert, Some(slot)) => {
                self.end_badly(pair, slot, Reason::Reverted);
                self.upload = Upload::Commanding { pair };
                return Ok(None);
            }
            (Command::Revert, None) => {
                self.teardown(pair);
                (self.store.revert(pair, Reason::Reverted as u8), Then::Choose)
            }
            (Command::Stop, _) => {
                self.teardown(pair);
                self.enter(pair, Phase::Stopped);
                return Ok(Some(Finished { created: false }));
            }
            (Command::Delete, _) => {
                self.teardown(pair);
                (self.store.delete(pair), Then::Choose)
            }
        };
        if let Err(error) = started {
            return Err(self.deny_flash(error));
        }
        self.then = Some((pair, then));
        self.upload = Upload::Commanding { pair };
        Ok(None)
    }
}

/// What [`Inner::accept`] says of what is here altogether.
const PRESENT: u32 = u32::MAX;

/// What the resource is told of a manifest.
#[inline(never)]
fn begun(sign1: &Sign1<'_>, manifest: &Manifest<'_>, stored: u32) -> Begun {
    let mut begun = Begun {
        digest: sign1.manifest_digest(),
        payload_digest: [0; 32],
        text_form: false,
        payload_len: None,
        stored,
        present: stored == PRESENT,
    };
    let mut length = 0;
    if let Some(payload) = &manifest.payload {
        begun.payload_digest = *payload.sha256;
        length = payload.transmitted;
        begun.payload_len = Some(length);
        begun.text_form = manifest.kind == Kind::Script && payload.encoding == envelope::Encoding::Identity;
    }
    if begun.present {
        begun.stored = length;
    }
    begun
}

/// Whether the text form's header says what its manifest does.
fn check_text_form(offer: &Offer<'_>, manifest: &Manifest<'_>) -> Result<(), envelope::FormError> {
    let Some(claimed) = offer.claimed_payload_digest else {
        return Ok(());
    };
    match &manifest.payload {
        Some(payload)
            if manifest.kind == Kind::Script && payload.encoding == envelope::Encoding::Identity =>
        {
            match payload.sha256 == claimed {
                true => Ok(()),
                false => Err(envelope::FormError::HeaderHash),
            }
        }
        _ => Err(envelope::FormError::NotText(manifest.kind as u32)),
    }
}
