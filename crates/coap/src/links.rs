//! Discovery: links with their attributes (RFC 6690), and the filter of the query.

use crate::msg::{Message, option};
use crate::window::{Window, hex_digit};
use crate::{Backend, Container, Id};

/// One link; empty attributes are left out.
struct Link<'a> {
    /// Segments are joined by `/`; the first slash is added.
    path: [&'a [u8]; 3],
    rt: &'a str,
    ct: &'a str,
    title: &'a [u8],
    size: Option<u32>,
    observable: bool,
}

/// Writes all links that the query lets pass.
pub(crate) fn render(
    query: &Message<'_>,
    alias: Option<(&[u8], Id)>,
    backend: &dyn Backend,
    window: &mut Window<'_>,
) {
    let plain = Link {
        path: [b"c", b"", b""],
        rt: "motebox.list",
        ct: "60 0",
        title: b"",
        size: None,
        observable: false,
    };
    plain.render(query, window);
    for c in (0..).map_while(|i| backend.container(i)) {
        let id = c.id;
        container(&[b"c", id.as_slice(), b""], &id, Some(&c)).render(query, window);
        for (name, rt, ct) in [
            (b"status".as_slice(), "motebox.status", "60 0"),
            (b"log", "motebox.log", "0 60"),
            (b"data", "motebox.data", "112"),
        ] {
            let path = [b"c", id.as_slice(), name];
            Link {
                path,
                rt,
                ct,
                title: b"",
                size: None,
                observable: true,
            }
            .render(query, window);
        }
    }
    if let Some((path, id)) = alias {
        container(&[path, b"", b""], &id, backend.find(&id).as_ref()).render(query, window);
    }
    for l in (0..).map_while(|i| backend.link(i)) {
        let path = [l.path, b"", b""];
        Link {
            path,
            rt: l.rt,
            ct: "",
            title: l.title.as_bytes(),
            size: None,
            observable: false,
        }
        .render(query, window);
    }
}

fn container<'a>(path: &[&'a [u8]; 3], id: &'a Id, what: Option<&Container>) -> Link<'a> {
    let current = what.and_then(|c| c.current);
    let text = current.is_none_or(|c| c.text_form);
    Link {
        path: *path,
        rt: "motebox.container",
        ct: if text { "0 63 18" } else { "63 18" },
        title: id.as_slice(),
        size: current.map(|c| c.payload_len),
        observable: false,
    }
}

impl Link<'_> {
    fn render(&self, query: &Message<'_>, window: &mut Window<'_>) {
        let mut queries = query
            .options()
            .filter(|o| o.number == option::URI_QUERY)
            .map(|o| o.value);
        if !queries.all(|q| self.passes(q)) {
            return;
        }
        if window.total() > 0 {
            window.put(b",");
        }
        window.put(b"<");
        self.href(window);
        window.put(b">");
        for (name, value) in [
            ("rt", self.rt.as_bytes()),
            ("ct", self.ct.as_bytes()),
            ("title", self.title),
        ] {
            if !value.is_empty() {
                for part in [b";", name.as_bytes(), b"=\"", value, b"\""] {
                    window.put(part);
                }
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

    /// The path, percent-encoded where a link needs it.
    fn href(&self, window: &mut Window<'_>) {
        for part in self.path.iter().filter(|p| !p.is_empty()) {
            window.put(b"/");
            for b in *part {
                match b {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                        window.put(&[*b])
                    }
                    _ => window.put(&[
                        b'%',
                        hex_digit(b >> 4).to_ascii_uppercase(),
                        hex_digit(*b).to_ascii_uppercase(),
                    ]),
                }
            }
        }
    }

    /// Whether one query, `attribute=value` or `attribute=prefix*`, matches.
    fn passes(&self, query: &[u8]) -> bool {
        if query == b"obs" {
            return self.observable;
        }
        let mut buf = [0; 96];
        let mut text = Window::new(&mut buf, 0);
        let (name, wanted) = query.split_at(query.iter().position(|b| *b == b'=').unwrap_or(query.len()));
        match name {
            b"href" => self.href(&mut text),
            b"sz" if self.size.is_some() => text.decimal(self.size.unwrap_or(0).into()),
            b"rt" => text.put(self.rt.as_bytes()),
            b"ct" => text.put(self.ct.as_bytes()),
            b"title" => text.put(self.title),
            _ => {}
        }
        let len = text.total() as usize;
        let Some((_, wanted)) = wanted.split_first().filter(|_| len > 0) else {
            return false;
        };
        let value = buf.get(..len).unwrap_or(&buf);
        let (wanted, prefix) = match wanted {
            [prefix @ .., b'*'] => (prefix, true),
            all => (all, false),
        };
        // The value as a whole, or one of its words.
        let mut start = true;
        for (i, b) in value.iter().enumerate() {
            let rest = value
                .get(i..)
                .unwrap_or(&[])
                .strip_prefix(wanted)
                .filter(|_| start);
            if rest.is_some_and(|r| prefix || r.is_empty() || r.first() == Some(&b' ')) {
                return true;
            }
            start = *b == b' ';
        }
        false
    }
}
