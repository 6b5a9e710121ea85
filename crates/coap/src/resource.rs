//! The resource itself: a request comes in, an answer goes out.

use core::task::Poll;

use crate::answer::{Answer, Fill, content};
use crate::backend::holds;
use crate::header::Form;
use crate::msg::{self, Block, Code, Header, Kind, Malformed, Message, format, option};
use crate::observe::Observers;
use crate::render::{self, Subject};
use crate::upload::{Piece, Taken, Uploads};
use crate::wanted::{Route, Wanted};
use crate::window::{Window, copy, hex_value};
use crate::{Backend, Endpoint, Id, Refusal, Request};

/// What a resource is configured with.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// A second path for one container, for old clients: `("riot/script", id)`. There POST is PUT.
    pub alias: Option<(&'static str, Id)>,
    /// The largest datagram that the system takes, in bytes of CoAP message.
    pub max_request_bytes: usize,
    /// The largest answer to a request that proved nothing, in bytes; three times the request when that is more.
    pub unproven_bytes: usize,
    /// The least time between two notifications of an observation, in microseconds.
    pub observe_period_us: u64,
    /// Random bytes of this boot: they make Echo unforgeable.
    pub secret: [u8; 16],
    /// The first message id of this boot: random.
    pub first_message_id: u16,
}

impl Config {
    /// The defaults, with the seeds that only the system has.
    pub const fn new(secret: [u8; 16], first_message_id: u16) -> Config {
        Config {
            alias: None,
            max_request_bytes: 1280,
            unproven_bytes: 136,
            observe_period_us: 1_000_000,
            secret,
            first_message_id,
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The answer lies in the first so many bytes of the buffer.
    Reply(usize),
    /// Flash has to be waited for. Keep the request, give the backend its turn, and handle the same request again, until
    /// it is something else. Other requests may be handled meanwhile; of those, no second one gets `Pending`.
    Pending,
    /// There is nothing to send.
    Ignore,
    /// A response, or a request for a path that is not of this resource; its critical options are known.
    NotMine,
}

/// A notification to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notification {
    /// Where to.
    pub to: Endpoint,
    /// It lies in the first so many bytes of the buffer.
    pub len: usize,
}

/// The container resource.
#[derive(Debug)]
pub struct Resource {
    pub(crate) config: Config,
    pub(crate) uploads: Uploads,
    pub(crate) observers: Observers,
    message_id: u16,
}

fn raw(message: &[u8], out: &mut [u8]) -> Outcome {
    copy(out, message).map_or(Outcome::Ignore, |()| Outcome::Reply(message.len()))
}

impl Resource {
    /// A resource with no upload and no observer.
    pub const fn new(config: Config) -> Resource {
        let message_id = config.first_message_id;
        Resource {
            config,
            uploads: Uploads::new(),
            observers: Observers::new(),
            message_id,
        }
    }

    /// Takes a datagram that came in, of whatever kind, and writes the answer into `out`.
    pub fn handle(&mut self, request: &Request<'_>, backend: &mut dyn Backend, out: &mut [u8]) -> Outcome {
        let out_len = out.len().min(request.max_response_bytes);
        let out = out.get_mut(..out_len).unwrap_or(&mut []);
        let message = match Message::parse(request.datagram) {
            Ok(message) => message,
            Err(Malformed::Format { kind: Kind::Con, id }) if !request.multicast => {
                return raw(&msg::reset(id), out);
            }
            Err(_) => return Outcome::Ignore,
        };
        let (kind, code, id) = (message.header().kind, message.code(), message.header().id);
        match (kind, code) {
            (Kind::Ack | Kind::Rst, Code::EMPTY) => {
                let reset = kind == Kind::Rst;
                return match self.observers.confirmed(&request.peer.endpoint, id, reset) {
                    true => Outcome::Ignore,
                    false => Outcome::NotMine,
                };
            }
            (Kind::Con | Kind::Non, c) if c.is_request() => {}
            (Kind::Con | Kind::Non | Kind::Ack, c) if c.is_response() => return Outcome::NotMine,
            (Kind::Con, _) if !request.multicast => return raw(&msg::reset(id), out),
            _ => return Outcome::Ignore,
        }
        if request.multicast && kind == Kind::Con {
            return Outcome::Ignore;
        }
        let done = self.request(request, &message, backend, out);
        match done {
            // RFC 7252 section 5.4.1: a NON with an option that cannot be used is rejected.
            Err(r) if r.code == Code::BAD_OPTION && kind == Kind::Non && !request.multicast => {
                raw(&msg::reset(id), out)
            }
            Err(_) if request.multicast => Outcome::Ignore,
            Err(refusal) => self.refuse(request, &refusal, out),
            Ok(outcome) => outcome,
        }
    }

    /// The next notification, if one is due. To be called after every change, and at [`deadline`](Self::deadline), until none comes.
    pub fn poll(&mut self, now: u64, backend: &mut dyn Backend, out: &mut [u8]) -> Option<Notification> {
        let message_id = self.message_id;
        let o = self
            .observers
            .due(now, self.config.observe_period_us, message_id, backend)?;
        self.message_id = message_id.wrapping_add(1);
        let out_len = out.len().min(o.limit.into());
        let out = out.get_mut(..out_len)?;
        let kind = if o.confirmable() { Kind::Con } else { Kind::Non };
        let header = Header {
            kind,
            code: Code::EMPTY,
            id: message_id,
            token: o.token,
        };
        let len = if backend.find(&o.id).is_none() && self.uploads.progress(&o.id).is_none() {
            self.observers.remove(&o.endpoint, &o.token);
            Answer::new(Code::NOT_FOUND).write(header, out, &mut |_| 0)
        } else {
            let subject = Subject {
                route: render::route_of(o.what, o.id),
                format: o.format,
                long: o.long,
                upload: self.uploads.progress(&o.id),
                current: None,
                query: None,
                alias: None,
            };
            let answer = Answer {
                observe: Some(o.sequence),
                ..Answer::new(Code::CONTENT)
            };
            let block = Block::new(0, false, o.size_exponent);
            content(&subject, answer, block, false, header, backend, out)
        };
        Some(Notification {
            to: o.endpoint,
            len: len.ok()?,
        })
    }

    /// When [`poll`](Self::poll) has to be called next, if nothing changes: `u64::MAX` is never.
    pub fn deadline(&self, backend: &dyn Backend) -> u64 {
        self.observers.deadline(self.config.observe_period_us, backend)
    }

    /// The envelope that is collected, or was last, as far as it came. When [`handle`](Self::handle) has just answered
    /// [`Outcome::Pending`] because [`Backend::begin`] did, it is the one that was offered.
    pub fn envelope(&self) -> &[u8] {
        self.uploads.envelope()
    }

    /// Answers a request with an error, in the way of this resource. Also for requests that were not its own.
    pub fn refuse(&mut self, request: &Request<'_>, refusal: &Refusal, out: &mut [u8]) -> Outcome {
        let Ok(message) = Message::parse(request.datagram) else {
            return Outcome::Ignore;
        };
        let problem = message.find_uint(option::ACCEPT) == Some(format::PROBLEM.into());
        let answer = Answer {
            format: Some(if problem { format::PROBLEM } else { format::TEXT }),
            max_age: Some(refusal.extra).filter(|_| refusal.has(holds::MAX_AGE)),
            size1: Some(refusal.extra).filter(|_| refusal.has(holds::SIZE1)),
            block1: self
                .smaller_block(request, &message)
                .filter(|_| refusal.code == Code::TOO_LARGE),
            ..Answer::new(refusal.code)
        };
        self.reply(&message, &answer, out, &mut |room| {
            let size = room.len();
            let mut window = Window::new(room, 0);
            render::error(refusal, problem, &mut window);
            // Half a line is worse than none.
            let len = window.total() as usize;
            if len <= size { len } else { 0 }
        })
    }

    /// Answers a request with a code and a payload: for paths that are not this resource's own (scripts' handlers).
    pub fn respond(
        &mut self,
        request: &Request<'_>,
        code: Code,
        content_format: Option<u16>,
        payload: &[u8],
        out: &mut [u8],
    ) -> Outcome {
        let Ok(message) = Message::parse(request.datagram) else {
            return Outcome::Ignore;
        };
        let out_len = out.len().min(request.max_response_bytes);
        let out = out.get_mut(..out_len).unwrap_or(&mut []);
        let answer = Answer {
            format: content_format,
            ..Answer::new(code)
        };
        self.reply(&message, &answer, out, &mut |room| {
            copy(room, payload).map_or(0, |()| payload.len())
        })
    }

    pub(crate) fn reply(
        &mut self,
        message: &Message<'_>,
        answer: &Answer,
        out: &mut [u8],
        fill: Fill<'_>,
    ) -> Outcome {
        let header = self.answer_header(message);
        match answer.write(header, out, fill) {
            Ok(len) => Outcome::Reply(len),
            Err(_) => Outcome::Ignore,
        }
    }

    pub(crate) fn answer_header(&mut self, message: &Message<'_>) -> Header {
        let id = self.message_id;
        if message.header().kind == Kind::Non {
            self.message_id = id.wrapping_add(1);
        }
        message.header().answer(Code::EMPTY, id)
    }

    fn request(
        &mut self,
        request: &Request<'_>,
        message: &Message<'_>,
        backend: &mut dyn Backend,
        out: &mut [u8],
    ) -> Result<Outcome, Refusal> {
        let wanted = Wanted::read(message)?;
        let route = Route::of(message, self.alias());
        let limit = self.config.max_request_bytes as u32;
        if request.length_bytes > self.config.max_request_bytes
            || request.length_bytes > request.datagram.len()
        {
            let refusal = Refusal::beyond(Code::TOO_LARGE, "datagram", request.length_bytes as u32, limit);
            return Err(match route {
                Route::Container(id, _) => refusal.size1(backend.max_payload(&id)),
                _ => refusal,
            });
        }
        let alone = request.multicast && !(route == Route::Core && message.code() == Code::GET);
        match (message.code(), route) {
            _ if alone => Ok(Outcome::Ignore),
            (_, Route::Others) => Ok(Outcome::NotMine),
            _ if request.from_self && route != Route::Core => {
                Err(Refusal::new(Code::FORBIDDEN, "from the node itself"))
            }
            (_, Route::Nothing) => Err(Refusal::new(Code::NOT_FOUND, "no such resource")),
            (Code::GET, _) => self.get(request, message, &wanted, route, backend, out),
            (Code::PUT, Route::Container(id, _)) | (Code::POST, Route::Container(id, true)) => {
                self.put(request, message, &wanted, id, backend, out)
            }
            _ => Err(Refusal::new(Code::METHOD_NOT_ALLOWED, "method").number(message.code().0.into())),
        }
    }

    pub(crate) fn alias(&self) -> Option<(&'static [u8], Id)> {
        self.config.alias.map(|(path, id)| (path.as_bytes(), id))
    }

    #[inline(never)]
    fn put(
        &mut self,
        request: &Request<'_>,
        message: &Message<'_>,
        wanted: &Wanted<'_>,
        id: Id,
        backend: &mut dyn Backend,
        out: &mut [u8],
    ) -> Result<Outcome, Refusal> {
        let form = match wanted.content_format {
            None | Some(format::TEXT | format::JAVASCRIPT) => Form::Text,
            Some(format::CBOR_SEQ) => Form::Binary,
            Some(format::COSE_SIGN1) => Form::Alone,
            Some(n) => return Err(Refusal::new(Code::UNSUPPORTED_FORMAT, "content format").number(n.into())),
        };
        let mut digest = [0; 32];
        let mut named = 0;
        let mut query = Window::new(&mut [], 0);
        for o in message.options().filter(|o| o.number == option::URI_QUERY) {
            query.put(o.value);
            query.put(&[0]);
            if let Some(hex) = o.value.strip_prefix(b"d=") {
                named = unhex(hex, &mut digest).unwrap_or(0);
            }
        }
        let piece = Piece {
            id,
            form,
            block: wanted.block1,
            bytes: message.payload(),
            size1: wanted.size1,
            query: query.etag(),
            named: digest.get(..named).filter(|d| d.len() >= 8).unwrap_or(&[]),
            peer: request.peer,
            now: request.now,
        };
        let allowed = |backend: &dyn Backend| {
            let current = backend.find(&id).and_then(|c| c.current);
            let matches = |o: msg::Opt<'_>| {
                o.number == option::IF_MATCH
                    && current.is_some_and(|c| o.value.is_empty() || o.value == render::short(&c.digest))
            };
            let clash = wanted.if_none_match && current.is_some();
            if clash || (wanted.if_match && !message.options().any(matches)) {
                return Err(Refusal::new(Code::PRECONDITION_FAILED, "condition"));
            }
            Ok(())
        };
        let (code, more) = match self.uploads.put(&piece, &allowed, backend) {
            Poll::Pending => return Ok(Outcome::Pending),
            Poll::Ready(Err(refusal)) => return Err(refusal),
            Poll::Ready(Ok(Taken::More)) => (Code::CONTINUE, true),
            Poll::Ready(Ok(Taken::All(code))) => (code, false),
        };
        let block1 = wanted.block1.map(|b| Block::new(b.number, more, b.size_exponent));
        Ok(self.reply(
            message,
            &Answer {
                block1,
                ..Answer::new(code)
            },
            out,
            &mut |_| 0,
        ))
    }

    /// For a datagram that is too large: the block at the same place whose size fits beside its options.
    fn smaller_block(&self, request: &Request<'_>, message: &Message<'_>) -> Option<Block> {
        if request.length_bytes <= self.config.max_request_bytes {
            return None;
        }
        let overhead = request.datagram.len() - message.payload().len();
        let exponent = Block::exponent_for(self.config.max_request_bytes.checked_sub(overhead)?)?;
        let block = message.find_block(option::BLOCK1);
        let number = block.map_or(0, |b| b.offset() >> (exponent + 4));
        Some(Block::new(number, true, exponent))
    }
}

/// Hex digits of either case into `out`; how many bytes they are.
fn unhex(hex: &[u8], out: &mut [u8]) -> Option<usize> {
    for (pair, to) in hex.chunks_exact(2).zip(out.iter_mut()) {
        let &[high, low] = pair else { return None };
        *to = hex_value(high.to_ascii_lowercase())? << 4 | hex_value(low.to_ascii_lowercase())?;
    }
    (hex.len().is_multiple_of(2) && hex.len() <= 2 * out.len()).then_some(hex.len() / 2)
}
