//! The node as its firmware sees it.

use core::mem::MaybeUninit;

use crate::config::{Board, Config, Flash};
use crate::flash::Counted;
use crate::incoming::{Answer, BUSY, Received};
use crate::inner::{Inner, MAX_ADDRESSES};
use crate::outgoing::{Outgoing, RequestId};
use crate::status::Status;
use motebox_coap::{Notification, Outcome, Request, Resource};
use motebox_script::peer::Address;
use motebox_store::{Error, Store};

/// Why a node was not built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// The store cannot be mounted.
    Store(Error),
    /// The arena of this container is too small for an engine.
    Arena(u8),
}

/// A node: containers in flash, their engines, and the resource through which they come and go.
///
/// `N` is how many containers there can be (1 to 16), each with an arena of its own.
pub struct Node<'n, F, B, const N: usize> {
    pub(crate) inner: Inner<'n, F, B, N>,
    resource: Resource,
}

impl<'n, F: Flash, B: Board, const N: usize> Node<'n, F, B, N> {
    /// Reads what is in flash; nothing is programmed, erased or started before the first [`Node::poll`].
    ///
    /// # Errors
    /// [`BuildError::Store`] when the layout does not fit the flash or it cannot be read, [`BuildError::Arena`].
    pub fn new(
        config: &'n Config<'n>,
        flash: F,
        board: B,
        arenas: [&'n mut [u32]; N],
    ) -> Result<Self, BuildError> {
        let mut flash = Counted::new(flash);
        let store = Store::mount(config.layout, &mut flash).map_err(BuildError::Store)?;
        let mut node = Node {
            inner: Inner::blank(config, flash, board, store, arenas),
            resource: Resource::new(resource_config(config)),
        };
        match node.inner.look() {
            None => Ok(node),
            Some(index) => Err(BuildError::Arena(index)),
        }
    }

    /// The same as [`Node::new`], built where it is to stay: a node is some kilobytes, and where it is handed on by value
    /// each hand takes as much of the stack. For memory that was set aside for it, as a `static`.
    ///
    /// # Errors
    /// Those of [`Node::new`]. After [`BuildError::Arena`] there is a node in the place, but none to be used.
    pub fn new_in<'p>(
        place: &'p mut MaybeUninit<Self>,
        config: &'n Config<'n>,
        flash: F,
        board: B,
        arenas: [&'n mut [u32]; N],
    ) -> Result<&'p mut Self, BuildError> {
        let node = Self::build(place, config, flash, board, arenas)?;
        match node.inner.look() {
            None => Ok(node),
            Some(index) => Err(BuildError::Arena(index)),
        }
    }

    /// All but the tables. Not inlined: what it has on the stack is gone when they are made.
    #[inline(never)]
    fn build<'p>(
        place: &'p mut MaybeUninit<Self>,
        config: &'n Config<'n>,
        flash: F,
        board: B,
        arenas: [&'n mut [u32]; N],
    ) -> Result<&'p mut Self, BuildError> {
        let mut flash = Counted::new(flash);
        let store = Store::mount(config.layout, &mut flash).map_err(BuildError::Store)?;
        Ok(place.write(Node {
            inner: Inner::blank(config, flash, board, store, arenas),
            resource: Resource::new(resource_config(config)),
        }))
    }

    /// The firmware's board.
    pub fn board(&mut self) -> &mut B {
        &mut self.inner.board
    }

    /// Tells the node its own addresses; it replaces those told before. Scripts can send nothing to them.
    ///
    /// # Errors
    /// [`MAX_ADDRESSES`] when there are more than that many; none is taken then.
    pub fn set_addresses(&mut self, addresses: &[Address]) -> Result<(), usize> {
        match heapless::Vec::from_slice(addresses) {
            Ok(own) => {
                self.inner.own = own;
                Ok(())
            }
            Err(_) => Err(MAX_ADDRESSES),
        }
    }

    /// Does what is to be done: one program or erase, and one slice of one script, at most. `now` is monotonic, in
    /// microseconds. Returns when to call again at the latest: `now` when there is more to do at once, `u64::MAX` when
    /// only something from outside can give it work. A notification that is due and not taken ([`Node::next_notification`])
    /// is more to do at once.
    pub fn poll(&mut self, now: u64) -> u64 {
        let next = self.inner.poll(now);
        if next <= now {
            next
        } else {
            next.min(self.resource.deadline(&self.inner))
        }
    }

    /// Takes a datagram that came in and writes the answer into `out`. See [`Answer`] for what to do with it.
    pub fn handle(&mut self, request: &Request<'_>, out: &mut [u8]) -> Answer {
        self.inner.now = request.now;
        self.inner.may_write = true;
        let mut outcome = self.resource.handle(request, &mut self.inner, out);
        if outcome == Outcome::Pending && self.inner.prove(self.resource.envelope()) {
            outcome = self.resource.handle(request, &mut self.inner, out);
        }
        match outcome {
            Outcome::Reply(length) => Answer::Send(length),
            Outcome::Pending => Answer::Pending,
            Outcome::Ignore => Answer::Silent,
            Outcome::NotMine => match self.inner.script_request(request, out) {
                Received::Answer(answer) => answer,
                Received::Refuse(refusal) => {
                    let answer = self.refuse_with(request, &refusal, out);
                    let bytes = match answer {
                        Answer::Send(length) => out.get(..length).unwrap_or(&[]),
                        _ => &[],
                    };
                    self.inner.keep_answer(request, bytes);
                    answer
                }
            },
        }
    }

    /// What a system sends that could not wait for the answer to a NON request: 5.03 with Max-Age.
    pub fn refuse_busy(&mut self, request: &Request<'_>, out: &mut [u8]) -> Answer {
        self.refuse_with(request, &BUSY, out)
    }

    fn refuse_with(
        &mut self,
        request: &Request<'_>,
        refusal: &motebox_coap::Refusal,
        out: &mut [u8],
    ) -> Answer {
        match self.resource.refuse(request, refusal, out) {
            Outcome::Reply(length) => Answer::Send(length),
            _ => Answer::Silent,
        }
    }

    /// The next notification of an observation, if one is due: to be asked for after every [`Node::poll`], until none comes.
    pub fn next_notification(&mut self, now: u64, out: &mut [u8]) -> Option<Notification> {
        self.resource.poll(now, &mut self.inner, out)
    }

    /// The next request of a script that is to be sent: to be asked for after every [`Node::poll`], until none comes. It is
    /// given once.
    pub fn next_request(&mut self) -> Option<Outgoing<'_>> {
        let setups = &mut self.inner.setups;
        let pair = setups.iter().position(|setup| setup.requests.has_unsent())?;
        let (handle, request) = setups.get_mut(pair)?.requests.next_to_send()?;
        Some(Outgoing {
            id: RequestId {
                pair: pair as u8,
                handle,
            },
            endpoint: request.endpoint,
            method: request.method,
            path: request.path(),
            query: request.query(),
            payload: request.body(),
        })
    }

    /// Reports how a script's request ended: with the answer's code and body, or `None` when it failed. Later answers, and
    /// those to a script that has ended, change nothing; [`Node::poll`] is due after it. A body of more than
    /// [`crate::REQUEST_BYTES`] bytes counts as failed.
    pub fn completed(&mut self, id: RequestId, answer: Option<(u8, &[u8])>) {
        if let Some(setup) = self.inner.setups.get_mut(usize::from(id.pair)) {
            setup.requests.complete(id.handle, answer);
        }
    }

    /// Tells that a device changed, as an interrupt saw it: scripts that watch it look at it with the next [`Node::poll`],
    /// which is due at once, instead of when their period is over. What nobody watches changes nothing. Many changes before
    /// one `poll` are one.
    pub fn device_changed(&mut self, device: u16, now: u64) {
        for setup in self.inner.setups.iter_mut() {
            setup.timers.changed(device, now);
        }
    }

    /// What the container in place `index` (0 to `N` - 1) does, for the firmware's own display and for measurements. Over
    /// CoAP the same stands in `/c/{id}/status`. `None` behind the last place.
    pub fn status(&self, index: usize) -> Option<Status> {
        self.inner.overview(index)
    }

    /// Whether a script asked for a reboot since this was last asked.
    pub fn take_reboot(&mut self) -> bool {
        core::mem::take(&mut self.inner.reboot)
    }

    /// Stops every script and returns its actuators to their safe values: before the firmware resets.
    pub fn shut_down(&mut self) {
        for pair in 0..N {
            self.inner.teardown(pair);
            self.inner.enter(pair, crate::life::Phase::Stopped);
        }
    }

    /// The firmware's flash and board back.
    pub fn into_parts(self) -> (F, B) {
        (self.inner.flash.flash, self.inner.board)
    }
}

fn resource_config(config: &Config<'_>) -> motebox_coap::Config {
    // The node's seed, stretched: what is guessed of one use helps with no other.
    let mut material = [0; 9];
    if let Some((label, seed)) = material.split_first_mut() {
        *label = b'e';
        seed.iter_mut()
            .zip(config.seed.to_le_bytes())
            .for_each(|(to, from)| *to = from);
    }
    let digest = motebox_envelope::Sha256::of(&material);
    let secret = digest.first_chunk().copied().unwrap_or_default();
    let [.., high, low] = digest;
    motebox_coap::Config {
        alias: config.alias.map(|id| ("riot/script", id)),
        max_request_bytes: config.max_request_bytes,
        ..motebox_coap::Config::new(secret, u16::from_be_bytes([high, low]))
    }
}
