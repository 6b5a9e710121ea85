//! Numbers of the registries: methods, response codes, options, content formats.

/// One code of a message: three bits of class, five of detail (RFC 7252 section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub struct Code(pub u8);

impl Code {
    /// The empty message: ping, reset, bare acknowledgement.
    pub const EMPTY: Code = Code(0);
    /// 0.01
    pub const GET: Code = Code(1);
    /// 0.02
    pub const POST: Code = Code(2);
    /// 0.03
    pub const PUT: Code = Code(3);
    /// 0.04
    pub const DELETE: Code = Code(4);
    /// 2.01
    pub const CREATED: Code = Code::of(2, 1);
    /// 2.02
    pub const DELETED: Code = Code::of(2, 2);
    /// 2.03
    pub const VALID: Code = Code::of(2, 3);
    /// 2.04
    pub const CHANGED: Code = Code::of(2, 4);
    /// 2.05
    pub const CONTENT: Code = Code::of(2, 5);
    /// 2.31
    pub const CONTINUE: Code = Code::of(2, 31);
    /// 4.00
    pub const BAD_REQUEST: Code = Code::of(4, 0);
    /// 4.01
    pub const UNAUTHORIZED: Code = Code::of(4, 1);
    /// 4.02
    pub const BAD_OPTION: Code = Code::of(4, 2);
    /// 4.03
    pub const FORBIDDEN: Code = Code::of(4, 3);
    /// 4.04
    pub const NOT_FOUND: Code = Code::of(4, 4);
    /// 4.05
    pub const METHOD_NOT_ALLOWED: Code = Code::of(4, 5);
    /// 4.06
    pub const NOT_ACCEPTABLE: Code = Code::of(4, 6);
    /// 4.08
    pub const INCOMPLETE: Code = Code::of(4, 8);
    /// 4.09
    pub const CONFLICT: Code = Code::of(4, 9);
    /// 4.12
    pub const PRECONDITION_FAILED: Code = Code::of(4, 12);
    /// 4.13
    pub const TOO_LARGE: Code = Code::of(4, 13);
    /// 4.15
    pub const UNSUPPORTED_FORMAT: Code = Code::of(4, 15);
    /// 4.29
    pub const TOO_MANY_REQUESTS: Code = Code::of(4, 29);
    /// 5.00
    pub const INTERNAL_ERROR: Code = Code::of(5, 0);
    /// 5.03
    pub const UNAVAILABLE: Code = Code::of(5, 3);
    /// 5.05
    pub const PROXYING_NOT_SUPPORTED: Code = Code::of(5, 5);

    /// `class.detail`; only the low 3 and 5 bits count.
    pub const fn of(class: u8, detail: u8) -> Code {
        Code((class & 7) << 5 | (detail & 31))
    }

    /// 0 request or empty, 2 success, 4 client's error, 5 server's error.
    pub const fn class(self) -> u8 {
        self.0 >> 5
    }

    /// The two digits behind the dot.
    pub const fn detail(self) -> u8 {
        self.0 & 31
    }

    /// Whether this is a method.
    pub const fn is_request(self) -> bool {
        self.class() == 0 && self.0 != 0
    }

    /// Whether this is a response (class 2, 4 or 5).
    pub const fn is_response(self) -> bool {
        matches!(self.class(), 2 | 4 | 5)
    }
}

/// Option numbers.
pub mod option {
    /// RFC 7252
    pub const IF_MATCH: u16 = 1;
    /// RFC 7252
    pub const URI_HOST: u16 = 3;
    /// RFC 7252
    pub const ETAG: u16 = 4;
    /// RFC 7252
    pub const IF_NONE_MATCH: u16 = 5;
    /// RFC 7641
    pub const OBSERVE: u16 = 6;
    /// RFC 7252
    pub const URI_PORT: u16 = 7;
    /// RFC 7252
    pub const LOCATION_PATH: u16 = 8;
    /// RFC 7252
    pub const URI_PATH: u16 = 11;
    /// RFC 7252
    pub const CONTENT_FORMAT: u16 = 12;
    /// RFC 7252
    pub const MAX_AGE: u16 = 14;
    /// RFC 7252
    pub const URI_QUERY: u16 = 15;
    /// RFC 7252
    pub const ACCEPT: u16 = 17;
    /// RFC 7252
    pub const LOCATION_QUERY: u16 = 20;
    /// RFC 7959
    pub const BLOCK2: u16 = 23;
    /// RFC 7959
    pub const BLOCK1: u16 = 27;
    /// RFC 7959
    pub const SIZE2: u16 = 28;
    /// RFC 7252
    pub const PROXY_URI: u16 = 35;
    /// RFC 7252
    pub const PROXY_SCHEME: u16 = 39;
    /// RFC 7252
    pub const SIZE1: u16 = 60;
    /// RFC 9175
    pub const ECHO: u16 = 252;
}

/// Content formats.
pub mod format {
    /// text/plain; charset=utf-8
    pub const TEXT: u16 = 0;
    /// application/cose; cose-type="cose-sign1"
    pub const COSE_SIGN1: u16 = 18;
    /// application/link-format
    pub const LINKS: u16 = 40;
    /// application/cbor
    pub const CBOR: u16 = 60;
    /// application/cbor-seq
    pub const CBOR_SEQ: u16 = 63;
    /// application/senml+cbor
    pub const SENML_CBOR: u16 = 112;
    /// application/concise-problem-details+cbor
    pub const PROBLEM: u16 = 257;
    /// application/javascript
    pub const JAVASCRIPT: u16 = 10002;
}
