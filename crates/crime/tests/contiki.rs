//! Exchanges with a running Contiki. `vectors/` holds what was on the air between Contiki nodes (its native target, on
//! virtual time) and a node of this library, or between Contiki nodes alone. Our node gets again what it heard then,
//! and has to send the same frames, in the same order when each is counted once, and tell its application the same.
//!
//! A line is milliseconds, node, and what: C a request of its application, F a frame, X a frame that nobody heard, E
//! what its application was told. Frames are heard a millisecond later.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::{Node, bytes, config, hex};
use motebox_crime::modules::{id, timesynch};
use motebox_crime::{Address, Attr, ModuleSpec, Op, StackSpec};

struct Line {
    ms: u64,
    node: u8,
    kind: char,
    text: String,
}

fn lines(vector: &str) -> Vec<Line> {
    let path = format!("{}/tests/vectors/{vector}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let parse = |line: &str| {
        let mut words = line.splitn(4, ' ');
        Line {
            ms: words.next().unwrap().parse().unwrap(),
            node: words.next().unwrap().parse().unwrap(),
            kind: words.next().unwrap().chars().next().unwrap(),
            text: words.next().unwrap_or("").trim_end().to_string(),
        }
    };
    lines.map(parse).collect()
}

/// An application with an object, as the one that took part.
struct App {
    node: Node,
    channel: u16,
    to: Address,
    object: Vec<u8>,
    frames: Vec<String>,
    told: Vec<String>,
}

impl App {
    fn chunk(&self, number: u16) -> Vec<u8> {
        let from = (usize::from(number) * 64).min(self.object.len());
        self.object[from..(from + 64).min(self.object.len())].to_vec()
    }

    fn send_chunk(&mut self, now: u64, number: u16) {
        let chunk = self.chunk(number);
        let (channel, to) = (self.channel, self.to);
        self.node
            .0
            .send_with(now, channel, to, &chunk, &[(Attr::Chunk, number)])
            .unwrap();
    }

    fn open(&mut self, now: u64, stack: &[ModuleSpec<'_>], merged: Option<&[ModuleSpec<'_>]>) {
        let mut stacks = vec![StackSpec::new(stack)];
        stacks.extend(merged.map(|merged| StackSpec::merged(merged, 3)));
        self.node.compose(now, &stacks).unwrap();
    }

    fn request(&mut self, now: u64, text: &str) {
        const BROADCAST: ModuleSpec<'static> = ModuleSpec::new(id::BROADCAST, &[]);
        const APP: ModuleSpec<'static> = ModuleSpec::new(id::APP, &[]);
        let words: Vec<&str> = text.split(' ').collect();
        let number = |at: usize| words[at].parse::<u32>().unwrap();
        if words.get(1) == Some(&"open") {
            let collect = u32::from(words[0] == "collect");
            self.channel = (number(2) + collect) as u16;
        }
        let this = [(0, u32::from(self.channel))];
        let channel = ModuleSpec::new(id::CHANNEL, &this);
        match words[..] {
            ["trickle", "open", _] => {
                self.open(
                    now,
                    &[channel, BROADCAST, ModuleSpec::new(id::TRICKLE, &[]), APP],
                    None,
                );
            }
            ["trickle", "send", payload] => self.node.send(now, self.channel, 0, &bytes(payload)),
            ["collect", "open", below, _, ref form @ ..] => {
                let sink = [(0, u32::from(self.node.0.address().0[0] == 1))];
                let unicast = ModuleSpec::new(id::UNICAST, &[]);
                let stack = [
                    channel,
                    BROADCAST,
                    unicast,
                    ModuleSpec::new(id::COLLECT, &sink),
                    APP,
                ];
                let (module, other) = if form.is_empty() {
                    (id::ANNOUNCEMENT, [(0, 2)])
                } else {
                    (id::NEIGHBOR_DISCOVERY, [(0, below.parse().unwrap())])
                };
                let merged = [
                    ModuleSpec::new(id::CHANNEL, &other),
                    BROADCAST,
                    ModuleSpec::new(module, &[]),
                ];
                self.open(now, &stack, Some(&merged));
            }
            ["collect", "send", _, payload] => {
                let transmissions = [(Attr::MaxRexmit, number(2) as u16)];
                let (channel, payload) = (self.channel, bytes(payload));
                self.node
                    .0
                    .send_with(now, channel, Address::NONE, &payload, &transmissions)
                    .unwrap();
            }
            ["collect", "sink", _] => {}
            ["nd", "open", _] => {
                let discovery = ModuleSpec::new(id::NEIGHBOR_DISCOVERY, &[]);
                self.open(now, &[channel, BROADCAST, discovery, APP], None);
            }
            ["nd", "start" | "set", _] => {
                let value = (number(2) as u16).to_le_bytes();
                self.node.send(now, self.channel, 0, &value);
            }
            ["ann", "reg", _, _] => {
                if self.channel == 0 {
                    self.channel = 2;
                    let announcement = ModuleSpec::new(id::ANNOUNCEMENT, &[]);
                    self.open(
                        now,
                        &[
                            ModuleSpec::new(id::CHANNEL, &[(0, 2)]),
                            BROADCAST,
                            announcement,
                            APP,
                        ],
                        None,
                    );
                }
                self.to = Address::from_value(number(3) as u16);
            }
            ["ann", "set", _, _] => {
                // The id of the announcement registered last, and its value.
                let pair = [self.to.0, (number(3) as u16).to_le_bytes()].concat();
                self.node.send(now, 2, 0, &pair);
            }
            ["rucb", "open", _] => {
                let [unicast, runicast, rucb] =
                    [id::UNICAST, id::RUNICAST, id::RUCB].map(|id| ModuleSpec::new(id, &[]));
                self.open(now, &[channel, BROADCAST, unicast, runicast, rucb, APP], None);
            }
            ["rucb", "send", _] => {
                self.to = Address::new(number(2) as u8, 0);
                self.send_chunk(now, 0);
            }
            ["r1", "open", _] => {
                let next = [(0, u32::from(self.channel) + 1)];
                let trickle = ModuleSpec::new(id::TRICKLE, &[(0, 500)]);
                let ipolite = ModuleSpec::new(id::IPOLITE, &[(1, 4)]);
                let stack = [
                    channel,
                    BROADCAST,
                    trickle,
                    ModuleSpec::new(id::RUDOLPH1, &[]),
                    APP,
                ];
                let merged = [ModuleSpec::new(id::CHANNEL, &next), BROADCAST, ipolite];
                self.open(now, &stack, Some(&merged));
            }
            ["r2", "open", _] => {
                let (abc, polite) = (
                    ModuleSpec::new(id::ABC, &[]),
                    ModuleSpec::new(id::POLITE, &[(1, 1)]),
                );
                self.open(
                    now,
                    &[channel, abc, polite, ModuleSpec::new(id::RUDOLPH2, &[]), APP],
                    None,
                );
            }
            ["r1" | "r2", "send", _] => self.send_chunk(now, 0),
            ["ts", "level", _] => {
                self.channel = 7;
                let params = [(2, number(2)), (3, 1000), (4, 2)];
                let timesynch = ModuleSpec::new(id::TIMESYNCH, &params);
                self.open(
                    now,
                    &[ModuleSpec::new(id::CHANNEL, &[(0, 7)]), BROADCAST, timesynch, APP],
                    None,
                );
            }
            ["ts", "time"] => {
                let (level, offset) = timesynch::offset(self.node.0.module_state(7, id::TIMESYNCH)).unwrap();
                let time = timesynch::ticks(now, 1000).wrapping_add(offset);
                self.told
                    .push(format!("ts time {time} offset {offset} level {level}"));
            }
            ["file", _] => self.object = (0..number(1)).map(|i| (i * 7 + i / 64) as u8).collect(),
            _ => panic!("{text}"),
        }
    }

    /// Everything that goes out, and that the application is told, until nothing does any more; then when to go on.
    fn settle(&mut self, now: u64) -> u64 {
        loop {
            let next = self.node.0.poll(now);
            let again = next <= now;
            let frames = self.node.frames(now);
            self.node.0.frame_done(now, true);
            let events = self.node.full_events();
            if !again && frames.is_empty() && events.is_empty() {
                return next;
            }
            self.frames.extend(frames);
            for (event, payload) in events {
                match event.op {
                    Op::ReadChunk => self.send_chunk(now, event.chunk),
                    Op::WriteChunk => {
                        self.object.resize(usize::from(event.chunk) * 64, 0);
                        self.object.extend_from_slice(&payload);
                        self.told.push(format!("chunk {} len {}", event.chunk, event.len));
                    }
                    op => {
                        let (from, hops) = (event.from.0[0], event.hops);
                        let text = format!("{op:?} from {from} hops {hops} {}", hex(&payload));
                        self.told.push(text.trim_end().to_string());
                    }
                }
            }
        }
    }
}

fn first_of_each(frames: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for frame in frames {
        if !seen.contains(&frame) {
            seen.push(frame);
        }
    }
    seen
}

/// Plays the part of node `a` in an exchange; what it sent and told is left in the `App`.
fn play(vector: &str, a: u8) -> (App, Vec<Line>) {
    let lines = lines(vector);
    let mut app = App {
        node: Node::with(config(a)),
        channel: 0,
        to: Address::NONE,
        object: Vec::new(),
        frames: Vec::new(),
        told: Vec::new(),
    };
    let mut next = 0;
    for ms in 0..=lines.last().unwrap().ms {
        let now = ms * 1000;
        if next > now && !lines.iter().any(|line| line.ms == ms || line.ms + 1 == ms) {
            continue;
        }
        app.settle(now);
        for line in lines
            .iter()
            .filter(|line| line.kind == 'C' && (line.ms, line.node) == (ms, a))
        {
            app.request(now, &line.text);
            app.settle(now);
        }
        let heard = |line: &&Line| line.kind == 'F' && line.ms + 1 == ms && line.node.abs_diff(a) == 1;
        for line in lines.iter().filter(heard) {
            app.node.hear(now, &line.text);
            app.settle(now);
        }
        next = app.settle(now);
    }
    (app, lines)
}

/// Node `a` does what it did in the exchange.
fn same_again(vector: &str, a: u8) {
    let (mut app, mut lines) = play(vector, a);
    if vector.starts_with("timesynch") {
        // Address, level and offset: what follows is when they were sent.
        app.frames.iter_mut().for_each(|frame| frame.truncate(16));
        lines
            .iter_mut()
            .filter(|line| line.kind == 'F')
            .for_each(|line| line.text.truncate(16));
    }
    let ours = |kinds: &'static str| {
        let lines = lines
            .iter()
            .filter(move |line| line.node == a && kinds.contains(line.kind));
        lines.map(|line| line.text.clone())
    };
    assert_eq!(
        first_of_each(app.frames.into_iter()),
        first_of_each(ours("FX")),
        "{vector}"
    );
    assert_eq!(app.told, ours("E").collect::<Vec<_>>(), "{vector}");
}

#[test]
fn trickle() {
    for a in [1, 2, 3] {
        same_again(&format!("trickle-{a}"), a);
    }
}

#[test]
fn announcements() {
    for vector in ["announcement", "neighbor_discovery"] {
        same_again(&format!("{vector}-1"), 1);
        same_again(&format!("{vector}-2"), 2);
    }
}

#[test]
fn collect() {
    for a in [1, 2, 3] {
        same_again(&format!("collect-{a}"), a);
    }
    same_again("collect-nd-2", 2);
}

#[test]
fn objects_in_chunks() {
    for vector in ["rucb", "rudolph1", "rudolph2"] {
        same_again(&format!("{vector}-1"), 1);
        same_again(&format!("{vector}-2"), 2);
    }
    same_again("rudolph1-line-2", 2);
}

#[test]
fn common_time() {
    same_again("timesynch-1", 1);
    same_again("timesynch-2", 2);
}

#[test]
fn a_sink_answers_as_contikis_does() {
    // The sink of an exchange among Contiki nodes: its acknowledgements are all it says on the data channel.
    let (app, lines) = play("collect-contiki", 1);
    let on_data = |frame: &String| frame.starts_with("8300");
    let ours: Vec<_> = app.frames.into_iter().filter(on_data).collect();
    let theirs = lines
        .iter()
        .filter(|line| line.node == 1 && line.kind == 'F')
        .map(|line| line.text.clone());
    assert_eq!(ours, theirs.filter(on_data).collect::<Vec<_>>());
    assert_eq!(app.told.len(), 3);
}
