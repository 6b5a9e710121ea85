//! The tree: what neighbours announce, the way to the sink that follows from it, and what this node announces itself.

use super::neighbours::{METRIC_MAX, Neighbour, UNIT};
use super::state::{Announce, State, table};
use super::{ANNOUNCEMENT, SINK};
use crate::modules::id;
use crate::{Attr, Cx};

/// A new way has to be so much better than the present one.
const BETTER: u16 = UNIT + UNIT / 2;

/// The distance in an announcement that came in: alone, or under our id.
pub(super) fn announced(cx: &mut Cx<'_, '_>) -> Option<u16> {
    if !has_ids(cx) {
        return cx.packet().pull::<2>().map(u16::from_le_bytes);
    }
    let id = announcement_id(cx).to_le_bytes();
    loop {
        let [i0, i1, m0, m1] = cx.packet().pull::<4>()?;
        if [i0, i1] == id {
            return Some(u16::from_le_bytes([m0, m1]));
        }
    }
}

pub(super) fn build_announcement(cx: &mut Cx<'_, '_>, s: &State) {
    let metric = s.metric.to_le_bytes();
    let id = announcement_id(cx).to_le_bytes();
    let with_id = has_ids(cx);
    cx.packet().clear();
    cx.packet().set_payload(&metric);
    if with_id {
        cx.packet().push(&id);
    }
    cx.set(Attr::Urgent, u16::from(s.announce == Announce::Now));
}

/// Whether distances are announced by the module for many values, or by neighbour discovery.
fn has_ids(cx: &mut Cx<'_, '_>) -> bool {
    !cx.peer(id::ANNOUNCEMENT).is_empty()
}

fn announcement_id(cx: &Cx<'_, '_>) -> u16 {
    match cx.param(ANNOUNCEMENT) {
        0 => (cx.stack_param(id::CHANNEL, 0) as u16).wrapping_sub(1),
        id => id as u16,
    }
}

/// A neighbour announces its distance.
pub(super) fn heard(cx: &mut Cx<'_, '_>, s: &mut State, from: u16, metric: u16) {
    if from == 0 {
        return;
    }
    let lost = metric == METRIC_MAX;
    match table(cx).find(from) {
        None if metric < s.metric => table(cx).add(from, metric),
        None => {}
        Some(mut neighbour) => {
            if lost && neighbour.metric != METRIC_MAX {
                s.announce = Announce::Now;
            }
            neighbour.says(metric);
            table(cx).put(neighbour);
        }
    }
    update(cx, s);
    // It has lost its way, or begins anew: it should soon hear of ours.
    if lost && s.metric != METRIC_MAX {
        s.announce = Announce::Now;
    }
}

/// Chooses the way to the sink anew, and computes the distance over it.
pub(super) fn update(cx: &mut Cx<'_, '_>, s: &mut State) {
    if cx.param(SINK) != 0 {
        return;
    }
    let mut neighbours = table(cx);
    let (present, best) = (neighbours.find(s.parent), neighbours.best());
    let change = match (present, best) {
        (_, None) => {
            s.parent = 0;
            false
        }
        (None, Some(_)) => true,
        (Some(present), Some(best)) => best.over().saturating_add(BETTER) < present.over(),
    };
    if change {
        s.parent = best.map_or(0, |n| n.address);
        s.announce = Announce::Now;
    }
    let old = s.metric;
    // A distance of 0 is the sink's alone.
    s.metric = match neighbours.find(s.parent).map(Neighbour::over) {
        None | Some(0) => METRIC_MAX,
        Some(metric) => metric,
    };
    if s.announce == Announce::No {
        s.announce = Announce::IfChanged;
    }
    if old == METRIC_MAX && s.metric != METRIC_MAX {
        s.send = true;
    }
}
