//! The options of a request, checked once for all resources, and the path that they spell.

use crate::call::{Call, Refused};
use crate::msg::{Message, option, uint};
use crate::why::Why;
use crate::{Access, Id, Observable};

/// The options that are asked for later: places in [`KNOWN`].
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Wish {
    IfMatch,
    IfNoneMatch,
    Observe,
    ContentFormat,
    Accept,
    Block2,
    Block1,
    Size2,
    Size1,
}

/// Longer ones are taken too, when they are elective.
const ANY: u8 = 255;

/// Their numbers, and the most bytes that they have.
const KNOWN: [(u8, u8); 14] = [
    (option::IF_MATCH as u8, 8),
    (option::IF_NONE_MATCH as u8, 0),
    (option::OBSERVE as u8, 3),
    (option::CONTENT_FORMAT as u8, ANY),
    (option::ACCEPT as u8, 2),
    (option::BLOCK2 as u8, 3),
    (option::BLOCK1 as u8, 3),
    (option::SIZE2 as u8, ANY),
    (option::SIZE1 as u8, 4),
    (option::URI_HOST as u8, 255),
    (option::URI_PORT as u8, 2),
    (option::URI_PATH as u8, 255),
    (option::URI_QUERY as u8, 255),
    (option::ECHO as u8, ANY),
];

/// What a request asks for beside its path: the numbers in its options.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(crate) struct Wanted<'a> {
    /// Bit by bit which there are.
    there: u32,
    values: [u32; KNOWN.len()],
    pub(crate) echo: Option<&'a [u8]>,
}

impl Wanted<'_> {
    pub(crate) const NOTHING: Wanted<'static> = Wanted {
        there: 0,
        values: [0; KNOWN.len()],
        echo: None,
    };

    pub(crate) const fn has(&self, wish: Wish) -> bool {
        self.there >> wish as u32 & 1 == 1
    }

    /// The number that an option holds; one that is longer than a number is the greatest.
    #[inline(never)]
    pub(crate) fn get(&self, wish: Wish) -> Option<u32> {
        self.values.get(wish as usize).copied().filter(|_| self.has(wish))
    }
}

/// The place in [`KNOWN`]; behind its end when the option is unknown.
#[inline(never)]
fn place_of(number: u16) -> usize {
    let mut place = 0;
    for (known, _) in &KNOWN {
        if u16::from(*known) == number {
            break;
        }
        place += 1;
    }
    place
}

impl Call<'_> {
    /// Refuses proxying, and critical options that are unknown, repeated or of a wrong length (RFC 7252 section 5.4).
    pub(crate) fn read_options(&mut self) -> Result<(), Refused> {
        let mut last = 0;
        for o in self.message.options() {
            if matches!(o.number, option::PROXY_URI | option::PROXY_SCHEME) {
                return Err(self.refuse(Why::Proxy, 0, 0));
            }
            let again = o.number == last;
            last = o.number;
            let critical = o.is_critical();
            let place = place_of(o.number);
            let mut usable = false;
            if let (Some((_, most)), Some(to)) = (KNOWN.get(place), self.wanted.values.get_mut(place)) {
                let len = o.value.len();
                let fits = len <= usize::from(*most) || (*most == ANY && !critical);
                let alone =
                    !again || matches!(o.number, option::IF_MATCH | option::URI_PATH | option::URI_QUERY);
                usable = fits && alone && (len > 0 || o.number != option::URI_HOST);
                if usable {
                    *to = uint(o.value).unwrap_or(u32::MAX);
                    self.wanted.there |= 1 << place;
                }
            }
            if usable && o.number == option::ECHO {
                self.wanted.echo = Some(o.value);
            }
            if !usable && critical {
                return Err(self.refuse(Why::Option, o.number.into(), 0));
            }
        }
        Ok(())
    }

    /// Reads the path: the route and the container that it names.
    #[inline(never)]
    pub(crate) fn read_path(&mut self, alias: Option<&(&'static str, Id)>) {
        self.route = self.route_of(alias);
    }

    fn route_of(&mut self, alias: Option<&(&'static str, Id)>) -> Route {
        if self.message.path_is(b".well-known/core") {
            return Route::Core;
        }
        if let Some((path, id)) = alias
            && self.message.path_is(path.as_bytes())
        {
            (self.id, self.aliased) = (*id, true);
            return Route::Container;
        }
        let mut options = self.message.options();
        let mut segment = || options.next_of(option::URI_PATH);
        if segment() != Some(b"c") {
            return Route::Others;
        }
        let Some(id) = segment() else { return Route::List };
        let Some(id) = Id::new(id) else {
            return Route::Nothing;
        };
        self.id = id;
        let Some(what) = segment() else {
            return Route::Container;
        };
        if segment().is_some() {
            return Route::Nothing;
        }
        for (name, route) in BELOW {
            if name == what {
                return route;
            }
        }
        Route::Nothing
    }
}

/// What lies below a container.
const BELOW: [(&[u8], Route); 3] = [
    (b"status", Route::Status),
    (b"log", Route::Log),
    (b"data", Route::Data),
];

/// What a path names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Route {
    Core,
    List,
    /// The container itself.
    Container,
    Status,
    Log,
    Data,
    /// Under `/c`, but nothing.
    Nothing,
    /// Not of this resource.
    Others,
}

impl Route {
    pub(crate) const fn observable(self) -> Option<Observable> {
        match self {
            Route::Status => Some(Observable::Status),
            Route::Log => Some(Observable::Log),
            Route::Data => Some(Observable::Data),
            _ => None,
        }
    }

    /// The right that it takes: everybody may read discovery, the list and the short status.
    pub(crate) const fn access(self) -> Option<Access> {
        match self {
            Route::Container => Some(Access::Container),
            Route::Log => Some(Access::Log),
            Route::Data => Some(Access::Data),
            _ => None,
        }
    }

    /// The route of an observation.
    pub(crate) const fn of(what: Observable) -> Route {
        match what {
            Observable::Status => Route::Status,
            Observable::Log => Route::Log,
            Observable::Data => Route::Data,
        }
    }

    pub(crate) const fn is_of_container(self) -> bool {
        matches!(self, Route::Container | Route::Status | Route::Log | Route::Data)
    }
}

/// Whether the request's message has an option of this number and value.
pub(crate) fn has_option(message: &Message<'_>, number: u16, value: &[u8]) -> bool {
    let mut options = message.options();
    while let Some(v) = options.next_of(number) {
        if v == value {
            return true;
        }
    }
    false
}
