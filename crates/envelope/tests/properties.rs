//! Properties of the container format, each with the statement of docs/spec/container.md that it checks.
#![cfg(feature = "sign")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use motebox_envelope::*;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

/// A manifest that owns its bytes.
#[derive(Clone, Debug)]
struct Owned {
    kind: Kind,
    id: String,
    sequence: u32,
    target: Option<Result<Vec<u8>, String>>,
    payload: Vec<u8>,
    deflate: Option<Vec<u8>>,
    rights: Rights,
    limits: [Option<u32>; 6],
    policy: Policy,
    probation_s: u32,
    base: u32,
    command: Command,
}

/// Rights, calls a minute, and a range of two ends and an exponent.
type Rule = (u8, u32, Option<(i32, i32, i8)>);

#[derive(Clone, Debug)]
struct Rights {
    devices: BTreeMap<String, Rule>,
    paths: Vec<(String, bool)>,
    peers: Vec<(bool, Vec<u8>, u16, u8, String)>,
    flags: (bool, bool),
    radio: Option<(u32, i8, bool)>,
}

impl Rights {
    fn none() -> Self {
        Self {
            devices: BTreeMap::new(),
            paths: Vec::new(),
            peers: Vec::new(),
            flags: (false, false),
            radio: None,
        }
    }

    /// Hands the encoded map to `with`.
    fn encoded<T>(&self, with: impl FnOnce(Permissions<'_>) -> T) -> T {
        let device = |(name, (rights, rate, range)): (&String, &Rule)| {
            let range = range.map(|(a, b, exponent)| Range {
                min: a.min(b),
                max: a.max(b),
                exponent,
            });
            (name.clone(), rights & 1 != 0, rights & 2 != 0, *rate, range)
        };
        let named: Vec<_> = self.devices.iter().map(device).collect();
        let devices: Vec<_> = named
            .iter()
            .map(|(name, read, write, rate, range)| Device {
                name: name.as_bytes(),
                read: *read,
                write: *write,
                per_minute: *rate,
                range: *range,
            })
            .collect();
        let paths: Vec<_> = self
            .paths
            .iter()
            .map(|(path, secured)| Path {
                path: path.as_bytes(),
                secured: *secured,
            })
            .collect();
        let peer =
            |(secured, host, port, methods, prefix): &'_ (bool, Vec<u8>, u16, u8, String)| -> Peer<'static> {
                let host: &'static [u8] = host.clone().leak();
                let host = match host.len() {
                    4 => Host::V4(host.try_into().unwrap()),
                    16 => Host::V6(host.try_into().unwrap()),
                    _ => Host::Name(b"cloud.example"),
                };
                Peer {
                    secured: *secured,
                    host,
                    port: *port,
                    methods: *methods,
                    prefix: prefix.clone().leak().as_bytes(),
                }
            };
        let peers: Vec<_> = self.peers.iter().map(peer).collect();
        let radio = self.radio.map(|(channels, max_power_dbm, scan)| Radio {
            channels,
            max_power_dbm,
            scan,
        });
        let spec = PermissionsSpec {
            devices: &devices,
            paths: &paths,
            peers: &peers,
            reboot: self.flags.0,
            radio,
            data: self.flags.1,
        };
        let mut room = [0; 1024];
        let permissions = spec.encode(&mut room).unwrap();
        // what was put in comes out, shorter names first
        let mut sorted = devices.clone();
        sorted.sort_by_key(|device| (device.name.len(), device.name));
        assert_eq!(permissions.devices().collect::<Vec<_>>(), sorted);
        let mut open_first = paths.clone();
        open_first.sort_by_key(|path| path.secured);
        assert_eq!(permissions.paths().collect::<Vec<_>>(), open_first);
        assert_eq!(permissions.peers().collect::<Vec<_>>(), peers);
        assert_eq!(
            (permissions.reboot(), permissions.data(), permissions.radio()),
            (self.flags.0, self.flags.1, radio)
        );
        with(permissions)
    }
}

impl Owned {
    fn transmitted(&self) -> &[u8] {
        self.deflate.as_deref().unwrap_or(&self.payload)
    }

    /// Hands the manifest to `with`.
    fn manifest<T>(&self, with: impl FnOnce(&Manifest<'_>) -> T) -> T {
        let sha256 = Sha256::of(&self.payload);
        let transmitted = self.transmitted();
        let digested = self.deflate.is_some() || transmitted.len() > CHUNK as usize;
        let digests: Vec<u8> = transmitted
            .chunks(if digested { CHUNK as usize } else { usize::MAX })
            .flat_map(|chunk| Sha256::of(chunk)[..8].to_vec())
            .collect();
        let payload = Payload {
            length: self.payload.len() as u32,
            sha256: &sha256,
            encoding: if self.deflate.is_some() {
                Encoding::Deflate
            } else {
                Encoding::Identity
            },
            transmitted: transmitted.len() as u32,
            chunks: if digested { &digests } else { &[] },
        };
        let grants = matches!(self.kind, Kind::Script | Kind::Composition);
        let trial = grants || self.kind == Kind::Parameters;
        let about = matches!(self.kind, Kind::Parameters | Kind::Command);
        let policy = if self.kind == Kind::Composition && self.policy == Policy::Script {
            Policy::Auto
        } else {
            self.policy
        };
        let [
            heap_bytes,
            fuel_per_event,
            timers,
            log_bytes,
            messages_per_minute,
            bytes_per_minute,
        ] = if grants { self.limits } else { [None; 6] };
        let rights = if grants {
            self.rights.clone()
        } else {
            Rights::none()
        };
        rights.encoded(|permissions| {
            with(&Manifest {
                kind: self.kind,
                id: if self.kind == Kind::Trust {
                    b"trust"
                } else {
                    self.id.as_bytes()
                },
                sequence: self.sequence,
                target: match &self.target {
                    None => Target::Any,
                    Some(Ok(id)) => Target::Device(id),
                    Some(Err(class)) => Target::Class(class.as_bytes()),
                },
                payload: (self.kind != Kind::Command).then_some(payload),
                permissions,
                limits: Limits {
                    heap_bytes,
                    fuel_per_event,
                    timers,
                    log_bytes,
                    messages_per_minute,
                    bytes_per_minute,
                },
                confirm: trial.then_some(Confirm {
                    policy,
                    probation_s: self.probation_s,
                }),
                base: about.then_some(self.base),
                command: (self.kind == Kind::Command).then_some(self.command),
            })
        })
    }
}

fn rights() -> impl Strategy<Value = Rights> {
    let range = proptest::option::of((any::<i32>(), any::<i32>(), -9i8..=9));
    let device = (1u8..=3, prop_oneof![Just(0u32), 1u32..10_000], range);
    let host = prop_oneof![vec(any::<u8>(), 4), vec(any::<u8>(), 16), Just(Vec::new())];
    let peer = (
        any::<bool>(),
        host,
        1u16..,
        1u8..=15,
        "(|[a-z]{1,6}(/[a-z]{1,3})?)",
    );
    (
        btree_map("[a-z]{1,6}", device, 0..3),
        vec(("[a-z]{1,8}(/[a-z0-9]{1,4})?", any::<bool>()), 0..3),
        vec(peer, 0..2),
        any::<(bool, bool)>(),
        proptest::option::of((1u32..1 << 27, any::<i8>(), any::<bool>())),
    )
        .prop_map(|(devices, paths, peers, flags, radio)| Rights {
            devices,
            paths,
            peers,
            flags,
            radio,
        })
}

fn owned() -> impl Strategy<Value = Owned> {
    let kind = prop_oneof![
        Just(Kind::Script),
        Just(Kind::Composition),
        Just(Kind::Parameters),
        Just(Kind::Command),
        Just(Kind::Trust)
    ];
    let target = proptest::option::of(prop_oneof![
        vec(any::<u8>(), 1..=16).prop_map(Ok::<_, String>),
        "[ -~]{1,16}".prop_map(Err::<Vec<u8>, _>)
    ]);
    let policy = prop_oneof![Just(Policy::Auto), Just(Policy::Script), Just(Policy::Operator)];
    let command = prop_oneof![
        Just(Command::Confirm),
        Just(Command::Revert),
        Just(Command::Stop),
        Just(Command::Delete)
    ];
    (
        (
            kind,
            "[a-z0-9-]{1,16}",
            1..u32::MAX,
            target,
            vec(any::<u8>(), 1..2500),
            proptest::option::of(vec(any::<u8>(), 1..1500)),
        ),
        (
            rights(),
            any::<[Option<u16>; 6]>(),
            policy,
            1u32..=604_800,
            1..u32::MAX,
            command,
        ),
    )
        .prop_filter("trust is an id of its own", |((_, id, ..), _)| id != "trust")
        .prop_map(
            |(
                (kind, id, sequence, target, payload, deflate),
                (rights, limits, policy, probation_s, base, command),
            )| Owned {
                kind,
                id,
                sequence,
                target,
                payload,
                deflate,
                rights,
                limits: limits.map(|limit| limit.filter(|limit| *limit > 0).map(u32::from)),
                policy,
                probation_s,
                base,
                command,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // Section 2: a manifest is its fields; writing then reading gives the same fields.
    // The ends of a range are those of one multiplication or division, to the bit.
    #[test]
    fn the_ends_of_a_range_are_rounded_once(
        min in any::<i32>(),
        max in any::<i32>(),
        small in -1_000i32..1_000,
        exponent in -9i8..=9,
    ) {
        for (min, max) in [(min, max), (small, -small), (0, 1), (i32::MIN, i32::MAX)] {
            let range = Range { min, max, exponent };
            let (own, other) = (range.ends(), range.ends_by(|a, b| a * b, |a, b| a / b));
            prop_assert_eq!(own.0.to_bits(), other.0.to_bits());
            prop_assert_eq!(own.1.to_bits(), other.1.to_bits());
        }
    }

    #[test]
    fn what_is_encoded_is_decoded(owned in owned()) {
        owned.manifest(|manifest| {
            let mut bytes = [0; 2048];
            match manifest.encode(&mut bytes) {
                Ok(length) => prop_assert_eq!(Manifest::parse(&bytes[..length]), Ok(*manifest)),
                Err(error) => prop_assert!(matches!(error, EncodeError::ManifestLength(257..)), "{:?}", error),
            }
            Ok(())
        })?;
    }

    // Section 1: there is exactly one encoding of every container; whatever is accepted is what would have been written.
    #[test]
    fn what_is_decoded_encodes_to_the_same_bytes(owned in owned(), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..3)) {
        owned.manifest(|manifest| {
            let mut bytes = [0; 2048];
            let Ok(length) = manifest.encode(&mut bytes) else { return Ok(()) };
            let bytes = &mut bytes[..length];
            for (index, value) in changes {
                bytes[index.index(length)] = value;
            }
            if let Ok(read) = Manifest::parse(bytes) {
                let mut again = [0; 2048];
                let length = read.encode(&mut again).unwrap();
                prop_assert_eq!(&again[..length], &*bytes);
            }
            Ok(())
        })?;
    }

    // Section 5: text and binary form are made from each other without a key, and lose nothing.
    #[test]
    fn text_and_binary_convert_into_each_other(mut owned in owned()) {
        (owned.kind, owned.deflate) = (Kind::Script, None);
        owned.rights = Rights::none();
        owned.manifest(|manifest| {
            let (text, binary) = both_forms(manifest, &owned.payload);
            let mut reader = HeaderReader::new(Form::Text);
            let (header, payload) = reader.read(&text).unwrap();
            prop_assert_eq!(&header.manifest, manifest);
            let mut head = [0; 5];
            let length = write_payload_head(payload.len() as u32, &mut head).unwrap();
            prop_assert_eq!(&[header.sign1_bytes, &head[..length], payload].concat(), &binary);

            let mut reader = HeaderReader::new(Form::Binary);
            let (header, payload) = reader.read(&binary).unwrap();
            let mut line = [0; MAX_TEXT_HEADER];
            let length = write_text_header(header.sign1_bytes, header.manifest.payload.unwrap().sha256, &mut line).unwrap();
            prop_assert_eq!(&[&line[..length], payload].concat(), &text);
            Ok(())
        })?;
    }

    // Section 6: whatever comes in, the reader answers, stays refused once it refused, and never takes more than the header.
    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..600), text in any::<bool>(), prefix in 0usize..12) {
        let form = if text { Form::Text } else { Form::Binary };
        let start: &[u8] = if text { b"/*motebox1 " } else { b"\xd2\x84\x49\xa2\x01\x32\x04\x44kid0\xa0" };
        let container = [&start[..prefix.min(start.len())], &bytes].concat();
        let mut reader = HeaderReader::new(form);
        match reader.push(&container) {
            Ok(Progress::Complete(used)) => prop_assert!(used <= container.len()),
            Ok(Progress::More) => prop_assert!(matches!(reader.header(), Err(FormError::Incomplete(_)))),
            Err(error) => {
                prop_assert_eq!(reader.push(&container), Err(error));
                prop_assert_eq!(reader.header(), Err(error));
            }
        }
    }

    // Section 3.3: a grant covers itself, and what has fewer devices, paths and peers; nothing covers a device that it does not name.
    #[test]
    fn a_grant_covers_itself_and_less(most in rights(), keep in any::<[bool; 5]>()) {
        let mut less = most.clone();
        if keep[0] { less.devices.pop_first(); }
        if keep[1] { less.paths.pop(); }
        if keep[2] { less.peers.pop(); }
        if keep[3] { less.flags = (false, false); }
        if keep[4] { less.radio = None; }
        let mut more = most.clone();
        more.devices.insert("unnamed".into(), (1, 0, None));
        let verdicts = most.encoded(|granted| {
            (granted.within(granted), less.encoded(|asked| asked.within(granted)), more.encoded(|asked| asked.within(granted)))
        });
        prop_assert_eq!(verdicts, (Ok(()), Ok(()), Err(Refusal::Grant(1))));
    }

    // FIPS 180-4: the digest is SHA-256's, as another crate computes it, however the bytes are cut.
    #[test]
    fn sha_256_is_sha_256(bytes in vec(any::<u8>(), 0..300), piece in 1usize..130) {
        use sha2::Digest;
        let mut hash = Sha256::new();
        bytes.chunks(piece).for_each(|piece| hash.update(piece));
        let expected: [u8; 32] = sha2::Sha256::digest(&bytes).into();
        prop_assert_eq!(hash.finish(), expected);
        prop_assert_eq!(Sha256::of(&bytes), expected);
    }

    // Section 2.1: chunks are checked as they arrive, in pieces of any size; the first wrong one is named, and can be sent again.
    #[test]
    fn a_wrong_chunk_is_found_and_mended(payload in vec(any::<u8>(), 1025..5000), piece in 1usize..1500, at in any::<prop::sample::Index>()) {
        let at = at.index(payload.len());
        let digests: Vec<u8> = payload.chunks(1024).flat_map(|chunk| Sha256::of(chunk)[..8].to_vec()).collect();
        let sha256 = Sha256::of(&payload);
        let length = payload.len() as u32;
        let announced = Payload { length, sha256: &sha256, encoding: Encoding::Identity, transmitted: length, chunks: &digests };
        let mut spoiled = payload.clone();
        spoiled[at] ^= 0x10;
        let mut check = ChunkCheck::new();
        let refused = spoiled.chunks(piece).find_map(|piece| check.push(&announced, piece).err());
        prop_assert_eq!(refused, Some(PayloadError::Chunk(at as u32 / 1024)));
        prop_assert_eq!(check.at(), at as u32 / 1024 * 1024);
        for piece in payload[check.at() as usize..].chunks(piece) {
            prop_assert_eq!(check.push(&announced, piece), Ok(()));
        }
        prop_assert_eq!(check.finish(&announced), Ok(()));
        prop_assert_eq!(check.push(&announced, b"x"), Err(PayloadError::TooLong(length)));
    }
}

fn both_forms(manifest: &Manifest<'_>, payload: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let mut bytes = [0; MAX_MANIFEST];
    let length = manifest.encode(&mut bytes).unwrap();
    let key = SigningKey::from_seed(&[7; 32]);
    let mut sign1 = [0; MAX_SIGN1];
    let sign1_len = key
        .sign1(
            &bytes[..length],
            &key_id(&key.public_key()),
            Context::Production,
            &mut sign1,
        )
        .unwrap();
    let sign1 = &sign1[..sign1_len];
    let mut line = [0; MAX_TEXT_HEADER];
    let line_len = write_text_header(sign1, &Sha256::of(payload), &mut line).unwrap();
    let mut head = [0; 5];
    let head_len = write_payload_head(payload.len() as u32, &mut head).unwrap();
    (
        [&line[..line_len], payload].concat(),
        [sign1, &head[..head_len], payload].concat(),
    )
}
