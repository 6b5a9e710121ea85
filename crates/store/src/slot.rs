//! One slot: its header, its marks, its state (`docs/spec/flash.md`, sections 4 and 5).

use embedded_storage::nor_flash::{NorFlash, ReadNorFlash};

use crate::error::Error;
use crate::layout::{ATTEMPTS, FIXED, Layout};
use crate::nor::{self, BLANK, Crc, put, u32_at};

/// State of a slot: `docs/spec/lifecycle.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing that counts.
    Empty,
    /// Header in flash, payload on its way.
    Receiving,
    /// Whole and verified, not started yet.
    Stored,
    /// Started, not confirmed yet.
    Trial,
    /// Confirmed: what runs, or what can be gone back to.
    Confirmed,
    /// Will not be started any more.
    Failed,
}

/// What is known of a slot without reading flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotInfo {
    /// Its state.
    pub state: State,
    /// Sequence of the container.
    pub sequence: u32,
    /// Length of the payload in bytes.
    pub payload_len: u32,
    /// Length of the manifest in bytes.
    pub manifest_len: u32,
    /// Which of a pair's slots is newer: the higher one.
    pub generation: u32,
}

impl SlotInfo {
    pub(crate) const EMPTY: Self = SlotInfo {
        state: State::Empty,
        sequence: 0,
        payload_len: 0,
        manifest_len: 0,
        generation: 0,
    };
}

/// What a new slot's header will say.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    /// Container id, 1 to 16 bytes.
    pub id: &'a [u8],
    /// Sequence of the container.
    pub sequence: u32,
    /// Length of the payload in bytes, as flash will hold it.
    pub payload_len: u32,
    /// SHA-256 of the payload, as flash will hold it.
    pub digest: &'a [u8; 32],
    /// The signed manifest, as it came; at most the layout's `manifest_max`.
    pub manifest: &'a [u8],
}

/// The marks, in the order in which they are made. Each has two units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Receiving = 0,
    Stored = 2,
    Trial = 4,
    Confirmed = 6,
    Failed = 8,
}

impl Mark {
    /// The mark that makes this state.
    pub(crate) const fn of(state: State) -> Option<Self> {
        match state {
            State::Empty => None,
            State::Receiving => Some(Mark::Receiving),
            State::Stored => Some(Mark::Stored),
            State::Trial => Some(Mark::Trial),
            State::Confirmed => Some(Mark::Confirmed),
            State::Failed => Some(Mark::Failed),
        }
    }

    /// The state of a slot whose last mark this is.
    pub(crate) const fn state(self) -> State {
        match self {
            Mark::Receiving => State::Receiving,
            Mark::Stored => State::Stored,
            Mark::Trial => State::Trial,
            Mark::Confirmed => State::Confirmed,
            Mark::Failed => State::Failed,
        }
    }
}

/// First unit of the attempts.
pub(crate) const FIRST_ATTEMPT: u32 = 10;

/// An id, padded with zeros.
pub(crate) fn padded(id: &[u8]) -> Result<[u8; 16], Error> {
    if id.is_empty() || id.len() > 16 {
        return Err(Error::IdLength(id.len() as u32));
    }
    let mut padded = [0; 16];
    put(&mut padded, 0, id);
    Ok(padded)
}

/// A slot's first byte, with the layout to find the rest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'l> {
    pub(crate) at: u32,
    pub(crate) layout: &'l Layout,
}

impl Place<'_> {
    pub(crate) const fn unit_at(&self, unit: u32) -> u32 {
        self.at + self.layout.header_len() + unit * self.layout.write_size
    }

    pub(crate) const fn payload_at(&self) -> u32 {
        self.at + self.layout.header_len() + self.layout.marks_len()
    }

    /// Reads header and marks. The second value is the padded id.
    pub(crate) fn mount<F: ReadNorFlash>(&self, flash: &mut F) -> Result<(SlotInfo, [u8; 16]), Error> {
        let empty = (SlotInfo::EMPTY, [0; 16]);
        let mut fixed = [0; FIXED];
        nor::read(flash, self.at, &mut fixed)?;
        let manifest_len = u32_at(&fixed, 4) >> 16;
        let payload_len = u32_at(&fixed, 28);
        if !fixed.starts_with(b"MBS1")
            || manifest_len > self.layout.manifest_max
            || payload_len > self.layout.payload_max
        {
            return Ok(empty);
        }
        let mut crc = Crc::new();
        crc.add(fixed.get(..68).unwrap_or(&[]));
        crc.add_flash(flash, self.at + FIXED as u32, manifest_len)?;
        if crc.end() != u32_at(&fixed, 68) {
            return Ok(empty);
        }
        let mut state = State::Empty;
        for mark in [
            Mark::Receiving,
            Mark::Stored,
            Mark::Trial,
            Mark::Confirmed,
            Mark::Failed,
        ] {
            if self.marked(flash, mark)? {
                state = mark.state();
            }
        }
        if state == State::Empty {
            return Ok(empty);
        }
        let mut id = [0; 16];
        put(&mut id, 0, fixed.get(8..24).unwrap_or(&[]));
        let (sequence, generation) = (u32_at(&fixed, 24), u32_at(&fixed, 32));
        Ok((
            SlotInfo {
                state,
                sequence,
                payload_len,
                manifest_len,
                generation,
            },
            id,
        ))
    }

    fn marked<F: ReadNorFlash>(&self, flash: &mut F, mark: Mark) -> Result<bool, Error> {
        Ok(self.unit(flash, mark as u32)?.is_some() || self.unit(flash, mark as u32 + 1)?.is_some())
    }

    /// What a unit of the marks says: nothing (blank), one byte, or (second value) torn.
    pub(crate) fn unit<F: ReadNorFlash>(
        &self,
        flash: &mut F,
        unit: u32,
    ) -> Result<Option<(u8, bool)>, Error> {
        let mut chunk = BLANK;
        let len = self.layout.write_size as usize;
        let Some(bytes) = chunk.get_mut(..len) else {
            return Ok(None);
        };
        nor::read(flash, self.unit_at(unit), bytes)?;
        let first = bytes.first().copied().unwrap_or(0);
        let torn = bytes.iter().any(|&byte| byte != first);
        Ok(if torn || first != 0xff {
            Some((first, torn))
        } else {
            None
        })
    }

    /// Programs one unit of the marks.
    pub(crate) fn program_unit<F: NorFlash>(&self, flash: &mut F, unit: u32, code: u8) -> Result<(), Error> {
        nor::program(
            flash,
            self.layout.write_size,
            self.unit_at(unit),
            &[code; 64],
            self.layout.write_size,
        )
    }

    /// Attempts of a kind, and the first unit that is free for the next.
    pub(crate) fn attempts<F: ReadNorFlash>(&self, flash: &mut F, kind: u8) -> Result<(u32, u32), Error> {
        let (mut count, mut free) = (0, FIRST_ATTEMPT);
        for unit in FIRST_ATTEMPT..FIRST_ATTEMPT + ATTEMPTS {
            if let Some((code, torn)) = self.unit(flash, unit)? {
                count += u32::from(torn || code == kind);
                free = unit + 1;
            }
        }
        Ok((count, free))
    }
}

impl Header<'_> {
    /// The fixed part as it goes to flash.
    pub(crate) fn fixed(&self, id: &[u8; 16], generation: u32) -> [u8; FIXED] {
        let mut fixed = [0; FIXED];
        put(&mut fixed, 0, b"MBS1");
        put(&mut fixed, 4, &[self.id.len() as u8]);
        put(&mut fixed, 6, &(self.manifest.len() as u16).to_le_bytes());
        put(&mut fixed, 8, id);
        put(&mut fixed, 24, &self.sequence.to_le_bytes());
        put(&mut fixed, 28, &self.payload_len.to_le_bytes());
        put(&mut fixed, 32, &generation.to_le_bytes());
        put(&mut fixed, 36, self.digest);
        let mut crc = Crc::new();
        crc.add(fixed.get(..68).unwrap_or(&[]));
        crc.add(self.manifest);
        put(&mut fixed, 68, &crc.end().to_le_bytes());
        fixed
    }
}
