//! A packet through channel, broadcast, unicast and app, down at one node and up at another.
//!
//! Sections, for a payload of 6 B and then for one of 64 B: down, from the application's payload to the frame in the driver's
//! buffer and back up with the outcome, until the application has it; up, from the frame to the payload in the application's
//! buffer. The driver itself does nothing.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use motebox_bench::{expect, section};
use motebox_crime::modules::{self, id};
use motebox_crime::{
    Address, Config, Event, FRAME_BYTES, Framing, Info, ModuleSpec, Network, Op, StackSpec, Storage,
};
use motebox_firmware::{console, probe};

const CHANNEL: u16 = 146;
const SENDER: Address = Address::new(1, 0);
const RECEIVER: Address = Address::new(2, 0);
/// The capture of the first packet in Contiki.
const ON_AIR: [u8; 12] = *b"\x92\0\x02\0\x01\0Hello\0";
const PAYLOAD: [u8; 64] = *b"Hello\0..........................................................";

type Memory = Storage<2, 8, 48, 4>;

fn node(storage: &mut Memory, address: Address) -> Network<'_> {
    let config = Config {
        address,
        seed: 1,
        framing: Framing::default(),
    };
    let mut network = Network::new(storage.memory(), black_box(modules::REGISTRY), config);
    let channel = [(0, u32::from(CHANNEL))];
    let modules = [
        ModuleSpec::new(id::CHANNEL, &channel),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::UNICAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    expect(
        "the stack",
        network.compose(0, &[StackSpec::new(&modules)]).is_ok(),
    );
    network
}

/// `now` comes from outside, as a clock's reading does: nothing of the check that it never goes back is known beforehand.
#[inline(never)]
fn down(
    network: &mut Network<'_>,
    now: u64,
    payload: &[u8],
    frame: &mut [u8; FRAME_BYTES],
) -> (usize, Option<Event>) {
    let sent = network.send(now, CHANNEL, RECEIVER, payload);
    let len = network.next_frame(now, frame).map_or(0, |frame| frame.len);
    network.frame_done(now, sent.is_ok());
    (len, network.next_event(&mut []))
}

#[inline(never)]
fn up(network: &mut Network<'_>, now: u64, frame: &[u8], payload: &mut [u8]) -> Option<Event> {
    network.receive(now, frame, Info::default()).ok()?;
    network.next_event(payload)
}

#[entry]
fn main() -> ! {
    let (mut here, mut there) = (Storage::new(), Storage::new());
    let mut sender = node(&mut here, SENDER);
    let mut receiver = node(&mut there, RECEIVER);
    let mut frame = [0; FRAME_BYTES];
    let mut received = [0; 64];
    for count in [6, 64] {
        let payload = PAYLOAD.get(..black_box(count)).unwrap_or(&[]);
        let (len, told) = section(|| down(&mut sender, black_box(1), payload, &mut frame));
        expect("the frame", len == 6 + count && frame.starts_with(&ON_AIR));
        expect("its outcome", told.is_some_and(|event| event.op == Op::Sent));
        let frame = frame.get(..len).unwrap_or(&[]);
        let told = section(|| up(&mut receiver, black_box(1), frame, &mut received));
        let whole = |event: Event| event.op == Op::Recv && event.from == SENDER && event.len == count;
        expect("its reception", told.is_some_and(whole));
        expect("its payload", received.get(..count) == Some(payload));
    }
    probe::report();
    console::succeed()
}
