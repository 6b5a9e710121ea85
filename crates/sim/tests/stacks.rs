//! Motes whose radio stacks came as containers, and the air between them.

mod common;

use common::{ID, Lab, settings, signed_composition, signed_for_radio};
use motebox_crime::composition::encode;
use motebox_crime::modules::id;
use motebox_crime::{Address, Info, ModuleSpec, Op, StackSpec};
use motebox_sim::clock::Clock;
use motebox_sim::field::Field;
use motebox_sim::flash::Flash;
use motebox_sim::mote::{FLASH_BYTES, Firmware, Ram, Running, Settings, World};

const fn plain(id: u8) -> ModuleSpec<'static> {
    ModuleSpec::new(id, &[])
}

/// A mesh over three channels from 132 on.
fn mesh() -> Vec<u8> {
    let data = [
        ModuleSpec::new(id::CHANNEL, &[(0, 132)]),
        plain(id::BROADCAST),
        plain(id::UNICAST),
        plain(id::MULTIHOP),
        plain(id::MESH),
        plain(id::APP),
    ];
    let requests = [
        ModuleSpec::new(id::CHANNEL, &[(0, 133)]),
        plain(id::BROADCAST),
        plain(id::POLITE),
        plain(id::NETFLOOD),
        plain(id::ROUTE_DISCOVERY),
    ];
    let replies = [
        ModuleSpec::new(id::CHANNEL, &[(0, 134)]),
        plain(id::BROADCAST),
        plain(id::UNICAST),
    ];
    let stacks = [
        StackSpec::new(&data),
        StackSpec::merged(&requests, 4),
        StackSpec::merged(&replies, 10),
    ];
    let mut message = [0; 256];
    let length = encode(&stacks, &mut message).unwrap();
    message[..length].to_vec()
}

fn world(a: u8) -> World {
    world_at(a, Clock::at_rest())
}

fn world_at(a: u8, clock: Clock) -> World {
    let settings = Settings {
        radio: Some(Address::new(a, 0)),
        seed: a.into(),
        ..settings()
    };
    World::new(settings, Flash::in_memory(FLASH_BYTES), clock)
}

/// Lets two labs live for a while, a millisecond at a time, and carries frames from one to the other.
fn air(one: &mut Lab<'_>, two: &mut Lab<'_>, ms: u64) -> Vec<(u8, Vec<u8>)> {
    let mut frames = Vec::new();
    let info = Info {
        rssi_dbm: -60,
        lqi: 105,
        ..Info::default()
    };
    for _ in 0..ms {
        one.run_ms(1);
        two.run_ms(1);
        while let Some(frame) = one.mote.next_frame() {
            let _ = two.mote.hear(&frame.bytes, info);
            frames.push((1, frame.bytes));
        }
        while let Some(frame) = two.mote.next_frame() {
            let _ = one.mote.hear(&frame.bytes, info);
            frames.push((2, frame.bytes));
        }
    }
    frames
}

#[test]
fn two_motes_with_a_pushed_mesh_talk() {
    let (world_one, world_two) = (world(1), world(2));
    let (mut ram_one, mut firmware_one) = (Ram::new(), Firmware::default());
    let (mut ram_two, mut firmware_two) = (Ram::new(), Firmware::default());
    let mut one = Lab::new(
        &world_one,
        Running::boot(&world_one, &mut ram_one, &mut firmware_one).unwrap(),
    );
    let mut two = Lab::new(
        &world_two,
        Running::boot(&world_two, &mut ram_two, &mut firmware_two).unwrap(),
    );
    assert!(one.mote.radio_send(132, Address::new(2, 0), b"early").is_err());
    for lab in [&mut one, &mut two] {
        lab.install_composition(1, &mesh());
        assert_eq!(lab.status()["kind"], "2");
        assert_eq!(lab.mote.network().unwrap().stacks().len(), 3);
    }
    one.mote.radio_send(132, Address::new(2, 0), b"Hello").unwrap();
    let frames = air(&mut one, &mut two, 3000);
    // A request, its reply, the data; the clocks of both wrapped on the way.
    let heads: Vec<(u8, u8)> = frames.iter().map(|(from, frame)| (*from, frame[0])).collect();
    assert_eq!(heads, [(1, 133), (2, 134), (1, 132)]);
    let event = two.mote.next_radio_event().unwrap();
    assert_eq!(
        (event.event.op, event.event.from, &event.payload[..]),
        (Op::Recv, Address::new(1, 0), &b"Hello"[..])
    );
    assert_eq!(one.mote.next_radio_event().unwrap().event.op, Op::Sent);
    assert_eq!(two.mote.next_radio_event(), None);
}

/// Waits until a channel is quiet, says something on it, and listens on another one afterwards.
const SENSE_AND_SEND: &str = "
var mesh = stack.open(132), sent = false;
radio.channel(20);
print('power', radio.power(3));
mesh.on_receive(function (payload, from, info) { print('heard', payload[0], from, info.rssi, info.hops); });
timer.setInterval(function () {
    var energy = radio.energy(20);
    if (!sent) { print('energy', energy); }
    if (!sent && energy < -80) { sent = true; mesh.send(new Uint8Array([42]), '3.0'); }
    return true;
}, 500000);
";

/// Listens on the same channel, and answers.
const ANSWER: &str = "
var mesh = stack.open(132);
radio.channel(20);
mesh.on_receive(function (payload, from, info) {
    print('heard', payload[0], from, info.rssi, info.hops);
    mesh.send(new Uint8Array([payload[0] + 1]), from);
});
";

#[test]
fn scripts_sense_the_air_and_talk_over_a_composed_mesh() {
    let clock = Clock::at_rest();
    let worlds: Vec<World> = (1..=3).map(|a| world_at(a, clock.clone())).collect();
    let (mut rams, mut firmwares) = (
        [(); 3].map(|()| Ram::new()),
        [(); 3].map(|()| Firmware::default()),
    );
    let motes = std::iter::zip(&worlds, &mut rams)
        .zip(&mut firmwares)
        .map(|((world, ram), firmware)| Running::boot(world, ram, firmware).unwrap())
        .collect();
    let mut field = Field::new(clock, motes);
    let composition = signed_composition(1, &mesh());
    for mote in 0..3 {
        assert!(field.push(mote, ID, &composition).unwrap().is_success());
    }
    // Somebody else is loud on channel 20 where the first mote is. The one in the middle has no script: it is tuned by
    // its firmware.
    assert!(worlds[0].transceiver.set_energy(20, -50));
    assert!(worlds[1].transceiver.tune(20));
    for (mote, source) in [(2, ANSWER), (0, SENSE_AND_SEND)] {
        let answer = field
            .push(mote, "radio", &signed_for_radio("radio", source))
            .unwrap();
        assert!(answer.is_success(), "{}", answer.text());
    }
    field.run_us(2_000_000).unwrap();
    assert_eq!(field.take_flown(), []);
    let log = field.read(0, "/c/radio/log").unwrap();
    assert!(log.starts_with("power -3\nenergy -50\nenergy -50\n"), "{log}");

    assert!(worlds[0].transceiver.set_energy(20, -90));
    field.run_us(8_000_000).unwrap();
    let flown = field.take_flown();
    let data = flown
        .iter()
        .filter(|flown| flown.bytes.starts_with(&[132, 0]))
        .count();
    assert_eq!(data, 4, "two hops there, and two back: {flown:?}");
    assert!(
        field
            .read(2, "/c/radio/log")
            .unwrap()
            .ends_with("heard 42 1.0 -60 2\n")
    );
    let log = field.read(0, "/c/radio/log").unwrap();
    assert!(log.ends_with("energy -90\nheard 43 3.0 -60 2\n"), "{log}");

    // On another channel nobody hears it.
    assert!(worlds[1].transceiver.tune(11));
    field
        .mote(0)
        .unwrap()
        .radio_send(132, Address::new(3, 0), b"!")
        .unwrap();
    field.run_us(1_000_000).unwrap();
    assert_eq!(field.take_flown().len(), 1);
}
