extern crate std;
use super::*;
use crate::device::{DeviceError, Values};
use crate::peer::Target;
use proptest::prelude::*;

/// Device 0 is "buzzer" and "BUZZ0", device 1 is "brightness".
struct Board;

impl Devices for Board {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        match name {
            b"buzzer" | b"BUZZ0" => Some(0),
            b"brightness" => Some(1),
            _ => None,
        }
    }
    fn by_class(&self, _: u8) -> Option<u16> {
        None
    }
    fn class_number(&self, _: &str) -> Option<u8> {
        None
    }
    fn read(&mut self, _: u16, _: u8) -> Result<(i16, i8), DeviceError> {
        Err(DeviceError::NotSupported)
    }
    fn write_scale(&self, _: u16) -> i8 {
        0
    }
    fn write(&mut self, _: u16, _: &Values) -> Result<(), DeviceError> {
        Err(DeviceError::NotSupported)
    }
    fn safe_value(&self, _: u16) -> Option<Values> {
        None
    }
}

const BUZZER: DeviceGrant<'static> = DeviceGrant {
    name: b"buzzer",
    read: false,
    write: true,
    range: Some((0.0, 30.0)),
    calls_per_minute: Some(2),
};
const BRIGHTNESS: DeviceGrant<'static> = DeviceGrant {
    name: b"brightness",
    read: true,
    write: false,
    range: None,
    calls_per_minute: None,
};

fn granted() -> Granted<'static> {
    Granted {
        devices: &[BUZZER, BRIGHTNESS],
        ..Granted::NOTHING
    }
}

#[test]
fn nothing_is_allowed_that_is_not_granted() {
    let nothing = Granted::NOTHING;
    let mut guard = Guard::new();
    assert_eq!(guard.open(&nothing, &Board, 0), Err(Refusal::Device));
    assert_eq!(guard.read(&nothing, &Board, 1, 0), Err(Refusal::Read));
    assert_eq!(guard.write(&nothing, &Board, 0, &[0.0], 0), Err(Refusal::Write));
    assert_eq!(
        guard.path(&nothing, &Path::parse(b"/alarm").unwrap()),
        Err(Refusal::Path)
    );
    let target = Target::parse(b"coap://[2001:db8::1]/coap").unwrap();
    assert_eq!(
        guard.peer(&nothing, &target, Methods::POST, &[]),
        Err(Refusal::Peer)
    );
    assert_eq!(guard.reboot(&nothing), Err(Refusal::Reboot));
    assert_eq!(guard.refusals().counts(), [3, 1, 1, 1, 0, 0]);
    assert_eq!(guard.refusals().total(), 6);
}

#[test]
fn a_device_is_the_same_by_either_of_its_names() {
    let mut guard = Guard::new();
    let other_name = Granted {
        devices: &[DeviceGrant {
            name: b"BUZZ0",
            ..BUZZER
        }],
        ..Granted::NOTHING
    };
    assert_eq!(guard.write(&other_name, &Board, 0, &[1.0], 0), Ok(()));
    assert_eq!(
        guard.write(&other_name, &Board, 1, &[1.0], 0),
        Err(Refusal::Write)
    );
}

#[test]
fn reading_and_writing_are_separate_rights() {
    let mut guard = Guard::new();
    assert_eq!(guard.read(&granted(), &Board, 0, 0), Err(Refusal::Read));
    assert_eq!(guard.read(&granted(), &Board, 1, 0), Ok(()));
    assert_eq!(guard.write(&granted(), &Board, 1, &[1.0], 0), Err(Refusal::Write));
    assert_eq!(guard.open(&granted(), &Board, 0), Ok(()));
}

#[test]
fn every_value_of_a_write_is_checked_against_the_range() {
    let mut guard = Guard::new();
    let now = 1_000_000;
    assert_eq!(
        guard.write(&granted(), &Board, 0, &[30.0, 30.5], now),
        Err(Refusal::Range)
    );
    assert_eq!(
        guard.write(&granted(), &Board, 0, &[f64::NAN], now),
        Err(Refusal::Range)
    );
    assert_eq!(
        guard.write(&granted(), &Board, 0, &[-0.5], now),
        Err(Refusal::Range)
    );
    // A refused value costs nothing of the rate.
    assert_eq!(guard.write(&granted(), &Board, 0, &[0.0, 30.0], now), Ok(()));
    assert_eq!(guard.write(&granted(), &Board, 0, &[1.0], now), Ok(()));
    assert_eq!(
        guard.write(&granted(), &Board, 0, &[1.0], now),
        Err(Refusal::DeviceRate(2))
    );
    assert_eq!(
        guard.write(&granted(), &Board, 0, &[1.0], now + 75_000_000),
        Ok(())
    );
}

#[test]
fn a_watch_polls_no_faster_than_the_rate() {
    let rated = DeviceGrant {
        calls_per_minute: Some(60),
        ..BRIGHTNESS
    };
    let granted = Granted {
        devices: &[rated, BUZZER],
        ..Granted::NOTHING
    };
    let mut guard = Guard::new();
    assert_eq!(guard.watch(&granted, &Board, 1), Ok(1_000_000));
    assert_eq!(guard.watch(&granted, &Board, 0), Err(Refusal::Read));
}

#[test]
fn paths_are_granted_exactly_and_after_decoding() {
    let granted = Granted {
        paths: &[
            PathGrant {
                path: b"alarm",
                secured: false,
            },
            PathGrant {
                path: b"door/lock",
                secured: true,
            },
        ],
        ..Granted::NOTHING
    };
    let mut guard = Guard::new();
    let mut check = |text: &str| guard.path(&granted, &Path::parse(text.as_bytes()).unwrap());
    assert_eq!(check("/alarm"), Ok(false));
    assert_eq!(check("/%61l%61rm"), Ok(false));
    assert_eq!(check("/door/lock"), Ok(true));
    assert_eq!(check("/door"), Err(Refusal::Path));
    assert_eq!(check("/alarms"), Err(Refusal::Path));
    assert_eq!(check("/alarm/x"), Err(Refusal::Path));
}

#[test]
fn the_nodes_own_paths_stay_its_own_even_when_granted() {
    let granted = Granted {
        paths: &[
            PathGrant {
                path: b"c",
                secured: false,
            },
            PathGrant {
                path: b".well-known/core",
                secured: false,
            },
            PathGrant {
                path: b"riot/script",
                secured: false,
            },
        ],
        ..Granted::NOTHING
    };
    let mut guard = Guard::new();
    for text in ["/c", "/%63", "/.well-known/core", "/riot/script", "/"] {
        assert_eq!(
            guard.path(&granted, &Path::parse(text.as_bytes()).unwrap()),
            Err(Refusal::ReservedPath),
            "{text}"
        );
    }
}

fn peer(url: &[u8], path: &'static [u8], methods: Methods) -> PeerGrant<'static> {
    PeerGrant {
        endpoint: Target::parse(url).unwrap().endpoint,
        path,
        methods,
    }
}

#[test]
fn a_peer_is_scheme_host_port_path_and_method() {
    let peers = [peer(b"coap://[2001:db8::1]", b"coap", Methods::POST)];
    let granted = Granted {
        peers: &peers,
        ..Granted::NOTHING
    };
    let mut guard = Guard::new();
    let mut check =
        |url: &str, method| guard.peer(&granted, &Target::parse(url.as_bytes()).unwrap(), method, &[]);
    assert_eq!(check("coap://[2001:db8::1]/coap", Methods::POST), Ok(()));
    assert_eq!(
        check("coap://[2001:db8:0:0::1]:5683/co%61p/x?y", Methods::POST),
        Ok(())
    );
    for (url, method) in [
        ("coap://[2001:db8::1]/coap", Methods::GET),
        ("coaps://[2001:db8::1]/coap", Methods::POST),
        ("coap://[2001:db8::2]/coap", Methods::POST),
        ("coap://[2001:db8::1]:5684/coap", Methods::POST),
        ("coap://[2001:db8::1]/coaps", Methods::POST),
        ("coap://[2001:db8::1]/", Methods::POST),
    ] {
        assert_eq!(check(url, method), Err(Refusal::Peer), "{url}");
    }
}

#[test]
fn no_grant_opens_the_nodes_own_or_special_addresses() {
    let own = [Target::parse(b"coap://[2001:db8::42]").unwrap().endpoint.address];
    for (url, kind) in [
        ("coap://[::1]/c/x", Forbidden::Loopback),
        ("coap://127.0.0.1/c/x", Forbidden::Loopback),
        ("coap://[::ffff:127.0.0.1]/c/x", Forbidden::Mapped),
        ("coap://[ff02::fd]/c/x", Forbidden::Multicast),
        ("coap://[::]/c/x", Forbidden::Unspecified),
        ("coap://[2001:db8:0::42]/c/x", Forbidden::Own),
    ] {
        let all = Methods::from_flags(15).unwrap();
        let peers = [peer(url.as_bytes(), b"", all)];
        let granted = Granted {
            peers: &peers,
            ..Granted::NOTHING
        };
        let target = Target::parse(url.as_bytes()).unwrap();
        assert_eq!(
            Guard::new().peer(&granted, &target, Methods::PUT, &own),
            Err(Refusal::Address(kind)),
            "{url}"
        );
    }
}

#[test]
fn what_is_sent_and_printed_is_metered() {
    let limits = Limits {
        messages_per_minute: 2,
        bytes_per_minute: 100,
        log_bytes_per_minute: 10,
        ..Limits::NONE
    };
    let mut guard = Guard::new();
    assert_eq!(guard.message(&limits, 60, 0), Ok(()));
    assert_eq!(guard.message(&limits, 60, 0), Err(Refusal::Bytes(100)));
    assert_eq!(
        guard.message(&limits, 40, 0),
        Ok(()),
        "a refused message cost nothing"
    );
    assert_eq!(guard.message(&limits, 0, 0), Err(Refusal::Messages(2)));
    assert_eq!(guard.log(&limits, 10, 0), Ok(()));
    assert_eq!(guard.log(&limits, 1, 0), Err(Refusal::LogBytes(10)));
    assert_eq!(guard.message(&Limits::NONE, u32::MAX, 0), Ok(()));
    assert_eq!(guard.refusals().counts(), [0, 0, 0, 0, 0, 3]);
}

#[test]
fn timers_are_counted() {
    let limits = Limits {
        timers: 2,
        ..Limits::NONE
    };
    assert_eq!(Guard::new().timer(&limits, 1), Ok(()));
    let refusal = Guard::new().timer(&limits, 2).unwrap_err();
    let mut message = Message::new();
    refusal.tell(&mut message);
    assert_eq!(message.as_str(), "more than 2 timers");
}

proptest! {
    /// Property: whatever a manifest grants, a request to an address that `Address::forbidden` names is refused.
    #[test]
    fn forbidden_beats_granted(bytes: [u8; 16], zeros in 0usize..=16, flags in 1u8..16) {
        let mut address = bytes;
        address[..zeros].fill(0);
        let mut target = Target::parse(b"coap://[2001:db8::1]/c").unwrap();
        target.endpoint.address = Address::V6(address);
        let methods = Methods::from_flags(flags).unwrap();
        let peers = [PeerGrant { endpoint: target.endpoint, path: b"", methods }];
        let granted = Granted { peers: &peers, ..Granted::NOTHING };
        let verdict = Guard::new().peer(&granted, &target, methods, &[]);
        prop_assert_eq!(verdict.is_err(), target.endpoint.address.forbidden(&[]).is_some());
    }
}
