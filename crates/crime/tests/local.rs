//! Modules between neighbours: runicast and link_stats.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Air, Node};
use motebox_crime::modules::{id, link_stats};
use motebox_crime::{Address, Attr, Info, ModuleSpec, NEVER, Op, StackSpec};

const RUNICAST: [ModuleSpec<'static>; 5] = [
    ModuleSpec::new(id::CHANNEL, &[(0, 144)]),
    ModuleSpec::new(id::BROADCAST, &[]),
    ModuleSpec::new(id::UNICAST, &[]),
    ModuleSpec::new(id::RUNICAST, &[]),
    ModuleSpec::new(id::APP, &[]),
];

fn runicast(a: u8) -> Node {
    Node::new(a, &[StackSpec::new(&RUNICAST)])
}

#[test]
fn runicast_as_captured() {
    let mut air = Air::new(vec![runicast(1), runicast(2)], |_, _| true);
    for round in 0..2 {
        air.nodes[0].send(air.now, 144, 2, b"Hello\0");
        air.run((round + 1) * 500_000);
    }
    let frames: Vec<&str> = air.trace.iter().map(|(_, _, frame)| frame.as_str()).collect();
    let (data, ack) = ("9000004000200048656c6c6f00", "90008020004000");
    let (data1, ack1) = ("9000204000200048656c6c6f00", "9000a020004000");
    assert_eq!(frames, [data, ack, data1, ack1]);
    assert_eq!(air.nodes[0].events(), vec![(Op::Sent, vec![]); 2]);
    assert_eq!(air.nodes[1].events(), vec![(Op::Recv, b"Hello\0".to_vec()); 2]);
    assert_eq!(air.nodes[0].0.poll(1_000_000), NEVER);
}

#[test]
fn runicast_sends_again_every_second_and_gives_up() {
    let mut node = runicast(1);
    node.send(0, 144, 2, b"A");
    let frames = node.run(20_000_000);
    assert_eq!(
        frames.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        [0, 1_000_000, 2_000_000, 3_000_000]
    );
    assert!(
        frames
            .iter()
            .all(|(_, frame)| frame == "900000400020 0041".replace(' ', "").as_str())
    );
    assert_eq!(node.events(), [(Op::TimedOut, vec![])]);
    // The next packet has the next number, and the number of transmissions that is asked for.
    node.0
        .send_with(20_000_000, 144, Address::new(2, 0), b"B", &[(Attr::MaxRexmit, 2)])
        .unwrap();
    let frames = node.run(40_000_000);
    assert_eq!(frames.len(), 2);
    assert_eq!(frames[0].1, "90002040002000 42".replace(' ', ""));
}

#[test]
fn runicast_takes_only_the_acknowledgement_that_it_waits_for() {
    let mut node = runicast(1);
    node.send(0, 144, 2, b"A");
    node.frames(0);
    node.hear(1, "9000a020004000"); // number 1
    node.hear(2, "90008020006000"); // number 0, but from 3.0
    node.hear(3, "90008040004000"); // for 2.0
    assert_eq!(node.events(), []);
    // One at a time.
    node.send(4, 144, 2, b"B");
    assert_eq!(node.events(), [(Op::Dropped, vec![])]);
    node.hear(5, "9000802000401f"); // padding is not looked at
    assert_eq!(node.events(), [(Op::Sent, vec![])]);
    node.hear(6, "90008020004000");
    assert_eq!(node.events(), []);
    assert_eq!(node.run(20_000_000), []);
}

#[test]
fn runicast_numbers_go_round_after_three() {
    let mut air = Air::new(vec![runicast(1), runicast(2)], |_, _| true);
    let mut numbers = Vec::new();
    for round in 0..6 {
        air.nodes[0].send(air.now, 144, 2, b"");
        let frames = air.run((round + 1) * 100_000);
        numbers.push(u8::from_str_radix(&frames[0].1[4..6], 16).unwrap() >> 5 & 3);
    }
    assert_eq!(numbers, [0, 1, 2, 3, 0, 1]);
}

#[test]
fn an_acknowledgement_goes_out_before_the_answer() {
    let mut echo = RUNICAST;
    echo[4] = ModuleSpec::new(id::ECHO_APP, &[]);
    let mut node = Node::new(2, &[StackSpec::new(&echo)]);
    node.hear(0, "90000040002000 41".replace(' ', "").as_str());
    assert_eq!(node.frames(0), ["90008020004000", "9000002000400041"]);
}

fn stats(params: &'static [(u8, u32)]) -> [ModuleSpec<'static>; 4] {
    [
        ModuleSpec::new(id::CHANNEL, &[(0, 129)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::LINK_STATS, params),
        ModuleSpec::new(id::APP, &[]),
    ]
}

#[test]
fn link_stats_are_running_means() {
    let modules = stats(&[(0, 2), (1, 4)]);
    let mut node = Node::new(1, &[StackSpec::new(&modules)]);
    let mut hear = |from: u8, rssi_dbm: i16, lqi: u8| {
        let frame = [129, 0, from, 0, 7];
        node.0
            .receive(
                0,
                &frame,
                Info {
                    rssi_dbm,
                    lqi,
                    ..Info::default()
                },
            )
            .unwrap();
        link_stats::links(node.0.module_state(129, id::LINK_STATS)).collect::<Vec<_>>()
    };
    let mut exact = (0.0, 0.0);
    let mut worst: f64 = 0.0;
    for n in 1..200u8 {
        let (rssi, lqi) = (-40 - i16::from(n) * 7 % 50, n.wrapping_mul(37));
        let links = hear(2, rssi, lqi);
        let weight = 1.0 / f64::from(n.min(4));
        exact.0 += (f64::from(rssi) - exact.0) * weight;
        exact.1 += (f64::from(lqi) - exact.1) * weight;
        assert_eq!((links.len(), links[0].neighbour), (1, Address::new(2, 0)));
        assert_eq!(links[0].packets, u16::from(n.min(4)));
        worst = worst.max((f64::from(links[0].rssi_q8) / 256.0 - exact.0).abs());
        worst = worst.max((f64::from(links[0].lqi_q8) / 256.0 - exact.1).abs());
    }
    // The stated error: one 256th for each packet in the window.
    assert!(worst < 4.0 / 256.0, "{worst}");
    // A table of two: the third neighbour takes the place of the first.
    hear(3, -1, 1);
    let links = hear(4, -2, 2);
    assert_eq!(
        links.iter().map(|link| link.neighbour.0[0]).collect::<Vec<_>>(),
        [4, 3]
    );
    let links = hear(5, -2, 2);
    assert_eq!(
        links.iter().map(|link| link.neighbour.0[0]).collect::<Vec<_>>(),
        [4, 5]
    );
    assert_eq!((links[0].rssi_q8, links[0].lqi_q8), (-512, 512));
}
