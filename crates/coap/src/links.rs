//! Discovery: links with their attributes (RFC 6690), and the filter of the query.

use crate::msg::{Message, option};
use crate::window::{Window, hex_digit};
use crate::{Backend, Container, Id};

/// Names of the attributes that hold text, in the order of [`Link::texts`].
const NAMES: [&[u8]; 3] = [b"rt", b"ct", b"title"];

/// What lies below a container, all of it observable: last segment, resource type, content formats.
const BELOW: [[&[u8]; 3]; 3] = [
    [b"status", b"motebox.status", b"60 0"],
    [b"log", b"motebox.log", b"0 60"],
    [b"data", b"motebox.data", b"112"],
];

/// One link; empty attributes are left out.
struct Link<'a> {
    /// Segments are joined by `/`; the first slash is added.
    path: [&'a [u8]; 3],
    /// rt, ct, title.
    texts: [&'a [u8]; 3],
    size: Option<u32>,
    observable: bool,
}

/// Where the links go, if the query lets them pass.
struct Sheet<'s, 'b> {
    query: &'s Message<'s>,
    window: &'s mut Window<'b>,
}

/// Writes all links that the query lets pass.
pub(crate) fn render(
    query: &Message<'_>,
    alias: Option<&(&'static str, Id)>,
    backend: &dyn Backend,
    window: &mut Window<'_>,
) {
    let mut sheet = Sheet { query, window };
    sheet.link(&Link {
        path: [b"c", b"", b""],
        texts: [b"motebox.list", b"60 0", b""],
        size: None,
        observable: false,
    });
    let mut index = 0;
    while let Some(c) = backend.container(index) {
        index += 1;
        let id = c.id.as_slice();
        sheet.container([b"c", id], id, Some(&c));
        for [name, rt, ct] in BELOW {
            sheet.link(&Link {
                path: [b"c", id, name],
                texts: [rt, ct, b""],
                size: None,
                observable: true,
            });
        }
    }
    if let Some((path, id)) = alias {
        let found = backend.find(id);
        sheet.container([path.as_bytes(), b""], id.as_slice(), found.as_ref());
    }
    index = 0;
    while let Some(l) = backend.link(index) {
        index += 1;
        sheet.link(&Link {
            path: [l.path, b"", b""],
            texts: [l.rt.as_bytes(), b"", l.title.as_bytes()],
            size: None,
            observable: false,
        });
    }
}

impl Sheet<'_, '_> {
    #[inline(never)]
    fn container(&mut self, [first, second]: [&[u8]; 2], id: &[u8], what: Option<&Container>) {
        let current = what.and_then(|c| c.current.as_ref());
        let text = current.is_none_or(|c| c.text_form);
        self.link(&Link {
            path: [first, second, b""],
            texts: [b"motebox.container", if text { b"0 63 18" } else { b"63 18" }, id],
            size: current.map(|c| c.payload_len),
            observable: false,
        });
    }

    #[inline(never)]
    fn link(&mut self, link: &Link<'_>) {
        let mut options = self.query.options();
        while let Some(query) = options.next_of(option::URI_QUERY) {
            if !link.passes(query) {
                return;
            }
        }
        let window = &mut *self.window;
        if window.total() > 0 {
            window.byte(b',');
        }
        window.byte(b'<');
        link.href(window);
        window.byte(b'>');
        for (name, value) in NAMES.iter().zip(&link.texts) {
            if !value.is_empty() {
                window.byte(b';');
                window.put(name);
                window.put(b"=\"");
                window.put(value);
                window.byte(b'"');
            }
        }
        if let Some(size) = link.size {
            window.put(b";sz=");
            window.decimal(size.into());
        }
        if link.observable {
            window.put(b";obs");
        }
    }
}

impl Link<'_> {
    /// The path, percent-encoded where a link needs it.
    #[inline(never)]
    fn href(&self, window: &mut Window<'_>) {
        for part in self.path.iter().filter(|p| !p.is_empty()) {
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
            self.href(&mut text);
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
