//! What a composition costs a mote: memory, and header bytes of every packet.

use motebox_crime::{Address, Config, Cost, Framing, Mac, Network, Slot, Storage, modules};

use serde_json::{Value, json};

use super::flash::Flash;
use super::{Composition, Module, words};
use crate::error::Result;
use crate::hex::hex;

/// Bytes of the channel number, before every header.
const CHANNEL_BYTES: usize = 2;

/// More than any mote has, so that nothing is refused for want of memory here.
type Room = Storage<254, 254, 32_768, 255>;

/// Checks a composition as a mote does; what it takes there.
pub(crate) fn check(composition: &Composition) -> Result<Cost> {
    let message = composition.message()?;
    let mut room = Box::new(Room::new());
    let config = Config {
        address: Address::new(1, 0),
        seed: 1,
        framing: Framing::default(),
    };
    let mut network = Network::new(room.memory(), modules::REGISTRY, config);
    network
        .check_message(0, &message)
        .map_err(|refused| words::refused(refused, composition))
}

/// What a composition costs.
#[derive(Debug)]
pub(crate) struct Costs {
    pub(crate) cost: Cost,
    /// Records and words, without packet slots.
    pub(crate) record_bytes: usize,
    pub(crate) slot_bytes: usize,
    pub(crate) headers: Vec<Header>,
    message_bytes: usize,
    flash: Flash,
}

/// Header bytes of one stack.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) bytes: usize,
    /// With sender and receiver in the MAC header.
    pub(crate) bytes_with_link_addresses: usize,
}

impl Costs {
    pub(crate) fn of(composition: &Composition) -> Result<Self> {
        let cost = check(composition)?;
        let slot_bytes = usize::from(cost.slots) * size_of::<Slot>();
        Ok(Self {
            cost,
            record_bytes: cost.ram_bytes() - slot_bytes,
            slot_bytes,
            headers: composition.stacks.iter().map(header).collect(),
            message_bytes: composition.message()?.len(),
            flash: Flash::of(composition),
        })
    }
}

impl Costs {
    /// In words, a line for each stack and the sums.
    pub(crate) fn lines(&self, composition: &Composition) -> Vec<String> {
        let width = composition
            .stacks
            .iter()
            .map(|stack| stack.name.len())
            .max()
            .unwrap_or(0);
        let mut lines: Vec<String> = std::iter::zip(&composition.stacks, &self.headers)
            .zip(composition.channels())
            .map(|((stack, header), channel)| {
                let modules: Vec<String> = stack.modules.iter().map(Module::name).collect();
                let mac = match header.bytes_with_link_addresses {
                    same if same == header.bytes => String::new(),
                    less => format!(" ({less} B with link addresses)"),
                };
                format!(
                    "{:width$}  channel {channel}, header {} B{mac}: {}",
                    stack.name,
                    header.bytes,
                    modules.join(" "),
                )
            })
            .collect();
        lines.push(format!(
            "RAM {} B: {} stacks, {} modules and {} words {} B, {} packet slots {} B; {} B with room for the next one",
            self.record_bytes + self.slot_bytes,
            self.cost.stacks,
            self.cost.modules,
            self.cost.words,
            self.record_bytes,
            self.cost.slots,
            self.slot_bytes,
            2 * self.record_bytes + self.slot_bytes,
        ));
        lines.push(self.flash.line(self.message_bytes));
        lines
    }

    /// The same for programs.
    pub(crate) fn json(&self, composition: &Composition, message: &[u8]) -> Value {
        let stacks: Vec<Value> = std::iter::zip(&composition.stacks, &self.headers)
            .zip(composition.channels())
            .map(|((stack, header), channel)| {
                let modules: Vec<String> = stack.modules.iter().map(Module::name).collect();
                json!({
                    "name": stack.name, "channel": channel, "modules": modules, "header_bytes": header.bytes,
                    "header_bytes_with_link_addresses": header.bytes_with_link_addresses,
                })
            })
            .collect();
        json!({
            "message": hex(message), "message_bytes": message.len(), "stacks": stacks,
            "ram_bytes": self.record_bytes + self.slot_bytes,
            "ram_bytes_with_next": 2 * self.record_bytes + self.slot_bytes, "words": self.cost.words,
            "packet_slots": self.cost.slots, "flash_engine_bytes": self.flash.base,
            "flash_modules_bytes": self.flash.modules, "flash_unknown": self.flash.unknown,
        })
    }
}

fn header(stack: &super::Stack) -> Header {
    let fields = || {
        let descriptors = stack
            .modules
            .iter()
            .filter_map(|module| Some(module.doc()?.descriptor));
        descriptors.flat_map(|descriptor| descriptor.header.iter().copied())
    };
    let bytes = |link_addresses| {
        let framing = Framing {
            mac: Mac::Raw,
            link_addresses,
        };
        CHANNEL_BYTES + framing.header_bytes(fields())
    };
    Header {
        bytes: bytes(false),
        bytes_with_link_addresses: bytes(true),
    }
}
