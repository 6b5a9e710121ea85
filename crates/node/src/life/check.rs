//! The payload of a slot against its manifest, read back a piece at a time.

use super::*;

/// A payload that is being read back.
pub(crate) struct Check {
    pub(crate) slot: Slot,
    at: u32,
    hash: PayloadCheck,
}

/// What was signed, as it lies in a slot.
pub(crate) struct Signed<'r> {
    pub(crate) sign1: &'r Sign1<'r>,
    pub(crate) manifest: &'r Manifest<'r>,
    pub(super) envelope: &'r [u8],
}

/// What a step of a check found.
pub(crate) enum Checked {
    More,
    Good,
    Bad(PayloadError),
}

impl Check {
    pub(crate) fn new(slot: Slot) -> Self {
        Check {
            slot,
            at: 0,
            hash: PayloadCheck::new(),
        }
    }

    /// Reads on; at most [`CHECK_STEP`] bytes.
    pub(crate) fn step<F: Flash, const N: usize>(
        &mut self,
        store: &Store<N>,
        flash: &mut crate::flash::Counted<F>,
        kind: Kind,
        payload: &motebox_envelope::Payload<'_>,
    ) -> Result<Checked, Error> {
        let mut piece = [0; CHECK_STEP];
        let got = store.read(flash, self.slot, self.at, &mut piece)?;
        self.hash.update(piece.get(..got).unwrap_or(&[]));
        self.at += got as u32;
        if got == CHECK_STEP {
            return Ok(Checked::More);
        }
        match self.hash.clone().finish(kind, payload) {
            Ok(()) => Ok(Checked::Good),
            Err(error) => Ok(Checked::Bad(error)),
        }
    }
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// Reads a slot's COSE_Sign1 and looks at it.
    pub(crate) fn with_manifest<T>(
        &mut self,
        slot: Slot,
        mut look: impl FnMut(&mut Self, &Signed<'_>) -> T,
    ) -> Option<T> {
        let mut seen = None;
        self.look_at(slot, &mut |inner, signed| seen = Some(look(inner, signed)));
        seen
    }

    /// The part of it that is the same for everybody.
    #[inline(never)]
    fn look_at(&mut self, slot: Slot, look: &mut dyn FnMut(&mut Self, &Signed<'_>)) {
        let mut room = [0; MAX_SIGN1];
        let Ok(length) = self.store.manifest(&mut self.flash, slot, 0, &mut room) else {
            return;
        };
        let envelope = room.get(..length).unwrap_or(&[]);
        let parsed = Sign1::parse(envelope);
        let Ok(sign1) = &parsed else { return };
        let parsed = Manifest::parse(sign1.manifest);
        let Ok(manifest) = &parsed else { return };
        look(
            self,
            &Signed {
                sign1,
                manifest,
                envelope,
            },
        );
    }

    /// Reads the payload on that is being checked; none when its manifest cannot be read.
    #[inline(never)]
    pub(crate) fn check_on(&mut self, check: &mut Check) -> Option<Result<Checked, Error>> {
        self.with_manifest(check.slot, |inner, signed| {
            let manifest = signed.manifest;
            match &manifest.payload {
                Some(payload) => check.step(&inner.store, &mut inner.flash, manifest.kind, payload),
                None => Ok(Checked::Bad(PayloadError::Digest)),
            }
        })
    }
}
