//! link_stats: running means of the signal strength and link quality of each neighbour heard.
//!
//! It looks at packets on their way up and changes nothing. A mean moves by 1/n of the difference with the n-th packet,
//! n growing up to the window; it is kept in 1/256, and off the exact recursive mean by less than 1 of those per packet
//! in the window.

use super::id;
use crate::{Address, Attr, Cx, Descriptor, Doc, Flow, Op, Param, ParamDoc, interface};

const WINDOW: u8 = 1;

/// Words of a neighbour: address and packets counted; mean RSSI; mean LQI.
const ENTRY_WORDS: u8 = 3;

/// link_stats. State: next neighbour to forget; the neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::LINK_STATS,
    needs: interface::DATA,
    offers: interface::SAME,
    params: &[Param::new(1, 64, 8), Param::new(1, 255, 16)],
    words: 1,
    words_per: (0, ENTRY_WORDS),
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// link_stats in words.
pub static DOC: Doc = Doc {
    name: "link_stats",
    summary: "running means of RSSI and LQI of each neighbour",
    params: &[
        ParamDoc {
            name: "entries",
            unit: "1",
            summary: "neighbours remembered",
        },
        ParamDoc {
            name: "window",
            unit: "packets",
            summary: "over how many packets the means run",
        },
    ],
    descriptor: &DESCRIPTOR,
};

/// What is known of the link from one neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The neighbour.
    pub neighbour: Address,
    /// Packets counted, up to the window.
    pub packets: u16,
    /// Mean signal strength in 1/256 dBm.
    pub rssi_q8: i32,
    /// Mean link quality in 1/256.
    pub lqi_q8: i32,
}

/// The links in the state of a link_stats module (see [`crate::Network::module_state`]).
pub fn links(state: &[u32]) -> impl Iterator<Item = Link> + '_ {
    let (entries, _) = state.get(1..).unwrap_or(&[]).as_chunks::<3>();
    entries
        .iter()
        .filter(|[head, ..]| *head != 0)
        .map(|&[head, rssi, lqi]| Link {
            neighbour: Address::from_value((head >> 16) as u16),
            packets: head as u16,
            rssi_q8: rssi as i32,
            lqi_q8: lqi as i32,
        })
}

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let neighbour = cx.get(Attr::Sender);
    if op != Op::Recv || neighbour == 0 {
        return Flow::Go;
    }
    let (rssi, lqi) = (
        i32::from(cx.get(Attr::Rssi) as i16) << 8,
        i32::from(cx.get(Attr::Lqi)) << 8,
    );
    let window = cx.param(WINDOW) as u16;
    let Some((next, entries)) = cx.state().split_first_mut() else {
        return Flow::Go;
    };
    let (entries, _) = entries.as_chunks_mut::<3>();
    if let Some([head, mean_rssi, mean_lqi]) = entries
        .iter_mut()
        .find(|[head, ..]| (*head >> 16) as u16 == neighbour)
    {
        let count = (*head as u16 + 1).min(window);
        *head = u32::from(neighbour) << 16 | u32::from(count);
        for (mean, value) in [(mean_rssi, rssi), (mean_lqi, lqi)] {
            let difference = value.wrapping_sub(*mean as i32);
            *mean = mean.wrapping_add((difference / i32::from(count).max(1)) as u32);
        }
        return Flow::Go;
    }
    // A new one: in a free place, or in the place of whoever has been there longest.
    let free = entries.iter().position(|[head, ..]| *head == 0);
    let place = free.unwrap_or(*next as usize);
    if free.is_none() {
        *next = if place + 1 < entries.len() { *next + 1 } else { 0 };
    }
    if let Some(entry) = entries.get_mut(place) {
        *entry = [u32::from(neighbour) << 16 | 1, rssi as u32, lqi as u32];
    }
    Flow::Go
}
