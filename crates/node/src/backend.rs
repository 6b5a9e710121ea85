//! What the container resource asks of the node: reading and reports. Uploads are in `upload.rs`.

use crate::config::{Board, Flash};
use crate::inner::Inner;
use core::task::Poll;
use motebox_coap::{
    Access, Backend, Begun, Container, Finished, Id, Key, Link, Observable, Offer, Part, Peer, Refusal,
    Report, SenMl, status,
};
use motebox_envelope::{Context, Sha256};

/// Fields of the status that are reported one after the other.
static WEAR_AND_HEAP: [Key; 6] = [
    status::ERASES,
    status::PROGRAMS,
    status::MANIFESTS_REFUSED,
    status::HEAP_SIZE,
    status::HEAP_USED,
    status::HEAP_HIGH_WATER,
];
static HELD_AND_FAILED: [Key; 7] = [
    status::TIMERS,
    status::HANDLERS,
    status::ROOTS,
    status::WAITING,
    status::DENIED,
    status::FUEL_KILLS,
    status::STARTS_FAILED,
];

#[inline(never)]
fn numbers(report: &mut Report<'_>, keys: &[Key], values: &[u32]) {
    for (key, value) in keys.iter().zip(values) {
        report.uint(*key, u64::from(*value));
    }
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    fn pair_of(&self, id: &Id) -> Option<usize> {
        self.store.find(id.as_slice())
    }
}

impl<F: Flash, B: Board, const N: usize> Backend for Inner<'_, F, B, N> {
    fn container(&self, index: usize) -> Option<Container> {
        let mut before = index;
        for pair in 0..N {
            let Some(id) = self.store.id(pair) else { continue };
            if before > 0 {
                before -= 1;
                continue;
            }
            let shown = self.lives.get(pair).and_then(|life| life.shown.as_ref());
            return Some(Container {
                id: Id::new(id)?,
                state: self.state(pair) as u8,
                current: shown.map(|shown| shown.current),
            });
        }
        None
    }

    fn read(&mut self, id: &Id, part: Part, offset: u32, buf: &mut [u8]) {
        let Some(pair) = self.pair_of(id) else { return };
        let shown = self.lives.get(pair).and_then(|life| life.shown.as_ref());
        let Some(slot) = shown.map(|shown| shown.slot) else {
            return;
        };
        // What cannot be read stays zero: its digest will not fit.
        let _ = match part {
            Part::Envelope => self.store.manifest(&mut self.flash, slot, offset, buf),
            Part::Payload => self.store.read(&mut self.flash, slot, offset, buf),
        };
    }

    fn link(&self, index: usize) -> Option<Link<'_>> {
        let mut before = index;
        for setup in self.setups.iter() {
            for registration in setup.handlers.iter() {
                if before == 0 {
                    return Some(Link {
                        path: registration.path.as_bytes(),
                        rt: "",
                        title: "",
                    });
                }
                before -= 1;
            }
        }
        None
    }

    fn may_read(&self, peer: &Peer<'_>, _: &Id, _: Access) -> bool {
        self.config.open_read || self.board.may_read(peer.security, peer.identity)
    }

    fn status(&self, id: &Id, report: &mut Report<'_>) {
        let Some(pair) = self.pair_of(id) else { return };
        let (Some(life), Some(setup), Some(engine)) = (
            self.lives.get(pair),
            self.setups.get(pair),
            self.engines.get(pair),
        ) else {
            return;
        };
        report.uint(status::STATE, self.state(pair) as u64);
        if let Some(shown) = &life.shown {
            report.uint(status::KIND, shown.kind as u64);
            report.uint(status::SEQUENCE, shown.current.sequence.into());
            report.bytes(status::DIGEST, &shown.current.digest);
            report.bytes(status::PAYLOAD_DIGEST, &shown.current.payload_digest);
            report.uint(status::LENGTH, shown.current.payload_len.into());
        }
        if let Some(tried) = life.tried {
            report.uint(status::TRIED, tried.into());
        }
        if !life.error.as_str().is_empty() {
            report.text(status::ERROR, life.error.as_str());
        }
        report.bool(status::DEVELOPMENT, self.config.context == Context::Development);
        if let Some(previous) = self.fallback(pair) {
            report.uint(status::FALLBACK, previous.into());
        }
        report.uint(status::UPTIME_US, self.now);
        if let Some(resets) = self.config.resets {
            report.uint(status::RESETS, resets.into());
        }
        let memory = engine.memory();
        let values = [
            self.flash.erases,
            self.flash.programs,
            self.manifests_refused,
            memory.size,
            memory.used,
            memory.high_water,
        ];
        numbers(report, &WEAR_AND_HEAP, &values);
        report.uint(status::FUEL, engine.fuel_used());
        let values = [
            setup.timers.len() as u32,
            setup.handlers.len() as u32,
            memory.roots,
            memory.waiting,
            setup.guard.refusals().total(),
            life.fuel_kills,
            life.starts_failed.into(),
        ];
        numbers(report, &HELD_AND_FAILED, &values);
    }

    fn log(&self, id: &Id) -> (u64, u32) {
        let setup = self.pair_of(id).and_then(|pair| self.setups.get(pair));
        setup.map_or((0, 0), |setup| (setup.log.start(), setup.log.len() as u32))
    }

    fn read_log(&self, id: &Id, offset: u32, buf: &mut [u8]) {
        if let Some(setup) = self.pair_of(id).and_then(|pair| self.setups.get(pair)) {
            setup.log.read(setup.log.start() + u64::from(offset), buf);
        }
    }

    #[cfg(not(feature = "stacks"))]
    fn senml(&self, _: &Id, _: &mut SenMl<'_>) {
        // No call of the script API records samples: the pack is empty.
    }

    // Times are relative to the newest one, so that a pack stays as it is until another is recorded.
    #[cfg(feature = "stacks")]
    fn senml(&self, id: &Id, pack: &mut SenMl<'_>) {
        let Some(setup) = self.pair_of(id).and_then(|pair| self.setups.get(pair)) else {
            return;
        };
        let newest = setup.data.iter().last().map_or(0, |sample| sample.at);
        for sample in setup.data.iter() {
            // There is no minus zero in time.
            let age_us = newest.saturating_sub(sample.at) as f64;
            let age_s = <crate::engine::Soft as motebox_script::arith::Arithmetic>::div(age_us, 1e6);
            let time_s = if age_s == 0.0 { 0.0 } else { -age_s };
            pack.record(&sample.name, &sample.unit, sample.value, time_s);
        }
    }

    fn version(&self, id: &Id, what: Observable) -> u32 {
        let Some(pair) = self.pair_of(id) else { return 0 };
        match what {
            Observable::Status => self.lives.get(pair).map_or(0, |life| life.version),
            Observable::Log => self.setups.get(pair).map_or(0, |setup| setup.log.end() as u32),
            #[cfg(not(feature = "stacks"))]
            Observable::Data => 0,
            #[cfg(feature = "stacks")]
            Observable::Data => self.setups.get(pair).map_or(0, |setup| setup.data.count()),
        }
    }

    fn max_payload(&self, _: &Id) -> u32 {
        self.config.layout.payload_max
    }

    fn write_unit(&self) -> usize {
        self.config.layout.write_size as usize
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        hash.finish()
    }

    fn begin(&mut self, offer: &Offer<'_>) -> Poll<Result<Begun, Refusal>> {
        self.begin_upload(offer)
    }

    fn chunk(&mut self, offset: u32, bytes: &[u8]) -> Poll<Result<usize, Refusal>> {
        let step = self.upload_chunk(offset, bytes);
        self.told(step)
    }

    fn same(&mut self, offset: u32, bytes: &[u8]) -> bool {
        self.same_payload(offset, bytes)
    }

    fn finish(&mut self, _: &Peer<'_>) -> Poll<Result<Finished, Refusal>> {
        let step = self.finish_upload();
        self.told(step)
    }
}

impl<F: Flash, B: Board, const N: usize> Inner<'_, F, B, N> {
    /// Sequence of the confirmed container that is not shown, if there is one.
    fn fallback(&self, pair: usize) -> Option<u32> {
        let shown = self.lives.get(pair)?.shown.as_ref()?.slot;
        let other = self.store.info(shown.other());
        (other.state == motebox_store::State::Confirmed).then_some(other.sequence)
    }
}
