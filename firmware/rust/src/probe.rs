//! Measures from inside: how deep the stack got in each phase, and between which instructions an instruction counter counts.
//!
//! Stack: the free memory below the stack pointer is painted when a phase begins; the lowest word that lost its paint says how
//! deep the stack was, interrupts included. Instructions: a phase begins with a hint instruction of its own number, which does
//! nothing on any Cortex-M and which the plugin of `cargo xtask qemu` looks for. The painting itself counts for no phase.

use core::arch::asm;
use core::sync::atomic::{AtomicU32, Ordering};

use motebox::envelope::Verifier;

use crate::console;

/// What the mote is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The scenario's own work: no figure of the product's.
    Scenario,
    /// The node is made from what is in flash.
    Boot,
    /// A poll without anything special in it.
    Poll,
    /// A block of an upload, all but the signature check.
    Upload,
    /// The signature check alone.
    Verify,
    /// What precedes a start: the container's digest, the marks of its trial.
    Start,
    /// From the engine's first look at the text to the script's first call.
    Compile,
    /// A script's top level, from its first call on.
    Run,
    /// A callback: of the threshold, or any later one.
    Event,
    /// A timer's callback.
    Timer,
    /// A request to a script's handler, from the datagram to the answer.
    Request,
}

/// Phases and their names, in the order of their numbers.
const PHASES: [(Phase, &str); 11] = [
    (Phase::Scenario, "scenario"),
    (Phase::Boot, "boot"),
    (Phase::Poll, "poll"),
    (Phase::Upload, "upload"),
    (Phase::Verify, "verify"),
    (Phase::Start, "start"),
    (Phase::Compile, "compile"),
    (Phase::Run, "run"),
    (Phase::Event, "event"),
    (Phase::Timer, "timer"),
    (Phase::Request, "request"),
];

const PAINT: u32 = 0x5ac3_a55a;
/// So much below the caller of a phase is painted and looked at, in bytes: painting takes time, and with more of it the scenario's
/// deadlines would pass meanwhile. A phase that shows this much may have been deeper.
const WINDOW: u32 = 12 * 1024;

/// Where the stack pointer was when the scenario called what is measured.
static BASE: AtomicU32 = AtomicU32::new(0);
static CURRENT: AtomicU32 = AtomicU32::new(0);
static DEEPEST: [AtomicU32; PHASES.len()] = [const { AtomicU32::new(0) }; PHASES.len()];

unsafe extern "C" {
    static __sheap: u32;
    static _stack_start: u32;
}

macro_rules! hint {
    ($code:literal) => {
        // SAFETY: hints that are not allocated execute as NOP (ARMv6-M and ARMv7-M Architecture Reference Manuals), and a
        // register that is moved to itself is what it was.
        unsafe { asm!(concat!(".inst.n ", $code), options(nomem, nostack, preserves_flags)) }
    };
}

/// The hint that says which phase follows.
#[inline(always)]
fn mark(phase: Phase) {
    match phase {
        Phase::Scenario => hint!("0xbf50"),
        Phase::Boot => hint!("0xbf60"),
        Phase::Poll => hint!("0xbf70"),
        Phase::Upload => hint!("0xbf80"),
        Phase::Verify => hint!("0xbf90"),
        Phase::Start => hint!("0xbfa0"),
        Phase::Compile => hint!("0xbfb0"),
        Phase::Run => hint!("0xbfc0"),
        Phase::Event => hint!("0xbfd0"),
        Phase::Timer => hint!("0xbfe0"),
        Phase::Request => hint!("0xbff0"),
    }
}

/// What stands at the begin and at the end of an interrupt handler: `mov r12, r12`. In between counts for no phase.
#[inline(always)]
pub fn interrupt() {
    hint!("0x46e4");
}

/// Ends the phase that was, begins another one, and says which it was. From any depth of calls, not from interrupts.
#[inline(never)]
pub fn enter(phase: Phase) -> Phase {
    mark(Phase::Scenario);
    let before = current();
    if before == Phase::Scenario {
        let base = stack_pointer();
        BASE.store(base, Ordering::Relaxed);
        paint(base, false);
    } else {
        let base = BASE.load(Ordering::Relaxed);
        let deep = base.saturating_sub(paint(base, true));
        let deepest = &DEEPEST[before as usize];
        deepest.store(deepest.load(Ordering::Relaxed).max(deep), Ordering::Relaxed);
    }
    CURRENT.store(phase as u32, Ordering::Relaxed);
    mark(phase);
    before
}

/// The phase of now.
pub fn current() -> Phase {
    let number = CURRENT.load(Ordering::Relaxed) as usize;
    PHASES.get(number).map_or(Phase::Scenario, |(phase, _)| *phase)
}

fn stack_pointer() -> u32 {
    let here: u32;
    // SAFETY: reads the stack pointer.
    unsafe { asm!("mov {}, sp", out(reg) here, options(nomem, nostack, preserves_flags)) };
    here
}

/// Paints what is free of the window below `base`. With `look` it is painted already, but for what was used since: the lowest
/// such word is returned.
#[inline(never)]
fn paint(base: u32, look: bool) -> u32 {
    let here = stack_pointer();
    let limit = (&raw const __sheap) as u32;
    let mut word = limit.max(base.saturating_sub(WINDOW)) as *mut u32;
    // SAFETY: from the end of the statics to below the stack pointer there is RAM that nobody owns: there is no heap, and what
    // lies below the stack pointer is dead. Volatile, because the compiler knows nothing of it. An interrupt in between uses
    // the same memory and leaves it: what it wrote counts as its depth.
    unsafe {
        while look && (word as u32) < here && word.read_volatile() == PAINT {
            word = word.add(1);
        }
        let lowest = word as u32;
        while (word as u32) < here {
            word.write_volatile(PAINT);
            word = word.add(1);
        }
        lowest
    }
}

/// Prints how deep the stack was in the phases that were entered, from the call of the node on.
pub fn report() {
    enter(Phase::Scenario);
    for ((_, name), deepest) in PHASES.iter().zip(&DEEPEST).skip(1) {
        let deep = deepest.load(Ordering::Relaxed);
        if deep > 0 {
            let mut room = [0; 10];
            let number = console::decimal(deep, &mut room);
            console::pieces(&[b"fact stack.", name.as_bytes(), b" ", number]);
        }
    }
    let (limit, top) = (&raw const __sheap, &raw const _stack_start);
    console::fact("stack-room", (top as u32).saturating_sub(limit as u32));
}

/// A verifier whose work is a phase.
pub struct Watched<V>(pub V);

impl<V: Verifier> Verifier for Watched<V> {
    fn verify(&self, public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        let before = enter(Phase::Verify);
        let holds = self.0.verify(public_key, message, signature);
        enter(before);
        holds
    }
}
