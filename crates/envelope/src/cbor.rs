//! A strict reader of the little CBOR that containers use (docs/spec/container.md, section 1).
//!
//! It exists because a decoder that is lenient, as all general ones are, would let one container have many encodings.
//! It refuses long-form heads, indefinite lengths, floats and values beyond 32 bits at the head, before any content is
//! looked at. Text is handed out as bytes: what is allowed in it is narrower than UTF-8, and checked by its field.

/// What broke the rules of deterministic CBOR. Offsets count from the first byte of the item that was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Ends in the middle of an item.
    Truncated {
        /// Bytes that are needed at least, counted from the start.
        needed: u32,
    },
    /// A head is not in its shortest form.
    LongForm {
        /// Offset of the head.
        at: u32,
    },
    /// Indefinite length, or a break.
    Indefinite {
        /// Offset of the head.
        at: u32,
    },
    /// Reserved additional information (28 to 30, or 31 where it means nothing).
    Reserved {
        /// Offset of the head.
        at: u32,
    },
    /// Another type of item belongs here.
    Type {
        /// Offset of the head.
        at: u32,
    },
    /// A key stands twice.
    DuplicateKey {
        /// Offset of the second one.
        at: u32,
    },
    /// Keys are not in ascending order.
    KeyOrder {
        /// Offset of the key that comes too late.
        at: u32,
    },
    /// An integer or a length beyond 32 bits.
    TooLarge {
        /// Offset of the head.
        at: u32,
    },
}

impl Fault {
    /// The last two digits of the refusal's number, and the number that it carries.
    pub(crate) const fn parts(self) -> (u16, u32) {
        match self {
            Self::Truncated { needed } => (1, needed),
            Self::LongForm { at } => (2, at),
            Self::Indefinite { at } => (3, at),
            Self::Reserved { at } => (4, at),
            Self::Type { at } => (5, at),
            Self::DuplicateKey { at } => (6, at),
            Self::KeyOrder { at } => (7, at),
            Self::TooLarge { at } => (8, at),
        }
    }
}

/// Major types (RFC 8949 3.1).
pub(crate) mod major {
    pub(crate) const UINT: u8 = 0;
    pub(crate) const NEGATIVE: u8 = 1;
    pub(crate) const BYTES: u8 = 2;
    pub(crate) const TEXT: u8 = 3;
    pub(crate) const ARRAY: u8 = 4;
    pub(crate) const MAP: u8 = 5;
    pub(crate) const TAG: u8 = 6;
    pub(crate) const SIMPLE: u8 = 7;
}

/// The argument of a simple value.
pub(crate) const TRUE: u32 = 21;
/// The argument of nil.
pub(crate) const NIL: u32 = 22;

/// A head: major type, argument, and where it stood.
#[derive(Clone, Copy)]
pub(crate) struct Head {
    pub(crate) major: u8,
    pub(crate) argument: u32,
    pub(crate) at: u32,
}

/// Reads items one after the other. A copy is a bookmark.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte. Input is shorter than 4 GiB.
    pub(crate) const fn at(&self) -> u32 {
        self.at as u32
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The bytes from an earlier offset up to here.
    pub(crate) fn since(&self, start: u32) -> &'a [u8] {
        self.bytes.get(start as usize..self.at).unwrap_or(&[])
    }

    fn take(&mut self, len: u32) -> Result<&'a [u8], Fault> {
        let end = self.at.saturating_add(len as usize);
        let taken = self.bytes.get(self.at..end).ok_or(Fault::Truncated {
            needed: u32::try_from(end).unwrap_or(u32::MAX),
        })?;
        self.at = end;
        Ok(taken)
    }

    /// Reads a head and refuses all but its shortest form.
    pub(crate) fn head(&mut self) -> Result<Head, Fault> {
        let at = self.at();
        let initial = self.take(1)?.first().copied().unwrap_or(0);
        let major = initial >> 5;
        let info = initial & 0x1f;
        let argument = match info {
            0..=23 => {
                return Ok(Head {
                    major,
                    argument: u32::from(info),
                    at,
                });
            }
            24..=27 => {
                let more = self.take(1 << (info - 24))?;
                if major == major::SIMPLE {
                    return Err(Fault::Type { at }); // a float, or a simple value without a name here
                }
                more.iter()
                    .fold(0u64, |value, byte| value << 8 | u64::from(*byte))
            }
            31 if (major::BYTES..=major::MAP).contains(&major) || major == major::SIMPLE => {
                return Err(Fault::Indefinite { at });
            }
            _ => return Err(Fault::Reserved { at }),
        };
        let shortest_above = match info {
            24 => 23,
            25 => 0xff,
            26 => 0xffff,
            _ => 0xffff_ffff,
        };
        if argument <= shortest_above {
            return Err(Fault::LongForm { at });
        }
        match u32::try_from(argument) {
            Ok(argument) => Ok(Head { major, argument, at }),
            Err(_) => Err(Fault::TooLarge { at }),
        }
    }

    /// The next head, without taking it.
    pub(crate) fn peek(&self) -> Result<Head, Fault> {
        let mut ahead = *self;
        ahead.head()
    }

    fn argument_of(&mut self, major: u8) -> Result<u32, Fault> {
        let head = self.head()?;
        if head.major == major {
            Ok(head.argument)
        } else {
            Err(Fault::Type { at: head.at })
        }
    }

    pub(crate) fn uint(&mut self) -> Result<u32, Fault> {
        self.argument_of(major::UINT)
    }

    /// An integer of -2^31 .. 2^31-1.
    pub(crate) fn int(&mut self) -> Result<i32, Fault> {
        let head = self.head()?;
        let value = i32::try_from(head.argument).map_err(|_| Fault::TooLarge { at: head.at })?;
        match head.major {
            major::UINT => Ok(value),
            major::NEGATIVE => Ok(!value),
            _ => Err(Fault::Type { at: head.at }),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], Fault> {
        let len = self.argument_of(major::BYTES)?;
        self.take(len)
    }

    pub(crate) fn text(&mut self) -> Result<&'a [u8], Fault> {
        let len = self.argument_of(major::TEXT)?;
        self.take(len)
    }

    /// The content of a string whose head was just read.
    pub(crate) fn content(&mut self, head: Head) -> Result<&'a [u8], Fault> {
        self.take(head.argument)
    }

    pub(crate) fn array(&mut self) -> Result<u32, Fault> {
        self.argument_of(major::ARRAY)
    }

    pub(crate) fn map(&mut self) -> Result<u32, Fault> {
        self.argument_of(major::MAP)
    }

    pub(crate) fn yes(&mut self) -> Result<(), Fault> {
        let head = self.head()?;
        if head.major == major::SIMPLE && head.argument == TRUE {
            Ok(())
        } else {
            Err(Fault::Type { at: head.at })
        }
    }

    /// A map's next unsigned key, which must be above `last`.
    pub(crate) fn key(&mut self, last: &mut Option<u32>) -> Result<u32, Fault> {
        let at = self.at();
        let key = self.uint()?;
        match *last {
            Some(before) if before == key => return Err(Fault::DuplicateKey { at }),
            Some(before) if before > key => return Err(Fault::KeyOrder { at }),
            _ => *last = Some(key),
        }
        Ok(key)
    }

    /// A map's next text key, which must be above `last` in the order of encodings: the shorter first, then bytewise.
    pub(crate) fn text_key(&mut self, last: &mut Option<&'a [u8]>) -> Result<&'a [u8], Fault> {
        let at = self.at();
        let key = self.text()?;
        match *last {
            Some(before) if before == key => return Err(Fault::DuplicateKey { at }),
            Some(before) if (before.len(), before) > (key.len(), key) => return Err(Fault::KeyOrder { at }),
            _ => *last = Some(key),
        }
        Ok(key)
    }
}
