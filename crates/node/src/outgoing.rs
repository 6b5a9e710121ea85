//! Requests of scripts on their way out.

use motebox_coap::msg::{Code, Header, Kind, Malformed, Writer, option};
use motebox_script::Handle;
use motebox_script::handler::Methods;
use motebox_script::peer::{Endpoint, Parts};

/// Names a script's request until it is completed. Of a request that is over it names nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId {
    pub(crate) pair: u8,
    pub(crate) handle: Handle,
}

impl RequestId {
    /// The id as a number, for systems that keep numbers.
    pub fn to_u64(self) -> u64 {
        u64::from(self.pair) << 32 | u64::from(self.handle.to_payload())
    }

    /// The id of a number. Any number is allowed: one that was never given names nothing.
    pub fn from_u64(number: u64) -> RequestId {
        RequestId {
            pair: (number >> 32) as u8,
            handle: Handle::from_payload(number as u32),
        }
    }
}

/// A request that a script made, to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'r> {
    /// Report the answer with it: [`crate::Node::completed`].
    pub id: RequestId,
    /// Where it goes; checked against the container's permissions and the node's own addresses.
    pub endpoint: Endpoint,
    /// The one method.
    pub method: Methods,
    pub(crate) path: &'r [u8],
    pub(crate) query: &'r [u8],
    /// The payload.
    pub payload: &'r [u8],
}

impl<'r> Outgoing<'r> {
    /// Uri-Path, segment by segment.
    pub fn path(&self) -> impl Iterator<Item = &'r [u8]> {
        self.path
            .split(|b| *b == b'/')
            .filter(|segment| !segment.is_empty())
    }

    /// Uri-Query, part by part.
    pub fn query(&self) -> impl Iterator<Item = &'r [u8]> {
        Parts::of(self.query)
    }

    /// Writes the request as a message. Type, message id and token are the system's, which also repeats a CON that is not
    /// acknowledged; the deadline is the node's.
    ///
    /// # Errors
    /// [`Malformed::Buffer`] when `out` is too small; [`OUTGOING_BYTES`] are always enough.
    pub fn write(
        &self,
        kind: Kind,
        message_id: u16,
        token: &[u8],
        out: &mut [u8],
    ) -> Result<usize, Malformed> {
        let code = Code(self.method.to_code().unwrap_or(0));
        let mut writer = Writer::new(out, Header::new(kind, code, message_id, token))?;
        for segment in self.path() {
            writer.option(option::URI_PATH, segment)?;
        }
        if !self.payload.is_empty() {
            writer.option_uint(option::CONTENT_FORMAT, 0)?;
        }
        for part in self.query() {
            writer.option(option::URI_QUERY, part)?;
        }
        writer.payload(self.payload)?;
        Ok(writer.finish())
    }
}

/// Longest message that [`Outgoing::write`] makes: header, token, an option head of two bytes for each byte of the shortest
/// segments and parts, Content-Format, marker.
pub const OUTGOING_BYTES: usize = 4 + 8 + 3 * crate::REQUEST_BYTES + 3 + 1;
