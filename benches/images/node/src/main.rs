//! A whole node with ed25519-compact and two containers of 2.5 kB, its memory in statics: what a firmware without an
//! operating system would link.
#![no_std]
#![no_main]

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use motebox::coap::msg::Kind;
use motebox::coap::{Endpoint, Peer, Request, Security};
#[cfg(not(feature = "small"))]
use motebox::envelope::Compact as Chosen;
#[cfg(feature = "small")]
use motebox::envelope::Small as Chosen;
use motebox::envelope::{Grants, IdScope, KeyRecord, KeyRing, KindSet};
use motebox::script::device::{DeviceError, Devices, Values};
use motebox::store::Layout;
use motebox::{Answer, Board, Config, Node};
use support::{Ram, input, opaque};

/// Words of one container's arena.
const ARENA: usize = 640;

static ARENAS: [Ram<[u32; ARENA]>; 2] = [Ram::new(), Ram::new()];
static NODE: Ram<Node<'static, Flash, Desk, 2>> = Ram::new();
static CONFIG: Ram<Config<'static>> = Ram::new();
static KEYS: Ram<[KeyRecord<'static>; 1]> = Ram::new();

/// A driver behind callbacks, with the units of the SAMR21.
struct Flash;

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Self::Error> {
        opaque((offset, bytes));
        opaque(Ok(()))
    }

    fn capacity(&self) -> usize {
        opaque(16_384)
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 16;
    const ERASE_SIZE: usize = 256;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Self::Error> {
        opaque((from, to));
        opaque(Ok(()))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Self::Error> {
        opaque((offset, bytes));
        opaque(Ok(()))
    }
}

impl motebox::Flash for Flash {
    fn mapped(&self) -> Option<&[u8]> {
        opaque(Some(input()))
    }
}

/// Drivers that the compiler cannot see into.
struct Desk;

impl Devices for Desk {
    fn by_name(&self, name: &[u8]) -> Option<u16> {
        opaque(Some(name.len() as u16))
    }
    fn by_class(&self, class: u8) -> Option<u16> {
        opaque(Some(class.into()))
    }
    fn class_number(&self, name: &str) -> Option<u8> {
        opaque(name.as_bytes().first().copied())
    }
    fn read(&mut self, device: u16, axis: u8) -> Result<(i16, i8), DeviceError> {
        opaque(Ok((device as i16, axis as i8)))
    }
    fn write_scale(&self, device: u16) -> i8 {
        opaque(device as i8)
    }
    fn write(&mut self, device: u16, values: &Values) -> Result<(), DeviceError> {
        opaque((device, values));
        opaque(Ok(()))
    }
    fn safe_value(&self, device: u16) -> Option<Values> {
        opaque(Some(Values::one(device as i16, 0)))
    }
}

impl Board for Desk {
    fn log(&mut self, container: &str, piece: &[u8]) {
        opaque((container, piece));
    }
}

fn serve(node: &mut Node<'static, Flash, Desk, 2>) {
    let mut out = [0; 128];
    let request = Request {
        datagram: input(),
        length_bytes: opaque(0),
        peer: Peer {
            endpoint: Endpoint::new(input()).unwrap_or(Endpoint::NONE),
            security: opaque(Security::None),
            identity: input(),
        },
        multicast: opaque(false),
        from_self: opaque(false),
        max_response_bytes: opaque(128),
        now: opaque(0),
    };
    if let Answer::Pending = node.handle(&request, &mut out) {
        opaque(node.refuse_busy(&request, &mut out));
    }
    opaque(node.poll(opaque(0)));
    if let Some(outgoing) = node.next_request() {
        let id = outgoing.id;
        let written = outgoing.write(Kind::Con, opaque(0), input(), &mut out);
        opaque((outgoing.endpoint, outgoing.method.to_code(), written));
        node.completed(id, opaque(Some((69, input()))));
    }
    opaque(node.next_notification(opaque(0), &mut out));
    #[cfg(feature = "stacks")]
    radio(node);
    if node.take_reboot() {
        node.shut_down();
    }
    opaque(&out);
}

/// Frames, payloads and events of a node with stacks.
#[cfg(feature = "stacks")]
fn radio<const N: usize>(node: &mut Node<'_, Flash, Desk, N>) {
    use motebox::crime::{Address, FRAME_BYTES, Info};
    let mut frame = [0; FRAME_BYTES];
    let now = opaque(0);
    let _ = opaque(node.radio_receive(now, input(), opaque(Info::default())));
    let _ = opaque(node.stack_send(now, opaque(1), opaque(Address::NONE), input()));
    opaque(node.next_frame(now, &mut frame));
    node.frame_done(now, opaque(true));
    opaque(node.next_stack_event(&mut frame));
}

fn main() {
    let keys = KEYS.put([KeyRecord {
        key_id: input(),
        public_key: opaque([0; 32]),
        ids: IdScope(input()),
        kinds: KindSet::from_bits(opaque(31)),
        grants: opaque(Grants::Everything),
        epoch: 0,
    }]);
    let layout = Layout::of::<Flash>(0, 1_024);
    let config = Config::new(
        input(),
        input(),
        KeyRing(keys),
        &Chosen,
        opaque(layout),
        opaque(0),
    );
    let [first, second] = &ARENAS;
    let arenas = [&mut first.put([0; ARENA])[..], &mut second.put([0; ARENA])[..]];
    if let Ok(node) = Node::new_in(NODE.place(), opaque(CONFIG.put(config)), Flash, Desk, arenas) {
        let node = opaque(node);
        #[cfg(feature = "stacks")]
        node.set_network(image_crime::made(motebox::crime::modules::REGISTRY));
        serve(node);
    }
}

support::image!(main);
