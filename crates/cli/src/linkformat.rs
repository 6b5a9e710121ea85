//! What a mote says of itself under `/.well-known/core`: RFC 6690 links.

/// One resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) target: String,
    /// Attributes in their order; a flag such as `obs` has an empty value.
    pub(crate) attributes: Vec<(String, String)>,
}

impl Link {
    /// The first value of an attribute.
    #[cfg(test)]
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Reads a list of links, or says at which byte it stops being one.
pub(crate) fn parse(text: &str) -> Result<Vec<Link>, usize> {
    let mut rest = Rest { text, at: 0 };
    let mut links = Vec::new();
    while !rest.is_empty() {
        if !links.is_empty() {
            rest.take(',')?;
        }
        links.push(link(&mut rest)?);
    }
    Ok(links)
}

fn link(rest: &mut Rest<'_>) -> Result<Link, usize> {
    rest.take('<')?;
    let target = rest.until(&['>']).to_string();
    rest.take('>')?;
    let mut attributes = Vec::new();
    while rest.take(';').is_ok() {
        let name = rest.until(&['=', ';', ',']).to_string();
        let mut value = String::new();
        if rest.take('=').is_ok() {
            if rest.take('"').is_ok() {
                value = rest.until(&['"']).to_string();
                rest.take('"')?;
            } else {
                value = rest.until(&[';', ',']).to_string();
            }
        }
        attributes.push((name, value));
    }
    Ok(Link { target, attributes })
}

struct Rest<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Rest<'a> {
    fn is_empty(&self) -> bool {
        self.at == self.text.len()
    }

    fn take(&mut self, expected: char) -> Result<(), usize> {
        if !self.text[self.at..].starts_with(expected) {
            return Err(self.at);
        }
        self.at += expected.len_utf8();
        Ok(())
    }

    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = &self.text[self.at..];
        let len = rest.find(ends).unwrap_or(rest.len());
        self.at += len;
        &rest[..len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_with_quoted_bare_and_flag_attributes() {
        let links =
            parse("</c/alarm>;rt=\"motebox.container\";ct=\"0 63 18\";sz=832,</c/alarm/status>;obs;ct=60")
                .unwrap();
        assert_eq!(links.len(), 2);
        assert_eq!(links[0].attribute("ct"), Some("0 63 18"));
        assert_eq!(links[0].attribute("sz"), Some("832"));
        assert_eq!(links[1].attribute("obs"), Some(""));
        assert_eq!(links[1].attribute("rt"), None);
        assert_eq!(parse(""), Ok(vec![]));
        assert_eq!(
            parse("</a>;title=\"a,b;c\"").unwrap()[0].attribute("title"),
            Some("a,b;c")
        );
    }

    #[test]
    fn what_is_no_link_is_found_by_its_place() {
        for (text, at) in [("x", 0), ("</a", 3), ("</a>;t=\"x", 9), ("</a></b>", 4)] {
            assert_eq!(parse(text), Err(at), "{text}");
        }
    }
}
