//! What a mote says of its containers, read from CBOR: docs/spec/resource.md, section 6.

use minicbor::data::Type;
use minicbor::decode::Decoder;
use serde_json::{Map, Value};

use crate::hex::hex;

/// Names of the status keys.
const NAMES: &[(u64, &str)] = &[
    (0, "id"),
    (1, "state"),
    (2, "kind"),
    (3, "sequence"),
    (4, "digest"),
    (5, "payload-digest"),
    (6, "length"),
    (7, "tried"),
    (8, "error"),
    (9, "development"),
    (10, "fallback"),
    (17, "upload-digest"),
    (18, "received"),
    (19, "upload-length"),
    (32, "uptime-us"),
    (33, "resets"),
    (34, "erases"),
    (35, "programs"),
    (36, "manifests-refused"),
    (48, "heap-size"),
    (49, "heap-used"),
    (50, "heap-high-water"),
    (51, "fuel"),
    (52, "timers"),
    (53, "handlers"),
    (54, "roots"),
    (55, "waiting"),
    (56, "denied"),
    (57, "fuel-kills"),
    (58, "starts-failed"),
];

/// Keys from here on count what goes on all the time.
const FIRST_COUNTER: u64 = 32;

/// Where a container stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Empty,
    Receiving,
    Stored,
    Trial,
    Confirmed,
    Failed,
    Stopped,
    /// A number that this version does not know.
    Other(u64),
}

impl State {
    fn from_number(number: u64) -> Self {
        match number {
            0 => Self::Empty,
            1 => Self::Receiving,
            2 => Self::Stored,
            3 => Self::Trial,
            4 => Self::Confirmed,
            5 => Self::Failed,
            6 => Self::Stopped,
            other => Self::Other(other),
        }
    }

    /// The word for it.
    pub(crate) fn word(self) -> String {
        match self {
            Self::Empty => "empty".into(),
            Self::Receiving => "receiving".into(),
            Self::Stored => "stored".into(),
            Self::Trial => "trial".into(),
            Self::Confirmed => "confirmed".into(),
            Self::Failed => "failed".into(),
            Self::Stopped => "stopped".into(),
            Self::Other(number) => format!("state {number}"),
        }
    }
}

/// One value of a status.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Field {
    Number(u64),
    Bytes(Vec<u8>),
    Text(String),
    Flag(bool),
}

/// A container's status: names and values in the mote's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Status {
    fields: Vec<(String, Field)>,
}

impl Status {
    /// Reads the map, or `None` when it is no status.
    pub(crate) fn from_cbor(body: &[u8]) -> Option<Self> {
        let mut decoder = Decoder::new(body);
        let mut fields = Vec::new();
        for _ in 0..decoder.map().ok()?? {
            let key = decoder.u64().ok()?;
            let name = NAMES.iter().find(|(number, _)| *number == key);
            let name = name.map_or_else(|| format!("key-{key}"), |(_, name)| (*name).to_string());
            fields.push((name, field(&mut decoder)?));
        }
        (decoder.position() == body.len()).then_some(Self { fields })
    }

    fn get(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, field)| field)
    }

    /// A number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        match self.get(name) {
            Some(Field::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// A byte string.
    pub(crate) fn bytes(&self, name: &str) -> Option<&[u8]> {
        match self.get(name) {
            Some(Field::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// A text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Field::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether both say the same, the counters apart.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        let settled = |status: &Self| -> Vec<(String, Field)> {
            let known = |name: &str| {
                NAMES
                    .iter()
                    .any(|(key, known)| *key < FIRST_COUNTER && *known == name)
            };
            status
                .fields
                .iter()
                .filter(|(name, _)| known(name))
                .cloned()
                .collect()
        };
        settled(self) == settled(other)
    }

    /// Where the container stands.
    pub(crate) fn state(&self) -> State {
        self.number("state").map_or(State::Empty, State::from_number)
    }

    /// The sequence of what runs.
    pub(crate) fn sequence(&self) -> Option<u64> {
        self.number("sequence")
    }

    /// `confirmed sequence 2 error "…"`: the short story.
    pub(crate) fn summary(&self) -> String {
        let mut out = self.state().word();
        if let Some(sequence) = self.sequence() {
            out += &format!(", sequence {sequence}");
        }
        if let Some(error) = self.text("error") {
            out += &format!(", error \"{error}\"");
        }
        out
    }

    /// Name and value of each field, for people.
    pub(crate) fn lines(&self) -> Vec<(String, String)> {
        let shown = |name: &String, field: &Field| match field {
            Field::Number(number) if name == "state" => State::from_number(*number).word(),
            Field::Number(number) => number.to_string(),
            Field::Bytes(bytes) => hex(bytes),
            Field::Text(text) => text.clone(),
            Field::Flag(flag) => flag.to_string(),
        };
        self.fields
            .iter()
            .map(|(name, field)| (name.clone(), shown(name, field)))
            .collect()
    }

    /// The same for programs; byte strings in hex, the state as its word.
    pub(crate) fn json(&self) -> Value {
        let shown = |name: &String, field: &Field| match field {
            Field::Number(number) if name == "state" => State::from_number(*number).word().into(),
            Field::Number(number) => (*number).into(),
            Field::Bytes(bytes) => hex(bytes).into(),
            Field::Text(text) => text.clone().into(),
            Field::Flag(flag) => (*flag).into(),
        };
        Value::Object(
            self.fields
                .iter()
                .map(|(name, field)| (name.clone(), shown(name, field)))
                .collect::<Map<_, _>>(),
        )
    }
}

fn field(decoder: &mut Decoder<'_>) -> Option<Field> {
    Some(match decoder.datatype().ok()? {
        Type::U8 | Type::U16 | Type::U32 | Type::U64 => Field::Number(decoder.u64().ok()?),
        Type::Bytes => Field::Bytes(decoder.bytes().ok()?.to_vec()),
        Type::String => Field::Text(decoder.str().ok()?.to_string()),
        Type::Bool => Field::Flag(decoder.bool().ok()?),
        _ => return None,
    })
}

/// One line of `/c`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) state: State,
    pub(crate) sequence: u64,
    /// First bytes of the manifest's digest, in hex.
    pub(crate) digest: String,
}

/// Reads `/c`.
pub(crate) fn list_from_cbor(body: &[u8]) -> Option<Vec<Listed>> {
    let mut decoder = Decoder::new(body);
    let mut list = Vec::new();
    for _ in 0..decoder.array().ok()?? {
        if decoder.array().ok()?? != 4 {
            return None;
        }
        list.push(Listed {
            id: decoder.str().ok()?.to_string(),
            state: State::from_number(decoder.u64().ok()?),
            sequence: decoder.u64().ok()?,
            digest: hex(decoder.bytes().ok()?),
        });
    }
    Some(list)
}

/// Reads `/c/{id}/log`.
pub(crate) fn log_from_cbor(body: &[u8]) -> Option<(u64, Vec<u8>)> {
    let mut decoder = Decoder::new(body);
    if decoder.array().ok()?? != 2 {
        return None;
    }
    Some((decoder.u64().ok()?, decoder.bytes().ok()?.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_with_names_and_words() {
        // {0: "alarm", 1: 4, 3: 2, 4: h'0aff', 8: "Error: x", 9: false, 64: 7}
        let body = b"\xa7\x00\x65alarm\x01\x04\x03\x02\x04\x42\x0a\xff\x08\x68Error: x\x09\xf4\x18\x40\x07";
        let status = Status::from_cbor(body).unwrap();
        assert_eq!(status.state(), State::Confirmed);
        assert_eq!(status.sequence(), Some(2));
        assert_eq!(status.summary(), "confirmed, sequence 2, error \"Error: x\"");
        let json = r#"{"development":false,"digest":"0aff","error":"Error: x","id":"alarm","key-64":7,"sequence":2,"state":"confirmed"}"#;
        assert_eq!(status.json().to_string(), json);
    }

    #[test]
    fn two_readings_agree_when_only_counters_differ() {
        // {1: 4, 3: 2, 32: n}
        let reading =
            |sequence, uptime| Status::from_cbor(&[0xa3, 1, 4, 3, sequence, 0x18, 0x20, uptime]).unwrap();
        assert!(reading(2, 5).agrees(&reading(2, 6)));
        assert!(!reading(2, 5).agrees(&reading(3, 5)));
    }

    #[test]
    fn what_is_no_status_is_none() {
        for body in [
            &b""[..],
            b"\xa1",
            b"\xa1\x00",
            b"\xa1\x00\x80",
            b"\x80",
            b"\xa0\x00",
            b"\xbf\xff",
        ] {
            assert_eq!(Status::from_cbor(body), None, "{body:02x?}");
        }
    }

    #[test]
    fn list_and_log() {
        let list = list_from_cbor(b"\x82\x84\x65alarm\x04\x02\x42\x0a\xff\x84\x61b\x00\x00\x40").unwrap();
        assert_eq!(list[0].id, "alarm");
        assert_eq!(list[0].state, State::Confirmed);
        assert_eq!(list[1].digest, "");
        assert_eq!(log_from_cbor(b"\x82\x18\x20\x43abc"), Some((32, b"abc".to_vec())));
    }
}
