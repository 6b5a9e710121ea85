//! The mote's radio: frames that leave and come, and what stacks have for the firmware.

use motebox_crime::{Address, Event, FRAME_BYTES, Ignored, Info, Link, Network, PACKET_BYTES, SendError};

use super::Running;
use crate::transceiver::Transceiver;

/// A frame that leaves the mote's antenna.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioFrame {
    /// Its sender and receiver: for an air that carries them beside the frame.
    pub link: Link,
    /// The frame.
    pub bytes: Vec<u8>,
}

/// Something that a radio stack had for the firmware, because no script receives from its channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RadioEvent {
    /// What.
    pub event: Event,
    /// With what payload.
    pub payload: Vec<u8>,
}

impl<'n> Running<'n> {
    /// The next frame that leaves the antenna.
    pub fn next_frame(&mut self) -> Option<RadioFrame> {
        self.antenna.pop_front()
    }

    /// The radio chip: what a frame is sent with, and what the air does to it.
    pub fn transceiver(&self) -> &Transceiver {
        &self.world.transceiver
    }

    /// A frame came out of the air; a turn is due after it.
    ///
    /// # Errors
    /// The stacks have no use for it.
    pub fn hear(&mut self, frame: &[u8], info: Info) -> Result<(), Ignored> {
        self.now = self.extended.now_us(self.world.clock.counter());
        self.deadline = self.now;
        self.node.radio_receive(self.now, frame, info)
    }

    /// The firmware sends a payload down the stack of a channel; a turn is due after it.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn radio_send(&mut self, channel: u16, to: Address, payload: &[u8]) -> Result<(), SendError> {
        self.now = self.extended.now_us(self.world.clock.counter());
        self.deadline = self.now;
        self.node.stack_send(self.now, channel, to, payload)
    }

    /// The next thing that a radio stack has for the firmware.
    pub fn next_radio_event(&mut self) -> Option<RadioEvent> {
        self.radio_events.pop_front()
    }

    /// The radio stacks, to look at.
    pub fn network(&self) -> Option<&Network<'n>> {
        self.node.network()
    }

    /// Takes out of the radio stacks what they have for the antenna and for the firmware.
    pub(super) fn empty_stacks(&mut self) {
        let mut bytes = [0; FRAME_BYTES];
        while let Some(frame) = self.node.next_frame(self.now, &mut bytes) {
            self.antenna.push_back(RadioFrame {
                link: frame.link,
                bytes: bytes[..frame.len].to_vec(),
            });
            // Its end may have made timers run.
            self.deadline = self.now;
        }
        let mut payload = [0; PACKET_BYTES];
        while let Some(event) = self.node.next_stack_event(&mut payload) {
            self.radio_events.push_back(RadioEvent {
                event,
                payload: payload[..event.len.min(PACKET_BYTES)].to_vec(),
            });
        }
    }
}
