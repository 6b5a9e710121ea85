//! What the link-quality estimators share: a number in every packet, a table of the neighbours heard, and the count
//! of packets that never came. Each of them estimates the share of a neighbour's packets that arrive.
//!
//! An estimator stands on broadcast, or below it, where the header is that of CRime's estimators (sender, then number).
//! It sees every packet of a neighbour there, also those for others. Above it, the link quality ([`Attr::Lqi`]) of a
//! packet is the estimate for its sender, 255 being 1; each estimator's `links` gives it in full.
//!
//! The table holds the neighbours heard last. One that is silent for a whole period is taken to have lost a packet; what
//! was taken so is left out of the losses that its next number shows. A number far behind is a restart, not a loss.

use crate::{Address, Attr, Cx, Field, Flow, Op, Param, ParamDoc, interface};

/// 1 in an estimate.
pub const ONE: u32 = 1 << 22;

/// The link from one neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The neighbour.
    pub neighbour: Address,
    /// The share of its packets that arrive, as the estimator has it; 1 is [`ONE`].
    pub estimate: u32,
}

/// The links in the state of an estimator with `words` words a neighbour, the one heard last first.
pub(super) fn links(state: &[u32], words: usize) -> impl Iterator<Item = Link> + '_ {
    let entries = state.get(1..).unwrap_or(&[]).chunks_exact(words.max(1));
    entries.filter_map(|entry| match entry {
        [head, estimate, ..] if *head != 0 => Some(Link {
            neighbour: Address::from_value((head >> 16) as u16),
            estimate: *estimate,
        }),
        _ => None,
    })
}

pub(super) const NEEDS: u16 = interface::LINK | interface::ANONYMOUS | interface::BROADCAST;
pub(super) const HEADER: &[Field] = &[Field::new(Attr::FrameId, 8)];
pub(super) const ENTRIES: Param = Param::new(1, 32, 8);
pub(super) const PERIOD: Param = Param::new(1, 3600, 60);
pub(super) const ALPHA: Param = Param::new(0, 255, 230);
pub(super) const WINDOW: Param = Param::new(1, 32, 32);

pub(super) const ENTRIES_DOC: ParamDoc = ParamDoc {
    name: "entries",
    unit: "1",
    summary: "neighbours remembered; a new one takes the place of the one not heard for longest",
};
pub(super) const PERIOD_DOC: ParamDoc = ParamDoc {
    name: "period",
    unit: "s",
    summary: "a neighbour silent for so long is taken to have lost a packet",
};
pub(super) const ALPHA_DOC: ParamDoc = ParamDoc {
    name: "alpha",
    unit: "1/256",
    summary: "weight of the old estimate when something new comes",
};
pub(super) const WINDOW_DOC: ParamDoc = ParamDoc {
    name: "window",
    unit: "packets",
    summary: "how many packets, lost ones included, the estimate looks back on",
};

/// What an estimator learns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// A neighbour is heard for the first time, with this signal strength in dBm.
    First(i8),
    /// A packet arrived, with this signal strength.
    Received(i8),
    /// A packet was lost.
    Lost,
    /// A period is over; only for estimators that go by periods.
    Period,
}

/// How one estimator differs from the others.
pub(super) struct Kind {
    /// Words of a neighbour: head, estimate, and its own.
    pub words: usize,
    /// Whether periods are its windows. If not, a silent period is a loss.
    pub by_period: bool,
    /// Takes news into the words after the head; the number is the third parameter.
    pub learn: fn(&mut [u32], News, u32),
}

/// The most words of a neighbour.
const MAX_WORDS: usize = 8;

// A head: address (16 bits), its last number (8), heard in this period (1), losses taken for granted (7).
const HEARD: u32 = 0x80;
const GUESSED: u32 = 0x7f;

pub(super) fn handle(cx: &mut Cx<'_, '_>, op: Op, kind: &Kind) -> Flow {
    match op {
        Op::Open => next_period(cx),
        Op::Send | Op::Forward => {
            if let Some(number) = cx.state().first_mut() {
                *number = number.wrapping_add(1);
                let number = *number as u8;
                cx.set(Attr::FrameId, u16::from(number));
            }
        }
        Op::Recv => receive(cx, kind),
        Op::Timer => {
            let setting = cx.param(2);
            let mut rest = cx.state().get_mut(1..).unwrap_or(&mut []);
            // Not `chunks_exact_mut`: it would panic for a length of 0, which there is not.
            while let Some((entry, behind)) = rest.split_at_mut_checked(kind.words.max(1)) {
                period(entry, kind, setting);
                rest = behind;
            }
            next_period(cx);
        }
        _ => {}
    }
    Flow::Go
}

fn next_period(cx: &mut Cx<'_, '_>) {
    let period_s = cx.param(1);
    cx.arm(0, u64::from(period_s) * 1_000_000);
}

fn period(entry: &mut [u32], kind: &Kind, setting: u32) {
    let Some((head, own)) = entry.split_first_mut() else {
        return;
    };
    if *head == 0 {
        return;
    }
    if kind.by_period {
        (kind.learn)(own, News::Period, setting);
    } else if *head & HEARD == 0 {
        (kind.learn)(own, News::Lost, setting);
        if *head & GUESSED < GUESSED {
            *head += 1;
        }
    }
    *head &= !HEARD;
}

fn receive(cx: &mut Cx<'_, '_>, kind: &Kind) {
    let (sender, number) = (u32::from(cx.get(Attr::Sender)), u32::from(cx.get(Attr::FrameId)));
    let rssi = (cx.get(Attr::Rssi) as i16).clamp(-128, 127) as i8;
    let setting = cx.param(2);
    let table = cx.state().get_mut(1..).unwrap_or(&mut []);
    let words = kind.words.clamp(1, MAX_WORDS);
    if sender == 0 {
        return;
    }
    let mut moved = [0; MAX_WORDS];
    let (mut known, mut at, mut rest) = (None, 0, &*table);
    while let Some((entry, behind)) = rest.split_at_checked(words) {
        if entry.first().is_some_and(|head| head >> 16 == sender) {
            for (to, from) in moved.iter_mut().zip(entry) {
                *to = *from;
            }
            known = Some(at);
            break;
        }
        at += 1;
        rest = behind;
    }
    if let Some((head, own)) = moved.split_first_mut() {
        let gap = number.wrapping_sub(*head >> 8) & 0xff;
        let mut guessed = 0;
        match (known, gap) {
            (None, _) => (kind.learn)(own, News::First(rssi), setting),
            (_, 0) => guessed = *head & GUESSED,
            (_, 1..128) => {
                for _ in *head & GUESSED..gap - 1 {
                    (kind.learn)(own, News::Lost, setting);
                }
                (kind.learn)(own, News::Received(rssi), setting);
            }
            _ => (kind.learn)(own, News::Received(rssi), setting),
        }
        *head = sender << 16 | number << 8 | HEARD | guessed;
    }
    let estimate = moved[1];
    // To the front: all before its old place, or all, move on by one.
    let (mut places, mut rest) = (known.map_or(usize::MAX, |at| at + 1), table);
    while let Some((entry, behind)) = rest.split_at_mut_checked(words)
        && places > 0
    {
        for (place, word) in entry.iter_mut().zip(&mut moved) {
            core::mem::swap(place, word);
        }
        places -= 1;
        rest = behind;
    }
    cx.set(Attr::Lqi, (((estimate >> 6) * 255 + 0x8000) >> 16) as u16);
}

/// The estimate moves to `news`, by 1 - `alpha`/256 of the way. Rounding is off by half of 1/[`ONE`] at most each time,
/// together by no more than 128 of those.
pub(super) fn blend(estimate: &mut u32, news: u32, alpha: u32) {
    let way = news.wrapping_sub(*estimate) as i32;
    let step = (way * (256 - alpha as i32) + 128) >> 8;
    *estimate = estimate.wrapping_add(step as u32);
}

/// The last packets, a bit each, newest lowest, and how many they are.
pub(super) fn remember(history: &mut u32, count: &mut u32, received: bool, window: u32) {
    *history = *history << 1 | u32::from(received);
    *count = (*count + 1).min(window);
}

/// How many of the last `count` packets arrived.
pub(super) fn arrived(history: u32, count: u32) -> u32 {
    (history << (32 - count.clamp(1, 32))).count_ones()
}
