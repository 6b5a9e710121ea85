//! The options of a request, checked once for all resources, and the path that they spell.

use crate::msg::{Block, Code, Message, Opt, option, uint};
use crate::{Id, Refusal};

/// What a request asks for beside its path.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) accept: Option<u16>,
    pub(crate) content_format: Option<u16>,
    pub(crate) block1: Option<Block>,
    pub(crate) block2: Option<Block>,
    pub(crate) observe: Option<u32>,
    pub(crate) size1: Option<u32>,
    pub(crate) size2: bool,
    pub(crate) echo: &'a [u8],
    pub(crate) if_match: bool,
    pub(crate) if_none_match: bool,
}

impl<'a> Wanted<'a> {
    /// Refuses proxying, and critical options that are unknown, repeated or of a wrong length (RFC 7252 section 5.4).
    pub(crate) fn read(message: &Message<'a>) -> Result<Wanted<'a>, Refusal> {
        let mut w = Wanted::default();
        let mut last = 0;
        for o in message.options() {
            let first = o.number != last;
            last = o.number;
            if !w.take(o, first)? && o.is_critical() {
                return Err(Refusal::new(Code::BAD_OPTION, "option").number(o.number.into()));
            }
        }
        Ok(w)
    }

    /// False when this option cannot be used: unknown, again, or of a wrong length.
    fn take(&mut self, o: Opt<'a>, first: bool) -> Result<bool, Refusal> {
        let len = o.value.len();
        let number = uint(o.value);
        match o.number {
            option::PROXY_URI | option::PROXY_SCHEME => {
                return Err(Refusal::new(Code::PROXYING_NOT_SUPPORTED, "no proxy"));
            }
            option::URI_PATH | option::URI_QUERY => return Ok(len <= 255),
            option::IF_MATCH => self.if_match = true,
            _ if !first => return Ok(false),
            option::URI_HOST => return Ok(matches!(len, 1..=255)),
            option::IF_NONE_MATCH => self.if_none_match = true,
            option::OBSERVE => self.observe = number.filter(|_| len <= 3),
            option::CONTENT_FORMAT => self.content_format = Some(short(number)),
            option::ACCEPT => self.accept = Some(short(number)),
            option::BLOCK1 => self.block1 = Block::parse(o.value),
            option::BLOCK2 => self.block2 = Block::parse(o.value),
            option::SIZE1 => self.size1 = number,
            option::SIZE2 => self.size2 = true,
            option::ECHO => self.echo = o.value,
            option::URI_PORT => {}
            _ => return Ok(false),
        }
        Ok(match o.number {
            option::IF_NONE_MATCH => len == 0,
            option::URI_PORT | option::ACCEPT => len <= 2,
            option::BLOCK1 | option::BLOCK2 => len <= 3,
            _ => len <= 8,
        })
    }
}

/// A content format; a number that is none becomes one that nothing has.
fn short(number: Option<u32>) -> u16 {
    number.and_then(|n| u16::try_from(n).ok()).unwrap_or(u16::MAX)
}

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Route {
    Core,
    List,
    /// The container itself; true when named by the alias.
    Container(Id, bool),
    Status(Id),
    Log(Id),
    Data(Id),
    /// Under `/c`, but nothing.
    Nothing,
    /// Not of this resource.
    Others,
}

impl Route {
    pub(crate) fn of(message: &Message<'_>, alias: Option<(&[u8], Id)>) -> Route {
        let mut segments = message
            .options()
            .filter(|o| o.number == option::URI_PATH)
            .map(|o| o.value);
        let mut next = || segments.next();
        match (next(), next(), next(), next()) {
            (Some(b".well-known"), Some(b"core"), None, _) => Route::Core,
            (Some(b"c"), None, ..) => Route::List,
            (Some(b"c"), Some(id), what, None) => match (Id::new(id), what) {
                (Some(id), None) => Route::Container(id, false),
                (Some(id), Some(b"status")) => Route::Status(id),
                (Some(id), Some(b"log")) => Route::Log(id),
                (Some(id), Some(b"data")) => Route::Data(id),
                _ => Route::Nothing,
            },
            (Some(b"c"), ..) => Route::Nothing,
            _ => match alias {
                Some((path, id)) if message.path_is(path) => Route::Container(id, true),
                _ => Route::Others,
            },
        }
    }
}
