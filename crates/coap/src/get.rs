//! GET: rights, formats, blocks, and whether the answer begins an observation.

use crate::answer::{Answer, content};
use crate::msg::{Block, Code, Message, format, option};
use crate::observe::Observer;
use crate::render::{self, Subject};
use crate::wanted::{Route, Wanted};
use crate::{Access, Backend, Observable, Outcome, Refusal, Request, Resource, Security};

impl Resource {
    // Apart from `put`: whichever runs has only its own stack.
    #[inline(never)]
    pub(crate) fn get(
        &mut self,
        request: &Request<'_>,
        message: &Message<'_>,
        wanted: &Wanted<'_>,
        route: Route,
        backend: &mut dyn Backend,
        out: &mut [u8],
    ) -> Result<Outcome, Refusal> {
        let peer = &request.peer;
        let (id, access, what) = match route {
            Route::Container(id, _) => (Some(id), Some(Access::Container), None),
            Route::Status(id) => (Some(id), None, Some(Observable::Status)),
            Route::Log(id) => (Some(id), Some(Access::Log), Some(Observable::Log)),
            Route::Data(id) => (Some(id), Some(Access::Data), Some(Observable::Data)),
            _ => (None, None, None),
        };
        let mut long = false;
        let mut upload = None;
        let mut current = None;
        if let Some(id) = &id {
            if access.is_some_and(|a| !backend.may_read(peer, id, a)) {
                let secured = peer.security != Security::None;
                let code = if secured {
                    Code::FORBIDDEN
                } else {
                    Code::UNAUTHORIZED
                };
                return Err(Refusal::new(code, "no right to read"));
            }
            upload = self.uploads.progress(id);
            let found = backend.find(id);
            let there = found.is_some() || upload.is_some();
            if what.is_none() {
                current = found.and_then(|c| c.current);
            }
            if !there || (what.is_none() && current.is_none()) {
                return Err(Refusal::new(Code::NOT_FOUND, "no such container"));
            }
            long = backend.may_read(peer, id, Access::Status);
        }
        let text = current.as_ref().is_none_or(|c| c.text_form);
        let format = choose(route, wanted.accept, text)?;
        let proven = peer.security != Security::None || self.echoes(request, wanted, backend);
        let cap = self.config.unproven_bytes.max(request.datagram.len() * 3);
        let limit = if proven { out.len() } else { out.len().min(cap) };
        let out = out.get_mut(..limit).unwrap_or(&mut []);

        let block = wanted.block2.unwrap_or(Block::new(0, false, 6));
        if block.size_exponent > 6 {
            return Err(Refusal::beyond(Code::BAD_REQUEST, "block size", 7, 6));
        }
        let mut answer = Answer::new(Code::CONTENT);
        if let (Some(what), Some(id), Some(action), 0) = (what, id, wanted.observe, block.number) {
            let (endpoint, token) = (peer.endpoint, message.header().token);
            if action == 0 && !proven {
                let echo = Some(self.echo(request, 0, backend));
                let answer = Answer {
                    echo,
                    ..Answer::new(Code::UNAUTHORIZED)
                };
                return Ok(self.reply(message, &answer, out, &mut |_| 0));
            }
            if action == 0 {
                let observer = Observer {
                    endpoint,
                    token,
                    what,
                    id,
                    format,
                    long,
                    limit: limit.min(u16::MAX.into()) as u16,
                    size_exponent: block.size_exponent,
                    version: backend.version(&id, what),
                    sequence: 0,
                    sent: request.now,
                    last_id: 0,
                    unacknowledged: false,
                };
                answer.observe = self.observers.add(observer).then_some(0);
            } else {
                self.observers.remove(&endpoint, &token);
            }
        }
        if what.is_some() || route == Route::List {
            answer.max_age = Some(0);
        }
        let subject = Subject {
            route,
            format,
            long,
            upload,
            current: current.as_ref(),
            query: Some(message),
            alias: self.alias(),
        };
        let measure = subject.measure(backend);
        if !matches!(route, Route::Status(_))
            && message
                .options()
                .any(|o| o.number == option::ETAG && o.value == measure.etag)
        {
            let answer = Answer {
                code: Code::VALID.0,
                etag: Some(measure.etag),
                ..answer
            };
            return Ok(self.reply(message, &answer, out, &mut |_| 0));
        }
        if request.multicast && measure.len == 0 {
            return Ok(Outcome::Ignore);
        }
        if block.number > 0 && block.offset() >= measure.len {
            return Err(Refusal::beyond(
                Code::BAD_REQUEST,
                "block number",
                block.number,
                measure.len,
            ));
        }
        answer.size2 = Some(measure.len).filter(|_| wanted.size2);
        let header = self.answer_header(message);
        match content(
            &subject,
            answer,
            block,
            wanted.block2.is_some(),
            header,
            backend,
            out,
        ) {
            Ok(len) => Ok(Outcome::Reply(len)),
            Err(_) => Ok(Outcome::Ignore),
        }
    }

    /// The Echo value for this endpoint, `back` windows of about a minute ago.
    fn echo(&self, request: &Request<'_>, back: u64, backend: &dyn Backend) -> [u8; 8] {
        let window = (request.now >> 26).wrapping_sub(back).to_be_bytes();
        render::short(&backend.sha256(&[&self.config.secret, &window, request.peer.endpoint.as_slice()]))
    }

    fn echoes(&self, request: &Request<'_>, wanted: &Wanted<'_>, backend: &dyn Backend) -> bool {
        !wanted.echo.is_empty() && (0..2).any(|back| self.echo(request, back, backend) == wanted.echo)
    }
}

/// The content format of the answer; `text`: a container has a text form.
fn choose(route: Route, accept: Option<u16>, text: bool) -> Result<u16, Refusal> {
    let formats: &[u16] = match route {
        Route::Core => &[format::LINKS],
        Route::List | Route::Status(_) => &[format::CBOR, format::TEXT],
        Route::Log(_) => &[format::TEXT, format::CBOR],
        Route::Data(_) => &[format::SENML_CBOR],
        _ if text => &[format::TEXT, format::CBOR_SEQ, format::COSE_SIGN1],
        _ => &[format::CBOR_SEQ, format::COSE_SIGN1],
    };
    let first = formats.first().copied().unwrap_or(0);
    let wanted = accept.unwrap_or(first);
    match formats.contains(&wanted) {
        true => Ok(wanted),
        false => Err(Refusal::new(Code::NOT_ACCEPTABLE, "accept").number(wanted.into())),
    }
}
