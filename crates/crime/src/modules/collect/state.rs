//! What a node that collects remembers, packed into the module's words.

use super::neighbours::Table;
use crate::Cx;

/// Words of `State`, and packets seen lately: originator and number, and a bit that tells them from nothing.
pub(super) const STATE: usize = 4;
pub(super) const RECENT: usize = 16;

/// What the module remembers beside its tables.
pub(super) struct State {
    /// The neighbour on the way to the sink, 0 if there is none, and the one that the present packet was sent to.
    pub(super) parent: u16,
    pub(super) present: u16,
    /// This node's distance from the sink, and what was announced last.
    pub(super) metric: u16,
    pub(super) announced: u16,
    /// Number of the present packet on this hop, of the next own packet, and how often the present one was sent.
    pub(super) seqno: u8,
    pub(super) eseqno: u8,
    pub(super) transmissions: u8,
    pub(super) sending: bool,
    pub(super) queued: u8,
    pub(super) next_recent: u8,
    // Not remembered: what the call in progress has found out to be done.
    pub(super) announce: Announce,
    pub(super) send: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Announce {
    No,
    IfChanged,
    Now,
}

pub(super) fn load(cx: &mut Cx<'_, '_>) -> State {
    let words = cx.state().first_chunk::<STATE>().copied().unwrap_or_default();
    let [seqno, eseqno, transmissions, sending] = words[2].to_le_bytes();
    let [queued, next_recent, ..] = words[3].to_le_bytes();
    State {
        parent: (words[0] >> 16) as u16,
        present: words[0] as u16,
        metric: (words[1] >> 16) as u16,
        announced: words[1] as u16,
        seqno,
        eseqno,
        transmissions,
        sending: sending != 0,
        queued,
        next_recent,
        announce: Announce::No,
        send: false,
    }
}

pub(super) fn store(cx: &mut Cx<'_, '_>, s: &State) {
    if let Some(words) = cx.state().first_chunk_mut::<STATE>() {
        *words = [
            u32::from(s.parent) << 16 | u32::from(s.present),
            u32::from(s.metric) << 16 | u32::from(s.announced),
            u32::from_le_bytes([s.seqno, s.eseqno, s.transmissions, u8::from(s.sending)]),
            u32::from_le_bytes([s.queued, s.next_recent, 0, 0]),
        ];
    }
}

pub(super) fn table<'a>(cx: &'a mut Cx<'_, '_>) -> Table<'a> {
    let words = cx.state().get_mut(STATE + RECENT..).unwrap_or(&mut []);
    Table(words.as_chunks_mut::<2>().0)
}
