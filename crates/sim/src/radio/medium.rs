//! The air: what is on it, and who hears what of it.

use motebox_crime::{FRAME_BYTES, Frame};

use super::rng::Rng;
use super::topology::{Hop, Links};

/// IEEE 802.15.4 at 2.4 GHz: 250 kbit/s.
const US_PER_BYTE: u64 = 32;
/// Preamble, start of frame and length before a frame, and its checksum behind it.
const BYTES_AROUND: u64 = 4 + 1 + 1 + 2;
/// A frame that is stronger by this much is received though another one is on the air, dB.
const CAPTURE_DB: i16 = 3;

/// What has happened on the air.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Frames sent.
    pub frames: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Frames received, counted at each receiver.
    pub received: u64,
    /// Of those, frames that the node had no use for: other channels, other receivers.
    pub ignored: u64,
    /// Receptions lost by chance.
    pub lost: u64,
    /// Receptions spoiled by another frame.
    pub collided: u64,
    /// Receptions missed because the receiver was sending.
    pub deaf: u64,
    /// Frames given up because the channel was never free.
    pub given_up: u64,
}

/// A frame on its way from one station to those around.
#[derive(Debug)]
pub(super) struct Transmission {
    pub(super) from: u32,
    pub(super) frame: Frame,
    pub(super) bytes: [u8; FRAME_BYTES],
    /// Who received it, filled when it ends.
    pub(super) hearers: Vec<(u32, i16)>,
}

impl Transmission {
    /// How long it is on the air.
    pub(super) fn airtime_us(&self) -> u64 {
        (self.frame.len as u64 + BYTES_AROUND) * US_PER_BYTE
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.frame.len]
    }
}

/// What one station's receiver does.
#[derive(Debug, Clone, Copy, Default)]
struct Ear {
    /// It sends itself until then, and hears nothing.
    sending_until: u64,
    /// Something is on the air here until then.
    busy_until: u64,
    /// The strongest of it.
    loudest_dbm: i16,
    /// The transmission that it receives.
    locked: Option<u32>,
}

/// Everything between the stations.
#[derive(Debug)]
pub(super) struct Medium {
    links: Links,
    ears: Vec<Ear>,
    transmissions: Vec<Transmission>,
    free: Vec<u32>,
    /// Frames overlap without harm, and stations hear while they send.
    pub(super) collisions: bool,
    /// Share of 65,536 receptions that is lost on top of what weak links lose.
    pub(super) loss: u32,
    /// Signal strength differs from frame to frame by up to this much either way.
    pub(super) fading_db: u8,
    pub(super) counts: Counts,
}

impl Medium {
    pub(super) fn new(links: Links, nodes: usize) -> Self {
        Self {
            links,
            ears: vec![Ear::default(); nodes],
            transmissions: Vec::new(),
            free: Vec::new(),
            collisions: true,
            loss: 0,
            fading_db: 0,
            counts: Counts::default(),
        }
    }

    pub(super) fn links(&self) -> &Links {
        &self.links
    }

    /// Keeps a frame until it is done with; its number.
    pub(super) fn keep(&mut self, from: u32, frame: Frame, bytes: &[u8; FRAME_BYTES]) -> u32 {
        match self.free.pop() {
            Some(number) => {
                let kept = &mut self.transmissions[number as usize];
                (kept.from, kept.frame, kept.bytes) = (from, frame, *bytes);
                kept.hearers.clear();
                number
            }
            None => {
                self.transmissions.push(Transmission {
                    from,
                    frame,
                    bytes: *bytes,
                    hearers: Vec::new(),
                });
                (self.transmissions.len() - 1) as u32
            }
        }
    }

    pub(super) fn transmission(&self, number: u32) -> &Transmission {
        &self.transmissions[number as usize]
    }

    pub(super) fn forget(&mut self, number: u32) {
        self.free.push(number);
    }

    /// Whether a station hears anything.
    pub(super) fn is_busy(&self, node: u32, now: u64) -> bool {
        self.ears[node as usize].busy_until > now
    }

    /// A transmission begins; when it ends.
    pub(super) fn begin(&mut self, number: u32, now: u64) -> u64 {
        let transmission = &self.transmissions[number as usize];
        let until = now + transmission.airtime_us();
        self.counts.frames += 1;
        self.counts.bytes += transmission.frame.len as u64;
        if !self.collisions {
            return until;
        }
        let from = transmission.from as usize;
        let own = &mut self.ears[from];
        own.sending_until = until;
        if own.locked.take().is_some() {
            self.counts.deaf += 1;
        }
        for hop in self.links.of(from) {
            self.ears[hop.to as usize].hear(*hop, number, now, until, &mut self.counts);
        }
        until
    }

    /// A transmission ends: notes who received it.
    pub(super) fn end(&mut self, number: u32, rng: &mut Rng) {
        let transmission = &mut self.transmissions[number as usize];
        for hop in self.links.of(transmission.from as usize) {
            if self.collisions {
                let ear = &mut self.ears[hop.to as usize];
                if ear.locked != Some(number) {
                    continue;
                }
                ear.locked = None;
            }
            if !rng.chance(hop.share()) || rng.chance(self.loss) {
                self.counts.lost += 1;
                continue;
            }
            let fading_db = match self.fading_db {
                0 => 0,
                most => rng.below(2 * u32::from(most) + 1) as i16 - i16::from(most),
            };
            self.counts.received += 1;
            transmission.hearers.push((hop.to, hop.rssi_dbm + fading_db));
        }
    }
}

impl Ear {
    fn hear(&mut self, hop: Hop, number: u32, now: u64, until: u64, counts: &mut Counts) {
        let alone = self.busy_until <= now;
        self.busy_until = self.busy_until.max(until);
        if self.sending_until > now {
            counts.deaf += 1;
            // When it has sent, what is left of this frame still disturbs others.
            self.loudest_dbm = if alone {
                hop.rssi_dbm
            } else {
                self.loudest_dbm.max(hop.rssi_dbm)
            };
            return;
        }
        if alone {
            self.locked = Some(number);
            self.loudest_dbm = hop.rssi_dbm;
            return;
        }
        counts.collided += 1;
        if hop.rssi_dbm >= self.loudest_dbm + CAPTURE_DB {
            self.locked = Some(number);
        } else if self.loudest_dbm < hop.rssi_dbm + CAPTURE_DB && self.locked.take().is_some() {
            counts.collided += 1;
        }
        self.loudest_dbm = self.loudest_dbm.max(hop.rssi_dbm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(rssi_dbm: i16) -> Hop {
        let links = Links::new(&super::super::Topology::Line, 2).unwrap();
        let mut hop = links.of(0)[0];
        hop.rssi_dbm = rssi_dbm;
        hop
    }

    #[test]
    fn two_frames_of_one_strength_spoil_each_other() {
        let (mut ear, mut counts) = (Ear::default(), Counts::default());
        ear.hear(hop(-60), 1, 0, 1000, &mut counts);
        ear.hear(hop(-62), 2, 500, 1500, &mut counts);
        assert_eq!((ear.locked, counts.collided), (None, 2));
        ear.hear(hop(-60), 3, 1400, 2400, &mut counts);
        assert_eq!(
            (ear.locked, counts.collided),
            (None, 3),
            "the second is still on the air"
        );
        ear.hear(hop(-60), 4, 2400, 3000, &mut counts);
        assert_eq!((ear.locked, counts.collided), (Some(4), 3));
    }

    #[test]
    fn the_stronger_frame_wins() {
        let (mut ear, mut counts) = (Ear::default(), Counts::default());
        ear.hear(hop(-60), 1, 0, 1000, &mut counts);
        ear.hear(hop(-70), 2, 500, 1500, &mut counts);
        assert_eq!(ear.locked, Some(1));
        ear.hear(hop(-50), 3, 600, 1600, &mut counts);
        assert_eq!((ear.locked, counts.collided), (Some(3), 2));
    }

    #[test]
    fn a_station_that_sends_is_deaf() {
        let (mut ear, mut counts) = (
            Ear {
                sending_until: 100,
                ..Ear::default()
            },
            Counts::default(),
        );
        ear.hear(hop(-60), 1, 50, 500, &mut counts);
        assert_eq!((ear.locked, counts.deaf), (None, 1));
        ear.hear(hop(-60), 2, 100, 600, &mut counts);
        assert_eq!(ear.locked, None, "the rest of the first is on the air");
    }
}
