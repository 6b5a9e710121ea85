//! What a manifest goes through before anything of its payload is stored, and a payload before it may be tried: the
//! resource's backend, part "uploads" (`docs/spec/container.md` section 4, `docs/spec/lifecycle.md`).
//!
//! An error before [`Store::begin`](motebox_store::Store::begin) has erased and programmed nothing. One program or erase
//! for each call: the resource is told [`Poll::Pending`] and asks again.

mod command;
mod receive;
mod refusal;

use self::refusal::{flash_refusal, refused};
use crate::config::{Board, Flash};
use crate::inner::{Inner, Then};
use crate::life::{Check, Checked, Phase, Reason};
use core::task::Poll;
use motebox_coap::msg::Code;
use motebox_coap::{Begun, Finished, Offer, Refusal};
use motebox_envelope::{
    self as envelope, ChunkCheck, Command, Kind, Manifest, Payload, Sign1, SignatureError, Tried,
};
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

    /// A function of its own, so that nothing of it lies on the stack while the container that was there is torn down.
    #[inline(never)]
    fn begin_spare(
        &mut self,
        manifest: &Manifest<'_>,
        payload: &Payload<'_>,
        envelope: &[u8],
    ) -> Result<Slot, Error> {
        let header = Header {
            id: manifest.id,
            sequence: manifest.sequence,
            payload_len: payload.length,
            digest: payload.sha256,
            manifest: envelope,
        };
        self.store.begin(&mut self.flash, &header)
    }

    #[inline(never)]
    fn erase_spare(&mut self, manifest: &Manifest<'_>, offer: &Offer<'_>, pair: Option<usize>) -> Step<u32> {
        let Some(payload) = &manifest.payload else {
            return Err(self.deny_lost());
        };
        let slot = match self.begin_spare(manifest, payload, offer.envelope) {
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
