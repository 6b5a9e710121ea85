//! A bad link: a UDP proxy that loses, repeats and reorders datagrams, each by the same odds, from a seed.
//!
//! Every client gets a socket of its own towards the mote, so that the mote sees as many endpoints as there are clients.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::shell::Result;

/// What happens to one datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Pass,
    Lose,
    /// Arrives twice.
    Repeat,
    /// Arrives so much later, after those that were sent after it.
    Late(Duration),
}

/// Draws fates: each fault has the same odds, the rest passes.
#[derive(Debug, Clone)]
pub struct Odds {
    state: u64,
    percent: u64,
}

impl Odds {
    pub fn new(seed: u64, percent: u64) -> Self {
        Self { state: seed, percent }
    }

    /// SplitMix64.
    fn draw(&mut self, below: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % below
    }

    pub fn fate(&mut self) -> Fate {
        let draw = self.draw(100);
        let late = Duration::from_millis(5 + self.draw(600));
        match draw {
            draw if draw < self.percent => Fate::Lose,
            draw if draw < 2 * self.percent => Fate::Repeat,
            draw if draw < 3 * self.percent => Fate::Late(late),
            _ => Fate::Pass,
        }
    }
}

/// How many datagrams met which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub seen: u64,
    pub lost: u64,
    pub repeated: u64,
    pub late: u64,
}

/// A running proxy.
pub struct Proxy {
    /// Where clients send to.
    pub port: u16,
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Counts>,
}

impl Proxy {
    /// Starts to relay between a port of its own and `mote`.
    pub fn start(mote: SocketAddr, odds: Odds) -> Result<Self> {
        let listen = socket(mote)?;
        let port = listen.local_addr().map_err(|error| error.to_string())?.port();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || Relay::new(listen, mote, odds).run(&stopped));
        Ok(Self { port, stop, thread })
    }

    /// Ends it and says what it did.
    pub fn stop(self) -> Result<Counts> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the proxy died".to_string())
    }
}

/// An unconnected socket on the mote's loopback address that does not block.
fn socket(mote: SocketAddr) -> Result<UdpSocket> {
    let own = UdpSocket::bind(SocketAddr::new(mote.ip(), 0)).map_err(|error| format!("proxy: {error}"))?;
    own.set_nonblocking(true)
        .map_err(|error| format!("proxy: {error}"))?;
    Ok(own)
}

/// A datagram on its way: to the mote from a client's socket, or back to the client.
struct Held {
    due: Instant,
    client: SocketAddr,
    to_mote: bool,
    bytes: Vec<u8>,
}

struct Relay {
    listen: UdpSocket,
    mote: SocketAddr,
    odds: Odds,
    upstream: HashMap<SocketAddr, UdpSocket>,
    held: Vec<Held>,
    counts: Counts,
}

impl Relay {
    fn new(listen: UdpSocket, mote: SocketAddr, odds: Odds) -> Self {
        Self {
            listen,
            mote,
            odds,
            upstream: HashMap::new(),
            held: Vec::new(),
            counts: Counts::default(),
        }
    }

    fn run(mut self, stop: &AtomicBool) -> Counts {
        while !stop.load(Ordering::Relaxed) {
            let mut arrived = Vec::new();
            while let Some((bytes, client)) = receive(&self.listen) {
                arrived.push((client, true, bytes));
            }
            for (client, upstream) in &self.upstream {
                while let Some((bytes, _)) = receive(upstream) {
                    arrived.push((*client, false, bytes));
                }
            }
            for (client, to_mote, bytes) in arrived {
                self.take(client, to_mote, bytes);
            }
            let now = Instant::now();
            let (due, held) = std::mem::take(&mut self.held)
                .into_iter()
                .partition(|held| held.due <= now);
            self.held = held;
            let due: Vec<Held> = due;
            due.iter().for_each(|held| self.send(held));
            std::thread::sleep(Duration::from_millis(1));
        }
        self.counts
    }

    fn take(&mut self, client: SocketAddr, to_mote: bool, bytes: Vec<u8>) {
        let mut held = Held {
            due: Instant::now(),
            client,
            to_mote,
            bytes,
        };
        self.counts.seen += 1;
        match self.odds.fate() {
            Fate::Pass => self.send(&held),
            Fate::Lose => self.counts.lost += 1,
            Fate::Repeat => {
                self.counts.repeated += 1;
                self.send(&held);
                self.send(&held);
            }
            Fate::Late(by) => {
                self.counts.late += 1;
                held.due += by;
                self.held.push(held);
            }
        }
    }

    /// A datagram that the system does not take is one more that is lost.
    fn send(&mut self, held: &Held) {
        if !held.to_mote {
            let _ = self.listen.send_to(&held.bytes, held.client);
            return;
        }
        if !self.upstream.contains_key(&held.client)
            && let Ok(fresh) = socket(self.mote)
        {
            self.upstream.insert(held.client, fresh);
        }
        if let Some(upstream) = self.upstream.get(&held.client) {
            let _ = upstream.send_to(&held.bytes, self.mote);
        }
    }
}

fn receive(socket: &UdpSocket) -> Option<(Vec<u8>, SocketAddr)> {
    let mut buffer = [0; 2_048];
    loop {
        match socket.recv_from(&mut buffer) {
            Ok((len, from)) => return Some((buffer.get(..len)?.to_vec(), from)),
            // A port that closed is reported on the next receive: nothing was received yet.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {}
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Fate, Odds, Proxy};
    use std::net::UdpSocket;
    use std::time::{Duration, Instant};

    #[test]
    fn each_fault_meets_its_share_and_a_seed_repeats() {
        let fates = |seed| {
            let mut odds = Odds::new(seed, 20);
            (0..10_000).map(|_| odds.fate()).collect::<Vec<_>>()
        };
        let drawn = fates(7);
        assert_eq!(drawn, fates(7));
        assert_ne!(drawn, fates(8));
        let share = |wanted: fn(&Fate) -> bool| drawn.iter().filter(|fate| wanted(fate)).count();
        let shares = [
            share(|fate| *fate == Fate::Lose),
            share(|fate| *fate == Fate::Repeat),
            share(|fate| matches!(fate, Fate::Late(_))),
        ];
        assert!(
            shares.iter().all(|count| (1_850..2_150).contains(count)),
            "{shares:?}"
        );
    }

    fn pair() -> (UdpSocket, UdpSocket) {
        let ends = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
        for end in &ends {
            end.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        }
        let [mote, client] = ends;
        (mote, client)
    }

    #[test]
    fn a_good_link_passes_everything_both_ways() {
        let (mote, client) = pair();
        let proxy = Proxy::start(mote.local_addr().unwrap(), Odds::new(1, 0)).unwrap();
        let mut buffer = [0; 16];
        for number in 0..50_u8 {
            client.send_to(&[number], ("127.0.0.1", proxy.port)).unwrap();
            let (_, from) = mote.recv_from(&mut buffer).unwrap();
            mote.send_to(&[buffer[0], 1], from).unwrap();
            let (len, from) = client.recv_from(&mut buffer).unwrap();
            assert_eq!((&buffer[..len], from.port()), (&[number, 1][..], proxy.port));
        }
        assert_eq!(
            proxy.stop().unwrap(),
            Counts {
                seen: 100,
                ..Counts::default()
            }
        );
    }

    #[test]
    fn a_bad_link_does_what_it_counts() {
        let (mote, client) = pair();
        let proxy = Proxy::start(mote.local_addr().unwrap(), Odds::new(1, 20)).unwrap();
        for number in 0..200_u8 {
            client.send_to(&[number], ("127.0.0.1", proxy.port)).unwrap();
        }
        let mut arrived = Vec::new();
        let mut buffer = [0; 16];
        let end = Instant::now() + Duration::from_millis(1_000);
        while Instant::now() < end {
            if mote.recv_from(&mut buffer).is_ok() {
                arrived.push(buffer[0]);
            }
        }
        let counts = proxy.stop().unwrap();
        assert!(!arrived.is_sorted(), "nothing was reordered");
        let mut unique = arrived.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(counts.seen, 200);
        assert_eq!(counts.lost, 200 - unique.len() as u64);
        assert_eq!(counts.repeated, (arrived.len() - unique.len()) as u64);
        assert!(
            counts.lost > 0 && counts.repeated > 0 && counts.late > 0,
            "{counts:?}"
        );
    }
}
