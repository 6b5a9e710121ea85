//! The container resource over a backend that the compiler cannot see into, the cache for repeated requests, and the codec
//! as scripts' own requests use it.
#![no_std]

use core::task::Poll;

use motebox_coap::msg::{Cached, Code, Header, Kind, Message, ReplyCache, Writer, option};
use motebox_coap::{
    Access, Backend, Begun, Config, Container, Current, Endpoint, Finished, Id, Link, Observable, Offer,
    Part, Peer, Refusal, Report, Request, Resource, Security, SenMl, status,
};
use support::{Ram, input, opaque};

/// A node whose every answer is unknown.
struct Node {
    id: Id,
}

impl Backend for Node {
    fn container(&self, index: usize) -> Option<Container> {
        let current = Current {
            sequence: index as u32,
            digest: [0; 32],
            payload_digest: [0; 32],
            envelope_len: 0,
            payload_len: 0,
            text_form: true,
        };
        opaque(Some(Container {
            id: self.id,
            state: 4,
            current: Some(current),
        }))
    }
    fn read(&mut self, id: &Id, part: Part, offset: u32, buf: &mut [u8]) {
        opaque((id, part, offset, buf));
    }
    fn link(&self, index: usize) -> Option<Link<'_>> {
        opaque((index < 4).then_some(Link {
            path: input(),
            rt: "",
            title: "",
        }))
    }
    fn may_read(&self, peer: &Peer<'_>, id: &Id, what: Access) -> bool {
        opaque((peer, id, what));
        opaque(true)
    }
    fn status(&self, id: &Id, report: &mut Report<'_>) {
        opaque(id);
        report.text(status::ERROR, opaque(""));
        report.uint(status::SEQUENCE, opaque(1));
        report.bytes(status::DIGEST, input());
        report.bool(status::DEVELOPMENT, opaque(true));
    }
    fn log(&self, id: &Id) -> (u64, u32) {
        opaque(id);
        opaque((0, 0))
    }
    fn read_log(&self, id: &Id, offset: u32, buf: &mut [u8]) {
        opaque((id, offset, buf));
    }
    fn senml(&self, id: &Id, pack: &mut SenMl<'_>) {
        opaque(id);
        pack.record(opaque("lux"), opaque("lx"), opaque(1.0), opaque(1.0));
    }
    fn version(&self, id: &Id, what: Observable) -> u32 {
        opaque((id, what));
        opaque(0)
    }
    fn max_payload(&self, id: &Id) -> u32 {
        opaque(id);
        opaque(1_024)
    }
    fn write_unit(&self) -> usize {
        opaque(16)
    }
    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        opaque(parts);
        opaque([0; 32])
    }
    fn begin(&mut self, offer: &Offer<'_>) -> Poll<Result<Begun, Refusal>> {
        opaque(offer);
        opaque(Poll::Ready(Err(Refusal::new(Code::FORBIDDEN, "signature"))))
    }
    fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Poll<Result<usize, Refusal>> {
        opaque((offset, bytes));
        opaque(Poll::Ready(Ok(bytes.len())))
    }
    fn same(&mut self, offset: u32, bytes: &[u8]) -> bool {
        opaque((offset, bytes));
        opaque(true)
    }
    fn finish(&mut self, peer: &Peer<'_>) -> Poll<Result<Finished, Refusal>> {
        opaque(peer);
        opaque(Poll::Ready(Ok(Finished { created: true })))
    }
}

/// A request that the compiler cannot see into.
static REQUEST: Request<'static> = Request {
    datagram: &[],
    length_bytes: 0,
    peer: Peer {
        endpoint: Endpoint::NONE,
        security: Security::None,
        identity: &[],
    },
    multicast: false,
    from_self: false,
    max_response_bytes: 128,
    now: 0,
};

fn serve(node: &mut dyn Backend, resource: &mut Resource, cache: &mut Cache, out: &mut [u8]) {
    let request = opaque(&REQUEST);
    let (now, endpoint) = (request.now, request.peer.endpoint);
    if let Cached::New = cache.see(endpoint, 1, now) {
        opaque(resource.handle(request, node, out));
        cache.answer(endpoint, 1, out);
    }
    opaque(resource.respond(request, Code::CONTENT, opaque(None), request.datagram, out));
    opaque(resource.refuse(request, opaque(&Refusal::new(Code::NOT_FOUND, "")), out));
    opaque(resource.poll(now, node, out).is_some());
    opaque(resource.deadline(node));
}

/// A script's own request, and the answer to it.
fn ask(out: &mut [u8]) {
    let header = Header::new(opaque(Kind::Con), opaque(Code::GET), opaque(1), input());
    if let Ok(mut writer) = Writer::new(out, header) {
        opaque((
            writer.option(option::URI_PATH, input()),
            writer.option_uint(option::ACCEPT, opaque(0)),
        ));
        opaque(writer.payload(input()));
        opaque(writer.finish());
    }
    if let Ok(message) = Message::parse(input()) {
        opaque((
            message.code(),
            message.header().token.as_slice(),
            message.payload(),
        ));
        opaque(message.find_block(option::BLOCK2));
    }
}

type Cache = ReplyCache<4, 64>;

static RESOURCE: Ram<Resource> = Ram::new();
static CACHE: Ram<Cache> = Ram::new();
static OUT: Ram<[u8; 256]> = Ram::new();

/// Calls it all once.
pub fn main() {
    let Some(id) = Id::new(input()) else { return };
    let mut node = Node { id };
    let mut config = Config::new([0; 16], 0);
    config.alias = Some(("riot/script", id));
    let resource = opaque(RESOURCE.put(Resource::new(config)));
    let out = opaque(OUT.put([0; 256]));
    let cache = opaque(CACHE.put(ReplyCache::new()));
    serve(opaque(&mut node), resource, cache, out);
    ask(out);
}
