//! The simulated system's CoAP client: sends the requests of scripts, again and again until they are acknowledged
//! (RFC 7252, section 4.2), and knows which answer belongs to which.

use std::net::SocketAddrV6;

use motebox::{OUTGOING_BYTES, Outgoing, RequestId};
use motebox_coap::msg::{self, Code, Kind, Token};

use crate::packet::Packet;

/// Wait before the first retransmission, without the random factor: repeatable runs are worth more here.
const ACK_TIMEOUT_US: u64 = 2_000_000;
const MAX_RETRANSMIT: u32 = 4;
/// After this nothing can come any more that counts.
const EXCHANGE_LIFETIME_US: u64 = 247_000_000;

/// A request that was sent.
#[derive(Debug)]
struct Pending {
    id: RequestId,
    peer: SocketAddrV6,
    message_id: u16,
    token: Token,
    datagram: Vec<u8>,
    /// When it is sent again, and how often that was done; `None` once it is acknowledged.
    again: Option<(u64, u32)>,
    ends: u64,
}

/// A message of the network that answered a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answered {
    pub(crate) id: RequestId,
    /// Code and body; `None` when the peer refused the message.
    pub(crate) answer: Option<(u8, Vec<u8>)>,
}

/// What is to be done with a message that is no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) answered: Option<Answered>,
    /// An acknowledgement or reset, to be sent back.
    pub(crate) reply: Option<Vec<u8>>,
}

/// All requests under way.
#[derive(Debug)]
pub(crate) struct Requests {
    pending: Vec<Pending>,
    message_id: u16,
    token: u32,
}

impl Requests {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            pending: Vec::new(),
            message_id: seed as u16,
            token: (seed >> 16) as u32,
        }
    }

    /// The datagram of a new request.
    pub(crate) fn send(&mut self, request: &Outgoing<'_>, peer: SocketAddrV6, now: u64) -> Vec<u8> {
        self.message_id = self.message_id.wrapping_add(1);
        self.token = self.token.wrapping_add(1);
        let token = self.token.to_be_bytes();
        let mut datagram = vec![0; OUTGOING_BYTES];
        let length = request
            .write(Kind::Con, self.message_id, &token, &mut datagram)
            .unwrap_or(0);
        datagram.truncate(length);
        self.pending.push(Pending {
            id: request.id,
            peer,
            message_id: self.message_id,
            token: Token::new(&token),
            datagram: datagram.clone(),
            again: Some((now + ACK_TIMEOUT_US, 0)),
            ends: now + EXCHANGE_LIFETIME_US,
        });
        datagram
    }

    /// Takes a message that is no request.
    pub(crate) fn take(&mut self, peer: SocketAddrV6, packet: &Packet) -> Response {
        let header = packet.header;
        let matches = |pending: &Pending| {
            pending.peer == peer
                && match header.kind {
                    Kind::Ack | Kind::Rst => pending.message_id == header.id,
                    Kind::Con | Kind::Non => pending.token == header.token && header.code.is_response(),
                }
        };
        let Some(at) = self.pending.iter().position(matches) else {
            let reply = (header.kind == Kind::Con).then(|| msg::reset(header.id).to_vec());
            return Response {
                answered: None,
                reply,
            };
        };
        if header.kind == Kind::Ack && header.code == Code::EMPTY {
            self.pending[at].again = None;
            return Response {
                answered: None,
                reply: None,
            };
        }
        let id = self.pending.swap_remove(at).id;
        let answer = (header.kind != Kind::Rst).then(|| (header.code.0, packet.payload.clone()));
        let reply = (header.kind == Kind::Con).then(|| msg::ack(header.id).to_vec());
        Response {
            answered: Some(Answered { id, answer }),
            reply,
        }
    }

    /// The datagrams that are to be sent again now.
    pub(crate) fn due(&mut self, now: u64) -> Vec<(SocketAddrV6, Vec<u8>)> {
        self.pending.retain(|pending| now < pending.ends);
        let mut due = Vec::new();
        for pending in &mut self.pending {
            if let Some((at, times)) = pending.again.filter(|(at, _)| *at <= now) {
                due.push((pending.peer, pending.datagram.clone()));
                pending.again =
                    (times + 1 < MAX_RETRANSMIT).then_some((at + (ACK_TIMEOUT_US << (times + 1)), times + 1));
            }
        }
        due
    }

    /// When [`due`](Self::due) is to be asked again.
    pub(crate) fn deadline(&self) -> u64 {
        let next = |pending: &Pending| pending.again.map_or(pending.ends, |(at, _)| at.min(pending.ends));
        self.pending.iter().map(next).min().unwrap_or(u64::MAX)
    }
}
