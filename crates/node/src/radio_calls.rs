//! What the calls of the script API for stacks, the radio and recorded values do (cargo feature `stacks`).

use crate::calls::{Calls, Fault};
use crate::config::Board;
use crate::engine::Function;
use crate::setup::MAX_RECEIVERS;
use motebox_crime::{Address, SendError, Stats};
use motebox_script::data::RecordError;
use motebox_script::permission::{Permissions, Refusal};
use motebox_script::radio::parse_address;

fn whole(number: f64, most: f64) -> Option<u32> {
    let is_whole = (0.0..=most).contains(&number) && f64::from(number as u32) == number;
    is_whole.then_some(number as u32)
}

impl<B: Board> Calls<'_, '_, B> {
    /// The number of a channel that a stack of the node has.
    pub(crate) fn open_stack(&mut self, channel: f64) -> Result<u16, Fault> {
        let channel = whole(channel, 65_535.0).ok_or(Fault::Range("a channel is 0 to 65535"))? as u16;
        self.check_radio()?;
        match self.stats(channel) {
            Some(_) => Ok(channel),
            None => Err(Fault::Range("no stack has this channel")),
        }
    }

    fn check_radio(&mut self) -> Result<(), Fault> {
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        guard.radio(&granted)?;
        Ok(())
    }

    pub(crate) fn stats(&self, channel: u16) -> Option<Stats> {
        let stacks = self.network.as_ref()?.stacks();
        let found = stacks.iter().find(|stack| stack.pipe.channel == channel);
        found.map(|stack| stack.pipe.stats)
    }

    /// Sends. What finds no room for itself is counted as dropped.
    pub(crate) fn send(&mut self, channel: u16, payload: &[u8], to: Option<&[u8]>) -> Result<(), Fault> {
        let to = match to {
            Some(text) => {
                let address = parse_address(text);
                Address(address.ok_or(Fault::Type("an address is a text as \"1.0\""))?)
            }
            None => Address::NONE,
        };
        let now = self.now;
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        guard.radio(&granted)?;
        let limits = granted.limits();
        guard.message(&limits, payload.len() as u32, now)?;
        let Some(network) = &mut self.network else {
            return Err(Fault::Range("no stack has this channel"));
        };
        network
            .send(now, channel, to, payload)
            .map_err(|error| match error {
                SendError::Channel(_) => Fault::Range("no stack has this channel"),
                SendError::TooLong(most) => Fault::Limit(most as u32, " bytes of payload"),
                _ => Fault::Range("the stack did not take it"),
            })
    }

    /// Keeps the function that receives from a stack; the one to let go of.
    pub(crate) fn receive(&mut self, channel: u16, callback: Function) -> Result<Option<Function>, Fault> {
        let (setup, _) = self.mine()?;
        if let Some((_, old)) = setup.receivers.iter_mut().find(|(of, _)| *of == channel) {
            return Ok(Some(core::mem::replace(old, callback)));
        }
        let pushed = setup.receivers.push((channel, callback));
        pushed.map_err(|_| Fault::Limit(MAX_RECEIVERS as u32, " stacks to receive from"))?;
        Ok(None)
    }

    /// Whether one more stack can be received from.
    pub(crate) fn prepare_receive(&mut self, channel: u16) -> Result<(), Fault> {
        self.check_radio()?;
        let (setup, _) = self.mine()?;
        if setup.receivers.is_full() && !setup.receivers.iter().any(|(of, _)| *of == channel) {
            return Err(Fault::Limit(MAX_RECEIVERS as u32, " stacks to receive from"));
        }
        Ok(())
    }

    /// A radio channel that the script may tune to, or measure energy on.
    fn radio_channel(&mut self, channel: f64, energy: bool) -> Result<u8, Fault> {
        let channel = whole(channel, 26.0).ok_or(Fault::Range("a radio channel is 0 to 26"))? as u8;
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        guard.radio_channel(&granted, channel, energy)?;
        Ok(channel)
    }

    pub(crate) fn energy(&mut self, channel: f64) -> Result<Option<i16>, Fault> {
        let channel = self.radio_channel(channel, true)?;
        Ok(self.board.radio_energy(channel))
    }

    pub(crate) fn tune(&mut self, channel: f64) -> Result<bool, Fault> {
        let channel = self.radio_channel(channel, false)?;
        Ok(self.board.radio_channel(channel))
    }

    /// Sets the power; more than is granted becomes what is.
    pub(crate) fn power(&mut self, dbm: f64) -> Result<Option<i8>, Fault> {
        if !(-128.0..=127.0).contains(&dbm) {
            return Err(Fault::Range("a power is -128 to 127 dBm"));
        }
        let (setup, board) = self.mine()?;
        let (granted, guard) = setup.grants();
        let grant = guard.radio(&granted)?;
        Ok(board.radio_power((dbm as i8).min(grant.max_power_dbm)))
    }

    pub(crate) fn record(&mut self, name: &[u8], value: f64, unit: &[u8]) -> Result<(), Fault> {
        let now = self.now;
        let (setup, _) = self.mine()?;
        let (granted, guard) = setup.grants();
        if !granted.data() {
            return Err(guard.refuse(Refusal::Data).into());
        }
        setup
            .data
            .record(name, value, unit, now)
            .map_err(|error| match error {
                RecordError::Name => Fault::Type("a name has 1 to 12 letters, digits and -:./_"),
                RecordError::Unit => Fault::Type("a unit has at most 6 characters"),
                RecordError::Value => Fault::Range("not a finite number"),
            })
    }
}
