//! The representations of the resources, each written into a window.

use crate::answer::Answer;
use crate::backend::holds;
use crate::header::{Form, Shape};
use crate::msg::{Message, format};
use crate::report::{Report, SenMl, Style, status};
use crate::upload::Open;
use crate::wanted::Route;
use crate::window::{Window, major};
use crate::{Backend, Current, Id, Part, Refusal};

/// A representation: what of, in which format.
pub(crate) struct Subject<'a> {
    pub(crate) id: &'a Id,
    pub(crate) upload: Option<&'a Open>,
    /// Containers: what GET gives.
    pub(crate) current: Option<&'a Current>,
    /// Discovery: the request with its queries, and the alias.
    pub(crate) query: Option<&'a Message<'a>>,
    pub(crate) alias: Option<&'a (&'static str, Id)>,
    pub(crate) format: u32,
    pub(crate) route: Route,
    /// The long status.
    pub(crate) long: bool,
}

/// First 8 bytes of a digest.
pub(crate) fn short(digest: &[u8; 32]) -> [u8; 8] {
    digest.first_chunk().copied().unwrap_or_default()
}

impl Subject<'_> {
    /// Takes the length and the ETag.
    #[inline(never)]
    pub(crate) fn measure(&self, backend: &mut dyn Backend, answer: &mut Answer) {
        if let Some(current) = self.current {
            answer.len = self.shape(current).body_len();
            answer.bytes = short(&current.digest);
            return;
        }
        let mut sheet = SenMl::new(&mut [], 0);
        self.write(backend, &mut sheet);
        answer.len = sheet.report.window.total();
        answer.bytes = sheet.report.window.etag();
    }

    /// Writes the bytes from `from` on into `out`; says how many.
    #[inline(never)]
    pub(crate) fn read(&self, backend: &mut dyn Backend, from: u32, out: &mut [u8]) -> usize {
        if let Some(current) = self.current {
            return read_container(self.id, &self.shape(current), backend, from, out);
        }
        let room = out.len();
        let mut sheet = SenMl::new(out, from);
        self.write(backend, &mut sheet);
        (sheet.report.window.total().saturating_sub(from) as usize).min(room)
    }

    fn shape<'c>(&self, current: &'c Current) -> Shape<'c> {
        let form = match self.format as u16 {
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

    #[inline(never)]
    fn write<'b>(&'b self, backend: &mut dyn Backend, pack: &mut SenMl<'b>) {
        let report = &mut pack.report;
        let cbor = self.format != format::TEXT.into();
        match self.route {
            Route::Core => {
                if let Some(query) = self.query {
                    crate::links::render(query, self.alias, backend, &mut report.window);
                }
            }
            Route::List => list(cbor, backend, &mut report.window),
            Route::Status => {
                report.long = self.long;
                report.style = Style::Text;
                if cbor {
                    report.style = Style::Count;
                    self.status(backend, report);
                    report.window.head(major::MAP, report.count.into());
                    report.style = Style::Cbor;
                }
                self.status(backend, report);
            }
            Route::Log => log(self.id, cbor, backend, &mut report.window),
            _ => {
                report.style = Style::Count;
                backend.senml(self.id, pack);
                let report = &mut pack.report;
                report.window.head(major::ARRAY, report.count.into());
                report.style = Style::Cbor;
                backend.senml(self.id, pack);
            }
        }
    }

    fn status<'b>(&'b self, backend: &dyn Backend, report: &mut Report<'b>) {
        report.upload = self.upload;
        report.string(status::ID, self.id.as_slice(), major::TEXT);
        backend.status(self.id, report);
        report.add_upload();
    }
}

fn list(cbor: bool, backend: &dyn Backend, window: &mut Window<'_>) {
    if cbor {
        let mut count = 0;
        while backend.container(count).is_some() {
            count += 1;
        }
        window.head(major::ARRAY, count as u64);
    }
    let mut index = 0;
    while let Some(c) = backend.container(index) {
        index += 1;
        let current = c.current.as_ref();
        let digest = current.and_then(|c| c.digest.get(..8)).unwrap_or(&[]);
        let sequence = current.map_or(0, |c| c.sequence);
        if cbor {
            window.byte(major::ARRAY + 4);
            window.string(major::TEXT, c.id.as_slice());
            window.head(major::UINT, c.state.into());
            window.head(major::UINT, sequence.into());
            window.string(major::BYTES, digest);
        } else {
            window.put(c.id.as_slice());
            for number in [u32::from(c.state), sequence] {
                window.byte(b' ');
                window.decimal(number.into());
            }
            window.byte(b' ');
            window.hex(digest);
            window.byte(b'\n');
        }
    }
}

fn log(id: &Id, cbor: bool, backend: &dyn Backend, window: &mut Window<'_>) {
    let (position, len) = backend.log(id);
    if cbor {
        // The head of the byte string, then its bytes piece by piece.
        window.byte(major::ARRAY + 2);
        window.head(major::UINT, position);
        window.head(major::BYTES, len.into());
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

/// A piece of the current container in one of its forms.
fn read_container(id: &Id, shape: &Shape<'_>, backend: &mut dyn Backend, from: u32, out: &mut [u8]) -> usize {
    let (header_len, whole) = (shape.len(), shape.body_len());
    let n = (whole.saturating_sub(from) as usize).min(out.len());
    let in_header = (header_len.saturating_sub(from) as usize).min(n);
    let (header, payload) = out.get_mut(..n).unwrap_or(&mut []).split_at_mut(in_header);
    let mut at = from;
    for to in header {
        *to = shape.byte(at as usize, &mut |at| {
            let mut b = [0];
            if at < shape.envelope_len {
                backend.read(id, Part::Envelope, at as u32, &mut b);
            }
            b[0]
        });
        at += 1;
    }
    if !payload.is_empty() {
        backend.read(id, Part::Payload, at - header_len, payload);
    }
    n
}

/// The body of an error: a line of text, or problem details (RFC 9290).
pub(crate) fn error(refusal: &Refusal, problem: bool, window: &mut Window<'_>) {
    let mut detail = [0; 32];
    let mut line = Window::new(&mut detail, 0);
    // `NUMBER`, `NUMBER limit LIMIT`, ` limit LIMIT` or nothing: at most 27 bytes.
    if refusal.has(holds::NUMBER) {
        line.decimal(refusal.number.into());
    }
    if refusal.has(holds::LIMIT) {
        line.put(b" limit ");
        line.decimal(refusal.limit.into());
    }
    let len = line.total() as usize;
    let detail = detail.get(..len).unwrap_or(&[]);
    if !problem {
        window.put(refusal.text);
        if refusal.has(holds::NUMBER) {
            window.byte(b' ');
        }
        return window.put(detail);
    }
    window.byte(major::MAP + 2 + u8::from(len > 0));
    window.byte(major::NEGATIVE);
    window.string(major::TEXT, refusal.text);
    if len > 0 {
        window.byte(major::NEGATIVE + 1);
        window.string(major::TEXT, detail);
    }
    window.byte(major::NEGATIVE + 3);
    window.head(major::UINT, refusal.code.0.into());
}
