//! `motebox sim`: a network of simulated nodes, printed as it happens.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use motebox_crime::modules::id;
use motebox_crime::modules::rucb::CHUNK_BYTES;
use motebox_crime::{Address, Event, Framing, Mac, Op, SendError};
use motebox_sim::radio::{
    NoNode, Observer, PathLoss, Pcap, Position, Room, Settings, Simulation, Size, Topology,
};
use serde_json::{Value, json};

use super::print;
use crate::composition::units::{self, show_address};
use crate::composition::{Composition, cost, param_of, presets, words};
use crate::error::{Error, Result, say};
use crate::hex::hex;
use crate::radio_args::{MacName, Payload, Setting, Shape, Sim};

/// The lowest channel of the stacks that have a name.
const CHANNEL: u16 = 132;

/// Runs the network and prints what happens.
pub(crate) fn sim(args: &Sim, out: &mut dyn Write) -> Result<()> {
    let (begin, resident_before) = (Instant::now(), resident());
    let topology = topology(args)?;
    let nodes = match &topology {
        Topology::Positions(positions, _) => positions.len(),
        _ => args.nodes as usize,
    };
    let plan = Plan::new(args)?;
    let size = plan.size()?;
    let mut room = Room::new(nodes, size);
    let framing = framing(args);
    let settings = Settings {
        seed: args.seed,
        framing,
        address_high: args.address_high,
        loss: args.loss,
        delay_us: (args.delay * 1000.0) as u64,
        collisions: !args.no_collisions,
        fading_db: args.fading,
    };
    let mut simulation = Simulation::new(settings, &topology, &mut room)
        .map_err(|error| Error::new(error.to_string()).advise("see --nodes and --address-high"))?;
    plan.compose(&mut simulation, args)?;
    let channel = plan.channel;
    for (nth, send) in (1..).zip(&args.send) {
        let at_us = (send.at_s.unwrap_or(f64::from(nth)) * 1e6) as u64;
        let payload = match &send.payload {
            Payload::Bytes(bytes) => bytes.clone(),
            Payload::File(path) => std::fs::read(path).map_err(|e| Error::file("read", path, &e))?,
        };
        let queued = if plan.all.carries_objects() {
            simulation.send_object_at(at_us, send.from, channel, send.to, &payload)
        } else {
            simulation.send_at(at_us, send.from, channel, send.to, &payload)
        };
        queued.map_err(|error| no_node(error, &simulation))?;
        if !send.to.is_none() {
            let there = simulation.node(send.to).map(|_| ());
            there.map_err(|error| no_node(error, &simulation))?;
        }
    }

    let pcap = args
        .pcap
        .as_deref()
        .map(|path| create(path, framing.mac))
        .transpose()?;
    let mut printer = Printer {
        out: BufWriter::new(out),
        args,
        pcap,
        failed: None,
        payloads: [0; 4],
    };
    simulation.run_until((args.time * 1e6) as u64, &mut printer);
    printer.end(&simulation, nodes)?;
    if args.stats {
        let seconds = begin.elapsed().as_secs_f64();
        say!(
            "{seconds:.2} s for {:.0} s of {nodes} nodes: {:.1} times as fast; {} B of network memory a node{}",
            args.time,
            args.time / seconds,
            size.bytes() + size_of::<motebox_crime::Network<'_>>(),
            resident()
                .zip(resident_before)
                .map_or_else(String::new, |(after, before)| {
                    let bytes = after.saturating_sub(before) as f64 * 1024.0;
                    format!(
                        ", {:.0} B a node with radio, links and queue",
                        bytes / nodes as f64
                    )
                }),
        );
    }
    Ok(())
}

/// The most memory that this process had, in KiB, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn no_node(error: NoNode, simulation: &Simulation<'_>) -> Error {
    let mut addresses = simulation.addresses().map(show_address);
    let first = addresses.next().unwrap_or_default();
    let last = addresses.last().unwrap_or_else(|| first.clone());
    Error::new(error.to_string()).advise(format!("nodes are {first} to {last}"))
}

fn framing(args: &Sim) -> Framing {
    Framing {
        mac: match args.framing {
            MacName::Raw => Mac::Raw,
            MacName::Ieee802154 => Mac::Ieee802154 { pan: args.pan },
            MacName::Nullmac => Mac::NullMac,
        },
        link_addresses: args.link_addresses,
    }
}

fn topology(args: &Sim) -> Result<Topology> {
    let Some(path) = &args.positions else {
        return Ok(match args.topology {
            Shape::Line => Topology::Line,
            Shape::Grid => Topology::Grid,
            Shape::All => Topology::All,
        });
    };
    let text = std::fs::read_to_string(path).map_err(|e| Error::file("read", path, &e))?;
    let mut positions = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        let numbers: Vec<f64> = line
            .split([' ', '\t', ',', ';'])
            .filter(|word| !word.is_empty())
            .map_while(|word| word.parse().ok().filter(|number: &f64| number.is_finite()))
            .collect();
        let &[x_m, y_m] = numbers.as_slice() else {
            return Err(Error::new(format!(
                "{}: line {}: `{line}` is no position",
                path.display(),
                at + 1
            ))
            .advise("a line is X and Y in metres, such as `12.5 40`; # begins a comment"));
        };
        positions.push(Position { x_m, y_m });
    }
    let model = PathLoss {
        power_dbm: f64::from(args.power),
        exponent: args.path_loss,
        ..PathLoss::default()
    };
    if positions.is_empty() {
        return Err(Error::new(format!("{} has no position", path.display()))
            .advise("write one a line: X Y, in metres"));
    }
    Ok(Topology::Positions(positions, model))
}

fn create(path: &Path, mac: Mac) -> Result<Pcap<BufWriter<File>>> {
    let begun = File::create(path).and_then(|file| Pcap::new(BufWriter::new(file), mac));
    begun.map_err(|e| Error::file("write", path, &e))
}

/// What each node runs.
struct Plan {
    all: Composition,
    of_node: BTreeMap<u16, Composition>,
    channel: u16,
}

impl Plan {
    fn new(args: &Sim) -> Result<Self> {
        let (mut all, preset) = presets::named_or_file(&args.stack)?;
        if let Some(lowest) = args.channel.or(preset.then_some(CHANNEL)) {
            all.move_channels(lowest)?;
        }
        for setting in args.set.iter().filter(|setting| setting.node.is_none()) {
            apply(setting, &mut all)?;
        }
        let mut of_node = BTreeMap::new();
        for setting in &args.set {
            if let Some(node) = setting.node {
                let own = of_node.entry(node.value()).or_insert_with(|| all.clone());
                apply(setting, own)?;
            }
        }
        for composition in of_node.values().chain([&all]) {
            cost::check(composition)?;
        }
        let channel = match all.application_channel() {
            Some(channel) => channel,
            None if args.send.is_empty() => 0,
            None => return Err(Error::new("no stack has an application that could send")),
        };
        Ok(Self {
            all,
            of_node,
            channel,
        })
    }

    /// What the largest takes.
    fn size(&self) -> Result<Size> {
        let mut size = Size::default();
        for composition in self.of_node.values().chain([&self.all]) {
            let own = composition.with_specs(Size::of);
            let own = own.ok_or_else(|| Error::new("a module is not in the registry"))?;
            size = size.largest(own);
        }
        Ok(size)
    }

    fn compose(&self, simulation: &mut Simulation<'_>, args: &Sim) -> Result<()> {
        let of_node = self.of_node_with_roles(simulation, args)?;
        let addresses: Vec<Address> = simulation.addresses().collect();
        for node in of_node.keys() {
            let there = simulation.node(Address::from_value(*node)).map(|_| ());
            there.map_err(|error| no_node(error, simulation))?;
        }
        for node in addresses {
            let composition = of_node.get(&node.value()).unwrap_or(&self.all);
            composition
                .with_specs(|stacks| simulation.compose_node(node, stacks))
                .map_err(|error| no_node(error, simulation))?
                .map_err(|refused| words::refused(refused, composition))?;
        }
        Ok(())
    }

    /// What nodes run that is not what all run.
    fn of_node_with_roles(
        &self,
        simulation: &Simulation<'_>,
        args: &Sim,
    ) -> Result<BTreeMap<u16, Composition>> {
        let mut of_node = self.of_node.clone();
        let receiver = args.send.iter().map(|send| send.to).find(|to| !to.is_none());
        // A multihop stack finds no ways itself: nodes whose `route` has no next hop get one on the shortest way
        // to the first receiver.
        if let Some(receiver) = receiver.filter(|to| add_route(&mut self.all.clone(), *to)) {
            let hops = simulation
                .next_hops(receiver)
                .map_err(|error| no_node(error, simulation))?;
            for (node, next_hop) in std::iter::zip(simulation.addresses(), hops) {
                if let Some(next_hop) = next_hop {
                    add_route(
                        of_node.entry(node.value()).or_insert_with(|| self.all.clone()),
                        next_hop,
                    );
                }
            }
        }
        // Collect needs a sink, and a common time somebody who has it.
        let first = simulation.addresses().next();
        for (module, name, place, value, node) in [
            (id::COLLECT, "collect.sink", SINK, 1, receiver.or(first)),
            (id::TIMESYNCH, "timesynch.level", LEVEL, 0, first),
        ] {
            let is_set = |setting: &Setting| format!("{}.{}", setting.module, setting.name) == name;
            let mut all = self.all.clone();
            let there = all.modules_mut().any(|own| own.id == module);
            if let Some(node) = node.filter(|_| there && !args.set.iter().any(is_set)) {
                let own = of_node.entry(node.value()).or_insert(all);
                for own in own.modules_mut().filter(|own| own.id == module) {
                    own.set(place, value);
                }
            }
        }
        Ok(of_node)
    }
}

/// Sets the next hop of every `route` that has none; whether there was one.
fn add_route(composition: &mut Composition, next_hop: Address) -> bool {
    let mut any = false;
    for module in composition.modules_mut() {
        if module.id == id::ROUTE && module.param(NEXT_HOP) == Some(0) {
            module.set(NEXT_HOP, u32::from(next_hop.value()));
            any = true;
        }
    }
    any
}

/// Index of route's parameter `next_hop`.
const NEXT_HOP: u8 = 3;
/// Index of collect's parameter `sink`.
const SINK: u8 = 0;
/// Index of timesynch's parameter `level`.
const LEVEL: u8 = 2;

/// Sets a parameter of every module of that name.
fn apply(setting: &Setting, composition: &mut Composition) -> Result<()> {
    let mut found = false;
    for module in composition.modules_mut() {
        let Some(doc) = module.doc().filter(|doc| doc.name == setting.module) else {
            continue;
        };
        let about = |error: Error| error.about("--set");
        let (index, param, param_doc) = param_of(doc, &setting.name).map_err(about)?;
        let value = Value::String(setting.value.clone());
        module.set(index, units::read(&value, param, param_doc).map_err(about)?);
        found = true;
    }
    if found {
        return Ok(());
    }
    let mut names: Vec<String> = composition.modules_mut().map(|module| module.name()).collect();
    names.dedup();
    Err(
        Error::new(format!("--set: the stacks have no module `{}`", setting.module))
            .advise(format!("they have {}", names.join(", "))),
    )
}

/// Prints what happens, and keeps the frames.
struct Printer<'a> {
    out: BufWriter<&'a mut dyn Write>,
    args: &'a Sim,
    pcap: Option<Pcap<BufWriter<File>>>,
    /// The first thing that could not be written.
    failed: Option<std::io::Error>,
    /// Payloads received, sent, dropped, timed out.
    payloads: [u64; 4],
}

impl Printer<'_> {
    fn line(&mut self, now: u64, node: Address, text: &str, object: Value) {
        let (seconds, node) = (now as f64 / 1e6, show_address(node));
        let written = if self.args.json {
            let mut whole = json!({ "time": seconds, "node": node });
            if let (Value::Object(whole), Value::Object(object)) = (&mut whole, object) {
                whole.extend(object);
            }
            writeln!(self.out, "{whole}")
        } else {
            writeln!(self.out, "{seconds:>11.6} {node:<7} {text}")
        };
        self.keep(written);
    }

    fn keep(&mut self, written: std::io::Result<()>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    fn end(mut self, simulation: &Simulation<'_>, nodes: usize) -> Result<()> {
        let counts = simulation.counts();
        let [received, sent, dropped, timed_out] = self.payloads;
        let line = if self.args.json {
            json!({
                "nodes": nodes, "seconds": self.args.time, "seed": self.args.seed,
                "frames": counts.frames, "frame_bytes": counts.bytes, "frames_received": counts.received,
                "frames_ignored": counts.ignored, "frames_lost": counts.lost,
                "frames_collided": counts.collided, "frames_deaf": counts.deaf,
                "frames_given_up": counts.given_up, "received": received, "sent": sent,
                "dropped": dropped, "timed_out": timed_out,
            })
            .to_string()
        } else {
            format!(
                "{nodes} nodes, {} s: {} frames of {} B in all; {} received, {} lost, {} collided, {} while sending; \
                 {} never sent\npayloads: {sent} sent, {received} received, {dropped} dropped, {timed_out} timed out",
                self.args.time,
                counts.frames,
                counts.bytes,
                counts.received,
                counts.lost,
                counts.collided,
                counts.deaf,
                counts.given_up,
            )
        };
        let failed = self.failed.take();
        let printed = match failed {
            Some(error) => Err(error),
            None => self.pcap.as_mut().map_or(Ok(()), Pcap::flush),
        };
        printed.map_err(|error| Error::new(format!("output: {error}")))?;
        print(&mut self.out, &line)?;
        self.out
            .flush()
            .map_err(|error| Error::new(format!("standard output: {error}")))
    }
}

impl Observer for Printer<'_> {
    fn frame(&mut self, now: u64, node: Address, frame: &[u8]) {
        if let Some(pcap) = &mut self.pcap {
            let written = pcap.frame(now, frame);
            self.keep(written);
        }
        if self.args.trace {
            let frame = hex(frame);
            self.line(now, node, &frame, json!({ "frame": frame }));
        }
    }

    fn event(&mut self, now: u64, node: Address, event: &Event, payload: &[u8]) {
        let (count, word) = match event.op {
            Op::Recv => (Some(0), "received"),
            Op::Sent => (Some(1), "sent"),
            Op::Dropped => (Some(2), "dropped"),
            Op::TimedOut => (Some(3), "timed out"),
            Op::WriteChunk => ((payload.len() < CHUNK_BYTES).then_some(0), "chunk"),
            // The simulator answers for the application.
            _ => return,
        };
        if let Some(count) = count.and_then(|count| self.payloads.get_mut(count)) {
            *count += 1;
        }
        if self.args.quiet {
            return;
        }
        let from = show_address(event.from);
        match event.op {
            Op::Recv => {
                let hops = match event.hops {
                    0 => String::new(),
                    1 => " over 1 hop".into(),
                    hops => format!(" over {hops} hops"),
                };
                let object = json!({
                    "event": word, "from": from, "hops": event.hops, "rssi_dbm": event.rssi_dbm,
                    "lqi": event.lqi, "payload": hex(payload),
                });
                let from = if event.from.is_none() { "somebody" } else { &*from };
                let text = format!("received from {from}{hops}: {}", readable(payload));
                self.line(now, node, &text, object);
            }
            Op::WriteChunk => {
                let object = json!({ "event": word, "chunk": event.chunk, "payload": hex(payload) });
                let end = if payload.len() < CHUNK_BYTES {
                    let whole = usize::from(event.chunk) * CHUNK_BYTES + payload.len();
                    format!(", the last of {whole} B")
                } else {
                    String::new()
                };
                let text = format!("got chunk {}{end}: {}", event.chunk, readable(payload));
                self.line(now, node, &text, object);
            }
            _ => self.line(now, node, word, json!({ "event": word })),
        }
    }

    fn unsent(&mut self, now: u64, node: Address, error: SendError) {
        let why = match error {
            SendError::TooLong(most) => format!("not sent: the payload is longer than {most} B"),
            SendError::Channel(channel) => format!("not sent: no application on channel {channel}"),
            other => format!("not sent: {other:?}"),
        };
        self.line(now, node, &why, json!({ "event": "not sent", "why": why }));
    }
}

/// A payload as text where it is text, else in hex.
fn readable(payload: &[u8]) -> String {
    let without_end = payload.strip_suffix(b"\0").unwrap_or(payload);
    let is_text = !without_end.is_empty() && without_end.iter().all(|byte| (0x20..0x7f).contains(byte));
    match is_text {
        true => String::from_utf8_lossy(without_end).into_owned(),
        false => format!("0x{}", hex(payload)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_shown_as_text_or_hex() {
        assert_eq!(readable(b"Hello"), "Hello");
        assert_eq!(readable(b"Hello\0"), "Hello");
        assert_eq!(readable(b"\x01\x02"), "0x0102");
        assert_eq!(readable(b""), "0x");
    }

    #[test]
    fn parameters_are_where_they_are_looked_for() {
        let looked_for = [
            ("route", "next_hop", NEXT_HOP),
            ("collect", "sink", SINK),
            ("timesynch", "level", LEVEL),
        ];
        for (module, name, index) in looked_for {
            let doc = motebox_crime::modules::DOCS.iter().find(|doc| doc.name == module);
            assert_eq!(param_of(doc.unwrap(), name).unwrap().0, index);
        }
    }
}
