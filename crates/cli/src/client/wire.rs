//! What the client needs of the world: datagrams, a clock, a little randomness. A real socket here, a script in tests.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// The largest datagram there is.
const DATAGRAM_BYTES: usize = 65_536;

/// One peer, reached by datagrams.
pub(crate) trait Wire {
    /// Sends one.
    fn send(&mut self, datagram: &[u8]) -> Result<()>;
    /// The next one that arrives within `wait`.
    fn receive(&mut self, wait: Duration) -> Result<Option<Vec<u8>>>;
    /// Time since some start.
    fn now(&self) -> Duration;
    /// Lets time pass.
    fn sleep(&mut self, pause: Duration);
    /// Any number.
    fn random(&mut self) -> Result<u32>;
}

/// A UDP socket connected to the mote.
pub(crate) struct Udp {
    socket: UdpSocket,
    peer: SocketAddr,
    start: Instant,
    buffer: Vec<u8>,
}

impl Udp {
    /// A fresh local port, talking to `peer` only.
    pub(crate) fn connect(peer: SocketAddr) -> Result<Self> {
        let local: SocketAddr = match peer {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(local).and_then(|socket| socket.connect(peer).map(|()| socket));
        let socket = socket.map_err(|e| Error::new(format!("no way to {peer}: {e}")))?;
        Ok(Self {
            socket,
            peer,
            start: Instant::now(),
            buffer: vec![0; DATAGRAM_BYTES],
        })
    }
}

impl Wire for Udp {
    fn send(&mut self, datagram: &[u8]) -> Result<()> {
        match self.socket.send(datagram) {
            // A refusal that an earlier datagram met is told here: the retransmission tells whether it lasts.
            Ok(_) => Ok(()),
            Err(e) if e.kind() == ErrorKind::ConnectionRefused => Ok(()),
            Err(e) => Err(Error::new(format!("cannot send to {}: {e}", self.peer))),
        }
    }

    fn receive(&mut self, wait: Duration) -> Result<Option<Vec<u8>>> {
        let until = self.now() + wait;
        loop {
            let left = until.saturating_sub(self.now());
            if left.is_zero() {
                return Ok(None);
            }
            // The system takes no timeout of zero.
            let timeout = left.max(Duration::from_micros(1));
            self.socket
                .set_read_timeout(Some(timeout))
                .map_err(|e| Error::new(format!("socket: {e}")))?;
            match self.socket.recv(&mut self.buffer) {
                Ok(len) => return Ok(Some(self.buffer[..len].to_vec())),
                Err(e)
                    if matches!(
                        e.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                // Nobody listens at the moment: the wait goes on as if the datagram were lost.
                Err(e) if e.kind() == ErrorKind::ConnectionRefused => {
                    std::thread::sleep(Duration::from_millis(1).min(left));
                }
                Err(e) => return Err(Error::new(format!("cannot receive from {}: {e}", self.peer))),
            }
        }
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&mut self, pause: Duration) {
        std::thread::sleep(pause);
    }

    fn random(&mut self) -> Result<u32> {
        getrandom::u32().map_err(|e| Error::new(format!("the system gives no random bytes: {e}")))
    }
}
