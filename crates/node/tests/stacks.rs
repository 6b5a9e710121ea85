//! Containers of kind "stack composition": the same life as a script's, and frames on the air.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use motebox::coap::msg::Code;
use motebox::crime::modules::id;
use motebox::crime::{Address, FRAME_BYTES, Info, ModuleSpec, Op, StackSpec, composition};
use motebox::envelope::{Command, Kind, Policy, Radio};
use motebox::store::mock::Tear;

/// Channel, broadcast, application.
fn broadcast(channel: u32) -> Vec<u8> {
    message(&[
        ModuleSpec::new(id::CHANNEL, &[(0, channel)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ])
}
fn message(modules: &[ModuleSpec<'_>]) -> Vec<u8> {
    let mut out = [0; 200];
    let length = composition::encode(&[StackSpec::new(modules)], &mut out).unwrap();
    out[..length].to_vec()
}
fn spec(sequence: u32, payload: Vec<u8>) -> Spec {
    let mut spec = Spec::new(sequence, "").id("net");
    spec.kind = Kind::Composition;
    spec.source = payload;
    spec.devices.clear();
    spec.paths.clear();
    spec.peers.clear();
    spec
}
/// Frames that wait to be transmitted.
fn frames(mote: &mut Mote) -> Vec<Vec<u8>> {
    let (mut out, mut all) = ([0; FRAME_BYTES], Vec::new());
    let now = mote.now;
    while let Some(frame) = mote.node().next_frame(now, &mut out) {
        all.push(out[..frame.len].to_vec());
    }
    all
}
fn says(mote: &mut Mote, channel: u16) -> Vec<Vec<u8>> {
    let now = mote.now;
    let sent = mote.node().stack_send(now, channel, Address::NONE, b"Hello\0");
    assert_eq!(sent.is_ok(), !mote.node().network().unwrap().stacks().is_empty());
    frames(mote)
}

#[test]
fn a_composition_is_stored_tried_confirmed_and_survives_a_reset() {
    let mut mote = Mote::with_radio(1);
    assert_eq!(mote.push(&spec(1, broadcast(129))), (2, 1));
    assert_eq!(mote.runs("net"), (TRIAL, 1));
    assert_eq!(says(&mut mote, 129), [b"\x81\x00\x01\x00Hello\0"]);
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("net"), (CONFIRMED, 1));
    mote.boot();
    assert_eq!(mote.runs("net"), (CONFIRMED, 1));
    assert_eq!(says(&mut mote, 129), [b"\x81\x00\x01\x00Hello\0"]);
}

#[test]
fn frames_come_in_and_go_to_the_application() {
    let mut mote = Mote::with_radio(2);
    mote.push(&spec(1, broadcast(129)));
    let now = mote.now;
    let heard = mote
        .node()
        .radio_receive(now, b"\x81\x00\x01\x00Hello\0", Info::default());
    assert!(heard.is_ok());
    let mut payload = [0; 16];
    let event = mote.node().next_stack_event(&mut payload).unwrap();
    assert_eq!(
        (event.op, event.channel, event.from),
        (Op::Recv, 129, Address::new(1, 0))
    );
    assert_eq!(&payload[..event.len], b"Hello\0");
    // Nobody listens on another channel.
    assert!(
        mote.node()
            .radio_receive(now, b"\x82\x00\x01\x00x", Info::default())
            .is_err()
    );
}

#[test]
fn a_newer_composition_takes_over_at_once() {
    let mut mote = Mote::with_radio(1);
    mote.push(&spec(1, broadcast(129)));
    mote.run_for(11_000_000);
    assert_eq!(mote.push(&spec(2, broadcast(200))), (2, 4));
    assert_eq!(mote.runs("net"), (TRIAL, 2));
    let now = mote.now;
    assert!(mote.node().stack_send(now, 129, Address::NONE, b"x").is_err());
    assert!(mote.node().stack_send(now, 200, Address::NONE, b"x").is_ok());
}

#[test]
fn a_composition_that_is_refused_leaves_the_old_one_running() {
    let mut mote = Mote::with_radio(1);
    mote.push(&spec(1, broadcast(129)));
    mote.run_for(11_000_000);
    // No module 0xfe; a stack without application; none at all; not CBOR.
    let unknown = message(&[
        ModuleSpec::new(id::CHANNEL, &[(0, 129)]),
        ModuleSpec::new(254, &[]),
    ]);
    let open = message(&[ModuleSpec::new(id::CHANNEL, &[(0, 129)])]);
    let mut cut = broadcast(129);
    cut.pop();
    for (sequence, payload, number) in [(2, unknown, "2202"), (3, open, "2208"), (4, cut, "2101")] {
        let stacks = |mote: &mut Mote| mote.node().network().unwrap().stacks().len();
        assert_eq!(stacks(&mut mote), 1);
        mote.push(&spec(sequence, payload));
        assert_eq!(mote.runs("net"), (CONFIRMED, 1), "{number}");
        assert_eq!(stacks(&mut mote), 1);
        let error = mote.field("net", "error");
        assert!(
            error.starts_with(&format!("{sequence}: composition refused: {number}")),
            "{error}"
        );
        assert_eq!(says(&mut mote, 129).len(), 1, "the old one never stopped");
    }
    mote.boot();
    assert_eq!(mote.runs("net"), (CONFIRMED, 1));
    assert_eq!(mote.field("net", "error"), "4 threw at start");
}

#[test]
fn one_that_nobody_confirms_falls_back() {
    let mut mote = Mote::with_radio(1);
    mote.push(&spec(1, broadcast(129)));
    mote.run_for(11_000_000);
    mote.push(&spec(2, broadcast(200)).policy(Policy::Operator));
    assert_eq!(mote.runs("net"), (TRIAL, 2));
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("net"), (CONFIRMED, 1));
    assert_eq!(says(&mut mote, 129).len(), 1);
    assert_eq!(mote.field("net", "error"), "2 was not confirmed in time");
}

#[test]
fn stop_ends_the_stacks_and_a_script_beside_them_goes_on() {
    let mut mote = Mote::with_radio(1);
    mote.push(&Spec::new(1, "var answer = 42;"));
    mote.push(&spec(1, broadcast(129)));
    let mut stop = Spec::command(2, Command::Stop, 1);
    stop.id = "net";
    assert_eq!(mote.push(&stop).0, 2);
    assert!(mote.node().network().unwrap().stacks().is_empty());
    assert!(says(&mut mote, 129).is_empty());
    assert_eq!(mote.runs("alarm").1, 1);
}

#[test]
fn only_one_container_has_the_stacks() {
    let mut mote = Mote::with_radio(1);
    mote.push(&spec(1, broadcast(129)));
    mote.push(&spec(1, broadcast(200)).id("other"));
    assert_eq!(mote.runs("net"), (TRIAL, 1));
    let error = mote.field("other", "error");
    assert_eq!(error, "1: another container has the stacks");
    assert_eq!(says(&mut mote, 129).len(), 1);
}

#[test]
fn a_node_without_stacks_refuses_the_kind() {
    let mut mote = Mote::new();
    let reply = mote.try_push(&spec(1, broadcast(129))).unwrap();
    assert!(reply.text().starts_with("1402"), "{}", reply.text());
}

/// Whenever the power goes during an update, one of the two compositions runs afterwards, whole.
#[test]
fn power_may_go_at_any_flash_operation() {
    let mut cut = 0;
    loop {
        let mut mote = Mote::with_radio(1);
        mote.push(&spec(1, broadcast(129)));
        mote.run_for(11_000_000);
        mote.flash.0.borrow_mut().cut_after(cut, Tear::Front, cut);
        let _ = mote.try_push(&spec(2, broadcast(200)));
        // The trial's marks are written while time passes.
        for _ in 0..2_000 {
            mote.poll();
            mote.now += 10_000;
        }
        let done = !mote.flash.0.borrow().is_off();
        mote.boot();
        mote.run_for(11_000_000);
        let (state, sequence) = mote.runs("net");
        assert_eq!(state, CONFIRMED, "cut {cut}");
        let channel = if sequence == 1 { 129 } else { 200 };
        assert_eq!(says(&mut mote, channel).len(), 1, "cut {cut}");
        if done {
            assert_eq!(sequence, 2);
            break;
        }
        cut += 1;
    }
    assert!(cut > 5, "{cut}");
}

/// Channel, broadcast, unicast, application.
fn unicast(channel: u32) -> Vec<u8> {
    message(&[
        ModuleSpec::new(id::CHANNEL, &[(0, channel)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ])
}
/// A script with grants of the radio and of recording.
fn script(source: &str) -> Spec {
    let mut spec = Spec::new(1, source);
    spec.radio = Some(Radio {
        channels: 1 << 11 | 1 << 26,
        max_power_dbm: 3,
        scan: true,
    });
    spec.data = true;
    spec
}
/// Lets both motes work for so long, and hear each other.
fn together(motes: &mut [Mote; 2], us: u64) {
    let end = motes[0].now + us;
    while motes[0].now < end {
        let now = motes[0].now;
        for from in 0..2 {
            motes[from].now = now;
            motes[from].poll();
            for frame in frames(&mut motes[from]) {
                let info = Info {
                    rssi_dbm: -60,
                    lqi: 100,
                    ..Info::default()
                };
                let _ = motes[1 - from].node().radio_receive(now, &frame, info);
            }
        }
        motes[0].now += 1_000;
    }
}

#[test]
fn a_script_on_one_mote_talks_to_a_script_on_another() {
    let mut motes = [1, 2].map(Mote::with_radio);
    let sources = [
        "var s = stack.open(146), left = 3;
         s.on_receive(function (payload, from, info) {
           print('pong', payload instanceof Uint8Array, payload[0], from, info.rssi, info.lqi, info.hops);
         });
         timer.setInterval(function () { s.send(new Uint8Array([left, 7]), '2.0'); return --left > 0; }, 1000000);",
        "var s = stack.open(146);
         s.on_receive(function (payload, from) {
           data.record('ping', payload[0] + payload[1] / 10, 'count');
           payload[0] += 100;
           s.send(payload, from);
         });",
    ];
    for (mote, source) in motes.iter_mut().zip(sources) {
        mote.push(&spec(1, unicast(146)));
        mote.push(&script(source));
        assert_eq!(mote.runs("alarm").0, TRIAL);
        assert_eq!(mote.field("alarm", "error"), "");
    }
    motes[1].now = motes[0].now.max(motes[1].now);
    motes[0].now = motes[1].now;
    together(&mut motes, 4_000_000);
    let log = motes[0].board.0.borrow().log.clone();
    for n in [103, 102, 101] {
        assert!(
            log.contains(&format!("pong true {n} 2.0 -60 100 1\n"))
                || log.contains(&format!("pong true {n} 2.0 -60 100 0\n")),
            "{log}"
        );
    }
    // What was recorded is read over CoAP, as SenML in CBOR.
    let reply = motes[1].request(Code::GET, "c/alarm/data", &[]).unwrap();
    assert_eq!(reply.code, (2, 5));
    // Three records, of which the first block has two.
    assert_eq!(reply.payload[0], 0x83);
    for value in [3.7f64, 2.7] {
        let bytes = value.to_be_bytes();
        assert!(reply.payload.windows(8).any(|w| w == bytes), "{value}");
    }
}

/// What the script at the top level came to.
fn outcome(source: &str) -> (String, Mote) {
    let mut mote = Mote::with_radio(1);
    mote.push(&spec(1, unicast(146)));
    mote.push(&script(&format!("try {{ {source} }} catch (e) {{ print(e); }}")));
    let log = mote.board.0.borrow().log.clone();
    (log, mote)
}

#[test]
fn calls_of_the_radio_are_checked() {
    for (source, said) in [
        ("print(radio.energy(11));", "-79\n"),
        ("print(radio.energy(26));", "undefined\n"),
        ("print(radio.power(20));", "3\n"),
        ("print(radio.power(-20));", "-20\n"),
        ("print(radio.channel(11));", "true\n"),
        (
            "radio.energy(12);",
            "Error: no permission for this radio channel\n",
        ),
        (
            "radio.channel(12);",
            "Error: no permission for this radio channel\n",
        ),
        ("radio.channel(27);", "RangeError: a radio channel is 0 to 26\n"),
        ("radio.power(NaN);", "RangeError: a power is -128 to 127 dBm\n"),
        ("stack.open(147);", "RangeError: no stack has this channel\n"),
        ("stack.open(-1);", "RangeError: a channel is 0 to 65535\n"),
        ("var s = stack.stats;", ""),
        ("print(stack.open(146).stats().sent);", "0\n"),
        (
            "stack.open(146).send(5);",
            "TypeError: a payload is bytes or a text\n",
        ),
        (
            "stack.open(146).send('x', 'here');",
            "TypeError: an address is a text as \"1.0\"\n",
        ),
        (
            "stack.open(146).send(new Uint8Array(200));",
            " bytes of payload\n",
        ),
        ("stack.open(146).on_receive(5);", "TypeError: "),
        (
            "var send = stack.open(146).send; send('x');",
            "TypeError: called on something else\n",
        ),
        ("data.record('a b', 1);", "TypeError: a name has 1 to 12"),
        ("data.record('a', NaN);", "RangeError: not a finite number\n"),
        ("data.record('a');", "TypeError: "),
    ] {
        let (log, mut mote) = outcome(source);
        assert!(
            log.ends_with(said) || !said.is_empty() && log.contains(said),
            "{source}: {log}"
        );
        assert_eq!(mote.field("alarm", "error"), "", "{source}");
    }
}

#[test]
fn without_a_grant_nothing_of_it_is_permitted() {
    for source in [
        "stack.open(146);",
        "radio.energy(11);",
        "radio.power(0);",
        "radio.channel(11);",
        "data.record('a', 1);",
    ] {
        let mut mote = Mote::with_radio(1);
        mote.push(&spec(1, unicast(146)));
        mote.push(&Spec::new(1, source));
        let error = mote.field("alarm", "error");
        assert!(error.contains("no permission"), "{source}: {error}");
    }
}

#[test]
fn a_script_that_ends_receives_no_more() {
    let mut mote = Mote::with_radio(2);
    mote.push(&spec(1, broadcast(129)));
    mote.push(&script(
        "stack.open(129).on_receive(function () { print('heard'); });",
    ));
    let heard = |mote: &mut Mote| {
        let now = mote.now;
        mote.node()
            .radio_receive(now, b"\x81\x00\x01\x00x", Info::default())
            .unwrap();
        mote.settle();
        mote.board.0.borrow().log.matches("heard").count()
    };
    assert_eq!(heard(&mut mote), 1);
    let mut payload = [0; 4];
    assert_eq!(
        mote.node().next_stack_event(&mut payload),
        None,
        "it was the script's"
    );
    assert_eq!(mote.push(&Spec::command(2, Command::Stop, 1)).0, 2);
    assert_eq!(heard(&mut mote), 1);
    assert!(
        mote.node().next_stack_event(&mut payload).is_some(),
        "now it is the firmware's"
    );
}
