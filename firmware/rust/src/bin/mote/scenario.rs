//! The scenario: each step is asserted, and prints one line.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use motebox::coap::msg::Code;
use motebox_firmware::probe::{self, Phase};
use motebox_firmware::{board, console};

use crate::PAYLOAD_BYTES;
use crate::mote::Mote;
use crate::operator::Operator;
use crate::room::{self, Channel, EVENTS};

/// Blocks of the update that arrive before the reset.
const BLOCKS_BEFORE_RESET: u32 = 12;
/// A container's state in its status.
const TRIAL: u32 = 3;
const CONFIRMED: u32 = 4;
/// The shortest wait in which everything has happened that follows from something, in microseconds: a watch looks every
/// 100 ms, and the example waits 20 ms more.
const SOON_US: u64 = 500_000;

/// Survives a reset: start-up does not touch it.
#[unsafe(link_section = ".uninit.BOOTS")]
static BOOTS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];
/// What stands beside the count when it means something: RAM comes up with anything in it.
const COUNTED: u32 = 0xb007_c047;

/// Resets before this start: 0 after power-up.
pub fn count_boot() -> u32 {
    let [count, mark] = &BOOTS;
    let boots = if mark.load(Relaxed) == COUNTED {
        count.load(Relaxed)
    } else {
        0
    };
    count.store(boots + 1, Relaxed);
    mark.store(COUNTED, Relaxed);
    boots
}

/// A step has been played: it holds, or this is the end.
fn step(name: &str, holds: bool) {
    let word = if holds { "ok    " } else { "FAILED" };
    console::pieces(&[word.as_bytes(), b" ", name.as_bytes()]);
    if !holds {
        console::fail();
    }
}

/// Plays the part of the scenario that belongs to this boot.
pub fn play(mote: &mut Mote, boots: u32) -> ! {
    let operator = &mut Operator::new(boots);
    if boots == 0 {
        console::pieces(&[b"machine ", board::NAME.as_bytes()]);
        install(mote, operator);
        alarm(mote, operator, 300, [Phase::Event, Phase::Timer, Phase::Request]);
        second_container(mote, operator);
        confirm(mote, operator);
        forgery(mote, operator);
        let code = operator.upload(mote, "c/alarm", b"alarm-2.mbx\0", BLOCKS_BEFORE_RESET);
        step(
            "half of alarm 2 arrives, then the chip is reset",
            code == Code::CONTINUE,
        );
        probe::report();
        cortex_m::peripheral::SCB::sys_reset()
    }
    after_reset(mote, operator);
    update(mote, operator);
    alarm(mote, operator, 600, [Phase::Poll; 3]);
    figures(mote, operator);
    console::succeed()
}

/// Lets the mote run until something holds; false when it does not within the time.
fn until(mote: &mut Mote, time_us: u64, holds: impl Fn(&mut Mote) -> bool) -> bool {
    let end = mote.now() + time_us;
    loop {
        mote.turn();
        if holds(mote) {
            return true;
        }
        if mote.now() >= end {
            return false;
        }
        mote.sleep();
    }
}

/// Lets the mote run for so long.
fn run_for(mote: &mut Mote, time_us: u64) {
    until(mote, time_us, |_| false);
}

/// Something happens in the room, the mote's interrupt tells it, and a script sees it; what that costs counts for `phase`.
fn change(mote: &mut Mote, channel: Channel, value: u32, phase: Phase) {
    room::change(channel, value);
    mote.on_event = Some(phase);
    until(mote, SOON_US, |_| room::is_known());
    mote.settle(phase);
}

/// Waits for the node's next deadline, and counts what is done then.
fn next_deadline(mote: &mut Mote, phase: Phase) {
    while mote.deadline() > mote.now() {
        cortex_m::asm::wfi();
    }
    mote.settle(phase);
}

fn install(mote: &mut Mote, operator: &mut Operator) {
    let code = operator.get(mote, ".well-known/core");
    step(
        "discovery names the list of containers",
        code == Code::CONTENT && operator.says("motebox.list"),
    );
    let code = operator.upload(mote, "c/alarm", b"alarm-1.mbx\0", u32::MAX);
    step("alarm 1 is stored and verified: 2.01", code == Code::CREATED);
    mote.settle(Phase::Start);
    operator.get(mote, "c/alarm/status");
    step(
        "alarm 1 is on trial",
        operator.number("state") == Some(TRIAL) && operator.number("sequence") == Some(1),
    );
    operator.get(mote, "c/alarm/log");
    step("its top level ran", operator.says("watching from 800 lux on\n"));
}

/// Light, but no noise; then both. `volume` is the buzzer's duty cycle in thousandths; the phases are those of the first
/// callback, of its timer, and of the request that ends the alarm.
fn alarm(mote: &mut Mote, operator: &mut Operator, volume: u32, phases: [Phase; 3]) {
    let [event, timer, request] = phases;
    change(mote, Channel::Brightness, 900, event);
    next_deadline(mote, timer);
    operator.get(mote, "c/alarm/log");
    step(
        "light alone is no alarm",
        operator.body().ends_with(b"light, but no noise\n") && room::buzzer() == 0 && mote.requests == 0,
    );

    change(mote, Channel::Brightness, 100, Phase::Poll);
    run_for(mote, SOON_US);
    change(mote, Channel::Sound, 900, Phase::Poll);
    change(mote, Channel::Brightness, 900, Phase::Poll);
    let asked = until(mote, SOON_US, |mote| mote.requests == 1);
    step(
        "light and noise: the buzzer sounds, ALARM! goes to the cloud",
        asked && mote.told.is_some_and(|told| told.right) && room::buzzer() == volume,
    );
    operator.get(mote, "c/alarm/status");
    step(
        "the script waits for the cloud",
        operator.number("waiting") == Some(1),
    );
    let answered = until(mote, 2 * SOON_US, |mote| mote.answered == 1);
    run_for(mote, SOON_US);
    operator.get(mote, "c/alarm/log");
    step(
        "the cloud's answer lets it go on",
        answered && operator.body().ends_with(b"alarm 1\nthe cloud knows\n"),
    );

    let code = operator.put(mote, "alarm", request);
    step(
        "the guard's PUT to /alarm ends it: 2.04",
        code == Code::CHANGED && room::buzzer() == 0,
    );
    change(mote, Channel::Brightness, 100, Phase::Poll);
    change(mote, Channel::Sound, 100, Phase::Poll);
    mote.requests = 0;
    mote.answered = 0;
}

fn second_container(mote: &mut Mote, operator: &mut Operator) {
    let code = operator.upload(mote, "c/stairs", b"stairs-1.mbx\0", u32::MAX);
    step("stairs 1 is stored and verified: 2.01", code == Code::CREATED);
    run_for(mote, SOON_US);
    change(mote, Channel::Button, 0, Phase::Poll);
    let lit = room::lamp();
    change(mote, Channel::Button, 1, Phase::Poll);
    step("the button turns the lamp on", lit);
    run_for(mote, 4_000_000);
    let still = room::lamp();
    let out = until(mote, 1_500_000, |_| !room::lamp());
    step("it goes out by itself after 5 s", still && out);
    let code = operator.put(mote, "stairs", Phase::Poll);
    step(
        "a PUT to /stairs does the same",
        code == Code::CHANGED && room::lamp(),
    );
}

fn confirm(mote: &mut Mote, operator: &mut Operator) {
    run_for(mote, 61_000_000);
    for (path, name) in [("c/alarm/status", "alarm 1"), ("c/stairs/status", "stairs 1")] {
        operator.get(mote, path);
        let confirmed = operator.number("state") == Some(CONFIRMED);
        console::pieces(&[b"       ", name.as_bytes(), b" has run through its probation"]);
        step("it is confirmed", confirmed);
    }
}

fn forgery(mote: &mut Mote, operator: &mut Operator) {
    operator.get(mote, "c/alarm/status");
    let erases = operator.number("erases");
    let code = operator.upload(mote, "c/alarm", b"forged.mbx\0", u32::MAX);
    step(
        "an update that a stranger signed is refused: 4.03",
        code == Code::FORBIDDEN && operator.says("signature"),
    );
    operator.get(mote, "c/alarm/status");
    step(
        "it cost no erase, and alarm 1 runs",
        erases.is_some()
            && operator.number("erases") == erases
            && operator.number("state") == Some(CONFIRMED)
            && operator.number("sequence") == Some(1),
    );
}

fn after_reset(mote: &mut Mote, operator: &mut Operator) {
    run_for(mote, SOON_US);
    for (path, name) in [("c/alarm/status", "alarm 1"), ("c/stairs/status", "stairs 1")] {
        operator.get(mote, path);
        console::pieces(&[b"       ", name.as_bytes(), b" after the reset"]);
        step(
            "it runs, confirmed",
            operator.number("state") == Some(CONFIRMED)
                && operator.number("sequence") == Some(1)
                && operator.number("resets") == Some(1),
        );
    }
    change(mote, Channel::Sound, 900, Phase::Poll);
    change(mote, Channel::Brightness, 900, Phase::Poll);
    let asked = until(mote, SOON_US, |mote| mote.requests == 1);
    step("it raises the alarm as before", asked && room::buzzer() == 300);
}

fn update(mote: &mut Mote, operator: &mut Operator) {
    let code = operator.upload(mote, "c/alarm", b"alarm-2.mbx\0", u32::MAX);
    step("alarm 2 arrives whole: 2.04", code == Code::CHANGED);
    mote.settle(Phase::Poll);
    operator.get(mote, "c/alarm/status");
    step(
        "it is on trial, with alarm 1 to fall back to",
        operator.number("state") == Some(TRIAL)
            && operator.number("sequence") == Some(2)
            && operator.number("fallback") == Some(1),
    );
    step("the buzzer of alarm 1 is silent", room::buzzer() == 0);
    change(mote, Channel::Brightness, 100, Phase::Poll);
    change(mote, Channel::Sound, 100, Phase::Poll);
    run_for(mote, SOON_US);
    mote.requests = 0;
    mote.answered = 0;
}

/// What `cargo xtask qemu` puts into its table.
fn figures(mote: &mut Mote, operator: &mut Operator) {
    step("no event was lost", EVENTS.lost() == 0 && room::ticks() > 0);
    console::fact("payload-max", PAYLOAD_BYTES);
    for (path, size, high) in [
        ("c/alarm/status", "arena.alarm", "arena-high.alarm"),
        ("c/stairs/status", "arena.stairs", "arena-high.stairs"),
    ] {
        operator.get(mote, path);
        if let (Some(bytes), Some(highest)) =
            (operator.number("heap-size"), operator.number("heap-high-water"))
        {
            console::fact(size, bytes);
            console::fact(high, highest);
        }
    }
    probe::report();
}
