//! What a device does with one container that arrives: header, order of checks, signature, chunks, payload; and what it asks
//! a manifest later. The images `envelope`, `compact` and `salty` call it with their verifier.
#![no_std]

use motebox_envelope::{
    ChunkCheck, Context, Form, Grants, HeaderReader, IdScope, KeyRecord, KeyRing, KindSet, Manifest,
    PayloadCheck, Permissions, Place, Sha256, Sign1, Tried, Verifier, check,
};
use support::{input, opaque};

fn array<const N: usize>() -> [u8; N] {
    opaque([0; N])
}

/// One update, from the first byte to the last; the number of the refusal.
///
/// # Errors
/// The number that the first refusal carries.
pub fn update(verifier: &dyn Verifier) -> Result<(), u16> {
    let mut reader = HeaderReader::new(opaque(Form::Text));
    opaque(reader.push(input()).map_err(|error| error.number())?);
    let header = reader.header().map_err(|error| error.number())?;
    let records = opaque([KeyRecord {
        key_id: input(),
        public_key: array(),
        ids: IdScope(input()),
        kinds: KindSet::from_bits(opaque(31)),
        grants: Grants::AtMost(Permissions::parse(input()).map_err(|error| error.number())?),
        epoch: opaque(0),
    }]);
    let place = opaque(Place {
        id: input(),
        kinds: KindSet::from_bits(opaque(31)),
        deflate: opaque(true),
        deflate_dictionary: opaque(true),
        device: input(),
        class: input(),
        slot_bytes: opaque(0),
        there: opaque(None),
        tried: opaque(Some(Tried {
            sequence: 0,
            manifest_digest: array(),
        })),
        floor: opaque(0),
    });
    let cleared =
        check(&header.sign1, &header.manifest, &place, &KeyRing(&records)).map_err(|error| error.number())?;
    opaque((cleared.is_repeated(), cleared.manifest_digest()));
    let verified = cleared
        .verify(opaque(Context::Production), verifier)
        .map_err(|error| error.number())?;
    opaque((verified.epoch, verified.manifest_digest));
    let Some(payload) = header.manifest.payload else {
        return Ok(());
    };
    let mut chunks = ChunkCheck::resume(opaque(0));
    if let Err(error) = chunks.push(&payload, input()) {
        opaque((chunks.rewind(), error.number()));
    }
    let mut whole = PayloadCheck::new();
    whole.update(input());
    whole
        .finish(header.manifest.kind, &payload)
        .map_err(|error| error.number())
}

/// What a node asks the manifest of a container that lies in flash: at boot, and at a script's calls.
///
/// # Errors
/// The number of the refusal when it is not a manifest.
pub fn ask() -> Result<(), u16> {
    let sign1 = Sign1::parse(input()).map_err(|error| error.number())?;
    let manifest = Manifest::parse(sign1.manifest).map_err(|error| error.number())?;
    let granted = manifest.permissions;
    for device in granted.devices() {
        opaque((device, device.range.map(|range| range.ends())));
    }
    for path in granted.paths() {
        opaque(path);
    }
    for peer in granted.peers() {
        opaque(peer.allows_path(input()));
    }
    opaque((
        granted.reboot(),
        granted.data(),
        granted.radio(),
        manifest.limits,
        manifest.confirm,
    ));
    opaque(Sha256::of(input()));
    Ok(())
}
