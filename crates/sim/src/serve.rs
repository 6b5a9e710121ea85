//! The mote behind real sockets: one for its CoAP, one for the bench. Threads wait on the sockets and post what arrives,
//! as interrupts do; everything else happens in one loop.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use motebox::BuildError;

use crate::mote::{Datagram, Firmware, Ram, Running, World};
use crate::net::Net;
use crate::packet::Packet;

const DATAGRAM_BYTES: usize = 65_536;
/// How long the loop sleeps at most, so that a cut of the supply is noticed.
const TICK: Duration = Duration::from_millis(50);

/// The two faces of a mote.
pub struct Faces {
    coap: Arc<UdpSocket>,
    bench: Arc<UdpSocket>,
}

/// Something arrived.
struct Arrived {
    for_bench: bool,
    from: SocketAddr,
    bytes: Vec<u8>,
}

/// Why the mote does not run.
#[derive(Debug)]
pub enum ServeError {
    /// The node was not built.
    Build(BuildError),
    /// Its sockets are gone.
    Sockets,
}

impl Faces {
    /// Binds both sockets; port 0 is any free one.
    ///
    /// # Errors
    /// An address is taken, or not this PC's.
    pub fn bind(coap: SocketAddr, bench: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            coap: Arc::new(UdpSocket::bind(coap)?),
            bench: Arc::new(UdpSocket::bind(bench)?),
        })
    }

    /// Where the mote listens.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn coap_address(&self) -> io::Result<SocketAddr> {
        self.coap.local_addr()
    }

    /// Where the bench listens.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn bench_address(&self) -> io::Result<SocketAddr> {
        self.bench.local_addr()
    }
}

/// Runs the mote for ever, through losses of power and reboots. `printed` gets what containers print.
///
/// # Errors
/// [`ServeError`].
pub fn serve(
    world: &World,
    net: &Net,
    faces: &Faces,
    mut printed: impl FnMut(&str, &[u8]),
) -> Result<(), ServeError> {
    let (sender, arrivals) = channel();
    listen(Arc::clone(&faces.coap), false, sender.clone());
    listen(Arc::clone(&faces.bench), true, sender);
    let mut loop_ = Loop {
        world,
        net,
        faces,
        arrivals,
        fresh_id: 0,
    };
    loop {
        loop_.wait_for_power()?;
        let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
        let mut running = Running::boot(world, &mut ram, &mut firmware).map_err(ServeError::Build)?;
        loop_.run(&mut running, &mut printed)?;
        drop(running);
        world.board.lose_power();
    }
}

struct Loop<'w> {
    world: &'w World,
    net: &'w Net,
    faces: &'w Faces,
    arrivals: Receiver<Arrived>,
    fresh_id: u16,
}

impl Loop<'_> {
    /// Until the mote stops.
    fn run(
        &mut self,
        running: &mut Running<'_>,
        printed: &mut impl FnMut(&str, &[u8]),
    ) -> Result<(), ServeError> {
        loop {
            let turned = running.turn();
            for (container, piece) in self.world.output.borrow_mut().drain(..) {
                printed(&container, &piece);
            }
            if turned.is_err() {
                return Ok(());
            }
            while let Some(datagram) = running.next_datagram() {
                self.send(&datagram);
            }
            // There is nobody else in this room: frames go unheard, and what its own stacks say, nobody asked for.
            while running.next_frame().is_some() || running.next_radio_event().is_some() {}
            let wait = Duration::from_micros(running.idle_us()).min(TICK);
            if let Some(arrived) = self.next(wait)? {
                if arrived.for_bench {
                    self.answer_bench(&arrived);
                } else {
                    let peer = self.net.seen_from_mote(arrived.from);
                    running.deliver(Datagram {
                        peer,
                        bytes: arrived.bytes,
                    });
                }
            }
        }
    }

    /// Without power only the bench answers; what is sent to the mote is lost.
    fn wait_for_power(&mut self) -> Result<(), ServeError> {
        while !self.world.flash.powered() {
            if let Some(arrived) = self.next(TICK)?.filter(|arrived| arrived.for_bench) {
                self.answer_bench(&arrived);
            }
        }
        Ok(())
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Arrived>, ServeError> {
        match self.arrivals.recv_timeout(wait) {
            Ok(arrived) => Ok(Some(arrived)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(ServeError::Sockets),
        }
    }

    fn send(&self, datagram: &Datagram) {
        let sent = self
            .net
            .socket_of(*datagram.peer.ip(), datagram.peer.port())
            .map(|socket| self.faces.coap.send_to(&datagram.bytes, socket));
        if !matches!(sent, Some(Ok(_))) {
            let mut traffic = self.world.traffic.get();
            traffic.lost += 1;
            self.world.traffic.set(traffic);
        }
    }

    fn answer_bench(&mut self, arrived: &Arrived) {
        let Some(request) = Packet::from_bytes(&arrived.bytes).filter(|packet| packet.code().is_request())
        else {
            return;
        };
        self.fresh_id = self.fresh_id.wrapping_add(1);
        let answer = self.world.bench().answer(&request, self.fresh_id);
        // A client that is gone asks no more.
        let _ = self.faces.bench.send_to(&answer.to_bytes(), arrived.from);
    }
}

fn listen(socket: Arc<UdpSocket>, for_bench: bool, sender: Sender<Arrived>) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; DATAGRAM_BYTES];
        loop {
            // An error here is news of an earlier datagram that met nobody.
            let Ok((length, from)) = socket.recv_from(&mut buffer) else {
                continue;
            };
            if sender
                .send(Arrived {
                    for_bench,
                    from,
                    bytes: buffer[..length].to_vec(),
                })
                .is_err()
            {
                return;
            }
        }
    });
}
