//! A node that gets a container of 1 kB over its container resource, in blocks of `block.txt`'s size (16 << its digit).
//!
//! Phases: `upload` is everything of the node's from the first block to the answer 2.01, the signature apart; `verify` is the
//! signature. The operator's side and the flash's driver do not count. Bytes are those of the CoAP messages both ways,
//! without UDP and what is below.
#![no_std]
#![no_main]

use core::mem::MaybeUninit;

use cortex_m_rt::entry;
use motebox::coap::msg::{Block, Code, Header, Kind, Message, Writer, format, option};
use motebox::coap::{Endpoint, Peer, Request, Security};
use motebox::envelope::Compact;
use motebox::store::Layout;
use motebox::{Answer, Config, Node};
use motebox_bench::{CountedFlash, expect, read};
use motebox_firmware::probe::{self, Phase, Watched};
use motebox_firmware::{console, trust};
use motebox_hal::{Mapped, Table};

/// Words of one container's arena: 2,560 B.
const ARENA: usize = 640;
/// Longest payload in bytes.
const PAYLOAD_BYTES: u32 = 1_024;
/// Largest datagram: a block of 256 bytes with its header and options.
const PDU_BYTES: usize = 320;

type Flash = Mapped<CountedFlash>;
type Board = Table<'static, fn(&str, &[u8]), 0>;
type TheNode = Node<'static, Flash, Board, 2>;

static VERIFIER: Watched<Compact> = Watched(Compact);

fn nowhere(_: &str, _: &[u8]) {}

/// What went over the air.
#[derive(Default)]
struct Air {
    to_node: usize,
    from_node: usize,
    requests: u32,
}

/// Hands a datagram in until it is answered, polling in between; the answer's length.
#[inline(never)]
fn deliver(node: &mut TheNode, datagram: &[u8], now: &mut u64, answer: &mut [u8; PDU_BYTES]) -> usize {
    loop {
        *now += 1_000;
        let request = Request {
            datagram,
            length_bytes: datagram.len(),
            peer: Peer {
                endpoint: Endpoint::new(b"operator").unwrap_or(Endpoint::NONE),
                security: Security::None,
                identity: &[],
            },
            multicast: false,
            from_self: false,
            max_response_bytes: PDU_BYTES,
            now: *now,
        };
        match node.handle(&request, answer) {
            Answer::Send(length) => return length,
            Answer::Pending => {
                node.poll(*now);
            }
            _ => return 0,
        }
    }
}

/// A block of the upload, as a client sends it.
fn write(number: u16, block: Block, payload: &[u8], datagram: &mut [u8; PDU_BYTES]) -> Option<usize> {
    let header = Header::new(Kind::Con, Code::PUT, number, &number.to_be_bytes());
    let mut writer = Writer::new(datagram, header).ok()?;
    for segment in [b"c".as_slice(), b"alarm"] {
        writer.option(option::URI_PATH, segment).ok()?;
    }
    writer
        .option_uint(option::CONTENT_FORMAT, format::CBOR_SEQ.into())
        .ok()?;
    writer.option_uint(option::BLOCK1, block.value()).ok()?;
    writer.payload(payload).ok()?;
    Some(writer.finish())
}

#[inline(never)]
fn upload(node: &mut TheNode, container: &[u8], exponent: u8) -> Air {
    let (mut air, mut now) = (Air::default(), 1_000_000);
    let (mut datagram, mut answer) = ([0; PDU_BYTES], [0; PDU_BYTES]);
    let size = Block::new(0, false, exponent).size();
    let count = container.len().div_ceil(size);
    for (number, payload) in container.chunks(size).enumerate() {
        let more = number + 1 < count;
        let block = Block::new(number as u32, more, exponent);
        let Some(length) = write(number as u16 + 1, block, payload, &mut datagram) else {
            console::fail()
        };
        let request = datagram.get(..length).unwrap_or(&[]);
        probe::enter(Phase::Upload);
        let answered = deliver(node, request, &mut now, &mut answer);
        probe::enter(Phase::Scenario);
        let wanted = if more { Code::CONTINUE } else { Code::CREATED };
        let code = Message::parse(answer.get(..answered).unwrap_or(&[])).map(|message| message.code());
        expect("a block", code == Ok(wanted));
        air.to_node += length;
        air.from_node += answered;
        air.requests += 1;
    }
    air
}

/// Makes the node in its place. In a function of its own, so that what the making takes of the stack is given back.
#[inline(never)]
fn boot(
    place: &'static mut MaybeUninit<TheNode>,
    config: &'static mut MaybeUninit<Config<'static>>,
    arenas: &'static mut [[u32; ARENA]; 2],
) -> &'static mut TheNode {
    let config = config.write(Config {
        max_request_bytes: PDU_BYTES,
        ..Config::new(
            b"bench-1",
            b"bench",
            trust::keys(),
            &VERIFIER,
            Layout::of::<Flash>(0, PAYLOAD_BYTES),
            1,
        )
    });
    let [first, second] = arenas;
    let flash = Mapped(CountedFlash::blank());
    let board = Table::new([], nowhere as fn(&str, &[u8]));
    let Ok(node) = Node::new_in(place, config, flash, board, [first, second]) else {
        console::fail()
    };
    node
}

#[entry]
fn main() -> ! {
    static mut ARENAS: [[u32; ARENA]; 2] = [[0; ARENA]; 2];
    static mut NODE: MaybeUninit<TheNode> = MaybeUninit::uninit();
    static mut CONFIG: MaybeUninit<Config<'static>> = MaybeUninit::uninit();
    static mut CONTAINER: [u8; 1_536] = [0; 1_536];
    let container = read(b"update.mbx\0", CONTAINER);
    let exponent = read(b"block.txt\0", &mut [0; 8])
        .first()
        .map_or(0, |digit| digit - b'0');
    let node = boot(NODE, CONFIG, ARENAS);
    let air = upload(node, container, exponent);
    console::fact("container", container.len() as u32);
    console::fact("bytes.to-node", air.to_node as u32);
    console::fact("bytes.from-node", air.from_node as u32);
    console::fact("requests", air.requests);
    probe::report();
    console::succeed()
}
