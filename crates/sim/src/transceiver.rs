//! The mote's radio chip as far as scripts set it: the channel that it is tuned to, its power, and what energy it
//! measures. An IEEE 802.15.4 transceiver for 2.4 GHz with the power steps of an AT86RF231.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// Channels of the 2.4 GHz band.
pub const CHANNELS: RangeInclusive<u8> = 11..=26;
/// What is measured where nobody sends, dBm.
pub const NOISE_DBM: i16 = -95;
/// The powers that it has, dBm.
const POWERS_DBM: [i8; 13] = [3, 2, 1, 0, -1, -2, -3, -4, -5, -7, -9, -12, -17];

#[derive(Debug, Clone, Copy)]
struct State {
    channel: u8,
    power_dbm: i8,
    /// By channel, from 11 on: what the bench has put there, and the frame that is on the air.
    energy_dbm: [i16; 16],
    frame_dbm: [i16; 16],
}

/// A transceiver; its copies are the same one.
#[derive(Debug, Clone)]
pub struct Transceiver(Rc<Cell<State>>);

impl Default for Transceiver {
    /// On channel 26, at 0 dBm, in a quiet place.
    fn default() -> Self {
        Self(Rc::new(Cell::new(State {
            channel: 26,
            power_dbm: 0,
            energy_dbm: [NOISE_DBM; 16],
            frame_dbm: [NOISE_DBM; 16],
        })))
    }
}

fn place(channel: u8) -> Option<usize> {
    CHANNELS
        .contains(&channel)
        .then(|| usize::from(channel - CHANNELS.start()))
}

impl Transceiver {
    /// The channel that it is tuned to.
    pub fn channel(&self) -> u8 {
        self.0.get().channel
    }

    /// The power that it sends with, dBm.
    pub fn power_dbm(&self) -> i8 {
        self.0.get().power_dbm
    }

    /// What it measures on a channel, dBm; `None` where it has no such channel.
    pub fn energy_dbm(&self, channel: u8) -> Option<i16> {
        let (state, place) = (self.0.get(), place(channel)?);
        Some(*state.energy_dbm.get(place)?.max(state.frame_dbm.get(place)?))
    }

    /// Tunes it; `false` where it has no such channel.
    pub fn tune(&self, channel: u8) -> bool {
        self.change(channel, |state, _| state.channel = channel)
    }

    /// Sets its power to this one or the nearest below; `None` where it has none so low.
    pub fn set_power(&self, dbm: i8) -> Option<i8> {
        let power_dbm = POWERS_DBM.into_iter().find(|power| *power <= dbm)?;
        let state = self.0.get();
        self.0.set(State { power_dbm, ..state });
        Some(power_dbm)
    }

    /// Puts something on a channel that is measured there from now on. `false` where it has no such channel.
    pub fn set_energy(&self, channel: u8, dbm: i16) -> bool {
        self.change(channel, |state, place| {
            if let Some(energy) = state.energy_dbm.get_mut(place) {
                *energy = dbm;
            }
        })
    }

    /// A frame begins to be heard on a channel, or (`None`) ends.
    pub fn set_frame(&self, channel: u8, dbm: Option<i16>) {
        self.change(channel, |state, place| {
            if let Some(frame) = state.frame_dbm.get_mut(place) {
                *frame = dbm.unwrap_or(NOISE_DBM);
            }
        });
    }

    fn change(&self, channel: u8, change: impl FnOnce(&mut State, usize)) -> bool {
        let Some(place) = place(channel) else {
            return false;
        };
        let mut state = self.0.get();
        change(&mut state, place);
        self.0.set(state);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tuned_within_its_band_and_powered_within_its_steps() {
        let chip = Transceiver::default();
        assert!(chip.tune(11) && !chip.tune(10) && !chip.tune(27));
        assert_eq!(chip.channel(), 11);
        assert_eq!(chip.set_power(20), Some(3));
        assert_eq!(chip.set_power(-6), Some(-7));
        assert_eq!(chip.set_power(-18), None);
        assert_eq!(chip.power_dbm(), -7);
    }

    #[test]
    fn the_strongest_is_measured() {
        let chip = Transceiver::default();
        assert_eq!(chip.energy_dbm(26), Some(NOISE_DBM));
        assert_eq!(chip.energy_dbm(3), None);
        assert!(chip.set_energy(20, -70) && !chip.set_energy(3, -70));
        chip.set_frame(20, Some(-50));
        assert_eq!(chip.energy_dbm(20), Some(-50));
        chip.set_frame(20, None);
        assert_eq!(
            (chip.energy_dbm(20), chip.energy_dbm(21)),
            (Some(-70), Some(NOISE_DBM))
        );
    }
}
