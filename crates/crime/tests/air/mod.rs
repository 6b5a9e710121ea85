//! Several nodes on virtual time: what one sends, those in its reach hear at once.
#![allow(dead_code, unreachable_pub)]

use crate::common::{Node, bytes, hex};
use motebox_crime::{FRAME_BYTES, Info};

/// A frame on the air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub at: u64,
    pub node: usize,
    pub hex: String,
}

/// Whether a frame of one node reaches another one.
pub type Reach = Box<dyn FnMut(usize, usize, &str) -> bool>;

/// Nodes, and who hears whom.
pub struct Air {
    pub nodes: Vec<Node>,
    pub reach: Reach,
    pub trace: Vec<Heard>,
    pub now: u64,
}

impl Air {
    pub fn new(nodes: Vec<Node>, reach: impl FnMut(usize, usize, &str) -> bool + 'static) -> Air {
        Air {
            nodes,
            reach: Box::new(reach),
            trace: Vec::new(),
            now: 0,
        }
    }

    /// A line: everybody hears the nodes beside it.
    pub fn line(nodes: Vec<Node>) -> Air {
        Air::new(nodes, |from, to, _| from.abs_diff(to) == 1)
    }

    /// Everybody hears everybody.
    pub fn all(nodes: Vec<Node>) -> Air {
        Air::new(nodes, |from, to, _| from != to)
    }

    /// Transmits what waits for the radio, and what that makes others send. Each frame takes a millisecond.
    pub fn settle(&mut self) {
        let mut out = [0; FRAME_BYTES];
        loop {
            let mut quiet = true;
            for from in 0..self.nodes.len() {
                let Some(frame) = self.nodes[from].0.next_frame(self.now, &mut out) else {
                    continue;
                };
                quiet = false;
                self.now += 1000;
                let text = hex(&out[..frame.len]);
                self.nodes[from].0.frame_done(self.now, true);
                self.trace.push(Heard {
                    at: self.now,
                    node: from,
                    hex: text.clone(),
                });
                for to in 0..self.nodes.len() {
                    if (self.reach)(from, to, &text) {
                        let info = Info {
                            rssi_dbm: -60,
                            lqi: 100,
                            ..Info::default()
                        };
                        let _ = self.nodes[to].0.receive(self.now, &bytes(&text), info);
                    }
                }
            }
            if quiet {
                return;
            }
        }
    }

    /// Lets time pass until `until`.
    pub fn run(&mut self, until: u64) {
        loop {
            self.settle();
            let now = self.now;
            let next = self.nodes.iter_mut().map(|node| node.0.poll(now)).min().unwrap();
            self.settle();
            if next > until && self.nodes.iter_mut().all(|node| node.0.poll(now) > until) {
                self.now = self.now.max(until);
                return;
            }
            self.now = self.now.max(next.min(until));
        }
    }

    /// The trace of one node, and the trace begins anew.
    pub fn take(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.trace)
    }
}
