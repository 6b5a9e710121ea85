//! A strict reader of the little CBOR that containers use (docs/spec/container.md, section 1).
//!
//! It exists because a decoder that is lenient, as all general ones are, would let one container have many encodings.
//! It refuses long-form heads, indefinite lengths, floats and values beyond 32 bits at the head, before any content is
//! looked at. Text is handed out as bytes: what is allowed in it is narrower than UTF-8, and checked by its field.
//!
//! The first refusal sticks: the reader goes on handing out values, which mean nothing, and its user asks once, at the end.
//! Loops ask [`Reader::failed`]. Where each item answered with a `Result`, a manifest's parser was twice as large.

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
    /// The last two digits of the refusal's number.
    pub(crate) const fn digits(self) -> u16 {
        match self {
            Self::Truncated { .. } => code::TRUNCATED,
            Self::LongForm { .. } => code::LONG_FORM,
            Self::Indefinite { .. } => code::INDEFINITE,
            Self::Reserved { .. } => code::RESERVED,
            Self::Type { .. } => code::TYPE,
            Self::DuplicateKey { .. } => code::DUPLICATE_KEY,
            Self::KeyOrder { .. } => code::KEY_ORDER,
            Self::TooLarge { .. } => code::TOO_LARGE,
        }
    }

    /// The number that it carries.
    pub(crate) const fn value(self) -> u32 {
        match self {
            Self::Truncated { needed: value }
            | Self::LongForm { at: value }
            | Self::Indefinite { at: value }
            | Self::Reserved { at: value }
            | Self::Type { at: value }
            | Self::DuplicateKey { at: value }
            | Self::KeyOrder { at: value }
            | Self::TooLarge { at: value } => value,
        }
    }

    /// The fault with these last two digits.
    pub(crate) const fn of(digits: u16, value: u32) -> Self {
        match digits {
            code::TRUNCATED => Self::Truncated { needed: value },
            code::LONG_FORM => Self::LongForm { at: value },
            code::INDEFINITE => Self::Indefinite { at: value },
            code::RESERVED => Self::Reserved { at: value },
            code::DUPLICATE_KEY => Self::DuplicateKey { at: value },
            code::KEY_ORDER => Self::KeyOrder { at: value },
            code::TOO_LARGE => Self::TooLarge { at: value },
            _ => Self::Type { at: value },
        }
    }
}

/// Last two digits of the refusals 1101 to 1108 and 1201 to 1208.
pub(crate) mod code {
    pub(crate) const TRUNCATED: u16 = 1;
    pub(crate) const LONG_FORM: u16 = 2;
    pub(crate) const INDEFINITE: u16 = 3;
    pub(crate) const RESERVED: u16 = 4;
    pub(crate) const TYPE: u16 = 5;
    pub(crate) const DUPLICATE_KEY: u16 = 6;
    pub(crate) const KEY_ORDER: u16 = 7;
    pub(crate) const TOO_LARGE: u16 = 8;
}

/// Major types (RFC 8949 3.1).
pub(crate) mod major {
    pub(crate) const UINT: u32 = 0;
    pub(crate) const NEGATIVE: u32 = 1;
    pub(crate) const BYTES: u32 = 2;
    pub(crate) const TEXT: u32 = 3;
    pub(crate) const ARRAY: u32 = 4;
    pub(crate) const MAP: u32 = 5;
    pub(crate) const TAG: u32 = 6;
    pub(crate) const SIMPLE: u32 = 7;
    /// No head: the reader refused it.
    pub(crate) const NONE: u32 = 8;
}

/// The argument of a simple value.
pub(crate) const TRUE: u32 = 21;
/// The argument of nil.
pub(crate) const NIL: u32 = 22;

/// Reads items one after the other. A copy is a bookmark.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: u32,
    /// Argument of the last head, and where it stood.
    pub(crate) argument: u32,
    pub(crate) head_at: u32,
    /// Last two digits of the first refusal; 0: there is none. And its number.
    digits: u16,
    value: u32,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            argument: 0,
            head_at: 0,
            digits: 0,
            value: 0,
        }
    }

    /// Offset of the next byte. Input is shorter than 4 GiB.
    pub(crate) const fn at(&self) -> u32 {
        self.at
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.at as usize >= self.bytes.len()
    }

    /// Refuses the input, if it was not refused before.
    #[inline(never)]
    pub(crate) fn refuse(&mut self, digits: u16, value: u32) {
        if self.digits == 0 {
            (self.digits, self.value) = (digits, value);
        }
    }

    pub(crate) const fn failed(&self) -> bool {
        self.digits != 0
    }

    /// Last two digits of the first refusal, 0 without one, and its number.
    pub(crate) const fn refusal(&self) -> (u16, u32) {
        (self.digits, self.value)
    }

    /// Reads the last `len` bytes again with `inside`, as all there is: an item that goes beyond them has no place there, so it is told as
    /// the wrong type of item, at their start.
    pub(crate) fn inside<T>(&mut self, len: u32, inside: impl FnOnce(&mut Self) -> T) -> T {
        let (all, end, before) = (self.bytes, self.at, self.digits);
        let start = end.saturating_sub(len);
        (self.bytes, self.at) = (all.get(..end as usize).unwrap_or(all), start);
        let read = inside(self);
        (self.bytes, self.at) = (all, end);
        if before == 0 && self.digits == code::TRUNCATED {
            (self.digits, self.value) = (code::TYPE, start);
        }
        read
    }

    /// The bytes from an earlier offset up to here.
    pub(crate) fn since(&self, start: u32) -> &'a [u8] {
        self.bytes.get(start as usize..self.at as usize).unwrap_or(&[])
    }

    #[inline(never)]
    fn take(&mut self, len: u32) -> &'a [u8] {
        let end = self.at.saturating_add(len);
        let Some(taken) = self.bytes.get(self.at as usize..end as usize) else {
            self.refuse(code::TRUNCATED, end);
            return &[];
        };
        self.at = end;
        taken
    }

    /// Reads a head and refuses all but its shortest form. Its major type; the argument is kept.
    #[inline(never)]
    pub(crate) fn head(&mut self) -> u32 {
        let at = self.at;
        (self.head_at, self.argument) = (at, 0);
        let initial = self.take(1).first().copied().unwrap_or(0);
        let (major, info) = (u32::from(initial >> 5), u32::from(initial & 0x1f));
        match info {
            0..=23 => self.argument = info,
            24..=27 => {
                let (mut high, mut low) = (0u32, 0u32);
                for byte in self.take(1 << (info - 24)) {
                    high = high << 8 | low >> 24;
                    low = low << 8 | u32::from(*byte);
                }
                let shortest_above = match info {
                    24 => 23,
                    25 => 0xff,
                    26 => 0xffff,
                    _ => 0xffff_ffff,
                };
                if major == major::SIMPLE {
                    self.refuse(code::TYPE, at); // a float, or a simple value without a name here
                } else if high == 0 && low <= shortest_above {
                    self.refuse(code::LONG_FORM, at);
                } else if high != 0 {
                    self.refuse(code::TOO_LARGE, at);
                }
                self.argument = low;
            }
            31 if (major::BYTES..=major::MAP).contains(&major) || major == major::SIMPLE => {
                self.refuse(code::INDEFINITE, at);
            }
            _ => self.refuse(code::RESERVED, at),
        }
        if self.failed() { major::NONE } else { major }
    }

    /// The next head, without taking it.
    pub(crate) fn peek(&mut self) -> u32 {
        let at = self.at;
        let major = self.head();
        self.at = at;
        major
    }

    #[inline(never)]
    fn argument_of(&mut self, major: u32) -> u32 {
        if self.head() != major {
            self.refuse(code::TYPE, self.head_at);
        }
        self.argument
    }

    pub(crate) fn uint(&mut self) -> u32 {
        self.argument_of(major::UINT)
    }

    /// An integer of -2^31 .. 2^31-1.
    #[inline(never)]
    pub(crate) fn int(&mut self) -> i32 {
        let major = self.head();
        let value = self.argument.cast_signed();
        if value < 0 {
            self.refuse(code::TOO_LARGE, self.head_at);
        }
        match major {
            major::UINT => value,
            major::NEGATIVE => !value,
            _ => {
                self.refuse(code::TYPE, self.head_at);
                0
            }
        }
    }

    #[inline(never)]
    fn string(&mut self, major: u32) -> &'a [u8] {
        let len = self.argument_of(major);
        self.content(len)
    }

    pub(crate) fn bytes(&mut self) -> &'a [u8] {
        self.string(major::BYTES)
    }

    pub(crate) fn text(&mut self) -> &'a [u8] {
        self.string(major::TEXT)
    }

    /// The content of a string whose head was just read.
    pub(crate) fn content(&mut self, len: u32) -> &'a [u8] {
        if self.failed() { &[] } else { self.take(len) }
    }

    pub(crate) fn array(&mut self) -> u32 {
        self.argument_of(major::ARRAY)
    }

    pub(crate) fn map(&mut self) -> u32 {
        self.argument_of(major::MAP)
    }

    pub(crate) fn yes(&mut self) {
        if self.argument_of(major::SIMPLE) != TRUE {
            self.refuse(code::TYPE, self.head_at);
        }
    }

    /// A map's next unsigned key, which must not be below `least`, one more than the key before; 0: it is the first.
    #[inline(never)]
    pub(crate) fn key(&mut self, least: u32) -> u32 {
        let key = self.uint();
        if key < least {
            let digits = if key + 1 == least {
                code::DUPLICATE_KEY
            } else {
                code::KEY_ORDER
            };
            self.refuse(digits, self.head_at);
        }
        key
    }
}
