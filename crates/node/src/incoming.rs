//! Requests to scripts' handlers: from the network into a container's mailbox, and the answer back.

use crate::config::{Board, Flash};
use crate::inner::{Inner, ReplyTo};
use crate::setup::MAX_BODY;
use crate::upload::Denied;
use heapless::Vec;
use motebox_coap::msg::{Cached, Code, Message, ReplyCache, option};
use motebox_coap::{Refusal, Request, Security};
use motebox_script::handler::{Lookup, Methods};
use motebox_script::path::Path;

/// A request that waits for its container.
pub(crate) struct Incoming {
    pub(crate) reply: ReplyTo,
    pub(crate) path: Path,
    pub(crate) method: Methods,
    pub(crate) secured: bool,
    pub(crate) payload: Vec<u8, MAX_BODY>,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// So many bytes of answer are in the buffer: send them.
    Send(usize),
    /// Nothing is to be sent.
    Silent,
    /// A response, or an acknowledgement: it belongs to something that the system sent, perhaps for a script.
    NotMine,
    /// Not answered yet: `poll` the node, then hand the same datagram in again. A system that cannot wait drops it: for CON
    /// the client sends it again, and is answered then; for NON it may send what [`crate::Node::refuse_busy`] writes.
    Pending,
}

/// What is known of a request for a script.
pub(crate) enum Received {
    Answer(Answer),
    /// To be refused so, and the answer to be kept.
    Refuse(Refusal),
}

const BUSY_S: u32 = 1;

/// The container is busy with an earlier request.
pub(crate) const BUSY: Refusal = Refusal::new(Code::UNAVAILABLE, "container is busy").max_age(BUSY_S);

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// A message that is not for the node's own resources. Not inlined: its stack is not there while the resource works.
    #[inline(never)]
    pub(crate) fn script_request(&mut self, request: &Request<'_>, out: &mut [u8]) -> Received {
        let Ok(message) = Message::parse(request.datagram) else {
            return Received::Answer(Answer::Silent);
        };
        if !ReplyCache::<1, 1>::concerns(&message) {
            return Received::Answer(Answer::NotMine);
        }
        if request.multicast {
            return Received::Answer(Answer::Silent);
        }
        let (endpoint, id) = (request.peer.endpoint, message.header().id);
        match self.replies.see(endpoint, id, request.now) {
            Cached::New => {}
            Cached::Working => return Received::Answer(Answer::Pending),
            Cached::Answered(bytes) => {
                let answer = match out.get_mut(..bytes.len()) {
                    Some(room) if !bytes.is_empty() => {
                        room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                        Answer::Send(bytes.len())
                    }
                    _ => Answer::Silent,
                };
                return Received::Answer(answer);
            }
        }
        let reply = ReplyTo {
            endpoint,
            header: *message.header(),
        };
        match self.deliver(request, &message, reply) {
            Ok(()) => Received::Answer(Answer::Pending),
            Err(Denied) => Received::Refuse(self.why),
        }
    }

    #[inline(never)]
    fn deny_so(&mut self, code: Code, text: &'static str) -> Denied {
        self.why = Refusal::new(code, text);
        Denied
    }

    #[inline(never)]
    fn deny_size(&mut self, bytes: usize, whole: bool) -> Denied {
        let refusal = Refusal::beyond(
            Code::TOO_LARGE,
            "payload for a script",
            bytes as u32,
            MAX_BODY as u32,
        );
        self.why = match whole {
            true => refusal.size1(MAX_BODY as u32),
            false => refusal,
        };
        Denied
    }

    /// Puts a request into the mailbox of the container that answers it.
    fn deliver(
        &mut self,
        request: &Request<'_>,
        message: &Message<'_>,
        reply: ReplyTo,
    ) -> Result<(), Denied> {
        for number in [option::BLOCK1, option::BLOCK2] {
            if message
                .find_block(number)
                .is_some_and(|block| block.more || block.number != 0)
            {
                return Err(self.deny_size(request.length_bytes, true));
            }
        }
        let segments = message
            .options()
            .filter(|opt| opt.number == option::URI_PATH)
            .map(|opt| opt.value);
        let Ok(path) = Path::from_segments(segments) else {
            return Err(self.deny_so(Code::NOT_FOUND, "no such path"));
        };
        let method = Methods::from_code(message.code().0);
        let secured = request.peer.security != Security::None;
        let mut refused = (Code::NOT_FOUND, "no such path");
        let mut found = None;
        for (pair, setup) in self.setups.iter().enumerate() {
            // A method that no handler can have finds the path, not a handler.
            match setup
                .handlers
                .lookup(&path, method.unwrap_or(Methods::GET), secured)
            {
                Lookup::Call(..) if method.is_some() => {
                    found = Some(pair);
                    break;
                }
                Lookup::Call(..) | Lookup::Method => refused = (Code::METHOD_NOT_ALLOWED, "method"),
                Lookup::Unsecured => refused = (Code::UNAUTHORIZED, "secured requests only"),
                Lookup::NotFound => {}
            }
        }
        let (Some(pair), Some(method)) = (found, method) else {
            return Err(self.deny_so(refused.0, refused.1));
        };
        if request.length_bytes > request.datagram.len() {
            return Err(self.deny_size(request.length_bytes, false));
        }
        let text = message.payload();
        let Ok(payload) = Vec::from_slice(text) else {
            return Err(self.deny_size(text.len(), true));
        };
        match self.inbox.get_mut(pair) {
            Some(place @ None) => {
                *place = Some(Incoming {
                    reply,
                    path,
                    method,
                    secured,
                    payload,
                });
                Ok(())
            }
            _ => {
                self.why = BUSY;
                Err(Denied)
            }
        }
    }

    /// Keeps the answer to a request for the case that it comes again.
    pub(crate) fn keep_answer(&mut self, request: &Request<'_>, answer: &[u8]) {
        if let Ok(message) = Message::parse(request.datagram) {
            self.replies
                .answer(request.peer.endpoint, message.header().id, answer);
        }
    }
}
