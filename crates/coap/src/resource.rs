//! The resource itself: a request comes in, an answer goes out.

use core::task::Poll;

use crate::answer::{Answer, has};
use crate::backend::holds;
use crate::call::{Call, Refused};
use crate::msg::{self, Block, Code, Header, Kind, Malformed, Message, Writer, format, option, uint};
use crate::observe::Observers;
use crate::render::{self, Subject};
use crate::upload::Uploads;
use crate::wanted::{Route, Wanted, Wish};
use crate::why::Why;
use crate::window::{Window, copy, cut};
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
#[repr(C)]
pub struct Resource {
    // What is small stands in front: there a Cortex-M0 reaches it with one instruction.
    pub(crate) message_id: u16,
    pub(crate) config: Config,
    pub(crate) observers: Observers,
    pub(crate) uploads: Uploads,
}

impl Resource {
    /// A resource with no upload and no observer.
    pub const fn new(config: Config) -> Resource {
        let mut resource = Self::BLANK;
        resource.message_id = config.first_message_id;
        resource.config = config;
        resource
    }

    /// All zeros: that is one loop, where every field for itself is a store.
    const BLANK: Resource = Resource {
        message_id: 0,
        config: Config {
            alias: None,
            max_request_bytes: 0,
            unproven_bytes: 0,
            observe_period_us: 0,
            secret: [0; 16],
            first_message_id: 0,
        },
        observers: Observers::new(),
        uploads: Uploads::new(),
    };

    /// Takes a datagram that came in, of whatever kind, and writes the answer into `out`.
    #[inline(never)]
    pub fn handle(&mut self, request: &Request<'_>, backend: &mut dyn Backend, out: &mut [u8]) -> Outcome {
        let mut call = Call {
            route: Route::Others,
            aliased: false,
            backend,
            request,
            out: cut(out, out.len().min(request.max_response_bytes)),
            wanted: Wanted::NOTHING,
            id: Id::NONE,
            message: Message::unread(request.datagram),
            refusal: None,
        };
        let read = call.message.read();
        let Header {
            kind, code, mut id, ..
        } = *call.message.header();
        let mut senseless = kind == Kind::Con;
        if let Err(malformed) = read {
            senseless = false;
            if let Malformed::Format {
                kind: Kind::Con,
                id: of,
            } = malformed
            {
                (id, senseless) = (of, true);
            }
        } else if code == Code::EMPTY && matches!(kind, Kind::Ack | Kind::Rst) {
            let reset = kind == Kind::Rst;
            return match self.observers.confirmed(&request.peer.endpoint, id, reset) {
                true => Outcome::Ignore,
                false => Outcome::NotMine,
            };
        } else if code.is_response() && kind != Kind::Rst {
            return Outcome::NotMine;
        } else if code.is_request() && matches!(kind, Kind::Con | Kind::Non) {
            if request.multicast && kind == Kind::Con {
                return Outcome::Ignore;
            }
            if let Ok(outcome) = self.request(&mut call) {
                return outcome;
            }
            if let Some(refusal) = &call.refusal
                && !request.multicast
            {
                // RFC 7252 section 5.4.1: a NON with an option that cannot be used is rejected.
                senseless = refusal.code == Code::BAD_OPTION && kind == Kind::Non;
                if !senseless {
                    return self.refuse(request, refusal, call.out);
                }
            }
        }
        if senseless && !request.multicast && copy(call.out, &msg::reset(id)).is_some() {
            return Outcome::Reply(4);
        }
        Outcome::Ignore
    }

    /// The next notification, if one is due. To be called after every change, and at [`deadline`](Self::deadline), until none comes.
    #[inline(never)]
    pub fn poll(&mut self, now: u64, backend: &mut dyn Backend, out: &mut [u8]) -> Option<Notification> {
        let message_id = self.message_id;
        let o = self
            .observers
            .due(now, self.config.observe_period_us, message_id, backend)?;
        self.message_id = message_id.wrapping_add(1);
        let out = cut(out, out.len().min(o.limit.into()));
        let mut header = Header {
            kind: if o.confirmable() { Kind::Con } else { Kind::Non },
            code: Code::EMPTY,
            id: message_id,
            token: o.token,
        };
        let upload = self.uploads.progress(&o.id);
        let len = if backend.find(&o.id).is_none() && upload.is_none() {
            o.live = false;
            let mut w = Writer::into(out);
            if !Answer::new(Code::NOT_FOUND).write(&mut header, &mut w) {
                return None;
            }
            w.finish()
        } else {
            let subject = Subject {
                id: &o.id,
                upload,
                current: None,
                query: None,
                alias: None,
                format: o.format.into(),
                route: Route::of(o.what),
                long: o.long,
            };
            let mut answer = Answer::new(Code::CONTENT);
            answer.set(has::OBSERVE, o.sequence);
            answer.block = o.size_exponent.into();
            subject.measure(backend, &mut answer);
            answer.content(&subject, &mut header, backend, out)?
        };
        Some(Notification { to: o.endpoint, len })
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
    #[inline(never)]
    pub fn refuse(&mut self, request: &Request<'_>, refusal: &Refusal, out: &mut [u8]) -> Outcome {
        let mut message = Message::unread(request.datagram);
        if message.read().is_err() {
            return Outcome::Ignore;
        }
        let problem = message.find_uint(option::ACCEPT) == Some(format::PROBLEM.into());
        let mut answer = Answer::new(refusal.code);
        answer.set(
            has::FORMAT,
            if problem { format::PROBLEM } else { format::TEXT }.into(),
        );
        if refusal.has(holds::MAX_AGE) {
            answer.set(has::MAX_AGE, refusal.extra);
        }
        if refusal.has(holds::SIZE1) {
            answer.set(has::SIZE1, refusal.extra);
        }
        if refusal.code == Code::TOO_LARGE
            && let Some(block) = self.smaller_block(request, &message)
        {
            answer.set(has::BLOCK1, block);
        }
        let mut w = Writer::into(out);
        if !self.reply(&message, &answer, &mut w) {
            return Outcome::Ignore;
        }
        let room = w.payload_room();
        let size = room.len();
        let mut window = Window::new(room, 0);
        render::error(refusal, problem, &mut window);
        // Half a line is worse than none.
        let len = window.total() as usize;
        if len <= size {
            w.keep_payload(len);
        }
        Outcome::Reply(w.finish())
    }

    /// Answers a request with a code and a payload: for paths that are not this resource's own (scripts' handlers).
    #[inline(never)]
    pub fn respond(
        &mut self,
        request: &Request<'_>,
        code: Code,
        content_format: Option<u16>,
        payload: &[u8],
        out: &mut [u8],
    ) -> Outcome {
        let mut message = Message::unread(request.datagram);
        if message.read().is_err() {
            return Outcome::Ignore;
        }
        let out = cut(out, out.len().min(request.max_response_bytes));
        let mut answer = Answer::new(code);
        if let Some(format) = content_format {
            answer.set(has::FORMAT, format.into());
        }
        let mut w = Writer::into(out);
        if !self.reply(&message, &answer, &mut w) {
            return Outcome::Ignore;
        }
        // All of it or none.
        let _ = w.payload(payload);
        Outcome::Reply(w.finish())
    }

    /// Writes an answer up to its payload; false when it does not fit.
    #[inline(never)]
    pub(crate) fn reply(&mut self, message: &Message<'_>, answer: &Answer, w: &mut Writer<'_>) -> bool {
        answer.write(&mut next_header(&mut self.message_id, message), w)
    }

    /// Writes an answer without payload, of `limit` bytes at most.
    #[inline(never)]
    pub(crate) fn reply_empty(&mut self, call: &mut Call<'_>, answer: &Answer, limit: usize) -> Outcome {
        let mut w = Writer::into(cut(call.out, limit));
        match self.reply(&call.message, answer, &mut w) {
            true => Outcome::Reply(w.finish()),
            false => Outcome::Ignore,
        }
    }

    fn request(&mut self, call: &mut Call<'_>) -> Result<Outcome, Refused> {
        call.read_options()?;
        call.read_path(self.config.alias.as_ref());
        let request = call.request;
        let (length, limit) = (request.length_bytes, self.config.max_request_bytes);
        if length > limit || length > request.datagram.len() {
            call.refuse(Why::Datagram, length as u32, limit as u32);
            if call.route == Route::Container {
                let size = call.backend.max_payload(&call.id);
                call.amend(|refusal| *refusal = refusal.size1(size));
            }
            return Err(Refused);
        }
        let (code, route) = (call.message.code(), call.route);
        if request.multicast && (route != Route::Core || code != Code::GET) {
            return Ok(Outcome::Ignore);
        }
        let why = match route {
            Route::Others => return Ok(Outcome::NotMine),
            _ if request.from_self && route != Route::Core => Why::FromSelf,
            Route::Nothing => Why::NoResource,
            _ if code == Code::GET => return self.get(call),
            Route::Container if code == Code::PUT || (code == Code::POST && call.aliased) => {
                return self.put(call);
            }
            _ => Why::Method,
        };
        Err(call.refuse(why, code.0.into(), 0))
    }

    // Apart from `get`: whichever runs has only its own stack.
    #[inline(never)]
    fn put(&mut self, call: &mut Call<'_>) -> Result<Outcome, Refused> {
        let code = match self.uploads.put(call) {
            Poll::Pending => return Ok(Outcome::Pending),
            Poll::Ready(done) => done?,
        };
        let mut answer = Answer::new(code);
        if let Some(block) = call.wanted.get(Wish::Block1) {
            let more = u32::from(code == Code::CONTINUE);
            answer.set(has::BLOCK1, block & !8 | more << 3);
        }
        Ok(self.reply_empty(call, &answer, call.out.len()))
    }

    /// For a datagram that is too large: the block at the same place whose size fits beside its options.
    fn smaller_block(&self, request: &Request<'_>, message: &Message<'_>) -> Option<u32> {
        if request.length_bytes <= self.config.max_request_bytes {
            return None;
        }
        let overhead = request.datagram.len() - message.payload().len();
        let exponent = Block::exponent_for(self.config.max_request_bytes.checked_sub(overhead)?)?;
        let value = message.find(option::BLOCK1).filter(|v| v.len() <= 3);
        let block = Block::of(value.and_then(uint).unwrap_or(0));
        let number = block.offset() >> (exponent + 4);
        Some(Block::value_of(number, true, exponent))
    }
}

/// The header of the answer; what is not an acknowledgement takes the next message id.
#[inline(never)]
pub(crate) fn next_header(message_id: &mut u16, message: &Message<'_>) -> Header {
    let id = *message_id;
    if message.header().kind == Kind::Non {
        *message_id = id.wrapping_add(1);
    }
    message.header().answer(Code::EMPTY, id)
}
