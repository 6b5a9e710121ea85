//! The operator: a CoAP client that uploads the containers of the host's files block by block, and reads status and log.

use motebox::coap::msg::Code;
use motebox::coap::msg::{Block, Header, Kind, Message, Writer, format, option};
use motebox_firmware::file::File;
use motebox_firmware::probe::Phase;

use crate::PDU_BYTES;
use crate::mote::Mote;

/// Exponent of 64-byte blocks.
const BLOCK_64: u8 = 2;

/// The operator's side of the air.
pub struct Operator {
    next_id: u16,
    /// The answer's body, as much of it as there is room for.
    body: [u8; 1024],
    length: usize,
}

impl Operator {
    /// Message ids start with the boot's number: the mote remembers requests, the operator is not reset with it.
    pub const fn new(boots: u32) -> Self {
        Operator {
            next_id: 1 + 0x1000 * boots as u16,
            body: [0; 1024],
            length: 0,
        }
    }

    /// The newest answer's body.
    pub fn body(&self) -> &[u8] {
        self.body.get(..self.length).unwrap_or(&[])
    }

    /// Whether the body has these bytes somewhere.
    pub fn says(&self, wanted: &str) -> bool {
        self.body()
            .windows(wanted.len())
            .any(|bytes| bytes == wanted.as_bytes())
    }

    /// The number behind `name` and a blank, on the line of a status that begins so.
    pub fn number(&self, name: &str) -> Option<u32> {
        let mut lines = self.body().split(|byte| *byte == b'\n');
        let digits = lines.find_map(|line| line.strip_prefix(name.as_bytes())?.strip_prefix(b" "))?;
        digits.iter().try_fold(0u32, |number, digit| {
            let digit = char::from(*digit).to_digit(10)?;
            number.checked_mul(10)?.checked_add(digit)
        })
    }

    /// One exchange; the answer's code, 0 for none.
    fn exchange(&mut self, mote: &mut Mote, phase: Phase, request: &Exchange<'_>) -> (Code, bool) {
        let mut datagram = [0; PDU_BYTES];
        self.next_id = self.next_id.wrapping_add(1);
        let Some(length) = request.write(self.next_id, &mut datagram) else {
            return (Code(0), false);
        };
        let mut answer = [0; PDU_BYTES];
        let datagram = datagram.get(..length).unwrap_or(&[]);
        let length = mote.handle(datagram, phase, &mut answer);
        let Ok(message) = Message::parse(answer.get(..length).unwrap_or(&[])) else {
            return (Code(0), false);
        };
        for (to, from) in self.body.iter_mut().skip(self.length).zip(message.payload()) {
            *to = *from;
            self.length += 1;
        }
        let more = message.find_block(option::BLOCK2).is_some_and(|block| block.more);
        (message.code(), more)
    }

    /// GET, all blocks of it, as text.
    pub fn get(&mut self, mote: &mut Mote, path: &'static str) -> Code {
        self.length = 0;
        for number in 0.. {
            let request = Exchange {
                code: Code::GET,
                path,
                block2: (number > 0).then(|| Block::new(number, false, BLOCK_64)),
                block1: None,
                payload: &[],
            };
            let (code, more) = self.exchange(mote, Phase::Scenario, &request);
            if !more {
                return code;
            }
        }
        Code(0)
    }

    /// PUT without a body to a script's handler.
    pub fn put(&mut self, mote: &mut Mote, path: &'static str, phase: Phase) -> Code {
        self.length = 0;
        let request = Exchange {
            code: Code::PUT,
            path,
            block1: None,
            block2: None,
            payload: &[],
        };
        self.exchange(mote, phase, &request).0
    }

    /// Uploads a container from a file, in blocks of 64 bytes, at most `blocks` of them. The code of the last answer.
    pub fn upload(&mut self, mote: &mut Mote, path: &'static str, file: &'static [u8], blocks: u32) -> Code {
        let Some(mut file) = File::open(file) else {
            return Code(0);
        };
        let size = Block::new(0, false, BLOCK_64).size();
        let count = file.len().div_ceil(size) as u32;
        let mut code = Code(0);
        for number in 0..count.min(blocks) {
            let mut block = [0; 64];
            let length = file.read(&mut block);
            self.length = 0;
            let more = number + 1 < count;
            let request = Exchange {
                code: Code::PUT,
                path,
                block1: Some(Block::new(number, more, BLOCK_64)),
                block2: None,
                payload: block.get(..length).unwrap_or(&[]),
            };
            code = self.exchange(mote, Phase::Upload, &request).0;
            if more && code != Code::CONTINUE {
                return code;
            }
        }
        code
    }
}

/// What is asked.
struct Exchange<'e> {
    code: Code,
    path: &'static str,
    block1: Option<Block>,
    block2: Option<Block>,
    payload: &'e [u8],
}

impl Exchange<'_> {
    fn write(&self, id: u16, datagram: &mut [u8; PDU_BYTES]) -> Option<usize> {
        let header = Header::new(Kind::Con, self.code, id, &id.to_be_bytes());
        let mut writer = Writer::new(datagram, header).ok()?;
        for segment in self.path.split('/') {
            writer.option(option::URI_PATH, segment.as_bytes()).ok()?;
        }
        if self.block1.is_some() {
            writer
                .option_uint(option::CONTENT_FORMAT, format::CBOR_SEQ.into())
                .ok()?;
        }
        if self.code == Code::GET && self.path.starts_with("c/") {
            writer.option_uint(option::ACCEPT, format::TEXT.into()).ok()?;
        }
        if let Some(block) = self.block2 {
            writer.option_uint(option::BLOCK2, block.value()).ok()?;
        }
        if let Some(block) = self.block1 {
            writer.option_uint(option::BLOCK1, block.value()).ok()?;
        }
        writer.payload(self.payload).ok()?;
        Some(writer.finish())
    }
}
