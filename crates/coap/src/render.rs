//! The representations of the resources, each written into a window.

use minicbor::Encoder;

use crate::backend::holds;
use crate::header::{Form, Shape};
use crate::msg::{Message, format};
use crate::report::{Progress, Report, SenMl, Style, status};
use crate::wanted::Route;
use crate::window::Window;
use crate::{Backend, Current, Id, Observable, Part, Refusal};

/// A representation: what of, in which format.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) route: Route,
    pub(crate) format: u16,
    /// The long status.
    pub(crate) long: bool,
    pub(crate) upload: Option<Progress>,
    /// Containers: what GET gives.
    pub(crate) current: Option<&'a Current>,
    /// Discovery: the request with its queries, and the alias.
    pub(crate) query: Option<&'a Message<'a>>,
    pub(crate) alias: Option<(&'a [u8], Id)>,
}

/// Length and ETag of a representation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Measure {
    pub(crate) len: u32,
    pub(crate) etag: [u8; 8],
}

/// First 8 bytes of a digest.
pub(crate) fn short(digest: &[u8; 32]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *digest;
    [a, b, c, d, e, f, g, h]
}

fn shape(current: &Current, format: u16) -> Shape<'_> {
    let form = match format {
        format::CBOR_SEQ => Form::Binary,
        format::COSE_SIGN1 => Form::Alone,
        _ => Form::Text,
    };
    Shape {
        form,
        envelope_len: current.envelope_len.into(),
        payload_digest: &current.payload_digest,
        payload_len: Some(current.payload_len),
    }
}

impl Subject<'_> {
    pub(crate) fn measure(&self, backend: &mut dyn Backend) -> Measure {
        if let Route::Container(id, _) = self.route {
            let Some(current) = backend.find(&id).and_then(|c| c.current) else {
                return Measure { len: 0, etag: [0; 8] };
            };
            return Measure {
                len: shape(&current, self.format).body_len(),
                etag: short(&current.digest),
            };
        }
        let mut window = Window::new(&mut [], 0);
        window = self.write(backend, window);
        Measure {
            len: window.total(),
            etag: window.etag(),
        }
    }

    /// Writes the bytes from `from` on into `out`; says how many.
    pub(crate) fn read(&self, backend: &mut dyn Backend, from: u32, out: &mut [u8]) -> usize {
        if let (Route::Container(id, _), Some(current)) = (self.route, self.current) {
            return read_container(&id, &shape(current, self.format), backend, from, out);
        }
        let room = out.len();
        let window = self.write(backend, Window::new(out, from));
        (window.total().saturating_sub(from) as usize).min(room)
    }

    fn style(&self) -> Style {
        if self.format == format::TEXT {
            Style::Text
        } else {
            Style::Cbor
        }
    }

    fn write<'b>(&self, backend: &mut dyn Backend, mut window: Window<'b>) -> Window<'b> {
        match self.route {
            Route::Core => {
                if let Some(query) = self.query {
                    crate::links::render(query, self.alias, backend, &mut window);
                }
            }
            Route::List => self.list(backend, &mut window),
            Route::Status(id) => return self.status(&id, backend, window),
            Route::Log(id) => self.log(&id, backend, &mut window),
            Route::Data(id) => {
                let mut count = SenMl::new(Window::new(&mut [], 0), Style::Count);
                backend.senml(&id, &mut count);
                let _ = Encoder::new(&mut window).array(count.finish().1.into());
                let mut pack = SenMl::new(window, Style::Cbor);
                backend.senml(&id, &mut pack);
                return pack.finish().0;
            }
            _ => {}
        }
        window
    }

    fn list(&self, backend: &dyn Backend, window: &mut Window<'_>) {
        let all = || (0..).map_while(|i| backend.container(i));
        if self.style() == Style::Cbor {
            let _ = Encoder::new(&mut *window).array(all().count() as u64);
        }
        for c in all() {
            let digest = c.current.map(|c| short(&c.digest));
            let digest = digest.as_ref().map_or(&[][..], |d| d);
            let sequence = c.current.map_or(0, |c| c.sequence);
            if self.style() == Style::Cbor {
                let mut e = Encoder::new(&mut *window);
                let id = c.id.as_slice();
                let _ = e.array(4).and_then(|e| e.str_len(id.len() as u64));
                e.writer_mut().put(id);
                let _ = e.u8(c.state);
                let _ = e.u32(sequence).and_then(|e| e.bytes(digest));
            } else {
                window.put(c.id.as_slice());
                window.put(b" ");
                window.decimal(c.state.into());
                window.put(b" ");
                window.decimal(sequence.into());
                window.put(b" ");
                window.hex(digest);
                window.put(b"\n");
            }
        }
    }

    fn status<'b>(&self, id: &Id, backend: &dyn Backend, mut window: Window<'b>) -> Window<'b> {
        let fill = |report: &mut Report<'_>| {
            report.ascii(status::ID, id.as_slice());
            backend.status(id, report);
        };
        if self.style() == Style::Cbor {
            let mut count = Report::new(Window::new(&mut [], 0), Style::Count, self.long, self.upload);
            fill(&mut count);
            let _ = Encoder::new(&mut window).map(count.finish().1.into());
        }
        let mut report = Report::new(window, self.style(), self.long, self.upload);
        fill(&mut report);
        report.finish().0
    }

    fn log(&self, id: &Id, backend: &dyn Backend, window: &mut Window<'_>) {
        let (position, len) = backend.log(id);
        if self.style() == Style::Cbor {
            // The head of the byte string, then its bytes piece by piece.
            let mut e = Encoder::new(&mut *window);
            let _ = e
                .array(2)
                .and_then(|e| e.u64(position))
                .and_then(|e| e.bytes_len(len.into()));
        }
        let mut buf = [0; 32];
        let mut at = 0;
        while at < len {
            let n = (len - at).min(buf.len() as u32);
            let piece = buf.get_mut(..n as usize).unwrap_or(&mut []);
            backend.read_log(id, at, piece);
            window.put(piece);
            at += n;
        }
    }
}

/// A piece of the current container in one of its forms.
fn read_container(id: &Id, shape: &Shape<'_>, backend: &mut dyn Backend, from: u32, out: &mut [u8]) -> usize {
    let (header_len, whole) = (shape.len(), shape.body_len());
    let n = (whole.saturating_sub(from) as usize).min(out.len());
    let in_header = (header_len.saturating_sub(from) as usize).min(n);
    let (header, payload) = out.get_mut(..n).unwrap_or(&mut []).split_at_mut(in_header);
    for (i, to) in header.iter_mut().enumerate() {
        *to = shape.byte(from as usize + i, &mut |at| {
            let mut b = [0];
            backend.read(id, Part::Envelope, at as u32, &mut b);
            b[0]
        });
    }
    if !payload.is_empty() {
        backend.read(id, Part::Payload, (from + in_header as u32) - header_len, payload);
    }
    n
}

/// The route of an observation.
pub(crate) fn route_of(what: Observable, id: Id) -> Route {
    match what {
        Observable::Status => Route::Status(id),
        Observable::Log => Route::Log(id),
        Observable::Data => Route::Data(id),
    }
}

/// The body of an error: a line of text, or problem details (RFC 9290).
pub(crate) fn error(refusal: &Refusal, problem: bool, window: &mut Window<'_>) {
    if !problem {
        window.put(refusal.text.as_bytes());
        if refusal.has(holds::NUMBER) {
            window.put(b" ");
        }
        return numbers(refusal, window);
    }
    let mut detail = [0; 32];
    let mut line = Window::new(&mut detail, 0);
    numbers(refusal, &mut line);
    let len = line.total() as usize;
    let mut e = Encoder::new(window);
    let _ = e
        .map(if len > 0 { 3 } else { 2 })
        .and_then(|e| e.i8(-1))
        .and_then(|e| e.str(refusal.text));
    if let Some(detail) = detail.get(..len).filter(|d| !d.is_empty()) {
        let _ = e.i8(-2).and_then(|e| e.str_len(len as u64));
        e.writer_mut().put(detail);
    }
    let _ = e.i8(-4).and_then(|e| e.u8(refusal.code.0));
}

/// `NUMBER`, `NUMBER limit LIMIT`, `limit LIMIT` or nothing: at most 27 bytes.
fn numbers(refusal: &Refusal, window: &mut Window<'_>) {
    if refusal.has(holds::NUMBER) {
        window.decimal(refusal.number.into());
    }
    if refusal.has(holds::LIMIT) {
        window.put(b" limit ");
        window.decimal(refusal.limit.into());
    }
}
