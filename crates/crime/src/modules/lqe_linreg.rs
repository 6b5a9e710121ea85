//! Link quality by linear regression: how many packets arrive, as far as signal strength tells. The last eight packets
//! received each give a point, their RSSI and the share of packets that arrived up to then; the estimate is the value of
//! the line through them, by least squares, at the RSSI of the newest. Where all have the same RSSI it is their mean.
//!
//! Shares are kept in 1/255. The newest point being among those of the line, their rounding errors of at most 1/510 add
//! up to no more than the square root of eight times as much: the estimate is off by less than 0.006.

use super::id;
use super::lqe::{self, Kind, Link, News};
use crate::{Descriptor, Doc, interface};

/// Estimator by linear regression. State: number of the last packet sent; neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::LQE_LINREG,
    needs: lqe::NEEDS,
    offers: interface::SAME,
    params: &[lqe::ENTRIES, lqe::PERIOD, lqe::WINDOW],
    timers: 1,
    words: 1,
    words_per: (0, KIND.words as u8),
    header: lqe::HEADER,
    handler: Some(|cx, op| lqe::handle(cx, op, &KIND)),
    ..Descriptor::PLAIN
};

/// Estimator by linear regression in words.
pub static DOC: Doc = Doc {
    name: "lqe_linreg",
    summary: "link quality: the share of packets that arrive, by linear regression over RSSI",
    params: &[lqe::ENTRIES_DOC, lqe::PERIOD_DOC, lqe::WINDOW_DOC],
    descriptor: &DESCRIPTOR,
};

/// The links in the state of this module (see [`crate::Network::module_state`]).
pub fn links(state: &[u32]) -> impl Iterator<Item = Link> + '_ {
    lqe::links(state, KIND.words)
}

/// The points that a line goes through.
const POINTS: u32 = 8;

/// Own words: estimate; history; packets in it (low byte) and points (high byte); points, two a word.
static KIND: Kind = Kind {
    words: 8,
    by_period: false,
    learn: |own, news, window| {
        let [estimate, history, counts, points @ ..] = own else {
            return;
        };
        let mut packets = *counts & 0xff;
        lqe::remember(history, &mut packets, news != News::Lost, window);
        *counts = *counts & !0xff | packets;
        let (News::First(rssi) | News::Received(rssi)) = news else {
            return;
        };
        let share = (lqe::arrived(*history, packets) * 255 + packets / 2) / packets.max(1);
        // The newest point comes first: all the others move on by one.
        let mut carry = u32::from(rssi as u8) << 8 | share;
        for pair in points.iter_mut() {
            (*pair, carry) = (*pair << 16 | carry, *pair >> 16);
        }
        let count = (*counts >> 8) + 1;
        *counts = count.min(POINTS) << 8 | packets;
        *estimate = at_newest(points, *counts >> 8, rssi);
    },
};

/// The line's value at `rssi`: least squares, with `rssi` as the origin, so that it is the intercept. Eight points
/// keep every product below 2^31.
fn at_newest(points: &[u32], count: u32, rssi: i8) -> u32 {
    let [mut x, mut y, mut xx, mut xy] = [0i32; 4];
    let halves = points.iter().flat_map(|pair| [*pair, *pair >> 16]);
    for point in halves.take(count as usize) {
        let px = i32::from((point >> 8) as u8 as i8) - i32::from(rssi);
        let py = (point & 0xff) as i32;
        x += px;
        y += py;
        xx += px * px;
        xy += px * py;
    }
    let count = count.max(1) as i32;
    let (mut above, mut below) = (y * xx - x * xy, count * xx - x * x);
    if below == 0 {
        (above, below) = (y, count);
    }
    let below = below.max(1) as u32;
    let above = (above.max(0) as u32).min(255 * below);
    // In 1/255, then in 1/65280, then in 1/2^22 (which is 257/4 of that, but for 1 in 65536).
    let (whole, rest) = (above / below, above % below);
    let fine = (whole << 8) + (rest << 8) / below;
    (fine * 257) >> 2
}
