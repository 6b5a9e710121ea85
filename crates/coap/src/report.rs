//! Status and data as the backend tells them, field by field, in CBOR or text.

use minicbor::Encoder;

use crate::window::Window;

/// A field of the status: its CBOR key and its name in the text form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// Key in the CBOR map.
    pub number: u8,
    /// Name in the text form.
    pub name: &'static str,
}

impl Key {
    /// Keys 64 and above are the node's build's own.
    pub const fn new(number: u8, name: &'static str) -> Key {
        Key { number, name }
    }

    /// A figure of the moment: it changes all the time, and does not make another representation.
    const fn is_figure(self) -> bool {
        self.number >= 32
    }

    /// Everybody may see it.
    const fn is_short(self) -> bool {
        matches!(self.number, 0..10 | 17..20)
    }
}

/// Fields of the status, with the meaning that `docs/spec/resource.md` section 6.2 gives them.
pub mod status {
    use super::Key;
    /// Container id.
    pub const ID: Key = Key::new(0, "id");
    /// State: 0 empty, 1 receiving, 2 stored, 3 trial, 4 confirmed, 5 failed, 6 stopped.
    pub const STATE: Key = Key::new(1, "state");
    /// Kind of what runs.
    pub const KIND: Key = Key::new(2, "kind");
    /// Sequence of what runs.
    pub const SEQUENCE: Key = Key::new(3, "sequence");
    /// Digest of the manifest of what runs.
    pub const DIGEST: Key = Key::new(4, "digest");
    /// Digest of its payload.
    pub const PAYLOAD_DIGEST: Key = Key::new(5, "payload-digest");
    /// Bytes of its payload.
    pub const LENGTH: Key = Key::new(6, "length");
    /// Highest sequence that was ever started.
    pub const TRIED: Key = Key::new(7, "tried");
    /// Why the last start or upload failed.
    pub const ERROR: Key = Key::new(8, "error");
    /// Signatures for development are accepted.
    pub const DEVELOPMENT: Key = Key::new(9, "development");
    /// Sequence of the other slot.
    pub const FALLBACK: Key = Key::new(10, "fallback");
    pub(crate) const UPLOAD_DIGEST: Key = Key::new(17, "upload-digest");
    pub(crate) const RECEIVED: Key = Key::new(18, "received");
    pub(crate) const UPLOAD_LENGTH: Key = Key::new(19, "upload-length");
    /// Microseconds since boot.
    pub const UPTIME_US: Key = Key::new(32, "uptime-us");
    /// Resets counted.
    pub const RESETS: Key = Key::new(33, "resets");
    /// Erases of flash since boot.
    pub const ERASES: Key = Key::new(34, "erases");
    /// Programs of flash since boot.
    pub const PROGRAMS: Key = Key::new(35, "programs");
    /// Manifests refused since boot.
    pub const MANIFESTS_REFUSED: Key = Key::new(36, "manifests-refused");
    /// Bytes of the engine's arena.
    pub const HEAP_SIZE: Key = Key::new(48, "heap-size");
    /// Bytes in use.
    pub const HEAP_USED: Key = Key::new(49, "heap-used");
    /// Most bytes that were in use.
    pub const HEAP_HIGH_WATER: Key = Key::new(50, "heap-high-water");
    /// Fuel spent since start.
    pub const FUEL: Key = Key::new(51, "fuel");
    /// Timers.
    pub const TIMERS: Key = Key::new(52, "timers");
    /// CoAP handlers.
    pub const HANDLERS: Key = Key::new(53, "handlers");
    /// Values held by the host.
    pub const ROOTS: Key = Key::new(54, "roots");
    /// Activations set aside.
    pub const WAITING: Key = Key::new(55, "waiting");
    /// Calls refused by permission or rate.
    pub const DENIED: Key = Key::new(56, "denied");
    /// Events killed for fuel.
    pub const FUEL_KILLS: Key = Key::new(57, "fuel-kills");
    /// Starts that failed in a row.
    pub const STARTS_FAILED: Key = Key::new(58, "starts-failed");
}

/// How far an upload is: the resource's own fields of the status.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub(crate) digest: [u8; 32],
    pub(crate) received: u32,
    pub(crate) length: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    /// Only counts: a CBOR map or array begins with its length.
    Count,
    Cbor,
    Text,
}

enum Value<'v> {
    Uint(u64),
    Bool(bool),
    Text(&'v [u8]),
    Bytes(&'v [u8]),
}

/// Takes the fields of the status, keys ascending.
#[derive(Debug)]
pub struct Report<'b> {
    window: Window<'b>,
    style: Style,
    long: bool,
    upload: Option<Progress>,
    count: u32,
}

impl<'b> Report<'b> {
    pub(crate) fn new(window: Window<'b>, style: Style, long: bool, upload: Option<Progress>) -> Report<'b> {
        Report {
            window,
            style,
            long,
            upload,
            count: 0,
        }
    }

    /// Ends it: the sink back, and how many fields there were.
    pub(crate) fn finish(mut self) -> (Window<'b>, u32) {
        self.add_upload();
        (self.window, self.count)
    }

    /// A number.
    pub fn uint(&mut self, key: Key, value: u64) {
        self.field(key, Value::Uint(value));
    }

    /// Yes or no.
    pub fn bool(&mut self, key: Key, value: bool) {
        self.field(key, Value::Bool(value));
    }

    /// Text.
    pub fn text(&mut self, key: Key, value: &str) {
        self.field(key, Value::Text(value.as_bytes()));
    }

    /// Bytes.
    pub fn bytes(&mut self, key: Key, value: &[u8]) {
        self.field(key, Value::Bytes(value));
    }

    pub(crate) fn ascii(&mut self, key: Key, value: &[u8]) {
        self.field(key, Value::Text(value));
    }

    fn add_upload(&mut self) {
        if let Some(p) = self.upload.take() {
            self.put(status::UPLOAD_DIGEST, Value::Bytes(&p.digest));
            self.put(status::RECEIVED, Value::Uint(p.received.into()));
            self.put(status::UPLOAD_LENGTH, Value::Uint(p.length.into()));
        }
    }

    fn field(&mut self, key: Key, value: Value<'_>) {
        if key.number > status::UPLOAD_LENGTH.number {
            self.add_upload();
        }
        self.put(key, value);
    }

    fn put(&mut self, key: Key, value: Value<'_>) {
        if !(self.long || key.is_short()) {
            return;
        }
        self.count += 1;
        let w = &mut self.window;
        w.count_for_etag(!key.is_figure());
        match self.style {
            Style::Count => {}
            Style::Cbor => {
                let mut e = Encoder::new(&mut *w);
                // The sink takes everything: these results are always Ok.
                let _ = e.u8(key.number);
                let _ = match value {
                    Value::Uint(v) => e.u64(v),
                    Value::Bool(v) => e.bool(v),
                    Value::Text(v) => e.str_len(v.len() as u64),
                    Value::Bytes(v) => e.bytes(v),
                };
                if let Value::Text(v) = value {
                    w.put(v);
                }
            }
            Style::Text => {
                w.put(key.name.as_bytes());
                w.put(b" ");
                match value {
                    Value::Uint(v) => w.decimal(v),
                    Value::Bool(v) => w.decimal(v.into()),
                    Value::Text(v) => w.put(v),
                    Value::Bytes(v) => w.hex(v),
                }
                w.put(b"\n");
            }
        }
    }
}

/// Takes the records of `/c/{id}/data` (SenML, RFC 8428).
#[derive(Debug)]
pub struct SenMl<'b> {
    window: Window<'b>,
    style: Style,
    count: u32,
}

impl<'b> SenMl<'b> {
    pub(crate) fn new(window: Window<'b>, style: Style) -> SenMl<'b> {
        SenMl {
            window,
            style,
            count: 0,
        }
    }

    pub(crate) fn finish(self) -> (Window<'b>, u32) {
        (self.window, self.count)
    }

    /// One value: its name, its unit (a SenML unit, empty when unknown), and when it was taken in seconds relative to
    /// now (0, or negative: so long ago).
    pub fn record(&mut self, name: &str, unit: &str, value: f64, time_s: f64) {
        self.count += 1;
        if self.style == Style::Count {
            return;
        }
        let mut e = Encoder::new(&mut self.window);
        // The sink takes everything: these results are always Ok.
        let _ = e.map(if unit.is_empty() { 3 } else { 4 });
        let _ = e.u8(0).and_then(|e| e.str(name));
        if !unit.is_empty() {
            let _ = e.u8(1).and_then(|e| e.str(unit));
        }
        let _ = e.u8(2).and_then(|e| e.f64(value));
        let _ = e.u8(6).and_then(|e| e.f64(time_s));
    }
}
