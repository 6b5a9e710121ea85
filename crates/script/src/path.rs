//! CoAP paths, compared segment by segment after percent-decoding (RFC 7252 section 6.4 and 6.5).
//!
//! Comparing text would let `/%61larm` pass for something other than `/alarm`, and a grant of `/a` pass for `/alarm`.
//! So a path is decoded first and compared by whole segments after that. A segment that holds a `/` itself (`%2F`) is no
//! path here: nothing of ours is named so, and without it the decoded segments joined by `/` are unambiguous.

use heapless::Vec;

/// Most bytes that a decoded path takes, without the slash in front.
pub const PATH_BYTES: usize = 48;

/// Why a text is not a path that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// It does not begin with `/`.
    NoSlash,
    /// A `%` is not followed by two hexadecimal digits; its position is given.
    Escape(u16),
    /// An empty segment, `.` or `..` (CoAP has no such segments), or one with a `/` in it.
    Segment,
    /// A character that must be written as an escape; its position is given.
    Character(u16),
    /// Decoded, it takes more than [`PATH_BYTES`].
    TooLong,
}

/// A decoded path: zero or more segments, joined by `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<u8, PATH_BYTES>);

/// What may stand in a path as it is: pchar of RFC 3986 but for the escapes, a bit for each character of ASCII.
const PLAIN: [u32; 4] = [plain(0), plain(32), plain(64), plain(96)];

/// The bits of 32 characters.
const fn plain(first: u8) -> u32 {
    let (mut bits, mut bit) = (0, 0);
    while bit < 32 {
        if matches!(first + bit, b'!' | b'$' | b'&'..=b';' | b'=' | b'@'..=b'Z' | b'_' | b'a'..=b'z' | b'~') {
            bits |= 1 << bit;
        }
        bit += 1;
    }
    bits
}

/// How many bytes come before the first `stop`; all when there is none.
#[inline(never)]
pub(crate) fn until(text: &[u8], stop: u8) -> usize {
    text.iter().position(|byte| *byte == stop).unwrap_or(text.len())
}

/// The value of a hexadecimal digit; 256 for anything else.
pub(crate) fn hex(digit: Option<&u8>) -> u32 {
    digit.map_or(256, |digit| char::from(*digit).to_digit(16).unwrap_or(256))
}

/// Decodes what stands at `at`: a character, or an escape of three.
#[inline(never)]
pub(crate) fn decoded_byte(text: &[u8], at: usize) -> Result<u8, PathError> {
    match text.get(at) {
        Some(b'%') => match hex(text.get(at + 1)) << 4 | hex(text.get(at + 2)) {
            byte @ 0..=255 => Ok(byte as u8),
            _ => Err(PathError::Escape(at as u16)),
        },
        // Bytes of UTF-8 may be written without escaping.
        Some(byte)
            if PLAIN
                .get(usize::from(byte >> 5))
                .is_none_or(|bits| bits >> (byte & 31) & 1 == 1) =>
        {
            Ok(*byte)
        }
        _ => Err(PathError::Character(at as u16)),
    }
}

/// How many characters [`decoded_byte`] reads at `at`.
pub(crate) fn width(text: &[u8], at: usize) -> usize {
    if text.get(at) == Some(&b'%') { 3 } else { 1 }
}

impl Path {
    /// The path with no segments, `/`.
    pub const fn root() -> Self {
        Path(Vec::new())
    }

    /// Decodes the text form, `/a/b`; `/` and the empty text are the root.
    ///
    /// # Errors
    /// See [`PathError`]; nothing is repaired.
    pub fn parse(text: &[u8]) -> Result<Self, PathError> {
        let mut path = Path::root();
        path.read(text)?;
        Ok(path)
    }

    /// Decodes segments joined by `/` without one in front, `a/b`, as a manifest writes them; the empty text is the root.
    /// Positions in errors count from the first segment.
    ///
    /// # Errors
    /// See [`PathError`]; nothing is repaired.
    pub fn parse_joined(text: &[u8]) -> Result<Self, PathError> {
        let mut path = Path::root();
        path.read_joined(text)?;
        Ok(path)
    }

    /// Becomes what [`Path::parse`] makes of the text, in its place.
    ///
    /// # Errors
    /// Those of [`Path::parse`]; what is left is no path to be used.
    pub fn read(&mut self, text: &[u8]) -> Result<(), PathError> {
        match text.split_first() {
            None => self.read_joined(&[]),
            Some((b'/', joined)) => self.read_joined(joined),
            Some(_) => Err(PathError::NoSlash),
        }
    }

    #[inline(never)]
    fn read_joined(&mut self, text: &[u8]) -> Result<(), PathError> {
        self.0.clear();
        let mut at = 0;
        while at < text.len() {
            let byte = decoded_byte(text, at)?;
            let width = width(text, at);
            if byte == b'/' {
                if width > 1 {
                    return Err(PathError::Segment);
                }
                self.close_segment()?;
            }
            self.push(byte)?;
            at += width;
        }
        if text.is_empty() {
            return Ok(());
        }
        self.close_segment()
    }

    /// The path of the segments as a CoAP message carries them (already decoded there).
    ///
    /// # Errors
    /// [`PathError::TooLong`], and [`PathError::Segment`] for an empty one, `.`, `..`, and one with a `/` in it.
    pub fn from_segments<'s>(segments: impl Iterator<Item = &'s [u8]>) -> Result<Self, PathError> {
        let mut path = Path::root();
        for segment in segments {
            path.append(segment)?;
        }
        Ok(path)
    }

    #[inline(never)]
    fn append(&mut self, segment: &[u8]) -> Result<(), PathError> {
        if !self.is_root() {
            self.push(b'/')?;
        }
        if until(segment, b'/') < segment.len() {
            return Err(PathError::Segment);
        }
        self.0
            .extend_from_slice(segment)
            .map_err(|_| PathError::TooLong)?;
        self.close_segment()
    }

    fn push(&mut self, byte: u8) -> Result<(), PathError> {
        self.0.push(byte).map_err(|_| PathError::TooLong)
    }

    /// Checks the last segment.
    #[inline(never)]
    fn close_segment(&self) -> Result<(), PathError> {
        match self.0.rsplit(|b| *b == b'/').next() {
            None | Some(b"" | b"." | b"..") => Err(PathError::Segment),
            Some(_) => Ok(()),
        }
    }

    /// The segments, decoded.
    pub fn segments(&self) -> impl Iterator<Item = &[u8]> {
        // `split` of nothing gives one empty piece: the root has no segments.
        self.0.split(|b| *b == b'/').filter(|segment| !segment.is_empty())
    }

    /// Whether there are no segments.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `self` lies at or below `prefix`: all of its segments come first here. Segments are compared whole, so
    /// `/alarm` is not below `/al`.
    pub fn is_below(&self, prefix: &Path) -> bool {
        match self.0.strip_prefix(prefix.0.as_slice()) {
            Some(rest) => prefix.is_root() || matches!(rest.first(), None | Some(b'/')),
            None => false,
        }
    }

    /// Whether the path belongs to the node: discovery (`/.well-known/…`), the containers (`/c/…`) or the alias of the
    /// older resource (`/riot/…`). No script may answer there.
    pub fn is_reserved(&self) -> bool {
        let first = self.0.get(..until(&self.0, b'/')).unwrap_or(&[]);
        ["", ".well-known", "c", "riot"]
            .iter()
            .any(|own| own.as_bytes() == first)
    }

    /// The decoded segments, joined by `/`, none in front.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn parse(text: &str) -> Result<Path, PathError> {
        Path::parse(text.as_bytes())
    }

    #[test]
    fn escapes_make_no_other_path() {
        assert_eq!(parse("/%61larm"), parse("/alarm"));
        assert_eq!(parse("/a%2Fb"), Err(PathError::Segment));
        assert_eq!(
            Path::from_segments([&b"a/b"[..]].into_iter()),
            Err(PathError::Segment)
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        assert_eq!(parse("alarm"), Err(PathError::NoSlash));
        assert_eq!(parse("/a%2"), Err(PathError::Escape(1)));
        assert_eq!(parse("/a%zz"), Err(PathError::Escape(1)));
        assert_eq!(parse("/a//b"), Err(PathError::Segment));
        assert_eq!(parse("/a/"), Err(PathError::Segment));
        assert_eq!(Path::parse_joined(b"/a"), Err(PathError::Segment));
        assert_eq!(Path::parse_joined(b"a/b"), parse("/a/b"));
        assert_eq!(parse("/a/../c"), Err(PathError::Segment));
        assert_eq!(parse("/a/%2e%2E/c"), Err(PathError::Segment));
        assert_eq!(parse("/a?b"), Err(PathError::Character(1)));
        assert_eq!(parse("/a b"), Err(PathError::Character(1)));
        assert_eq!(
            parse(&std::format!("/{}", "x".repeat(PATH_BYTES + 1))),
            Err(PathError::TooLong)
        );
        assert_eq!(
            parse(&std::format!("/{}", "x".repeat(1000))),
            Err(PathError::TooLong)
        );
    }

    #[test]
    fn below_means_whole_segments() {
        let grant = parse("/al").unwrap();
        assert!(parse("/al").unwrap().is_below(&grant));
        assert!(parse("/al/arm").unwrap().is_below(&grant));
        assert!(!parse("/alarm").unwrap().is_below(&grant));
        assert!(!parse("/b").unwrap().is_below(&grant));
    }

    #[test]
    fn the_nodes_own_paths_are_reserved_however_they_are_spelt() {
        for own in [
            "/",
            "/c",
            "/c/alarm",
            "/%63/alarm",
            "/.well-known/core",
            "/%2ewell-known/core",
            "/riot/script",
        ] {
            assert!(parse(own).unwrap().is_reserved(), "{own}");
        }
        assert!(!parse("/cc").unwrap().is_reserved());
        assert!(!parse("/alarm/c").unwrap().is_reserved());
    }

    proptest! {
        /// Property (model: a list of segments): text with every byte escaped, and the segments of a message, give the
        /// same path, and its segments are those of the list.
        #[test]
        fn a_path_is_its_segments(list in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..6), 0..6)) {
            prop_assume!(list.iter().all(|s| s != b"." && s != b".." && !s.contains(&b'/')));
            let from_message = Path::from_segments(list.iter().map(|s| s.as_slice())).unwrap();
            let text: std::string::String = list.iter()
                .map(|s| std::format!("/{}", s.iter().map(|b| std::format!("%{b:02x}")).collect::<std::string::String>()))
                .collect();
            prop_assert_eq!(&parse(&text).unwrap(), &from_message);
            prop_assert_eq!(from_message.segments().collect::<Vec<_>>(), list);
        }

        /// Property (model: prefix of the list of segments): `is_below` is exactly that.
        #[test]
        fn below_is_prefix_of_segments(
            a in prop::collection::vec("[ab]{1,2}", 0..5), b in prop::collection::vec("[ab]{1,2}", 0..3)
        ) {
            let path = |l: &[std::string::String]| Path::from_segments(l.iter().map(|s| s.as_bytes())).unwrap();
            prop_assert_eq!(path(&a).is_below(&path(&b)), a.starts_with(&b));
        }

        /// Property: no input text makes the parser do anything but answer.
        #[test]
        fn any_text_is_answered(text in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(path) = Path::parse(&text) {
                prop_assert!(path.as_bytes().len() <= PATH_BYTES);
            }
        }
    }
}
