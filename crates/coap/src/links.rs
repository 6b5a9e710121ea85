//! Discovery: links with their attributes (RFC 6690), and the filter of the query.

use crate::msg::{Message, option};
use crate::window::{Window, hex_digit};
use crate::{Backend, Container, Id};

/// Names of the attributes that hold text, in the order of [`Link::texts`].
const NAMES: [&[u8]; 3] = [b"rt", b"ct", b"title"];

/// What lies below a container, all of it observable: resource type, content formats, last segment.
const BELOW: [[&[u8]; 3]; 3] = [
    [b"motebox.status", b"60 0", b"status"],
    [b"motebox.log", b"0 60", b"log"],
    [b"motebox.data", b"112", b"data"],
];

/// One link after the other: what differs from the last one is changed. Empty attributes are left out.
struct Link<'a, 'b> {
    window: &'a mut Window<'b>,
    query: &'a Message<'a>,
    size: Option<u32>,
    observable: bool,
    /// rt, ct, title.
    texts: [&'a [u8]; 3],
    /// Segments are joined by `/`; the first slash is added.
    path: [&'a [u8]; 3],
}

/// Writes all links that the query lets pass.
pub(crate) fn render<'a>(
    query: &'a Message<'a>,
    alias: Option<&'a (&'static str, Id)>,
    backend: &'a dyn Backend,
    window: &'a mut Window<'_>,
) {
    let mut link = Link {
        window,
        query,
        size: None,
        observable: false,
        texts: [b"motebox.list", b"60 0", b""],
        path: [b"c", b"", b""],
    };
    link.write();
    let mut index = 0;
    while let Some(c) = backend.container(index) {
        index += 1;
        let id = Id::as_slice(&c.id);
        // A link of its own: it borrows the id.
        let mut link = link.after([b"c", id, b""]);
        link.container(id, Some(&c));
        (link.size, link.observable) = (None, true);
        for [rt, ct, name] in BELOW {
            (link.texts, link.path[2]) = ([rt, ct, b""], name);
            link.write();
        }
    }
    if let Some((path, id)) = alias {
        let mut link = link.after([path.as_bytes(), b"", b""]);
        link.container(id.as_slice(), backend.find(id).as_ref());
    }
    index = 0;
    while let Some(l) = backend.link(index) {
        index += 1;
        let mut link = link.after([l.path, b"", b""]);
        link.texts = [l.rt.as_bytes(), b"", l.title.as_bytes()];
        link.write();
    }
}

impl<'b> Link<'_, 'b> {
    /// A link to this path, without attributes.
    #[inline(never)]
    fn after<'s>(&'s mut self, path: [&'s [u8]; 3]) -> Link<'s, 'b> {
        Link {
            window: self.window,
            query: self.query,
            size: None,
            observable: false,
            texts: [b"", b"", b""],
            path,
        }
    }
}

impl<'a> Link<'a, '_> {
    #[inline(never)]
    fn container(&mut self, id: &'a [u8], what: Option<&Container>) {
        let current = what.and_then(|c| c.current.as_ref());
        let text = current.is_none_or(|c| c.text_form);
        let formats: &[u8] = b"0 63 18";
        let formats = if text { formats } else { formats.get(2..).unwrap_or(&[]) };
        self.texts = [b"motebox.container", formats, id];
        self.size = current.map(|c| c.payload_len);
        self.write();
    }

    #[inline(never)]
    fn write(&mut self) {
        let mut options = self.query.options();
        while let Some(query) = options.next_of(option::URI_QUERY) {
            if !self.passes(query) {
                return;
            }
        }
        let window = &mut *self.window;
        if window.total() > 0 {
            window.byte(b',');
        }
        window.byte(b'<');
        href(&self.path, window);
        window.byte(b'>');
        for (name, value) in NAMES.iter().zip(&self.texts) {
            if !value.is_empty() {
                window.byte(b';');
                window.put(name);
                window.put(b"=\"");
                window.put(value);
                window.byte(b'"');
            }
        }
        if let Some(size) = self.size {
            window.put(b";sz=");
            window.decimal(size.into());
        }
        if self.observable {
            window.put(b";obs");
        }
    }

    /// Whether one query, `attribute=value` or `attribute=prefix*`, matches.
    #[inline(never)]
    fn passes(&self, query: &[u8]) -> bool {
        if query == b"obs" {
            return self.observable;
        }
        let Some(end) = query.iter().position(|b| *b == b'=') else {
            return false;
        };
        let (name, wanted) = query.split_at_checked(end).unwrap_or((query, &[]));
        let wanted = wanted.get(1..).unwrap_or(&[]);
        let mut buf = [0; 96];
        let mut text = Window::new(&mut buf, 0);
        if name == b"href" {
            href(&self.path, &mut text);
        }
        if let (b"sz", Some(size)) = (name, self.size) {
            text.decimal(size.into());
        }
        for (known, value) in NAMES.iter().zip(&self.texts) {
            if name == *known {
                text.put(value);
            }
        }
        let len = text.total() as usize;
        if len == 0 {
            return false;
        }
        let value = buf.get(..len).unwrap_or(&buf);
        let (wanted, prefix) = match wanted {
            [prefix @ .., b'*'] => (prefix, true),
            all => (all, false),
        };
        // The value as a whole, or one of its words.
        let mut rest = value;
        let mut start = true;
        while let [first, after @ ..] = rest {
            if start && rest.starts_with(wanted) {
                let next = rest.get(wanted.len());
                if prefix || next.is_none_or(|b| *b == b' ') {
                    return true;
                }
            }
            start = *first == b' ';
            rest = after;
        }
        false
    }
}

/// The path, percent-encoded where a link needs it.
#[inline(never)]
fn href(path: &[&[u8]; 3], window: &mut Window<'_>) {
    for part in path.iter().filter(|p| !p.is_empty()) {
        window.byte(b'/');
        for b in *part {
            if b.is_ascii_alphanumeric() || matches!(b, b'-'..=b'/' | b'_' | b'~') {
                window.byte(*b);
            } else {
                window.byte(b'%');
                window.byte(hex_digit(b >> 4).to_ascii_uppercase());
                window.byte(hex_digit(*b).to_ascii_uppercase());
            }
        }
    }
}
