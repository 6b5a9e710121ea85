//! A CoAP message that owns its parts: what PC programs (the bench, the command line's client, tests) handle where
//! the mote works in place. The bytes are made and read by `motebox-coap`'s codec.

use motebox_coap::msg::{Header, Message, Writer};

pub use motebox_coap::Id;
pub use motebox_coap::msg::{Block, Code, Kind, Token, format, option};

/// `2.05`, as people write a code.
pub fn code_text(code: Code) -> String {
    format!("{}.{:02}", code.class(), code.detail())
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Type, code, message id, token.
    pub header: Header,
    /// Numbers and values; the order of equal numbers counts, any other does not.
    pub options: Vec<(u16, Vec<u8>)>,
    /// Body, empty for none.
    pub payload: Vec<u8>,
}

impl Packet {
    /// A confirmable request for a path (`/c/alarm?x=1`), without id or token.
    pub fn request(method: Code, path: &str) -> Self {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let pieces = |text: &str, by: char, number: u16| -> Vec<_> {
            text.split(by)
                .filter(|piece| !piece.is_empty())
                .map(|p| (number, p.as_bytes().to_vec()))
                .collect()
        };
        let mut options = pieces(path, '/', option::URI_PATH);
        options.extend(pieces(query, '&', option::URI_QUERY));
        Self {
            header: Header::new(Kind::Con, method, 0, &[]),
            options,
            payload: Vec::new(),
        }
    }

    /// The piggybacked answer to a confirmable request, or the non-confirmable one to any other.
    pub fn answer(&self, code: Code, fresh_id: u16) -> Self {
        Self {
            header: self.header.answer(code, fresh_id),
            options: Vec::new(),
            payload: Vec::new(),
        }
    }

    /// Reads a datagram, or `None` when it is no message.
    pub fn from_bytes(datagram: &[u8]) -> Option<Self> {
        let message = Message::parse(datagram).ok()?;
        Some(Self {
            header: *message.header(),
            options: message
                .options()
                .map(|option| (option.number, option.value.to_vec()))
                .collect(),
            payload: message.payload().to_vec(),
        })
    }

    /// The datagram.
    ///
    /// # Panics
    /// When an option is longer than 65,804 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut options: Vec<_> = self.options.iter().collect();
        options.sort_by_key(|(number, _)| *number);
        let longest: usize =
            16 + options.iter().map(|(_, value)| value.len() + 5).sum::<usize>() + self.payload.len();
        let mut bytes = vec![0; longest];
        let written = Writer::new(&mut bytes, self.header).and_then(|mut writer| {
            for (number, value) in options {
                writer.option(*number, value)?;
            }
            writer.payload(&self.payload)?;
            Ok(writer.finish())
        });
        let len = written.expect("the buffer holds the longest form of every part");
        bytes.truncate(len);
        bytes
    }

    /// Adds an option.
    pub fn with(mut self, number: u16, value: &[u8]) -> Self {
        self.options.push((number, value.to_vec()));
        self
    }

    /// Adds an option whose value is a number, in as few bytes as it takes.
    pub fn with_uint(self, number: u16, value: u32) -> Self {
        let bytes = value.to_be_bytes();
        let start = bytes.iter().take_while(|byte| **byte == 0).count();
        self.with(number, &bytes[start..])
    }

    /// Adds a block option.
    pub fn with_block(self, number: u16, block: Block) -> Self {
        self.with_uint(number, block.value())
    }

    /// Sets the body.
    pub fn with_payload(mut self, payload: &[u8]) -> Self {
        self.payload = payload.to_vec();
        self
    }

    /// The first value of an option.
    pub fn get(&self, number: u16) -> Option<&[u8]> {
        self.options
            .iter()
            .find(|(n, _)| *n == number)
            .map(|(_, value)| value.as_slice())
    }

    /// The first value of an option that is a number.
    pub fn get_uint(&self, number: u16) -> Option<u32> {
        self.get(number).and_then(motebox_coap::msg::uint)
    }

    /// A block option, unless its size is the reserved one.
    pub fn get_block(&self, number: u16) -> Option<Block> {
        self.get(number)
            .and_then(Block::parse)
            .filter(|block| block.size_exponent < 7)
    }

    /// The path, `/` between and before its segments.
    pub fn path(&self) -> String {
        let segments = self
            .options
            .iter()
            .filter(|(number, _)| *number == option::URI_PATH);
        segments
            .map(|(_, value)| format!("/{}", String::from_utf8_lossy(value)))
            .collect()
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.header.code
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.payload).into_owned()
    }

    /// Whether it is an answer that says yes.
    pub fn is_success(&self) -> bool {
        self.code().class() == 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_in_any_order_come_back_in_theirs() {
        let mut packet = Packet::request(Code::PUT, "/c/alarm?d=00ff&x=1")
            .with_uint(option::SIZE1, 832)
            .with_block(option::BLOCK1, Block::new(2, true, 1))
            .with_uint(option::CONTENT_FORMAT, 0)
            .with_payload(b"var x;");
        packet.header.id = 0x1234;
        packet.header.token = Token::new(&[1, 2, 3]);
        let read = Packet::from_bytes(&packet.to_bytes()).unwrap();
        assert_eq!(read.header, packet.header);
        assert_eq!(read.path(), "/c/alarm");
        assert_eq!(read.get_block(option::BLOCK1), Some(Block::new(2, true, 1)));
        assert_eq!(read.get(option::CONTENT_FORMAT), Some(&[][..]));
        assert_eq!(read.get_uint(option::SIZE1), Some(832));
        assert_eq!(
            read.options
                .iter()
                .filter(|(number, _)| *number == option::URI_QUERY)
                .count(),
            2
        );
        assert_eq!(read.payload, b"var x;");
    }

    #[test]
    fn what_is_no_message_is_none() {
        assert_eq!(Packet::from_bytes(b""), None);
        assert_eq!(Packet::from_bytes(b"hello, mote"), None);
    }
}
