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

/// Nodes and who hears whom, on virtual time; every frame takes a millisecond.
pub struct Air {
    pub nodes: Vec<Node>,
    pub links: fn(usize, usize) -> bool,
    pub now: u64,
    pub trace: Vec<(u64, usize, String)>,
}

impl Air {
    pub fn new(nodes: Vec<Node>, links: fn(usize, usize) -> bool) -> Air {
        Air {
            nodes,
            links,
            now: 0,
            trace: Vec::new(),
        }
    }

    /// Lets time pass until `until`; gives the frames that went over the air, node numbers from 1.
    pub fn run(&mut self, until: u64) -> Vec<(usize, String)> {
        let begin = self.trace.len();
        loop {
            let mut frames = Vec::new();
            for (at, node) in self.nodes.iter_mut().enumerate() {
                node.0.poll(self.now);
                frames.extend(node.frames(self.now).into_iter().map(|frame| (at, frame)));
            }
            for (from, frame) in &frames {
                self.trace.push((self.now, *from, frame.clone()));
                for to in 0..self.nodes.len() {
                    if to != *from && (self.links)(*from, to) {
                        self.nodes[to].hear(self.now + 1_000, frame);
                    }
                }
            }
            let now = self.now;
            let next = self.nodes.iter_mut().map(|node| node.0.poll(now)).min().unwrap();
            let next = if frames.is_empty() { next } else { now + 1_000 };
            if next > until {
                self.now = until;
                return self.trace[begin..]
                    .iter()
                    .map(|(_, from, frame)| (from + 1, frame.clone()))
                    .collect();
            }
            self.now = next.max(now);
        }
    }
}

/// A line: everyone hears the one before and the one after.
pub fn line(a: usize, b: usize) -> bool {
    a.abs_diff(b) == 1
}
