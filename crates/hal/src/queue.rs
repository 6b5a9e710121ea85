//! From interrupts to the loop: what happened, in the order in which it happened.
//!
//! The node is driven from one place. Interrupt handlers do not call it: they post what they saw, and the loop takes it out.
//! Any number of handlers may post, also of different priorities, because each access is a critical section of some twenty
//! instructions plus the copy of one event. The chip's crate brings the implementation of `critical-section`.

use core::cell::{Cell, RefCell};
use critical_section::Mutex;
use heapless::Deque;

/// At most `N` events of type `E`, to be a `static` of the firmware.
///
/// ```
/// use motebox_hal::EventQueue;
///
/// enum Event { Received(u8), Button }
/// static EVENTS: EventQueue<Event, 8> = EventQueue::new();
///
/// fn interrupt() {
///     // Nothing better can be done in an interrupt than to count what is lost: `post` does it.
///     let _ = EVENTS.post(Event::Button);
/// }
///
/// # let _ = EVENTS.post(Event::Received(7));
/// # interrupt();
/// let mut pressed = 0;
/// while let Some(event) = EVENTS.take() {
///     match event {
///         Event::Received(byte) => assert_eq!(byte, 7),
///         Event::Button => pressed += 1,
///     }
/// }
/// assert_eq!((pressed, EVENTS.lost()), (1, 0));
/// ```
pub struct EventQueue<E, const N: usize> {
    events: Mutex<RefCell<Deque<E, N>>>,
    lost: Mutex<Cell<u32>>,
}

impl<E, const N: usize> EventQueue<E, N> {
    /// An empty queue.
    pub const fn new() -> Self {
        EventQueue {
            events: Mutex::new(RefCell::new(Deque::new())),
            lost: Mutex::new(Cell::new(0)),
        }
    }

    /// Puts an event behind the others. From anywhere, interrupts of every priority included.
    ///
    /// # Errors
    /// The event itself when `N` are waiting already: it is counted as lost ([`EventQueue::lost`]). Make `N` larger, or
    /// [`EventQueue::take`] more often.
    pub fn post(&self, event: E) -> Result<(), E> {
        critical_section::with(|section| {
            // The borrow ends inside the section, and nothing in it posts or takes again: it is always free.
            let outcome = match self.events.borrow(section).try_borrow_mut() {
                Ok(mut events) => events.push_back(event),
                Err(_) => Err(event),
            };
            if outcome.is_err() {
                let lost = self.lost.borrow(section);
                lost.set(lost.get().saturating_add(1));
            }
            outcome
        })
    }

    /// The oldest event.
    pub fn take(&self) -> Option<E> {
        critical_section::with(|section| {
            let mut events = self.events.borrow(section).try_borrow_mut().ok()?;
            events.pop_front()
        })
    }

    /// Whether nothing waits. To sleep without missing an event, ask with interrupts disabled, and wait for an interrupt
    /// before they are enabled again: `wfi` returns for a pending one all the same.
    pub fn is_empty(&self) -> bool {
        critical_section::with(|section| {
            let events = self.events.borrow(section).try_borrow();
            events.is_ok_and(|events| events.is_empty())
        })
    }

    /// Events that found no place since the start.
    pub fn lost(&self) -> u32 {
        critical_section::with(|section| self.lost.borrow(section).get())
    }
}

impl<E, const N: usize> Default for EventQueue<E, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    #[test]
    fn a_full_queue_gives_the_event_back_and_counts_it() {
        let queue: EventQueue<u8, 2> = EventQueue::default();
        assert!(queue.is_empty());
        assert_eq!(queue.post(1), Ok(()));
        assert_eq!(queue.post(2), Ok(()));
        assert_eq!(queue.post(3), Err(3));
        assert_eq!(queue.lost(), 1);
        assert!(!queue.is_empty());
        assert_eq!(
            [queue.take(), queue.take(), queue.take()],
            [Some(1), Some(2), None]
        );
        assert_eq!(queue.post(4), Ok(()));
        assert_eq!(queue.take(), Some(4));
    }

    #[test]
    fn what_four_threads_post_comes_out_once_and_in_each_ones_order() {
        static QUEUE: EventQueue<(u8, u16), 8> = EventQueue::new();
        let threads: Vec<_> = (0..4u8)
            .map(|from| {
                std::thread::spawn(move || {
                    for number in 0..500 {
                        while QUEUE.post((from, number)).is_err() {
                            std::thread::yield_now();
                        }
                    }
                })
            })
            .collect();
        let mut next = [0u16; 4];
        while next != [500; 4] {
            match QUEUE.take() {
                Some((from, number)) => {
                    assert_eq!(number, next[usize::from(from)], "events of {from} are in order");
                    next[usize::from(from)] += 1;
                }
                None => std::thread::yield_now(),
            }
        }
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(QUEUE.take(), None);
    }
}
