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

/// What lies below a container.
const BELOW: [&[u8]; 3] = [b"status", b"log", b"data"];

impl Route {
    pub(crate) fn of(message: &Message<'_>, alias: Option<(&[u8], Id)>) -> Route {
        if message.path_is(b".well-known/core") {
            return Route::Core;
        }
        if let Some((_, id)) = alias.filter(|a| message.path_is(a.0)) {
            return Route::Container(id, true);
        }
        let mut segments = message
            .options()
            .filter(|o| o.number == option::URI_PATH)
            .map(|o| o.value);
        if segments.next() != Some(b"c") {
            return Route::Others;
        }
        let (id, what, more) = (segments.next(), segments.next(), segments.next());
        let Some(id) = id else { return Route::List };
        let what = what.map(|w| BELOW.iter().position(|b| *b == w).unwrap_or(BELOW.len()));
        match (Id::new(id), what) {
            (None, _) => Route::Nothing,
            _ if more.is_some() => Route::Nothing,
            (Some(id), None) => Route::Container(id, false),
            (Some(id), Some(0)) => Route::Status(id),
            (Some(id), Some(1)) => Route::Log(id),
            (Some(id), Some(2)) => Route::Data(id),
            _ => Route::Nothing,
        }
    }
}
