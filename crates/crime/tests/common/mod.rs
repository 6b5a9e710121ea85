//! What the tests share: nodes with memory of their own, and hex.
#![allow(dead_code, unreachable_pub)]

use motebox_crime::{
    Address, Config, Event, FRAME_BYTES, Framing, Info, Network, Op, Refused, StackSpec, Storage, modules,
};

pub type Room = Storage<8, 40, 600, 12>;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

pub fn config(a: u8) -> Config {
    Config {
        address: Address::new(a, 0),
        seed: u32::from(a),
        framing: Framing::default(),
    }
}

/// A node that lives as long as the test.
pub struct Node(pub Network<'static>);

impl Node {
    pub fn with(config: Config) -> Node {
        let room: &'static mut Room = Box::leak(Box::new(Room::new()));
        Node(Network::new(room.memory(), modules::REGISTRY, config))
    }

    pub fn new(a: u8, stacks: &[StackSpec<'_>]) -> Node {
        let mut node = Node::with(config(a));
        node.0.compose(0, stacks).unwrap();
        node
    }

    pub fn compose(&mut self, now: u64, stacks: &[StackSpec<'_>]) -> Result<(), Refused> {
        self.0.compose(now, stacks)
    }

    pub fn send(&mut self, now: u64, channel: u16, to: u8, payload: &[u8]) {
        self.0.send(now, channel, Address::new(to, 0), payload).unwrap();
    }

    /// Everything that waits for the radio, in hex.
    pub fn frames(&mut self, now: u64) -> Vec<String> {
        let mut out = [0; FRAME_BYTES];
        let mut frames = Vec::new();
        while let Some(frame) = self.0.next_frame(now, &mut out) {
            frames.push(hex(&out[..frame.len]));
        }
        frames
    }

    pub fn hear(&mut self, now: u64, frame: &str) {
        let _ = self.0.receive(
            now,
            &bytes(frame),
            Info {
                rssi_dbm: -60,
                lqi: 100,
                ..Info::default()
            },
        );
    }

    /// Everything that waits for the application.
    pub fn events(&mut self) -> Vec<(Op, Vec<u8>)> {
        self.full_events()
            .into_iter()
            .map(|(event, payload)| (event.op, payload))
            .collect()
    }

    pub fn full_events(&mut self) -> Vec<(Event, Vec<u8>)> {
        let mut payload = [0; 128];
        let mut events = Vec::new();
        while let Some(event) = self.0.next_event(&mut payload) {
            events.push((event, payload[..event.len].to_vec()));
        }
        events
    }

    /// Polls at each deadline until `until`, and gives the frames with their times.
    pub fn run(&mut self, until: u64) -> Vec<(u64, String)> {
        let mut frames = Vec::new();
        let mut now = 0;
        loop {
            let next = self.0.poll(now);
            frames.extend(self.frames(now).into_iter().map(|frame| (now, frame)));
            let next = next.min(self.0.poll(now));
            if next > until {
                return frames;
            }
            assert!(next > now || self.0.poll(now) >= now, "time stands still");
            now = next.max(now);
        }
    }
}
