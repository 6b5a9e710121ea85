//! CoAP messages in place (RFC 7252 section 3): a checked view of a datagram, a writer into the caller's buffer, the
//! Block option (RFC 7959), and a cache of duplicates. For servers and clients alike; nothing is copied or allocated.
//!
//! ```
//! use motebox_coap::msg::{Code, Header, Kind, Message, Writer, option};
//!
//! let mut buf = [0; 64];
//! let mut w = Writer::new(&mut buf, Header::new(Kind::Con, Code::GET, 0x7d34, &[0x20]))?;
//! w.option(option::URI_PATH, b"temperature")?;
//! let len = w.finish();
//!
//! let m = Message::parse(buf.get(..len).unwrap_or(&[]))?;
//! assert_eq!(m.options().next().map(|o| o.value), Some(&b"temperature"[..]));
//! # Ok::<(), motebox_coap::msg::Malformed>(())
//! ```

mod block;
mod cache;
mod number;
mod writer;

pub use block::Block;
pub use cache::{Cached, ReplyCache};
pub use number::{Code, format, option};
pub use writer::{Writer, uint};

/// Type of a message (RFC 7252 section 4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Confirmable: wants an acknowledgement.
    Con = 0,
    /// Non-confirmable.
    Non = 1,
    /// Acknowledgement, alone or with the response.
    Ack = 2,
    /// Reset: could not be processed.
    Rst = 3,
}

impl Kind {
    fn from_bits(bits: u8) -> Kind {
        match bits & 3 {
            0 => Kind::Con,
            1 => Kind::Non,
            2 => Kind::Ack,
            _ => Kind::Rst,
        }
    }
}

/// 0 to 8 bytes that match a response to its request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token {
    bytes: [u8; 8],
    len: u8,
}

impl PartialEq for Token {
    fn eq(&self, other: &Token) -> bool {
        self.as_slice() == other.as_slice()
    }
}
impl Eq for Token {}

impl Token {
    pub(crate) const NONE: Token = Token {
        bytes: [0; 8],
        len: 0,
    };

    /// Takes the first 8 bytes at most.
    pub fn new(bytes: &[u8]) -> Token {
        let mut t = Token::default();
        for (to, from) in t.bytes.iter_mut().zip(bytes) {
            *to = *from;
            t.len += 1;
        }
        t
    }

    /// Its bytes.
    #[inline(never)]
    pub fn as_slice(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or(&[])
    }
}

/// The fixed part of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Type.
    pub kind: Kind,
    /// Method, response code or empty.
    pub code: Code,
    /// Message id.
    pub id: u16,
    /// Token.
    pub token: Token,
}

impl Header {
    /// A header; of `token` the first 8 bytes count.
    pub fn new(kind: Kind, code: Code, id: u16, token: &[u8]) -> Header {
        Header {
            kind,
            code,
            id,
            token: Token::new(token),
        }
    }

    /// The header of the answer to this request: ACK with the same message id for CON, else NON with `fresh_id`.
    pub fn answer(&self, code: Code, fresh_id: u16) -> Header {
        let mut answer = *self;
        answer.code = code;
        if self.kind == Kind::Con {
            answer.kind = Kind::Ack;
        } else {
            (answer.kind, answer.id) = (Kind::Non, fresh_id);
        }
        answer
    }
}

/// Why a datagram is not a message, or does not become one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Malformed {
    /// Shorter than the 4 bytes of the header: drop it.
    Short,
    /// Another version of CoAP: drop it (RFC 7252 section 3).
    Version,
    /// Token, options or payload marker are wrong; the header could be read. Answer CON with [`reset`], drop others.
    Format {
        /// Type of the message.
        kind: Kind,
        /// Its message id.
        id: u16,
    },
    /// Writer: the buffer is too small, or an option came after one with a higher number.
    Buffer,
}

/// A datagram whose header, token and options were found well formed.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    header: Header,
    options: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// Checks the whole of `datagram` once.
    pub fn parse(datagram: &'a [u8]) -> Result<Message<'a>, Malformed> {
        let mut message = Message::unread(datagram);
        message.read()?;
        Ok(message)
    }

    /// Nothing of it is checked yet.
    pub(crate) fn unread(datagram: &'a [u8]) -> Message<'a> {
        Message {
            header: Header {
                kind: Kind::Con,
                code: Code::EMPTY,
                id: 0,
                token: Token::NONE,
            },
            options: datagram,
            payload: datagram,
        }
    }

    /// [`parse`](Self::parse) in place: what it returns is copied.
    #[inline(never)]
    pub(crate) fn read(&mut self) -> Result<(), Malformed> {
        let datagram = self.payload;
        let &[first, code, id_high, id_low, ref rest @ ..] = datagram else {
            return Err(Malformed::Short);
        };
        if first >> 6 != 1 {
            return Err(Malformed::Version);
        }
        let (kind, id) = (Kind::from_bits(first >> 4), u16::from_be_bytes([id_high, id_low]));
        let bad = Malformed::Format { kind, id };
        let token_len = usize::from(first & 15);
        if token_len > 8 {
            return Err(bad);
        }
        let (token, body) = rest.split_at_checked(token_len).ok_or(bad)?;
        let header = Header::new(kind, Code(code), id, token);
        if code == 0 && !(token.is_empty() && body.is_empty()) {
            return Err(bad);
        }
        let mut walk = Options {
            rest: body,
            number: 0,
        };
        while walk.next().is_some() {}
        let (options, payload) = match *walk.rest {
            [] => (body, [].as_slice()),
            // A marker with nothing behind it is an error (RFC 7252 section 3).
            [0xff, ref payload @ ..] if !payload.is_empty() => {
                (body.get(..body.len() - walk.rest.len()).unwrap_or(&[]), payload)
            }
            _ => return Err(bad),
        };
        (self.header, self.options, self.payload) = (header, options, payload);
        Ok(())
    }

    /// Type, code, id, token.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Method or response code.
    pub fn code(&self) -> Code {
        self.header.code
    }

    /// The options, in ascending order.
    pub fn options(&self) -> Options<'a> {
        Options {
            rest: self.options,
            number: 0,
        }
    }

    /// The value of the first option with this number.
    pub fn find(&self, number: u16) -> Option<&'a [u8]> {
        self.options().next_of(number)
    }

    /// The number in the first option `number`; none when absent or longer than 4 bytes.
    pub fn find_uint(&self, number: u16) -> Option<u32> {
        self.find(number).and_then(uint)
    }

    /// The first Block option `number` ([`option::BLOCK1`] or [`option::BLOCK2`]); none when absent or malformed.
    pub fn find_block(&self, number: u16) -> Option<Block> {
        self.find(number).and_then(Block::parse)
    }

    /// Whether the Uri-Path options spell `path`: segments divided by `/`, none before the first. A segment that holds
    /// a slash itself (percent-encoded in the URI) matches nothing.
    pub fn path_is(&self, path: &[u8]) -> bool {
        let (mut rest, mut first) = (path, true);
        let mut options = self.options();
        while let Some(segment) = options.next_of(option::URI_PATH) {
            if !first && !skip(&mut rest, b'/') {
                return false;
            }
            first = false;
            for b in segment {
                if *b == b'/' || !skip(&mut rest, *b) {
                    return false;
                }
            }
        }
        rest.is_empty()
    }

    /// What follows the payload marker; empty when there is none.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }
}

/// Goes past this byte; false when another one stands there.
fn skip(rest: &mut &[u8], byte: u8) -> bool {
    match *rest {
        [first, after @ ..] if *first == byte => {
            *rest = after;
            true
        }
        _ => false,
    }
}

/// One option.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opt<'a> {
    /// Its number.
    pub number: u16,
    /// Its bytes.
    pub value: &'a [u8],
}

impl Opt<'_> {
    /// A receiver that does not know this option must refuse the message (RFC 7252 section 5.4.1).
    pub fn is_critical(&self) -> bool {
        self.number & 1 == 1
    }
}

/// Iterator over options. Stops at the payload marker, at the end, and before an option that is malformed.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    rest: &'a [u8],
    number: u16,
}

impl<'a> Options<'a> {
    /// The value of the next option with this number.
    #[inline(never)]
    pub(crate) fn next_of(&mut self, number: u16) -> Option<&'a [u8]> {
        for option in self {
            if option.number == number {
                return Some(option.value);
            }
        }
        None
    }
}

impl<'a> Iterator for Options<'a> {
    type Item = Opt<'a>;

    #[inline(never)]
    fn next(&mut self) -> Option<Opt<'a>> {
        let (&first, mut rest) = self.rest.split_first()?;
        let delta = extended(first >> 4, &mut rest)?;
        let len = extended(first & 15, &mut rest)?;
        let number = u16::try_from(u32::from(self.number) + delta).ok()?;
        let (value, rest) = rest.split_at_checked(len as usize)?;
        (self.rest, self.number) = (rest, number);
        Some(Opt { number, value })
    }
}

/// Delta or length of an option: 13 and 14 say that one or two more bytes follow, 15 is reserved.
#[inline(never)]
fn extended(nibble: u8, rest: &mut &[u8]) -> Option<u32> {
    let (value, after) = match (nibble, *rest) {
        (13, &[a, ref after @ ..]) => (13 + u32::from(a), after),
        (14, &[a, b, ref after @ ..]) => (269 + u32::from(u16::from_be_bytes([a, b])), after),
        (0..=12, after) => (u32::from(nibble), after),
        _ => return None,
    };
    *rest = after;
    Some(value)
}

/// Writes an empty message: a reset or a bare acknowledgement.
pub fn empty(kind: Kind, id: u16) -> [u8; 4] {
    let [high, low] = id.to_be_bytes();
    [0x40 | (kind as u8) << 4, 0, high, low]
}

/// The reset that answers a message with this id.
pub fn reset(id: u16) -> [u8; 4] {
    empty(Kind::Rst, id)
}

/// The bare acknowledgement of a message with this id.
pub fn ack(id: u16) -> [u8; 4] {
    empty(Kind::Ack, id)
}
