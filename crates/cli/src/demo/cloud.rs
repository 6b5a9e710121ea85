//! The cloud of the demonstration: a CoAP server on a thread of its own that takes messages, and may fall silent.

use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use motebox_sim::packet::{Code, Packet};

use crate::error::{Error, Result};

/// The largest message it takes.
const DATAGRAM_BYTES: usize = 1_500;
/// How long its thread waits before it looks whether it shall end.
const TICK: Duration = Duration::from_millis(50);

/// One message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) path: String,
    pub(super) text: String,
}

/// The server's handle.
pub(super) struct Cloud {
    pub(super) address: SocketAddr,
    answering: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
    arrived: Receiver<Arrived>,
    thread: Option<JoinHandle<()>>,
}

impl Cloud {
    /// Listens on a free port of loopback.
    pub(super) fn start() -> Result<Self> {
        let failed = |e: std::io::Error| Error::new(format!("the cloud cannot listen on loopback: {e}"));
        let socket = UdpSocket::bind("127.0.0.1:0").map_err(failed)?;
        socket.set_read_timeout(Some(TICK)).map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        let (answering, ended) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
        let (sender, arrived) = channel();
        let thread = std::thread::spawn({
            let (answering, ended) = (Arc::clone(&answering), Arc::clone(&ended));
            move || serve(&socket, &answering, &ended, &sender)
        });
        Ok(Self {
            address,
            answering,
            ended,
            arrived,
            thread: Some(thread),
        })
    }

    /// Whether it answers; what arrives is told either way.
    pub(super) fn answer(&self, answering: bool) {
        self.answering.store(answering, Ordering::SeqCst);
    }

    /// The next message within this time, retransmissions left out.
    pub(super) fn next(&self, limit: Duration) -> Option<Arrived> {
        self.arrived.recv_timeout(limit).ok()
    }

    /// Forgets what arrived so far.
    pub(super) fn forget(&self) {
        while self.arrived.try_recv().is_ok() {}
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(socket: &UdpSocket, answering: &AtomicBool, ended: &AtomicBool, sender: &Sender<Arrived>) {
    let mut buffer = [0; DATAGRAM_BYTES];
    let mut heard = Vec::new();
    while !ended.load(Ordering::SeqCst) {
        let Ok((length, peer)) = socket.recv_from(&mut buffer) else {
            continue;
        };
        let Some(request) = Packet::from_bytes(&buffer[..length]).filter(|packet| packet.code().is_request())
        else {
            continue;
        };
        if answering.load(Ordering::SeqCst) {
            let answer = request.answer(Code::CHANGED, request.header.id);
            let _ = socket.send_to(&answer.to_bytes(), peer);
        }
        let this = (peer, request.header.id);
        if !heard.contains(&this) {
            heard.push(this);
            let _ = sender.send(Arrived {
                path: request.path(),
                text: request.text(),
            });
        }
    }
}
