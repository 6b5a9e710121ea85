//! A node for the tests: containers in vectors, flash that may need a poll for each piece, a signature that is a hash.
#![allow(dead_code, unreachable_pub)]

use core::task::Poll;

use motebox_coap::msg::{Block, Code, Header, Kind, Message, Writer, option};
use motebox_coap::{
    Access, Backend, Begun, Config, Container, Current, Endpoint, Finished, Id, Link, Observable, Offer,
    Outcome, Part, Peer, Refusal, Report, Request, Resource, Security, SenMl, status,
};
use sha2::{Digest, Sha256};

pub fn sha(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub fn id(text: &str) -> Id {
    Id::new(text.as_bytes()).unwrap()
}

/// What the mock signs: id, sequence, length (none: a command), digest.
#[derive(Clone, Debug)]
pub struct Manifest {
    pub id: String,
    pub sequence: u32,
    pub payload: Option<Vec<u8>>,
}

impl Manifest {
    pub fn new(id: &str, sequence: u32, payload: &[u8]) -> Manifest {
        Manifest {
            id: id.into(),
            sequence,
            payload: Some(payload.to_vec()),
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut b = self.sequence.to_be_bytes().to_vec();
        b.push(u8::from(self.payload.is_some()));
        b.extend((self.payload.as_ref().map_or(0, Vec::len) as u32).to_be_bytes());
        b.extend(sha(self.payload.as_deref().unwrap_or(&[])));
        b.extend(self.id.as_bytes());
        b
    }

    /// COSE_Sign1 in shape; the signature is the manifest's hash.
    pub fn envelope(&self) -> Vec<u8> {
        let manifest = self.bytes();
        let mut b = vec![0xd2, 0x84, 0x43, 1, 2, 3, 0xa0, 0x58, manifest.len() as u8];
        b.extend(&manifest);
        b.extend([0x58, 64]);
        b.extend(sha(&manifest));
        b.extend([0xaa; 32]);
        b
    }

    pub fn text(&self) -> Vec<u8> {
        let payload = self.payload.clone().unwrap_or_default();
        let hex: String = sha(&payload).iter().map(|b| format!("{b:02x}")).collect();
        let mut b = format!("/*motebox1 {} {hex}*/\n", base64(&self.envelope())).into_bytes();
        b.extend(payload);
        b
    }

    pub fn binary(&self) -> Vec<u8> {
        let mut b = self.envelope();
        if let Some(p) = &self.payload {
            b.extend(bstr(p));
        }
        b
    }
}

/// A byte string of CBOR, shortest head.
pub fn bstr(bytes: &[u8]) -> Vec<u8> {
    let [a, b] = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let mut out = match bytes.len() {
        0..24 => vec![0x40 + b],
        24..256 => vec![0x58, b],
        _ => vec![0x59, a, b],
    };
    out.extend(bytes);
    out
}

/// An independent base64url.
pub fn base64(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|b| (0..8).rev().map(move |i| b >> i & 1))
        .collect();
    let digit = |six: &[u8]| {
        let v = six.iter().fold(0, |v, b| v * 2 + usize::from(*b)) << (6 - six.len());
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[v] as char
    };
    bits.chunks(6).map(digit).collect()
}

#[derive(Clone, Debug)]
pub struct Held {
    pub manifest: Vec<u8>,
    pub envelope: Vec<u8>,
    pub sequence: u32,
    pub payload: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Incoming {
    held: Held,
    id: Id,
    announced: Option<u32>,
    digest: [u8; 32],
    programmed: usize,
}

pub struct Node {
    pub running: Vec<(Id, Held)>,
    incoming: Option<Incoming>,
    /// The upload at hand is what runs already.
    present: bool,
    pub unit: usize,
    /// Every operation is pending this many times first.
    pub slow: u32,
    turn: u32,
    pub slot: u32,
    pub checks: u32,
    pub erases: u32,
    pub programs: u32,
    pub commits: u32,
    pub versions: u32,
    pub may_read: bool,
    pub log: Vec<u8>,
    pub links: Vec<(&'static str, &'static str)>,
    pub ids: Vec<Id>,
    pub heap_used: u64,
}

impl Node {
    pub fn new() -> Node {
        Node {
            running: vec![],
            incoming: None,
            present: false,
            unit: 16,
            slow: 0,
            turn: 0,
            slot: 16_384,
            checks: 0,
            erases: 0,
            programs: 0,
            commits: 0,
            versions: 0,
            may_read: true,
            log: b"line 1\nline 2\n".to_vec(),
            links: vec![],
            ids: vec![id("alarm")],
            heap_used: 1234,
        }
    }

    fn wait(&mut self) -> bool {
        self.turn += 1;
        let pending = self.turn <= self.slow;
        if !pending {
            self.turn = 0;
        }
        pending
    }

    pub fn payload(&self, id: &Id) -> Option<&[u8]> {
        self.running
            .iter()
            .find(|(i, _)| i == id)
            .map(|(_, h)| h.payload.as_slice())
    }
}

impl Backend for Node {
    fn container(&self, index: usize) -> Option<Container> {
        let id = *self.ids.get(index)?;
        let current = self.running.iter().find(|(i, _)| *i == id).map(|(_, h)| Current {
            sequence: h.sequence,
            digest: sha(&h.manifest),
            payload_digest: sha(&h.payload),
            envelope_len: h.envelope.len() as u16,
            payload_len: h.payload.len() as u32,
            text_form: true,
        });
        Some(Container {
            id,
            state: if current.is_some() { 4 } else { 0 },
            current,
        })
    }

    fn read(&mut self, id: &Id, part: Part, offset: u32, buf: &mut [u8]) {
        let held = &self.running.iter().find(|(i, _)| i == id).unwrap().1;
        let from = match part {
            Part::Envelope => &held.envelope,
            Part::Payload => &held.payload,
        };
        buf.copy_from_slice(&from[offset as usize..][..buf.len()]);
    }

    fn link(&self, index: usize) -> Option<Link<'_>> {
        let (path, rt) = self.links.get(index)?;
        Some(Link {
            path: path.as_bytes(),
            rt,
            title: "",
        })
    }

    fn may_read(&self, peer: &Peer<'_>, _: &Id, _: Access) -> bool {
        self.may_read || peer.identity == b"operator"
    }

    fn status(&self, id: &Id, report: &mut Report<'_>) {
        let c = self.find(id).unwrap();
        report.uint(status::STATE, c.state.into());
        if let Some(current) = c.current {
            report.uint(status::SEQUENCE, current.sequence.into());
            report.bytes(status::DIGEST, &current.digest);
        }
        report.uint(status::HEAP_USED, self.heap_used);
    }

    fn log(&self, _: &Id) -> (u64, u32) {
        (100, self.log.len() as u32)
    }

    fn read_log(&self, _: &Id, offset: u32, buf: &mut [u8]) {
        buf.copy_from_slice(&self.log[offset as usize..][..buf.len()]);
    }

    fn senml(&self, _: &Id, pack: &mut SenMl<'_>) {
        pack.record("brightness", "lx", 21.5, 0.0);
        pack.record("count", "", 3.0, -2.0);
    }

    fn version(&self, _: &Id, _: Observable) -> u32 {
        self.versions
    }

    fn max_payload(&self, _: &Id) -> u32 {
        self.slot
    }

    fn write_unit(&self) -> usize {
        self.unit
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        sha(&parts.concat())
    }

    fn begin(&mut self, offer: &Offer<'_>) -> Poll<Result<Begun, Refusal>> {
        if self.wait() {
            return Poll::Pending;
        }
        let bad = |code, text| Poll::Ready(Err(Refusal::new(code, text)));
        let e = offer.envelope;
        let Some(manifest) = e.get(9..9 + usize::from(e[8])).filter(|m| m.len() > 41) else {
            return bad(Code::BAD_REQUEST, "manifest");
        };
        let word = |at: usize| u32::from_be_bytes(manifest[at..at + 4].try_into().unwrap());
        let (sequence, has_payload, len) = (word(0), manifest[4] == 1, word(5));
        let payload_digest: [u8; 32] = manifest[9..41].try_into().unwrap();
        if &manifest[41..] != offer.id.as_slice() {
            return bad(Code::FORBIDDEN, "1401 id");
        }
        if offer.claimed_payload_digest.is_some_and(|d| *d != payload_digest) {
            return bad(Code::BAD_REQUEST, "1311 header digest");
        }
        if len > self.slot {
            return Poll::Ready(Err(Refusal::new(Code::TOO_LARGE, "slot")
                .number(len)
                .limit(self.slot)
                .size1(self.slot)));
        }
        let digest = sha(manifest);
        let current = self.find(&offer.id).and_then(|c| c.current);
        let present = current.is_some_and(|c| c.digest == digest);
        let tried = current.map_or(0, |c| c.sequence);
        let coming = self
            .incoming
            .as_ref()
            .filter(|i| i.id == offer.id)
            .map_or(0, |i| i.held.sequence);
        let same = self.incoming.as_ref().is_some_and(|i| i.digest == digest);
        if !present && (sequence <= tried || (!same && sequence <= coming)) {
            return Poll::Ready(Err(Refusal::new(Code::CONFLICT, "1411 sequence")
                .number(sequence)
                .limit(tried)));
        }
        self.checks += 1;
        if e[e.len() - 64..e.len() - 32] != digest {
            return Poll::Ready(Err(Refusal::new(Code::FORBIDDEN, "1506 signature").costly()));
        }
        let payload_len = has_payload.then_some(len);
        let begun = |stored, present| Begun {
            digest,
            payload_digest,
            text_form: true,
            payload_len,
            stored,
            present,
        };
        self.present = present;
        if present {
            return Poll::Ready(Ok(begun(len, true)));
        }
        if let Some(i) = self.incoming.as_ref().filter(|_| same && !offer.restart) {
            return Poll::Ready(Ok(begun(i.held.payload.len() as u32, false)));
        }
        self.erases += 1;
        let held = Held {
            manifest: manifest.into(),
            envelope: e.into(),
            sequence,
            payload: vec![],
        };
        self.incoming = Some(Incoming {
            held,
            id: offer.id,
            announced: payload_len,
            digest: payload_digest,
            programmed: 0,
        });
        self.incoming.as_mut().unwrap().digest = digest;
        Poll::Ready(Ok(begun(0, false)))
    }

    fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Poll<Result<usize, Refusal>> {
        if self.wait() {
            return Poll::Pending;
        }
        let unit = self.unit;
        let incoming = self.incoming.as_mut().expect("an upload");
        let stored = &mut incoming.held.payload;
        assert_eq!(offset as usize, stored.len(), "pieces follow each other");
        assert_eq!(stored.len() % unit, 0, "pieces begin at a write unit");
        let end = incoming.announced.unwrap() as usize;
        let whole = stored.len() + bytes.len() == end;
        assert!(
            !bytes.is_empty() && (bytes.len().is_multiple_of(unit) || whole),
            "whole units, or the end"
        );
        assert!(stored.len() + bytes.len() <= end, "not past the announced length");
        // At most two units at once.
        let n = bytes.len().min(2 * unit);
        stored.extend(&bytes[..n]);
        self.programs += 1;
        self.versions += 1;
        Poll::Ready(Ok(n))
    }

    fn same(&mut self, offset: u32, bytes: &[u8]) -> bool {
        let held = match &self.incoming {
            Some(i) if !self.present => &i.held.payload,
            _ => &self.running.last().unwrap().1.payload,
        };
        held[offset as usize..][..bytes.len()] == *bytes
    }

    fn finish(&mut self, _: &Peer<'_>) -> Poll<Result<Finished, Refusal>> {
        if self.wait() {
            return Poll::Pending;
        }
        let incoming = self.incoming.take().expect("an upload");
        let held = incoming.held;
        if let Some(announced) = incoming.announced {
            assert_eq!(held.payload.len() as u32, announced, "all bytes are there");
            if sha(&held.payload) != held.manifest[9..41] {
                return Poll::Ready(Err(Refusal::new(Code::BAD_REQUEST, "1602 digest")));
            }
        }
        self.commits += 1;
        self.versions += 1;
        let before = self.running.len();
        self.running.retain(|(i, _)| *i != incoming.id);
        let created = before == self.running.len();
        if incoming.announced.is_some() {
            self.running.push((incoming.id, held));
        }
        if !self.ids.contains(&incoming.id) {
            self.ids.push(incoming.id);
        }
        Poll::Ready(Ok(Finished { created }))
    }
}

/// A response, owned.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub code: Code,
    pub kind: Kind,
    pub id: u16,
    pub token: Vec<u8>,
    pub options: Vec<(u16, Vec<u8>)>,
    pub payload: Vec<u8>,
    pub len: usize,
}

impl Answer {
    pub fn parse(datagram: &[u8]) -> Answer {
        let m = Message::parse(datagram).expect("the answer is well formed");
        Answer {
            code: m.code(),
            kind: m.header().kind,
            id: m.header().id,
            token: m.header().token.as_slice().to_vec(),
            options: m.options().map(|o| (o.number, o.value.to_vec())).collect(),
            payload: m.payload().to_vec(),
            len: datagram.len(),
        }
    }

    pub fn option(&self, number: u16) -> Option<&[u8]> {
        self.options
            .iter()
            .find(|o| o.0 == number)
            .map(|o| o.1.as_slice())
    }

    pub fn number(&self, number: u16) -> Option<u32> {
        self.option(number).map(|v| motebox_coap::msg::uint(v).unwrap())
    }

    pub fn block(&self, number: u16) -> Option<Block> {
        self.option(number).map(|v| Block::parse(v).unwrap())
    }

    pub fn body(&self) -> &str {
        std::str::from_utf8(&self.payload).unwrap()
    }
}

/// A request in the making.
#[derive(Clone, Debug)]
pub struct Ask {
    pub code: Code,
    pub kind: Kind,
    pub id: u16,
    pub token: Vec<u8>,
    pub options: Vec<(u16, Vec<u8>)>,
    pub payload: Vec<u8>,
    pub from: u8,
    pub security: Security,
    pub multicast: bool,
    pub from_self: bool,
    pub max_response_bytes: usize,
    pub cut: Option<usize>,
}

pub fn ask(code: Code, path: &str) -> Ask {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut options: Vec<_> = path
        .split('/')
        .filter(|s| !s.is_empty())
        .map(|s| (11, s.as_bytes().to_vec()))
        .collect();
    options.extend(
        query
            .split('&')
            .filter(|s| !s.is_empty())
            .map(|s| (15, s.as_bytes().to_vec())),
    );
    Ask {
        code,
        kind: Kind::Con,
        id: 7,
        token: vec![1, 2],
        options,
        payload: vec![],
        from: 1,
        security: Security::None,
        multicast: false,
        from_self: false,
        max_response_bytes: 1280,
        cut: None,
    }
}

pub fn get(path: &str) -> Ask {
    ask(Code::GET, path)
}

impl Ask {
    pub fn opt(mut self, number: u16, value: &[u8]) -> Ask {
        self.options.push((number, value.to_vec()));
        self
    }

    pub fn num(self, number: u16, value: u32) -> Ask {
        let bytes = value.to_be_bytes();
        let skip = value.leading_zeros() as usize / 8;
        self.opt(number, &bytes[skip..])
    }

    pub fn block(self, option: u16, number: u32, more: bool, exponent: u8) -> Ask {
        self.num(option, Block::new(number, more, exponent).value())
    }

    pub fn body(mut self, payload: &[u8]) -> Ask {
        self.payload = payload.to_vec();
        self
    }

    pub fn from(mut self, peer: u8) -> Ask {
        self.from = peer;
        self
    }

    pub fn secured(mut self) -> Ask {
        self.security = Security::Dtls;
        self
    }

    pub fn non(mut self) -> Ask {
        self.kind = Kind::Non;
        self
    }

    pub fn datagram(&self) -> Vec<u8> {
        let mut buf = vec![0; 4096];
        let mut w = Writer::new(&mut buf, Header::new(self.kind, self.code, self.id, &self.token)).unwrap();
        let mut options = self.options.clone();
        options.sort_by_key(|o| o.0);
        for (number, value) in &options {
            w.option(*number, value).unwrap();
        }
        w.payload(&self.payload).unwrap();
        let len = w.finish();
        buf.truncate(len);
        buf
    }
}

pub struct Mote {
    pub resource: Resource,
    pub node: Node,
    pub now: u64,
    pub polls: u32,
}

pub fn peer(n: u8) -> Endpoint {
    Endpoint::new(&[0x20, 1, 0xd, 0xb8, n]).unwrap()
}

impl Mote {
    pub fn new() -> Mote {
        Mote::with(|_| ())
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Mote {
        let mut config = Config::new([7; 16], 100);
        config.alias = Some(("riot/script", id("alarm")));
        change(&mut config);
        Mote {
            resource: Resource::new(config),
            node: Node::new(),
            now: 1 << 40,
            polls: 0,
        }
    }

    pub fn once(&mut self, ask: &Ask, out: &mut [u8]) -> Outcome {
        let mut datagram = ask.datagram();
        let length_bytes = datagram.len();
        datagram.truncate(ask.cut.unwrap_or(length_bytes));
        self.raw(&datagram, length_bytes, ask, out)
    }

    pub fn raw(&mut self, datagram: &[u8], length_bytes: usize, ask: &Ask, out: &mut [u8]) -> Outcome {
        let request = Request {
            datagram,
            length_bytes,
            peer: Peer {
                endpoint: peer(ask.from),
                security: ask.security,
                identity: if ask.security == Security::None {
                    b""
                } else {
                    b"operator"
                },
            },
            multicast: ask.multicast,
            from_self: ask.from_self,
            max_response_bytes: ask.max_response_bytes,
            now: self.now,
        };
        self.resource.handle(&request, &mut self.node, out)
    }

    /// Handles until there is an outcome; waits as the node has to.
    pub fn send(&mut self, ask: &Ask) -> Option<Answer> {
        let mut out = [0; 1400];
        for _ in 0..10_000 {
            match self.once(ask, &mut out) {
                Outcome::Reply(len) => return Some(Answer::parse(&out[..len])),
                Outcome::Pending => self.polls += 1,
                Outcome::Ignore | Outcome::NotMine => return None,
            }
        }
        panic!("the request never ends");
    }

    pub fn code(&mut self, ask: &Ask) -> Code {
        self.send(ask).expect("an answer").code
    }

    /// PUTs a body in blocks of one size; the last answer.
    pub fn put(&mut self, path: &str, format: u32, body: &[u8], exponent: u8, from: u8) -> Answer {
        let size = 16 << exponent;
        let blocks = body.len().div_ceil(size).max(1);
        let mut last = None;
        for n in 0..blocks {
            let answer = self
                .send(&block(path, format, body, n, exponent, from))
                .expect("an answer");
            if answer.code != Code::CONTINUE {
                return answer;
            }
            last = Some(answer);
        }
        last.unwrap()
    }

    /// GETs a whole representation block by block.
    pub fn fetch(&mut self, ask: &Ask, exponent: u8) -> (Vec<u8>, Vec<Answer>) {
        let (mut body, mut answers) = (vec![], vec![]);
        let mut size = exponent;
        loop {
            let ask = ask
                .clone()
                .block(option::BLOCK2, (body.len() >> (size + 4)) as u32, false, size);
            let answer = self.send(&ask).expect("an answer");
            assert_eq!(
                answer.code,
                Code::CONTENT,
                "{}",
                String::from_utf8_lossy(&answer.payload)
            );
            let block = answer.block(option::BLOCK2).unwrap();
            assert_eq!(block.offset() as usize, body.len());
            size = block.size_exponent;
            body.extend(&answer.payload);
            answers.push(answer);
            if !block.more {
                return (body, answers);
            }
        }
    }
}

/// Block `n` of a PUT.
pub fn block(path: &str, format: u32, body: &[u8], n: usize, exponent: u8, from: u8) -> Ask {
    let size = 16 << exponent;
    let piece = &body[n * size..body.len().min((n + 1) * size)];
    let more = (n + 1) * size < body.len();
    let ask = ask(Code::PUT, path)
        .num(option::CONTENT_FORMAT, format)
        .body(piece)
        .from(from);
    ask.block(option::BLOCK1, n as u32, more, exponent)
}
