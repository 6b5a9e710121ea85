//! Discovery: links with their attributes (RFC 6690), and the filter of the query.

use crate::msg::{Message, option};
use crate::window::{Window, hex_digit};
use crate::{Backend, Container, Id};

/// The attributes that a query can name.
const NAMES: [&[u8]; 5] = [b"rt", b"ct", b"title", b"sz", b"href"];

/// What links have in common.
struct Sort<'a> {
    rt: &'a [u8],
    ct: &'a [u8],
    /// Last segment, below a container; what has one can be observed.
    name: &'a [u8],
}

impl<'a> Sort<'a> {
    const fn new(rt: &'a [u8], ct: &'a [u8], name: &'a [u8]) -> Sort<'a> {
        Sort { rt, ct, name }
    }
}

/// The list, a container with a text form, one without, and what lies below a container.
static SORTS: [Sort<'static>; 6] = [
    Sort::new(b"motebox.list", b"60 0", b""),
    Sort::new(b"motebox.container", b"0 63 18", b""),
    Sort::new(b"motebox.container", b"63 18", b""),
    Sort::new(b"motebox.status", b"60 0", b"status"),
    Sort::new(b"motebox.log", b"0 60", b"log"),
    Sort::new(b"motebox.data", b"112", b"data"),
];

/// One link after the other: what differs from the last one is changed. Empty attributes are left out.
struct Link<'a> {
    /// The path but for id and name of the sort; the first slash is added.
    path: &'a [u8],
    title: &'a [u8],
    size: Option<u32>,
    /// The id is the title.
    titled: bool,
    /// The segment behind the path, if there is one.
    id: Id,
}

/// Writes all links that the query lets pass.
pub(crate) fn render(
    query: &Message<'_>,
    alias: Option<&(&'static str, Id)>,
    backend: &dyn Backend,
    window: &mut Window<'_>,
) {
    let [list, _, _, below @ ..] = &SORTS;
    let mut link = Link {
        path: b"c",
        title: b"",
        size: None,
        titled: false,
        id: Id::NONE,
    };
    link.write(list, query, window);
    let mut index = 0;
    while let Some(c) = backend.container(index) {
        index += 1;
        link.id = c.id;
        link.container(Some(&c), query, window);
        for sort in below {
            link.write(sort, query, window);
        }
    }
    if let Some((path, id)) = alias {
        // Under its own path, and with the id as title.
        (link.path, link.title) = (path.as_bytes(), id.as_slice());
        link.id = Id::NONE;
        link.container(backend.find(id).as_ref(), query, window);
    }
    link.id = Id::NONE;
    index = 0;
    while let Some(l) = backend.link(index) {
        index += 1;
        (link.path, link.title) = (l.path, l.title.as_bytes());
        link.write(&Sort::new(l.rt.as_bytes(), b"", b""), query, window);
    }
}

impl Link<'_> {
    #[inline(never)]
    fn container(&mut self, what: Option<&Container>, query: &Message<'_>, window: &mut Window<'_>) {
        let [_, text, binary, ..] = &SORTS;
        let current = what.and_then(|c| c.current.as_ref());
        (self.size, self.titled) = (current.map(|c| c.payload_len), true);
        let sort = if current.is_none_or(|c| c.text_form) {
            text
        } else {
            binary
        };
        self.write(sort, query, window);
        (self.size, self.titled) = (None, false);
    }

    #[inline(never)]
    fn write(&self, sort: &Sort<'_>, query: &Message<'_>, window: &mut Window<'_>) {
        let mut options = query.options();
        while let Some(query) = options.next_of(option::URI_QUERY) {
            if !self.passes(sort, query) {
                return;
            }
        }
        if window.total() > 0 {
            window.byte(b',');
        }
        window.byte(b'<');
        self.attribute(4, sort, window);
        window.byte(b'>');
        for (which, name) in NAMES.iter().enumerate().take(3) {
            if !self.text(sort, which).is_empty() {
                window.byte(b';');
                window.put(name);
                window.put(b"=\"");
                window.put(self.text(sort, which));
                window.byte(b'"');
            }
        }
        if let Some(size) = self.size {
            window.put(b";sz=");
            window.decimal(size.into());
        }
        if !sort.name.is_empty() {
            window.put(b";obs");
        }
    }

    /// An attribute that holds text.
    #[inline(never)]
    fn text<'s>(&'s self, sort: &Sort<'s>, which: usize) -> &'s [u8] {
        match which {
            0 => sort.rt,
            1 => sort.ct,
            _ if self.titled && self.id != Id::NONE => self.id.as_slice(),
            _ => self.title,
        }
    }

    /// Whether one query, `attribute=value` or `attribute=prefix*`, matches.
    #[inline(never)]
    fn passes(&self, sort: &Sort<'_>, query: &[u8]) -> bool {
        if query == b"obs" {
            return !sort.name.is_empty();
        }
        for (which, name) in NAMES.iter().enumerate() {
            if let Some([b'=', wanted @ ..]) = query.strip_prefix(*name) {
                let mut buf = [0; 96];
                let mut window = Window::new(&mut buf, 0);
                self.attribute(which, sort, &mut window);
                let len = window.total() as usize;
                return matches(buf.get(..len).unwrap_or(&buf), wanted);
            }
        }
        false
    }

    #[inline(never)]
    fn attribute(&self, which: usize, sort: &Sort<'_>, window: &mut Window<'_>) {
        match which {
            4 => {
                segment(self.path, window);
                segment(self.id.as_slice(), window);
                segment(sort.name, window);
            }
            3 => self.size.map_or((), |size| window.decimal(size.into())),
            _ => window.put(self.text(sort, which)),
        }
    }
}

/// Whether a value is wanted, as a whole or with one of its words; a `*` at the end stands for anything.
fn matches(mut value: &[u8], mut wanted: &[u8]) -> bool {
    let mut prefix = false;
    if let [before @ .., b'*'] = wanted {
        (wanted, prefix) = (before, true);
    }
    let mut start = true;
    while let [first, after @ ..] = value {
        if start && value.starts_with(wanted) {
            let next = value.get(wanted.len());
            if prefix || next.is_none_or(|b| *b == b' ') {
                return true;
            }
        }
        start = *first == b' ';
        value = after;
    }
    false
}

/// A part of a path, percent-encoded where a link needs it; nothing when it is empty.
#[inline(never)]
fn segment(part: &[u8], window: &mut Window<'_>) {
    if !part.is_empty() {
        window.byte(b'/');
    }
    for b in part {
        if b.is_ascii_alphanumeric() || matches!(b, b'-'..=b'/' | b'_' | b'~') {
            window.byte(*b);
        } else {
            window.byte(b'%');
            for nibble in [b >> 4, *b] {
                window.byte(hex_digit(nibble).to_ascii_uppercase());
            }
        }
    }
}
