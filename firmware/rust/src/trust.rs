//! Whom the images trust: the key of RFC 8032 section 7.1, test 1. Everybody knows its secret, so it is good for tests only.

use motebox::envelope::{Grants, IdScope, KeyRecord, KeyRing, KindSet};

/// Names the key in containers.
pub const KEY_ID: &[u8] = b"rfc8032";

static KEYS: [KeyRecord<'static>; 1] = [KeyRecord {
    key_id: KEY_ID,
    public_key: [
        0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e,
        0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
    ],
    ids: IdScope::ANY,
    kinds: KindSet::ALL,
    grants: Grants::Everything,
    epoch: 0,
}];

/// The trusted keys.
pub fn keys() -> KeyRing<'static> {
    KeyRing(&KEYS)
}
