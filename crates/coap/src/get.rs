//! GET: rights, formats, blocks, and whether the answer begins an observation.

use crate::answer::{Answer, has};
use crate::call::{Call, Refused};
use crate::msg::{Block, Code, format, option};
use crate::observe::Observer;
use crate::render::{self, Subject};
use crate::resource::next_header;
use crate::wanted::{Route, Wish, has_option};
use crate::why::Why;
use crate::window::cut;
use crate::{Access, Backend, Outcome, Request, Resource, Security};

impl Resource {
    // Apart from `put`: whichever runs has only its own stack.
    #[inline(never)]
    pub(crate) fn get(&mut self, call: &mut Call<'_>) -> Result<Outcome, Refused> {
        let (request, route) = (call.request, call.route);
        let peer = &request.peer;
        let what = route.observable();
        let mut long = false;
        let mut upload = None;
        let mut found = None;
        if route.is_of_container() {
            let refused = route
                .access()
                .is_some_and(|a| !call.backend.may_read(peer, &call.id, a));
            if refused {
                call.refuse(Why::NoRight, 0, 0);
                if peer.security != Security::None {
                    call.amend(|refusal| refusal.code = Code::FORBIDDEN);
                }
                return Err(Refused);
            }
            upload = self.uploads.progress(&call.id);
            found = call.backend.find(&call.id);
            let there = match (&found, what) {
                (Some(c), None) => c.current.is_some(),
                (found, Some(_)) => found.is_some() || upload.is_some(),
                (None, None) => false,
            };
            if !there {
                return Err(call.refuse(Why::NoContainer, 0, 0));
            }
            long = call.backend.may_read(peer, &call.id, Access::Status);
        }
        let current = match what {
            None => found.as_ref().and_then(|c| c.current.as_ref()),
            Some(_) => None,
        };
        let accept = call.wanted.get(Wish::Accept);
        let Some(format) = choose(route, accept, current.is_none_or(|c| c.text_form)) else {
            return Err(call.refuse(Why::Accept, accept.unwrap_or(0), 0));
        };
        let proven = peer.security != Security::None || self.echoes(call);
        let mut limit = call.out.len();
        if !proven {
            limit = limit.min(self.config.unproven_bytes.max(request.datagram.len() * 3));
        }

        let asked = call.wanted.get(Wish::Block2);
        let value = asked.unwrap_or(6);
        let block = Block::of(value);
        if block.size_exponent > 6 {
            return Err(call.refuse(Why::BlockSize, 7, 6));
        }
        let mut answer = Answer::new(Code::CONTENT);
        (answer.asked, answer.block) = (asked.is_some(), value);
        if let (Some(what), Some(action), 0) = (what, call.wanted.get(Wish::Observe), block.number) {
            let (endpoint, token) = (&peer.endpoint, &call.message.header().token);
            if action != 0 {
                self.observers.remove(endpoint, token);
            } else if !proven {
                answer.code = Code::UNAUTHORIZED;
                answer.bytes = self.echo(request, 0, call.backend);
                answer.set(has::ECHO, 0);
                return Ok(self.reply_empty(call, &answer, limit));
            } else if let Some(place) = self.observers.place_for(endpoint, token) {
                *place = Observer {
                    version: call.backend.version(&call.id, what),
                    sequence: 0,
                    sent: request.now,
                    last_id: 0,
                    limit: limit.min(u16::MAX.into()) as u16,
                    live: true,
                    unacknowledged: false,
                    what,
                    long,
                    format: format as u8,
                    size_exponent: block.size_exponent,
                    endpoint: *endpoint,
                    token: *token,
                    id: call.id,
                };
                answer.set(has::OBSERVE, 0);
            }
        }
        if what.is_some() || route == Route::List {
            answer.set(has::MAX_AGE, 0);
        }
        let subject = Subject {
            id: &call.id,
            upload,
            current,
            query: Some(&call.message),
            alias: self.config.alias.as_ref(),
            format,
            route,
            long,
        };
        subject.measure(call.backend, &mut answer);
        if route != Route::Status && has_option(&call.message, option::ETAG, &answer.bytes) {
            answer.code = Code::VALID;
            answer.set(has::ETAG, 0);
            return Ok(self.reply_empty(call, &answer, limit));
        }
        if request.multicast && answer.len == 0 {
            return Ok(Outcome::Ignore);
        }
        if block.number > 0 && block.offset() >= answer.len {
            return Err(call.refuse(Why::BlockNumber, block.number, answer.len));
        }
        if call.wanted.has(Wish::Size2) {
            let len = answer.len;
            answer.set(has::SIZE2, len);
        }
        let mut header = next_header(&mut self.message_id, &call.message);
        let len = answer.content(&subject, &mut header, call.backend, cut(call.out, limit));
        Ok(len.map_or(Outcome::Ignore, Outcome::Reply))
    }

    /// The Echo value for this endpoint, `back` windows of about a minute ago.
    #[inline(never)]
    fn echo(&self, request: &Request<'_>, back: u64, backend: &dyn Backend) -> [u8; 8] {
        let window = (request.now >> 26).wrapping_sub(back).to_be_bytes();
        render::short(&backend.sha256(&[&self.config.secret, &window, request.peer.endpoint.as_slice()]))
    }

    fn echoes(&self, call: &Call<'_>) -> bool {
        let Some(wanted) = call.wanted.echo else {
            return false;
        };
        for back in 0..2 {
            let echo = self.echo(call.request, back, call.backend);
            if echo.as_slice() == wanted {
                return true;
            }
        }
        false
    }
}

/// The formats of all routes; each has a stretch of them, its default first.
const FORMATS: [u8; 8] = [
    format::LINKS as u8,
    format::CBOR as u8,
    format::TEXT as u8,
    format::CBOR as u8,
    format::SENML_CBOR as u8,
    format::TEXT as u8,
    format::CBOR_SEQ as u8,
    format::COSE_SIGN1 as u8,
];

/// Begin and end of each route's stretch: discovery, list, container, status, log, data.
const STRETCHES: [(u8, u8); 6] = [(0, 1), (1, 3), (5, 8), (1, 3), (2, 4), (4, 5)];

/// The content format of the answer; `text`: a container has a text form.
#[inline(never)]
fn choose(route: Route, accept: Option<u32>, text: bool) -> Option<u32> {
    let (mut from, to) = *STRETCHES.get(route as usize)?;
    if route == Route::Container && !text {
        from += 1;
    }
    let formats = FORMATS.get(usize::from(from)..usize::from(to))?;
    let mut formats = formats.iter().map(|f| u32::from(*f));
    match accept {
        None => formats.next(),
        Some(wanted) => formats.find(|f| *f == wanted),
    }
}
