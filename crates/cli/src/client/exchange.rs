//! One request and its answer over datagrams that get lost: RFC 7252, sections 4.2 and 5.2.

use std::time::Duration;

use motebox_coap::msg;
use motebox_sim::packet::{Code, Kind, Packet, Token};

use super::wire::Wire;
use crate::error::{Error, Result, say};

/// How patient the client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// Wait before the first retransmission; each further one waits twice as long (RFC 7252: 2 s).
    pub(crate) ack_timeout: Duration,
    /// Retransmissions before giving up (RFC 7252: 4).
    pub(crate) max_retransmit: u32,
    /// Wait for a separate response after the acknowledgement.
    pub(crate) response_timeout: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            ack_timeout: Duration::from_secs(2),
            max_retransmit: 4,
            response_timeout: Duration::from_secs(30),
        }
    }
}

/// What went over the air, counted in CoAP messages (without UDP and IP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Air {
    pub(crate) sent_messages: u64,
    pub(crate) sent_bytes: u64,
    pub(crate) received_messages: u64,
    pub(crate) received_bytes: u64,
    pub(crate) retransmissions: u64,
}

impl Air {
    /// Bytes both ways.
    pub(crate) fn bytes(&self) -> u64 {
        self.sent_bytes + self.received_bytes
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// Nothing came in this time.
    Timeout(Duration),
    /// The peer refused the message.
    Reset,
    /// The socket or the system failed.
    Broken(Error),
}

impl From<Error> for NoAnswer {
    fn from(error: Error) -> Self {
        Self::Broken(error)
    }
}

impl From<NoAnswer> for Error {
    fn from(reason: NoAnswer) -> Self {
        match reason {
            NoAnswer::Timeout(waited) => Error::new(format!(
                "the mote did not answer within {:.1} s",
                waited.as_secs_f64()
            ))
            .advise(
                "check address, port and power; a push that was cut goes on where it stopped when repeated",
            ),
            NoAnswer::Reset => {
                Error::new("the mote refused the message (reset)").advise("is this a CoAP server?")
            }
            NoAnswer::Broken(error) => error,
        }
    }
}

/// A CoAP client with one peer.
pub(crate) struct Client<W> {
    pub(crate) wire: W,
    pub(crate) timing: Timing,
    /// Everything since the client was made.
    pub(crate) air: Air,
    /// Tell a person who waits that nothing has answered so far.
    pub(crate) tells: bool,
    message_id: u16,
    token: u32,
}

impl<W: Wire> Client<W> {
    /// A client with random first message id and token.
    pub(crate) fn new(mut wire: W, timing: Timing) -> Result<Self> {
        let seed = wire.random()?;
        let token = wire.random()?;
        Ok(Self {
            wire,
            timing,
            air: Air::default(),
            tells: false,
            message_id: seed as u16,
            token,
        })
    }

    /// Sends a request, again and again with doubling pauses until it is acknowledged, and waits for its response.
    pub(crate) fn request(&mut self, mut request: Packet) -> Result<Packet, NoAnswer> {
        self.message_id = self.message_id.wrapping_add(1);
        self.token = self.token.wrapping_add(1);
        request.header.kind = Kind::Con;
        request.header.id = self.message_id;
        request.header.token = Token::new(&self.token.to_be_bytes());
        let datagram = request.to_bytes();

        let start = self.wire.now();
        let mut pause = self.first_pause()?;
        for attempt in 0..=self.timing.max_retransmit {
            self.air.retransmissions += u64::from(attempt > 0);
            if self.tells && attempt == 1 {
                let rest = pause * ((1 << (1 + self.timing.max_retransmit - attempt)) - 1);
                say!(
                    "no answer yet; asking again for {:.1} s at most",
                    rest.as_secs_f64()
                );
            }
            self.transmit(&datagram)?;
            let until = self.wire.now() + pause;
            match self.answer_by(&request, until)? {
                Heard::Response(response) => return Ok(response),
                Heard::Acknowledged => {
                    let until = self.wire.now() + self.timing.response_timeout;
                    if let Heard::Response(response) = self.answer_by_after_ack(&request, until)? {
                        return Ok(response);
                    }
                    break;
                }
                Heard::Nothing => pause *= 2,
            }
        }
        Err(NoAnswer::Timeout(self.wire.now() - start))
    }

    /// ACK_TIMEOUT times a random factor from 1 to 1.5.
    fn first_pause(&mut self) -> Result<Duration> {
        let factor = 1.0 + f64::from(self.wire.random()?) / f64::from(u32::MAX) / 2.0;
        Ok(self.timing.ack_timeout.mul_f64(factor))
    }

    fn transmit(&mut self, datagram: &[u8]) -> Result<()> {
        self.air.sent_messages += 1;
        self.air.sent_bytes += datagram.len() as u64;
        self.wire.send(datagram)
    }

    /// The next message of the peer, or `None` when `until` has come. What is no CoAP is dropped.
    pub(crate) fn receive_by(&mut self, until: Duration) -> Result<Option<Packet>> {
        loop {
            let left = until.saturating_sub(self.wire.now());
            let Some(datagram) = self.wire.receive(left)? else {
                return Ok(None);
            };
            self.air.received_messages += 1;
            self.air.received_bytes += datagram.len() as u64;
            if let Some(packet) = Packet::from_bytes(&datagram) {
                return Ok(Some(packet));
            }
        }
    }

    fn answer_by_after_ack(&mut self, request: &Packet, until: Duration) -> Result<Heard, NoAnswer> {
        loop {
            match self.answer_by(request, until)? {
                Heard::Acknowledged => {}
                other => return Ok(other),
            }
        }
    }

    fn answer_by(&mut self, request: &Packet, until: Duration) -> Result<Heard, NoAnswer> {
        while let Some(packet) = self.receive_by(until)? {
            let (theirs, sent) = (packet.header, request.header);
            match theirs.kind {
                Kind::Rst if theirs.id == sent.id => return Err(NoAnswer::Reset),
                Kind::Ack if theirs.id != sent.id => {}
                Kind::Ack if theirs.code == Code::EMPTY => return Ok(Heard::Acknowledged),
                Kind::Ack if theirs.token == sent.token => return Ok(Heard::Response(packet)),
                Kind::Con | Kind::Non if theirs.code.is_response() && theirs.token == sent.token => {
                    if theirs.kind == Kind::Con {
                        self.transmit(&msg::ack(theirs.id))?;
                    }
                    return Ok(Heard::Response(packet));
                }
                // A message for somebody who is gone: say so.
                Kind::Con => self.transmit(&msg::reset(theirs.id))?,
                _ => {}
            }
        }
        Ok(Heard::Nothing)
    }
}

enum Heard {
    Response(Packet),
    Acknowledged,
    Nothing,
}
