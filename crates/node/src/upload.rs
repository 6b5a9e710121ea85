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

type Progressed<T> = Poll<Result<T, Refusal>>;

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
    match number {
        1100..=1199 => "11xx envelope",
        1200..=1299 => "12xx manifest",
        1311 => "1311 header digest is not the manifest's",
        1312 => "1312 no text form of this kind",
        1313 => "1313 second header in the script",
        1300..=1399 => "13xx form",
        1401 => "1401 id is not the path's",
        1402 => "1402 kind is not taken here",
        1403 => "1403 encoding",
        1404 => "1404 for another device",
        1405 => "1405 unknown key",
        1406 => "1406 id beyond the key's scope",
        1407 => "1407 kind beyond the key's scope",
        1408 => "1408 permissions beyond the key's",
        1409 => "1409 payload longer than the slot",
        1410 => "1410 base is not the version here",
        1411 => "1411 sequence is stale",
        1412 => "1412 sequence is used",
        1413 => "1413 sequence below the floor",
        1500..=1599 => "15xx signature",
        1601 => "1601 chunk digest",
        1602 => "1602 payload digest",
        1603 => "1603 payload too long",
        1604 => "1604 payload too short",
        _ => "refused",
    }
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

const LOST: Refusal = Refusal::new(Code::INCOMPLETE, "the upload is lost, send from block 0");

const fn ready<T>(value: T) -> Progressed<T> {
    Poll::Ready(Ok(value))
}

const fn refuse<T>(refusal: Refusal) -> Progressed<T> {
    Poll::Ready(Err(refusal))
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    pub(crate) fn begin_upload(&mut self, offer: &Offer<'_>) -> Progressed<Begun> {
        self.now = offer.now;
        let fingerprint = offer.fingerprint;
        match self.upload {
            Upload::Beginning {
                fingerprint: at_hand,
                slot,
            } if at_hand == fingerprint && self.store.busy() => {
                return self.go_on_beginning(offer, slot);
            }
            _ if self.store.busy() || !self.is_settled() => return Poll::Pending,
            _ => {}
        }
        match self.accept(offer, fingerprint) {
            Ok(begun) => begun.map(Ok),
            Err(refusal) => {
                self.manifests_refused = self.manifests_refused.saturating_add(1);
                refuse(refusal)
            }
        }
    }

    fn go_on_beginning(&mut self, offer: &Offer<'_>, slot: Slot) -> Progressed<Begun> {
        match self.step_upload(offer.envelope) {
            Ok(Progress::Working) => Poll::Pending,
            Ok(Progress::Done) => {
                self.enter(usize::from(slot.pair), self.phase(usize::from(slot.pair)));
                let created = self.store.info(slot.other()).state == State::Empty;
                self.upload = Upload::Receiving {
                    slot,
                    chunks: ChunkCheck::new(),
                    created,
                };
                match self.begun(slot, false) {
                    Some(begun) => ready(begun),
                    None => refuse(LOST),
                }
            }
            Err(error) => {
                self.upload = Upload::None;
                refuse(flash_refusal(error))
            }
        }
    }

    fn phase(&self, pair: usize) -> Phase {
        self.lives.get(pair).map_or(Phase::Down, |life| life.phase)
    }

    /// What the resource is told about the container in a slot.
    #[inline(never)]
    fn begun(&mut self, slot: Slot, present: bool) -> Option<Begun> {
        let stored = self.store.offset(usize::from(slot.pair));
        self.with_manifest(slot, |_, sign1, manifest, _| {
            begun(sign1, manifest, stored, present)
        })
    }

    /// All checks, in the order of the specification; the signature last. Then, and only then, flash.
    fn accept(&mut self, offer: &Offer<'_>, fingerprint: [u8; 16]) -> Result<Poll<Begun>, Refusal> {
        let sign1 = Sign1::parse(offer.envelope).map_err(|error| refused(error.into()))?;
        let manifest = Manifest::parse(sign1.manifest).map_err(|error| refused(error.into()))?;
        self.check_text_form(offer, &manifest)?;
        let digest = sign1.manifest_digest();
        let pair = self.store.find(manifest.id);
        let tried = self
            .store
            .tried(&mut self.flash, offer.id.as_slice())
            .map_err(flash_refusal)?;
        let place = envelope::Place {
            id: offer.id.as_slice(),
            there: pair.and_then(|pair| self.version_there(pair)),
            // Flash keeps 12 bytes of the digest: where they agree, the rest does.
            tried: tried.map(|tried| Tried {
                sequence: tried.sequence,
                manifest_digest: if digest.starts_with(&tried.manifest_tag) {
                    digest
                } else {
                    [0; 32]
                },
            }),
            ..self.place()
        };
        let keys = self.config.keys;
        let cleared =
            envelope::check(&sign1, &manifest, &place, &keys).map_err(|error| refused(error.into()))?;
        self.newest_comes(pair, &manifest, &digest)?;
        match core::mem::replace(&mut self.proof, Proof::None) {
            Proof::Done(of, outcome) if of == fingerprint => {
                outcome.map_err(|error| refused(error.into()))?
            }
            _ => {
                self.proof = Proof::Due(fingerprint);
                return Ok(Poll::Pending);
            }
        }

        if manifest.kind == Kind::Command {
            return self
                .accept_command(&sign1, &manifest, pair, cleared.is_repeated())
                .map(Poll::Ready);
        }
        let here = pair.and_then(|pair| self.find_digest(pair, &digest));
        match here {
            Some(slot) if self.store.info(slot).state == State::Receiving && !offer.restart => {
                return self.resume(slot, &sign1, &manifest).map(Poll::Ready);
            }
            Some(slot)
                if matches!(
                    self.store.info(slot).state,
                    State::Stored | State::Trial | State::Confirmed
                ) =>
            {
                self.upload = Upload::Present { slot: Some(slot) };
                return Ok(Poll::Ready(begun(&sign1, &manifest, 0, true)));
            }
            _ if cleared.is_repeated() => {
                self.upload = Upload::Present { slot: None };
                return Ok(Poll::Ready(begun(&sign1, &manifest, 0, true)));
            }
            _ => {}
        }
        self.count_erase(half(&digest))?;
        self.erase_spare(&manifest, offer.envelope, pair, fingerprint)
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

    fn count_erase(&mut self, digest: [u8; 16]) -> Result<(), Refusal> {
        if self.spare_erases.digest != digest {
            self.spare_erases = SpareErases { digest, count: 0 };
        }
        let count = &mut self.spare_erases.count;
        if *count >= MAX_SPARE_ERASES {
            let refusal = Refusal::new(Code::FORBIDDEN, "payloads of this manifest that were wrong");
            return Err(refusal
                .number(u32::from(*count))
                .limit(u32::from(MAX_SPARE_ERASES)));
        }
        *count += 1;
        Ok(())
    }

    fn check_text_form(&self, offer: &Offer<'_>, manifest: &Manifest<'_>) -> Result<(), Refusal> {
        let Some(claimed) = offer.claimed_payload_digest else {
            return Ok(());
        };
        let payload = manifest
            .payload
            .filter(|p| p.encoding == envelope::Encoding::Identity);
        match payload.filter(|_| manifest.kind == Kind::Script) {
            None => Err(refused(envelope::FormError::NotText(manifest.kind as u32).into())),
            Some(payload) if payload.sha256 != claimed => {
                Err(refused(envelope::FormError::HeaderHash.into()))
            }
            Some(_) => Ok(()),
        }
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
        pair: Option<usize>,
        manifest: &Manifest<'_>,
        digest: &[u8; 32],
    ) -> Result<(), Refusal> {
        let Some(pair) = pair else { return Ok(()) };
        for state in [State::Receiving, State::Stored] {
            let Some(slot) = self.store.newest(pair, state) else {
                continue;
            };
            let there = self.store.info(slot).sequence;
            let same = self.slot_digest(slot).is_some_and(|there| there == *digest);
            if manifest.kind != Kind::Command && !same && manifest.sequence <= there {
                let error = envelope::Refusal::Stale {
                    sequence: manifest.sequence,
                    tried: there,
                };
                return Err(refused(error.into()));
            }
        }
        Ok(())
    }

    fn slot_digest(&mut self, slot: Slot) -> Option<[u8; 32]> {
        self.with_manifest(slot, |_, sign1, _, _| sign1.manifest_digest())
    }

    fn find_digest(&mut self, pair: usize, digest: &[u8; 32]) -> Option<Slot> {
        let slots = [0, 1].map(|half| Slot {
            pair: pair as u8,
            half,
        });
        slots.into_iter().find(|slot| {
            self.store.info(*slot).state != State::Empty
                && self.slot_digest(*slot).is_some_and(|d| d == *digest)
        })
    }

    /// Goes on with an upload whose bytes are in flash in part; the digest of the chunk that was begun is computed anew.
    fn resume(&mut self, slot: Slot, sign1: &Sign1<'_>, manifest: &Manifest<'_>) -> Result<Begun, Refusal> {
        let stored = self.store.offset(usize::from(slot.pair));
        let mut chunks = ChunkCheck::resume(stored);
        if let Some(payload) = &manifest.payload {
            let mut piece = [0; 64];
            while chunks.at() < stored {
                let wanted = (stored - chunks.at()).min(64) as usize;
                let room = piece.get_mut(..wanted).unwrap_or(&mut []);
                self.store
                    .read(&mut self.flash, slot, chunks.at(), room)
                    .map_err(flash_refusal)?;
                // Whole chunks were checked when they came; this one is not whole, or it is the last one, which is
                // checked again at the end.
                if chunks.push(payload, room).is_err() {
                    return Err(LOST);
                }
            }
        }
        let created = self.store.info(slot.other()).state == State::Empty;
        self.upload = Upload::Receiving {
            slot,
            chunks,
            created,
        };
        Ok(begun(sign1, manifest, stored, false))
    }

    #[inline(never)]
    fn erase_spare(
        &mut self,
        manifest: &Manifest<'_>,
        envelope: &[u8],
        pair: Option<usize>,
        fingerprint: [u8; 16],
    ) -> Result<Poll<Begun>, Refusal> {
        let Some(payload) = manifest.payload else {
            return Err(LOST);
        };
        let header = Header {
            id: manifest.id,
            sequence: manifest.sequence,
            payload_len: payload.length,
            digest: payload.sha256,
            manifest: envelope,
        };
        let slot = self
            .store
            .begin(&mut self.flash, &header)
            .map_err(flash_refusal)?;
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
        Ok(Poll::Pending)
    }

    pub(crate) fn upload_chunk(&mut self, offset: u32, bytes: &[u8]) -> Progressed<usize> {
        if self.store.busy() || !core::mem::take(&mut self.may_write) {
            return Poll::Pending;
        }
        let Upload::Receiving { slot, ref chunks, .. } = self.upload else {
            return refuse(LOST);
        };
        let (pair, mut checked) = (usize::from(slot.pair), chunks.clone());
        self.moved_now();
        // Before anything is programmed: no byte of a chunk that is wrong at its end is added to it.
        match self.check_chunks(slot, &mut checked, bytes) {
            Some(Ok(())) => {}
            Some(Err(error)) => return self.payload_is_bad(pair, error),
            None => return refuse(LOST),
        }
        match self.store.write(&mut self.flash, pair, offset, bytes) {
            Ok(Written::Taken(0)) => Poll::Pending,
            Ok(Written::Taken(taken)) => {
                let taken = taken as usize;
                let pushed = match (&self.upload, bytes.get(..taken)) {
                    // Some are offered again: those that were taken count.
                    (Upload::Receiving { chunks, .. }, Some(piece)) if taken < bytes.len() => {
                        checked = chunks.clone();
                        self.check_chunks(slot, &mut checked, piece)
                    }
                    _ => Some(Ok(())),
                };
                if let (Upload::Receiving { chunks, .. }, Some(Ok(()))) = (&mut self.upload, pushed) {
                    *chunks = checked;
                }
                ready(taken)
            }
            Ok(Written::Rewound(_)) => {
                // A power cut had left something else there: what is lost is asked for again from block 0.
                self.upload = Upload::None;
                refuse(LOST)
            }
            Err(Error::PayloadLength(limit)) => {
                refuse(refused(envelope::PayloadError::TooLong(limit).into()))
            }
            Err(Error::Offset(_)) => {
                self.upload = Upload::None;
                refuse(LOST)
            }
            Err(error) => {
                self.upload = Upload::None;
                refuse(flash_refusal(error))
            }
        }
    }

    /// Adds bytes to the chunks, as the slot's manifest has them; none when it cannot be read.
    fn check_chunks(
        &mut self,
        slot: Slot,
        chunks: &mut ChunkCheck,
        bytes: &[u8],
    ) -> Option<Result<(), envelope::PayloadError>> {
        self.with_manifest(slot, |_, _, manifest, _| match &manifest.payload {
            Some(payload) => chunks.push(payload, bytes),
            None => Err(envelope::PayloadError::TooLong(0)),
        })
    }

    /// A wrong payload under a good manifest costs the spare slot only.
    fn payload_is_bad<T>(&mut self, pair: usize, error: envelope::PayloadError) -> Progressed<T> {
        self.upload = Upload::None;
        if self.store.abandon(pair).is_ok() {
            self.then = Some((pair, Then::Nothing));
        }
        refuse(refused(error.into()))
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

    pub(crate) fn finish_upload(&mut self) -> Progressed<Finished> {
        match core::mem::replace(&mut self.upload, Upload::None) {
            Upload::Receiving {
                slot,
                chunks,
                created,
            } => {
                let complete = self.with_manifest(slot, |_, _, manifest, _| match &manifest.payload {
                    Some(payload) => chunks.finish(payload),
                    None => Err(envelope::PayloadError::TooShort { have: 0, expected: 0 }),
                });
                match complete {
                    Some(Ok(())) => {
                        self.upload = Upload::Checking {
                            slot,
                            check: Check::new(slot),
                            created,
                        };
                        Poll::Pending
                    }
                    Some(Err(error)) => refuse(refused(error.into())),
                    None => refuse(LOST),
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
                ready(Finished { created: false })
            }
            Upload::Done { slot } => {
                self.upload = Upload::Done { slot };
                ready(Finished { created: false })
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
                Poll::Pending
            }
            Upload::Commanding { .. } => ready(Finished { created: false }),
            Upload::None | Upload::Beginning { .. } => refuse(LOST),
        }
    }

    fn check_upload(&mut self, slot: Slot, mut check: Check, created: bool) -> Progressed<Finished> {
        let pair = usize::from(slot.pair);
        let checked = self.with_manifest(slot, |inner, _, manifest, _| match &manifest.payload {
            Some(payload) => check.step(&inner.store, &mut inner.flash, manifest.kind, payload),
            None => Ok(Checked::Bad(envelope::PayloadError::Digest)),
        });
        match checked {
            Some(Ok(Checked::More)) => {
                self.upload = Upload::Checking { slot, check, created };
                Poll::Pending
            }
            Some(Ok(Checked::Good)) if self.store.busy() => {
                // The mark waits for its turn; the last piece is read again then, which changes nothing.
                self.upload = Upload::Checking {
                    slot,
                    check: Check::new(slot),
                    created,
                };
                Poll::Pending
            }
            Some(Ok(Checked::Good)) => match self.store.commit(pair) {
                Ok(()) => {
                    self.upload = Upload::Committing { slot, created };
                    Poll::Pending
                }
                Err(error) => refuse(flash_refusal(error)),
            },
            Some(Ok(Checked::Bad(error))) => self.payload_is_bad(pair, error),
            Some(Err(error)) => refuse(flash_refusal(error)),
            None => refuse(LOST),
        }
    }

    fn committed(
        &mut self,
        slot: Slot,
        created: bool,
        stepped: Result<Progress, Error>,
    ) -> Progressed<Finished> {
        match stepped {
            Ok(Progress::Working) => {
                self.upload = Upload::Committing { slot, created };
                Poll::Pending
            }
            Ok(Progress::Done) => {
                self.upload = Upload::Done { slot };
                let pair = usize::from(slot.pair);
                // What runs is torn down when the trial starts: this answer does not wait for it.
                if let Some(life) = self.lives.get_mut(pair) {
                    life.starts_failed = 0;
                }
                self.arrived(pair);
                ready(Finished { created })
            }
            Err(error) => refuse(flash_refusal(error)),
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
        sign1: &Sign1<'_>,
        manifest: &Manifest<'_>,
        pair: Option<usize>,
        repeated: bool,
    ) -> Result<Begun, Refusal> {
        if repeated {
            self.upload = Upload::Present { slot: None };
            return Ok(begun(sign1, manifest, 0, true));
        }
        let (Some(pair), Some(command)) = (pair, manifest.command) else {
            return Err(LOST);
        };
        let on_trial = self.store.newest(pair, State::Trial).is_some();
        let possible = match command {
            // Confirming what is confirmed is no change.
            Command::Confirm => on_trial || self.store.newest(pair, State::Confirmed).is_some(),
            Command::Revert => on_trial || self.store.previous(pair).is_some(),
            _ => true,
        };
        if !possible {
            return Err(Refusal::new(
                Code::CONFLICT,
                "nothing to confirm or to go back to",
            ));
        }
        let tag = sign1.manifest_digest().first_chunk().copied().unwrap_or_default();
        self.upload = Upload::Command {
            pair,
            command,
            sequence: manifest.sequence,
            tag,
        };
        Ok(begun(sign1, manifest, 0, false))
    }

    /// A command takes its sequence before it is obeyed, so that it can be replayed as little as a container.
    fn raise_tried(
        &mut self,
        pair: usize,
        command: Command,
        sequence: u32,
        tag: &[u8; 12],
    ) -> Progressed<Finished> {
        if self.store.busy() {
            self.upload = Upload::Command {
                pair,
                command,
                sequence,
                tag: *tag,
            };
            return Poll::Pending;
        }
        let Some(id) = self.setups.get(pair).and_then(|setup| setup.id) else {
            return refuse(LOST);
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
                Poll::Pending
            }
            Err(error) => refuse(flash_refusal(error)),
        }
    }

    fn carry_out(&mut self, pair: usize, command: Command) -> Progressed<Finished> {
        if self.store.busy() || self.then.is_some() {
            self.upload = Upload::Raising { pair, command };
            return Poll::Pending;
        }
        self.refresh(pair);
        let trial = self.store.newest(pair, State::Trial);
        let (started, then) = match (command, trial) {
            (Command::Confirm, Some(slot)) => (self.store.confirm(slot), Then::Confirmed),
            (Command::Confirm, None) => return ready(Finished { created: false }),
            (Command::Revert, Some(slot)) => {
                self.end_badly(pair, slot, Reason::Reverted);
                self.upload = Upload::Commanding { pair };
                return Poll::Pending;
            }
            (Command::Revert, None) => {
                self.teardown(pair);
                (self.store.revert(pair, Reason::Reverted as u8), Then::Choose)
            }
            (Command::Stop, _) => {
                self.teardown(pair);
                self.enter(pair, Phase::Stopped);
                return ready(Finished { created: false });
            }
            (Command::Delete, _) => {
                self.teardown(pair);
                (self.store.delete(pair), Then::Choose)
            }
        };
        if let Err(error) = started {
            return refuse(flash_refusal(error));
        }
        self.then = Some((pair, then));
        self.upload = Upload::Commanding { pair };
        Poll::Pending
    }
}

/// What the resource is told of a manifest.
fn begun(sign1: &Sign1<'_>, manifest: &Manifest<'_>, stored: u32, present: bool) -> Begun {
    let payload = manifest.payload;
    Begun {
        digest: sign1.manifest_digest(),
        payload_digest: payload.map_or([0; 32], |p| *p.sha256),
        text_form: manifest.kind == Kind::Script
            && payload.is_some_and(|p| p.encoding == envelope::Encoding::Identity),
        payload_len: payload.map(|p| p.transmitted),
        stored: if present {
            payload.map_or(0, |p| p.transmitted)
        } else {
            stored
        },
        present,
    }
}
