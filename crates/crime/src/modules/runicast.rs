//! runicast: reliable unicast. A packet is sent again every second until it is acknowledged, one at a time; numbers are
//! two bits wide.

use super::id;
use crate::{Attr, Cx, Descriptor, Doc, Field, Flow, Op, Param, ParamDoc, interface};

const MAX_TRANSMISSIONS: u8 = 0;
const INTERVAL_MS: u8 = 1;

const DATA: u16 = 0;
const ACK: u16 = 1;
/// Numbers go round after this one.
const LAST_ID: u16 = 3;

/// runicast. State: number of the packet under way or next; transmissions of it, 0 when none is under way; how many
/// are allowed.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::RUNICAST,
    needs: interface::UNICAST,
    offers: interface::RELIABLE,
    params: &[Param::new(1, 255, 4), Param::new(10, 3_600_000, 1_000)],
    timers: 1,
    words: 3,
    packets: 1,
    header: &[Field::new(Attr::PacketType, 1), Field::new(Attr::PacketId, 2)],
    handler: Some(handler),
    ..Descriptor::PLAIN
};

/// runicast in words.
pub static DOC: Doc = Doc {
    name: "runicast",
    summary: "packets to one neighbour, sent again until they are acknowledged",
    params: &[
        ParamDoc {
            name: "transmissions",
            unit: "1",
            summary: "how often a packet is sent before it times out",
        },
        ParamDoc {
            name: "interval",
            unit: "ms",
            summary: "from one transmission to the next",
        },
    ],
    descriptor: &DESCRIPTOR,
};

fn handler(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    match op {
        Op::Send => send(cx),
        Op::Timer => send_again(cx),
        Op::Recv if cx.get(Attr::PacketType) == ACK => ack_received(cx),
        Op::Recv => {
            // The acknowledgement goes out before what the packet causes above: the delivery is the second walk.
            cx.spawn(Flow::Turn(Op::Recv));
            let (number, sender) = (cx.get(Attr::PacketId), cx.get(Attr::Sender));
            cx.packet().clear();
            cx.set(Attr::PacketType, ACK);
            cx.set(Attr::PacketId, number);
            cx.set(Attr::Receiver, sender);
            Flow::Turn(Op::Send)
        }
        // That something has left the radio means nothing here; only an acknowledgement does.
        Op::Sent | Op::Dropped => Flow::Stop,
        _ => Flow::Go,
    }
}

fn send(cx: &mut Cx<'_, '_>) -> Flow {
    let allowed = match cx.get(Attr::MaxRexmit) {
        0 => cx.param(MAX_TRANSMISSIONS),
        allowed => u32::from(allowed),
    };
    let interval_us = cx.param_us(INTERVAL_MS);
    let [number, transmissions, limit] = cx.state() else {
        return Flow::Stop;
    };
    // One at a time.
    if *transmissions != 0 {
        return Flow::Turn(Op::Dropped);
    }
    (*transmissions, *limit) = (1, allowed);
    let number = *number as u16;
    cx.set(Attr::PacketType, DATA);
    cx.set(Attr::PacketId, number);
    if !cx.hold() {
        end(cx, false);
        return Flow::Turn(Op::Dropped);
    }
    cx.arm(0, interval_us);
    Flow::Go
}

/// A second has gone by without acknowledgement.
fn send_again(cx: &mut Cx<'_, '_>) -> Flow {
    let held = cx.recall();
    let interval_us = cx.param_us(INTERVAL_MS);
    let [_, transmissions, limit] = cx.state() else {
        return Flow::Stop;
    };
    if !held || *transmissions >= *limit {
        end(cx, true);
        return Flow::Turn(Op::TimedOut);
    }
    *transmissions += 1;
    cx.arm(0, interval_us);
    Flow::Turn(Op::Send)
}

fn ack_received(cx: &mut Cx<'_, '_>) -> Flow {
    let (acknowledged, sender) = (cx.get(Attr::PacketId), cx.get(Attr::Sender));
    let ours = cx.held().is_some_and(|held| {
        let receiver = [held.get(Attr::Receiver), held.get(Attr::EReceiver)]
            .into_iter()
            .find(|a| *a != 0);
        held.get(Attr::PacketId) == acknowledged && receiver.is_none_or(|receiver| receiver == sender)
    });
    if !ours {
        return Flow::Stop;
    }
    cx.recall();
    end(cx, true);
    Flow::Turn(Op::Sent)
}

/// Nothing is under way any more; `next` takes the next number.
fn end(cx: &mut Cx<'_, '_>, next: bool) {
    cx.release();
    cx.disarm(0);
    if let [number, transmissions, _] = cx.state() {
        *transmissions = 0;
        if next {
            *number = (*number + 1) & u32::from(LAST_ID);
        }
    }
}
