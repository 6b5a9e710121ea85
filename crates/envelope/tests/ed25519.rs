//! Ed25519 behind the guard, on vectors that others wrote: Wycheproof, RFC 8032, ed25519-speccheck. Every backend gives the verdicts below.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
#![cfg(all(feature = "ed25519-compact", feature = "salty"))]

use motebox_envelope::{Compact, Salty, SignatureError, SigningKey, Small, Verifier, guard};
use proptest::prelude::*;

fn hex(text: &str) -> Vec<u8> {
    let text = text.trim_matches('-');
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

/// Lines of fields, without comments.
fn rows(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(' ').collect())
}

/// What a device says: a signature that is not 64 bytes never gets here (1122), so it is refused.
fn accepts(verifier: &dyn Verifier, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else {
        return false;
    };
    guard(&key, &signature).is_ok() && verifier.verify(&key, message, &signature)
}

#[test]
fn wycheproof() {
    let mut tests = 0;
    for row in rows(include_str!("data/wycheproof-ed25519.txt")) {
        let [number, result, key, message, signature] = row[..] else {
            panic!("{row:?}")
        };
        let (key, message, signature) = (hex(key), hex(message), hex(signature));
        assert_eq!(
            accepts(&Compact, &key, &message, &signature),
            result == "v",
            "ed25519-compact, test {number}"
        );
        assert_eq!(
            accepts(&Salty, &key, &message, &signature),
            result == "v",
            "salty, test {number}"
        );
        assert_eq!(
            accepts(&Small, &key, &message, &signature),
            result == "v",
            "small, test {number}"
        );
        tests += 1;
    }
    assert_eq!(tests, 151);
}

/// RFC 8032 section 7.1: key, message, signature of tests 1, 2, 3 and SHA(abc).
const RFC_8032: [[&str; 3]; 4] = [
    [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
];

#[test]
fn rfc_8032() {
    for row in RFC_8032 {
        let [key, message, signature] = row.map(hex);
        for verifier in [&Compact as &dyn Verifier, &Salty, &Small] {
            assert!(accepts(verifier, &key, &message, &signature));
            let mut other = message.clone();
            other.push(0);
            assert!(!accepts(verifier, &key, &other, &signature));
        }
    }
}

/// What docs/why/verifier.md says of each case: the guard's verdict, or that of ed25519-compact (and ours, alike) and of salty.
#[test]
fn speccheck() {
    use SignatureError::{LargeS, SmallOrderKey, SmallOrderR};
    let expected = [
        Err(SmallOrderKey),
        Err(SmallOrderKey),
        Err(SmallOrderR),
        Ok((true, true)),
        Ok((true, false)), // mixed order: cofactored accepts, cofactorless refuses
        Ok((true, false)),
        Err(LargeS),
        Err(LargeS),
        Err(SmallOrderR), // x = 0 with its sign bit set
        Err(SmallOrderR),
        Err(SmallOrderKey),
        Err(SmallOrderKey),
    ];
    let mut cases = 0;
    for (row, expected) in rows(include_str!("data/speccheck-ed25519.txt")).zip(expected) {
        let [number, key, message, signature] = row[..] else {
            panic!("{row:?}")
        };
        let key: [u8; 32] = hex(key).try_into().unwrap();
        let (message, signature) = (hex(message), hex(signature).try_into().unwrap());
        let verdict = guard(&key, &signature).map(|()| {
            assert_eq!(
                Small.verify(&key, &message, &signature),
                Compact.verify(&key, &message, &signature),
                "case {number}"
            );
            (
                Compact.verify(&key, &message, &signature),
                Salty.verify(&key, &message, &signature),
            )
        });
        assert_eq!(verdict, expected, "case {number}");
        cases += 1;
    }
    assert_eq!(cases, 12);
}

/// The forgeries of the class that a bare salty accepts: key of small order, S and R of anybody's making. The vectors hold them in containers;
/// here it is shown that they are real ones, so that the guard's refusal means something.
#[test]
fn forgeries_that_a_bare_backend_accepts_are_refused() {
    // key = the identity: [S]B = R + [h]A for R = [S]B and any message; S = 1, R = the base point
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signature = [0x66; 64];
    signature[0] = 0x58;
    signature[32..].fill(0);
    signature[32] = 1;
    for message in [b"anything".as_slice(), b"at all"] {
        assert!(
            Salty.verify(&identity, message, &signature),
            "the forgery is a real one"
        );
        assert_eq!(guard(&identity, &signature), Err(SignatureError::SmallOrderKey));
    }
}

#[test]
fn the_guard_passes_what_is_just_inside_its_bounds() {
    let key: [u8; 32] = hex(RFC_8032[0][0]).try_into().unwrap();
    let good: [u8; 64] = hex(RFC_8032[0][2]).try_into().unwrap();
    let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut signature = good;
    signature[32..].copy_from_slice(&order);
    assert_eq!(guard(&key, &signature), Err(SignatureError::LargeS));
    signature[32] -= 1;
    assert_eq!(guard(&key, &signature), Ok(()));
    // y = 2 and y = p - 2: canonical, not of small order
    for y in [2, 0xeb] {
        let mut r = if y == 2 { [0; 32] } else { [0xff; 32] };
        r[0] = y;
        r[31] &= 0x7f;
        let mut signature = good;
        signature[..32].copy_from_slice(&r);
        assert_eq!(guard(&key, &signature), Ok(()), "R with low byte {y}");
        assert_eq!(guard(&r, &good), Ok(()), "key with low byte {y}");
    }
}

proptest! {
    /// Every length of message has its place in the blocks of the hash, and every key and nonce its carries in the field: what
    /// ed25519-compact signs is taken, and nothing that differs from it in one bit.
    #[test]
    fn ours_gives_the_verdict_of_the_others(
        seed in any::<[u8; 32]>(),
        message in proptest::collection::vec(any::<u8>(), 0..300),
        place in 0usize..96 * 8,
    ) {
        let signer = SigningKey::from_seed(&seed);
        let (mut key, mut signature) = (signer.public_key(), signer.sign_message(&message));
        prop_assert!(accepts(&Small, &key, &message, &signature));
        let bit = 1 << (place % 8);
        match place / 8 {
            at @ 0..32 => key[at] ^= bit,
            at => signature[at - 32] ^= bit,
        }
        prop_assert!(!accepts(&Small, &key, &message, &signature));
        prop_assert!(!accepts(&Compact, &key, &message, &signature));
    }
}
