//! The route table, and the module route: multihop over routes that it learns from the traffic that comes by.
//!
//! An entry is three words: destination and next hop; cost; when it ends. Looking up takes the cheapest entry for a
//! destination, or, for random walks, any entry at all.

use super::{id, multihop};
use crate::{Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, Scope, interface};

/// Words of an entry.
pub(super) const ENTRY_WORDS: u8 = 3;

/// How many entries a table may have.
pub(super) const ENTRIES: Param = Param::new(1, 64, 8);

/// How long an entry lives that is not used, in seconds.
pub(super) const LIFETIME_S: Param = Param::new(1, 86_400, 60);

const LIFETIME: u8 = 1;
const LOOKUP: u8 = 2;
const NEXT_HOP: u8 = 3;

/// route. State: its table.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::ROUTE,
    scope: Scope::MultiHop,
    needs: interface::RELAY,
    offers: interface::MULTIHOP,
    params: &[ENTRIES, LIFETIME_S, Param::new(0, 1, 0), Param::ADDRESS],
    words_per: (0, ENTRY_WORDS),
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// route in words.
pub static DOC: Doc = Doc {
    name: "route",
    summary: "multihop over routes learnt from the traffic that comes by",
    params: &[
        ParamDoc {
            name: "entries",
            unit: "1",
            summary: "size of the route table",
        },
        ParamDoc {
            name: "lifetime",
            unit: "s",
            summary: "how long a route lives that is not used",
        },
        ParamDoc {
            name: "lookup",
            unit: "1",
            summary: "0: the shortest route; 1: any next hop, at random",
        },
        ParamDoc {
            name: "next_hop",
            unit: "address",
            summary: "where to when there is no route; 0.0: nowhere",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => {
            if multihop::complete_receiver(cx) && choose_next_hop(cx) {
                Flow::Go
            } else {
                Flow::Turn(Op::Dropped)
            }
        }
        Op::Recv => {
            let (source, neighbour) = (cx.get(Attr::ESender), cx.get(Attr::Sender));
            let (cost, until) = (cx.get(Attr::Hops) as u8, end_of_life(cx, LIFETIME));
            if source != cx.address().value() {
                let tick = tick(cx.now());
                Table(cx.state()).add(source, neighbour, cost, tick, until);
            }
            if cx.get(Attr::EReceiver) == cx.address().value() {
                Flow::Go
            } else if choose_next_hop(cx) {
                Flow::Turn(Op::Forward)
            } else {
                Flow::Stop
            }
        }
        _ => Flow::Go,
    }
}

fn choose_next_hop(cx: &mut Cx<'_, '_>) -> bool {
    let (tick, until) = (tick(cx.now()), end_of_life(cx, LIFETIME));
    let receiver = cx.get(Attr::EReceiver);
    let next_hop = if cx.param(LOOKUP) == 0 {
        Table(cx.state()).use_route(receiver, tick, until)
    } else {
        let number = cx.random(0x1_0000);
        Table(cx.state()).any(number, tick)
    };
    let next_hop = next_hop.unwrap_or(cx.param(NEXT_HOP) as u16);
    cx.set(Attr::Receiver, next_hop);
    next_hop != 0
}

/// Time as tables keep it: units of 65.536 ms, modulo 2^32.
pub(super) fn tick(now_us: u64) -> u32 {
    (now_us >> 16) as u32
}

/// The tick at which what is used now ends, after as many seconds as a parameter says.
pub(super) fn end_of_life(cx: &Cx<'_, '_>, lifetime: u8) -> u32 {
    tick(cx.now().saturating_add(u64::from(cx.param(lifetime)) * 1_000_000))
}

/// A route table in the words of a module.
#[derive(Debug)]
pub(super) struct Table<'a>(pub(super) &'a mut [u32]);

impl Table<'_> {
    fn live(&mut self, tick: u32) -> impl Iterator<Item = &mut [u32; 3]> {
        let (entries, _) = self.0.as_chunks_mut::<3>();
        entries
            .iter_mut()
            .filter(move |[route, _, until]| *route != 0 && left(*until, tick) > 0)
    }

    /// The next hop of the cheapest route to `to`, which lives until `until` then.
    pub(super) fn use_route(&mut self, to: u16, tick: u32, until: u32) -> Option<u16> {
        let routes = self.live(tick).filter(|[route, ..]| *route as u16 == to);
        let [route, _, end] = routes.min_by_key(|[_, cost, _]| *cost)?;
        *end = until;
        Some((*route >> 16) as u16)
    }

    /// The next hop of the live entry that `number` falls on.
    fn any(&mut self, number: u32, tick: u32) -> Option<u16> {
        let live = self.live(tick).count() as u32;
        let chosen = number.checked_rem(live)?;
        self.live(tick)
            .nth(chosen as usize)
            .map(|[route, ..]| (*route >> 16) as u16)
    }

    /// Adds a route, or renews the one over the same next hop. In a full table it takes the place of the one
    /// that would end first.
    pub(super) fn add(&mut self, to: u16, next_hop: u16, cost: u8, tick: u32, until: u32) {
        if to == 0 || next_hop == 0 {
            return;
        }
        let route = u32::from(next_hop) << 16 | u32::from(to);
        let (entries, _) = self.0.as_chunks_mut::<3>();
        let place = entries.iter_mut().min_by_key(|[there, _, end]| match *there {
            there if there == route => (0, 0),
            0 => (1, 0),
            _ => (2, left(*end, tick)),
        });
        if let Some(entry) = place {
            *entry = [route, u32::from(cost), until];
        }
    }
}

/// Ticks until `until`; negative when it is over.
fn left(until: u32, tick: u32) -> i32 {
    until.wrapping_sub(tick) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheapest_live_route_is_taken() {
        let mut words = [0; 9];
        let mut table = Table(&mut words);
        table.add(7, 1, 3, 0, 100);
        table.add(7, 2, 2, 0, 50);
        assert_eq!(table.use_route(7, 10, 60), Some(2));
        // It has been used, so it lives until 60.
        assert_eq!(table.use_route(7, 59, 60), Some(2));
        assert_eq!(table.use_route(7, 60, 160), Some(1));
        assert_eq!(table.use_route(8, 0, 100), None);
    }

    #[test]
    fn a_full_table_loses_the_route_that_ends_first() {
        let mut words = [0; 6];
        let mut table = Table(&mut words);
        table.add(7, 1, 1, 0, 100);
        table.add(8, 1, 1, 0, 90);
        table.add(8, 1, 1, 0, 120);
        table.add(9, 1, 1, 0, 110);
        assert_eq!(table.use_route(7, 0, 200), None);
        assert_eq!(table.use_route(8, 0, 120), Some(1));
        assert_eq!(table.use_route(9, 0, 110), Some(1));
    }

    #[test]
    fn ticks_may_go_round() {
        let mut words = [0; 6];
        let mut table = Table(&mut words);
        table.add(7, 1, 1, u32::MAX - 5, 10);
        assert_eq!(table.use_route(7, u32::MAX, 10), Some(1));
        assert_eq!(table.use_route(7, 10, 10), None);
    }
}
