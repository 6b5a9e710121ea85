//! What the calls of the script API for stacks, the radio and recorded values do (cargo feature `stacks`).

use crate::calls::{Calls, Said, permit};
use crate::config::Board;
use crate::engine::Function;
use crate::setup::MAX_RECEIVERS;
use motebox_crime::{Address, SendError, Stats};
use motebox_script::arith::whole;
use motebox_script::data::RecordError;
use motebox_script::permission::{Permissions, Refusal};
use motebox_script::radio::parse_address;

impl<B: Board> Calls<'_, '_, B> {
    /// The number of a channel that a stack of the node has.
    pub(crate) fn open_stack(&mut self, channel: f64) -> Option<u16> {
        let Some(channel) = whole(channel, 65_535) else {
            return self.said(Said::Channel);
        };
        let channel = channel as u16;
        self.check_radio()?;
        match self.stats(channel) {
            Some(_) => Some(channel),
            None => self.said(Said::NoStack),
        }
    }

    fn check_radio(&mut self) -> Option<()> {
        permit!(self, guard, granted, guard.radio(&granted));
        Some(())
    }

    pub(crate) fn stats(&self, channel: u16) -> Option<Stats> {
        let stacks = self.network.as_ref()?.stacks();
        let found = stacks.iter().find(|stack| stack.pipe.channel == channel);
        found.map(|stack| stack.pipe.stats)
    }

    /// Sends. What finds no room for itself is counted as dropped.
    pub(crate) fn send(&mut self, channel: u16, payload: &[u8], to: Option<&[u8]>) -> Option<()> {
        let to = match to.map(parse_address) {
            Some(Some(address)) => Address(address),
            Some(None) => return self.said(Said::Address),
            None => Address::NONE,
        };
        self.check_radio()?;
        let setup = &mut *self.setup;
        let bytes = payload.len() as u32;
        if let Err(refusal) = setup.guard.message(&setup.limits, bytes, self.now) {
            return self.refused(refusal);
        }
        let Some(network) = &mut self.network else {
            return self.said(Said::NoStack);
        };
        match network.send(self.now, channel, to, payload) {
            Ok(()) => Some(()),
            Err(SendError::Channel(_)) => self.said(Said::NoStack),
            Err(SendError::TooLong(most)) => self.limit(most as u32, Said::PayloadBytes),
            Err(_) => self.said(Said::NotTaken),
        }
    }

    /// Keeps the function that receives from a stack; the one to let go of.
    pub(crate) fn receive(&mut self, channel: u16, callback: Function) -> Option<Option<Function>> {
        let receivers = &mut self.setup.receivers;
        if let Some((_, old)) = receivers.iter_mut().find(|(of, _)| *of == channel) {
            return Some(Some(core::mem::replace(old, callback)));
        }
        match receivers.push((channel, callback)) {
            Ok(()) => Some(None),
            Err(_) => self.limit(MAX_RECEIVERS as u32, Said::Receivers),
        }
    }

    /// Whether one more stack can be received from.
    pub(crate) fn prepare_receive(&mut self, channel: u16) -> Option<()> {
        self.check_radio()?;
        let receivers = &self.setup.receivers;
        if receivers.is_full() && !receivers.iter().any(|(of, _)| *of == channel) {
            return self.limit(MAX_RECEIVERS as u32, Said::Receivers);
        }
        Some(())
    }

    /// A radio channel that the script may tune to, or measure energy on.
    fn radio_channel(&mut self, channel: f64, energy: bool) -> Option<u8> {
        let Some(channel) = whole(channel, 26) else {
            return self.said(Said::RadioChannel);
        };
        let channel = channel as u8;
        permit!(
            self,
            guard,
            granted,
            guard.radio_channel(&granted, channel, energy)
        );
        Some(channel)
    }

    pub(crate) fn energy(&mut self, channel: f64) -> Option<Option<i16>> {
        let channel = self.radio_channel(channel, true)?;
        Some(self.board.radio_energy(channel))
    }

    pub(crate) fn tune(&mut self, channel: f64) -> Option<bool> {
        let channel = self.radio_channel(channel, false)?;
        Some(self.board.radio_channel(channel))
    }

    /// Sets the power; more than is granted becomes what is.
    pub(crate) fn power(&mut self, dbm: f64) -> Option<Option<i8>> {
        if !(-128.0..=127.0).contains(&dbm) {
            return self.said(Said::Power);
        }
        let grant = permit!(self, guard, granted, guard.radio(&granted));
        Some(self.board.radio_power((dbm as i8).min(grant.max_power_dbm)))
    }

    pub(crate) fn record(&mut self, name: &[u8], value: f64, unit: &[u8]) -> Option<()> {
        let (granted, guard) = self.setup.grants();
        if !granted.data() {
            let refusal = guard.refuse(Refusal::Data);
            return self.refused(refusal);
        }
        match self.setup.data.record(name, value, unit, self.now) {
            Ok(()) => Some(()),
            Err(RecordError::Name) => self.said(Said::Name),
            Err(RecordError::Unit) => self.said(Said::Unit),
            Err(RecordError::Value) => self.said(Said::Finite),
        }
    }
}
