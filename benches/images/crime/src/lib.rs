//! What a firmware calls of the network: a life without compositions, and their exchange. Which modules there are is the
//! image's affair.
#![no_std]

use motebox_crime::{
    Address, Attr, Config, Descriptor, FRAME_BYTES, Field, Framing, Info, Link, Mac, Network, Packet,
    Storage, modules,
};
use support::{Ram, input, opaque};

static STORAGE: Ram<Storage<8, 40, 400, 8>> = Ram::new();
static NETWORK: Ram<Network<'static>> = Ram::new();

/// The two ends that every stack has.
pub static ENDS: &[&Descriptor] = &[&modules::channel::DESCRIPTOR, &modules::app::DESCRIPTOR];

static FIELDS: [Field; 1] = [Field::new(Attr::Sender, 16)];

/// The wire format without a network.
pub fn wire() {
    let framing = opaque(FRAMING);

    let fields = opaque(&FIELDS[..]).iter().copied();
    let mut packet = opaque(Packet::EMPTY);
    let mut frame = [0; FRAME_BYTES];
    opaque(packet.set_payload(input()));
    opaque(framing.pack(opaque(1), fields.clone(), &mut packet));
    opaque(framing.encapsulate(opaque(1), opaque(Link::default()), packet.payload(), &mut frame));
    opaque(framing.decapsulate(&frame));
    opaque(framing.unpack(fields, &mut packet));
    opaque(packet);
}

const FRAMING: Framing = Framing {
    mac: Mac::Ieee802154 { pan: 0xabcd },
    link_addresses: false,
};

/// A node in static memory.
pub fn network(registry: &'static [&'static Descriptor]) -> &'static mut Network<'static> {
    opaque(NETWORK.put(made(registry)))
}

/// The same, for whoever keeps it.
pub fn made(registry: &'static [&'static Descriptor]) -> Network<'static> {
    let config = Config {
        address: opaque(Address::NONE),
        seed: opaque(0),
        framing: opaque(Framing {
            mac: Mac::Ieee802154 { pan: 0xabcd },
            link_addresses: false,
        }),
    };
    Network::new(
        STORAGE.put(const { Storage::new() }).memory(),
        opaque(registry),
        config,
    )
}

/// A day of that node: frames, payloads, time.
pub fn live(network: &mut Network<'static>) {
    let now = opaque(0);
    let mut frame = [0; FRAME_BYTES];
    let _ = opaque(network.receive(now, input(), opaque(Info::default())));
    let _ = opaque(network.send(now, opaque(1), opaque(Address::NONE), input()));
    opaque(network.poll(now));
    opaque(network.next_frame(now, &mut frame));
    network.frame_done(now, opaque(true));
    opaque(network.next_event(&mut frame));
}

/// Whether a message would do.
pub fn check(network: &mut Network<'static>) {
    let _ = opaque(network.check_message(opaque(0), input()));
}

/// The exchange of its stacks by a message.
pub fn compose(network: &mut Network<'static>) {
    let _ = opaque(network.compose_message(opaque(0), input()));
}
