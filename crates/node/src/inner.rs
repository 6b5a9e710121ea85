//! The node without its CoAP resource: what the resource reaches through its backend, and what `poll` moves.

use crate::config::{Board, Config, Flash};
use crate::engine::Engine;
use crate::flash::Counted;
use crate::incoming::Incoming;
use crate::life::{Check, Life, Phase};
use crate::setup::Setup;
use crate::table::Table;
use crate::upload::{LOST, Proof, SpareErases, Upload};
use heapless::Vec;
use motebox_coap::msg::{Code, Header, ReplyCache, Writer, option};
use motebox_coap::{Endpoint, Refusal};
use motebox_envelope::{KindSet, Place};
use motebox_script::NEVER;
use motebox_script::peer::Address;
use motebox_store::{Error, Progress, Slot, Store};

/// Own addresses that a node knows, at most.
pub const MAX_ADDRESSES: usize = 6;
/// Longest answer of a script's handler as a message, in bytes.
pub(crate) const REPLY_BYTES: usize = 4 + 8 + 2 + 1 + crate::setup::MAX_BODY;
/// Answers that are kept for requests that come again.
const REPLIES: usize = 3;
/// A store operation of an upload that nobody carried on for so long, in microseconds, is given up.
const STALLED_US: u64 = 5_000_000;

/// What follows a flash operation of a container's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Choose,
    Attempt(Slot),
    Start(Slot),
    Confirmed,
    /// The upload looks for itself.
    Nothing,
}

/// Where an answer goes.
#[derive(Clone, Copy)]
pub(crate) struct ReplyTo {
    pub(crate) endpoint: Endpoint,
    pub(crate) header: Header,
}

#[repr(C)]
pub(crate) struct Inner<'n, F, B, const N: usize> {
    /// This request may still program or erase once.
    pub(crate) may_write: bool,
    /// What the store may have left open at a power cut is made firm.
    settled: bool,
    pub(crate) reboot: bool,
    message_id: u16,
    /// Whose life, and whose script, gets its turn first.
    turn: usize,
    pub(crate) config: &'n Config<'n>,
    pub(crate) now: u64,
    /// When the store was last seen to move on.
    moved: u64,
    /// The container that a flash operation is for, and what follows it.
    pub(crate) then: Option<(usize, Then)>,
    pub(crate) manifests_refused: u32,
    /// Why the last step of an upload was refused.
    pub(crate) why: Refusal,
    pub(crate) flash: Counted<F>,
    pub(crate) board: B,
    pub(crate) proof: Proof,
    pub(crate) spare_erases: SpareErases,
    pub(crate) upload: Upload,
    pub(crate) check: Option<Check>,
    pub(crate) store: Store<N>,
    pub(crate) engines: [Engine<'n>; N],
    pub(crate) lives: Table<Life, N>,
    pub(crate) setups: Table<Setup, N>,
    pub(crate) inbox: [Option<Incoming>; N],
    pub(crate) replies: ReplyCache<REPLIES, REPLY_BYTES>,
    pub(crate) own: Vec<Address, MAX_ADDRESSES>,
    #[cfg(feature = "stacks")]
    pub(crate) stacks: crate::stacks::Stacks<'n>,
}

impl<'n, F: Flash, B: Board, const N: usize> Inner<'n, F, B, N> {
    /// A node that has looked at nothing yet. Inlined into who says where it is to lie: built anywhere else it would take its
    /// size of the stack, once for each function that hands it on.
    #[inline(always)]
    pub(crate) fn blank(
        config: &'n Config<'n>,
        flash: Counted<F>,
        board: B,
        store: Store<N>,
        arenas: [&'n mut [u32]; N],
    ) -> Self {
        Inner {
            config,
            flash,
            board,
            store,
            engines: arenas.map(Engine::new),
            setups: Table::new(),
            lives: Table::new(),
            inbox: [const { None }; N],
            replies: ReplyCache::new(),
            own: Vec::new(),
            reboot: false,
            upload: Upload::None,
            proof: Proof::None,
            why: LOST,
            spare_erases: SpareErases::default(),
            may_write: false,
            then: None,
            settled: false,
            check: None,
            now: 0,
            moved: 0,
            turn: 0,
            manifests_refused: 0,
            message_id: config.seed as u16,
            #[cfg(feature = "stacks")]
            stacks: crate::stacks::Stacks::new(),
        }
    }

    /// Looks at what is in flash. The place of an arena that is too small for an engine, if there is one.
    #[inline(never)]
    pub(crate) fn look(&mut self) -> Option<u8> {
        for pair in 0..N {
            self.furnish();
            self.refresh(pair);
        }
        let unusable = self.engines.iter().position(|engine| !engine.is_usable());
        unusable.map(|index| index as u8)
    }

    /// Makes the tables of one container more. Not inlined: a table's size is on the stack meanwhile.
    #[inline(never)]
    fn furnish(&mut self) {
        // There are as many places as this is called.
        self.setups.push(Setup::new());
        self.lives.push(Life::new());
    }

    /// The device as the checks of a manifest see it; id, history and version there are the caller's to fill in.
    pub(crate) fn place(&self) -> Place<'n> {
        use motebox_envelope::Kind;
        let kinds = KindSet::NONE.with(Kind::Script).with(Kind::Command);
        #[cfg(feature = "stacks")]
        let kinds = match self.stacks.network {
            Some(_) => kinds.with(Kind::Composition),
            None => kinds,
        };
        Place {
            id: &[],
            kinds,
            deflate: false,
            deflate_dictionary: false,
            device: self.config.device,
            class: self.config.class,
            slot_bytes: self.config.layout.payload_max,
            there: None,
            tried: None,
            floor: 0,
        }
    }

    /// Does what is to be done now: at most one program or erase, and one slice of one script. Returns when to come again.
    pub(crate) fn poll(&mut self, now: u64) -> u64 {
        self.now = now;
        let flash_moved = self.poll_flash();
        let life_moved = !flash_moved && self.poll_lives();
        let script_moved = self.poll_scripts();
        #[cfg(feature = "stacks")]
        let radio = self.stacks.poll(now);
        #[cfg(not(feature = "stacks"))]
        let radio = NEVER;
        if flash_moved || life_moved || script_moved {
            now
        } else {
            self.next_deadline().min(radio)
        }
    }

    /// Carries the flash operation under way on. Returns whether there is one.
    fn poll_flash(&mut self) -> bool {
        if !self.settled {
            if !self.store.busy() && self.store.settle().is_err() {
                return false;
            }
            match self.store.step(&mut self.flash, &[]) {
                Ok(Progress::Working) => {}
                Ok(Progress::Done) => self.settled = true,
                Err(error) => {
                    self.settled = true;
                    self.all_down(error);
                }
            }
            return true;
        }
        let Some((pair, then)) = self.then else {
            // The header of an upload is in its sender's hands: only who asks again can go on with it.
            if self.store.busy() && self.now.saturating_sub(self.moved) > STALLED_US {
                self.remount();
                return true;
            }
            return false;
        };
        self.moved = self.now;
        match self.store.step(&mut self.flash, &[]) {
            Ok(Progress::Working) => {}
            Ok(Progress::Done) => {
                self.then = None;
                self.follow(pair, then);
            }
            Err(error) => {
                self.then = None;
                if then != Then::Nothing {
                    self.flash_failed(pair, error);
                }
            }
        }
        true
    }

    fn follow(&mut self, pair: usize, then: Then) {
        match then {
            Then::Choose => self.enter(pair, Phase::Choose),
            Then::Attempt(slot) => self.enter(pair, Phase::Attempt(slot)),
            Then::Start(slot) => self.start(pair, slot),
            Then::Confirmed => {
                if let (Some(life), Some(setup)) = (self.lives.get_mut(pair), self.setups.get_mut(pair)) {
                    life.trial = None;
                    life.version = life.version.wrapping_add(1);
                    setup.may_confirm = false;
                }
            }
            Then::Nothing => {}
        }
    }

    fn all_down(&mut self, error: Error) {
        for pair in 0..N {
            self.flash_failed(pair, error);
        }
    }

    pub(crate) const fn is_settled(&self) -> bool {
        self.settled
    }

    /// The upload's operation was seen to move on.
    pub(crate) fn moved_now(&mut self) {
        self.moved = self.now;
    }

    /// Carries the upload's operation on: one step.
    pub(crate) fn step_upload(&mut self, bytes: &[u8]) -> Result<Progress, Error> {
        self.moved = self.now;
        self.store.step(&mut self.flash, bytes)
    }

    /// Gives up an operation that nobody carries on: as good as a power cut, after which nothing is lost.
    #[inline(never)]
    fn remount(&mut self) {
        self.upload = Upload::None;
        if let Ok(store) = Store::mount(self.config.layout, &mut self.flash) {
            self.store = store;
            self.settled = false;
        }
    }

    /// One step of one container's life.
    fn poll_lives(&mut self) -> bool {
        if self.store.busy() || !self.settled {
            return false;
        }
        for step in 0..N {
            let pair = (self.turn + step) % N;
            if self.advance(pair) {
                return true;
            }
        }
        false
    }

    /// One slice of one script; who had one is looked at last the next time.
    fn poll_scripts(&mut self) -> bool {
        for step in 0..N {
            let pair = (self.turn + step) % N;
            if self.slice(pair) {
                self.turn = (pair + 1) % N;
                return true;
            }
        }
        false
    }

    fn next_deadline(&self) -> u64 {
        // An upload's operation waits for its sender; it is looked after when it has stalled.
        let mut deadline = NEVER;
        let mut sooner = |next: u64| deadline = deadline.min(next);
        if self.store.busy() {
            sooner(self.moved.saturating_add(STALLED_US + 1));
        }
        for (life, setup) in self.lives.iter().zip(self.setups.iter()) {
            match life.phase {
                Phase::Rest(until) => sooner(until),
                Phase::Run(_) => {
                    if let Some(trial) = &life.trial
                        && life.started
                    {
                        sooner(trial.ends);
                    }
                    sooner(setup.timers.next_deadline());
                    sooner(setup.requests.next_deadline());
                }
                _ => {}
            }
        }
        deadline
    }

    /// Tears down exactly what a script had: its engine's memory, timers, handlers, requests; every actuator that it wrote
    /// returns to its safe value; whoever waits for an answer of it gets 5.03.
    pub(crate) fn teardown(&mut self, pair: usize) {
        if let Some(engine) = self.engines.get_mut(pair) {
            engine.stop();
        }
        while let Some(reply) = self.unanswered(pair) {
            self.answer(&reply, Code::UNAVAILABLE.0, &[]);
        }
        if let Some(life) = self.lives.get_mut(pair) {
            life.trial = None;
            life.started = false;
        }
        let failed = match self.setups.get_mut(pair) {
            Some(setup) => {
                setup.clear();
                setup.written.make_safe(&mut self.board)
            }
            None => 0,
        };
        if failed > 0 {
            self.log_line(pair, b"an actuator did not take its safe value");
        }
    }

    /// Ends a job that waits or runs, or takes a request that came in: where its answer goes. None when all have ended.
    fn unanswered(&mut self, pair: usize) -> Option<ReplyTo> {
        if let Some(life) = self.lives.get_mut(pair) {
            for waiting in &mut life.waiting {
                if let Some(waiting) = waiting.take()
                    && let Some(reply) = waiting.job.reply_to()
                {
                    return Some(reply);
                }
            }
            if let Some(job) = life.job.take()
                && let Some(reply) = job.reply_to()
            {
                return Some(reply);
            }
        }
        let incoming = self.inbox.get_mut(pair)?.take()?;
        Some(incoming.reply)
    }

    /// A line of the node's own in the container's log.
    pub(crate) fn log_line(&mut self, pair: usize, line: &[u8]) {
        let Some(setup) = self.setups.get_mut(pair) else {
            return;
        };
        for piece in [b"! ".as_slice(), line, b"\n"] {
            setup.log.write(piece);
            self.board.log(setup.name(), piece);
        }
    }

    pub(crate) fn fresh_message_id(&mut self) -> u16 {
        self.message_id = self.message_id.wrapping_add(1);
        self.message_id
    }

    /// Composes the answer to a script's request, and keeps it until the request is handled again.
    pub(crate) fn answer(&mut self, to: &ReplyTo, code: u8, body: &[u8]) {
        let mut room = [0; REPLY_BYTES];
        let fresh = self.fresh_message_id();
        let length = compose(&mut room, to.header.answer(Code(code), fresh), body);
        self.replies
            .answer(to.endpoint, to.header.id, room.get(..length).unwrap_or(&[]));
    }
}

/// An answer with a text body; without the body where that does not fit.
fn compose(out: &mut [u8], header: Header, body: &[u8]) -> usize {
    let Ok(mut writer) = Writer::new(out, header) else {
        return 0;
    };
    if header.code == Code::UNAVAILABLE {
        // When to come again, in seconds. That there is no room for it is found at the payload.
        let _ = writer.option_uint(option::MAX_AGE, 1);
    }
    // A text without Content-Format option is text/plain by default of every client.
    let _ = writer.payload(body);
    writer.finish()
}
