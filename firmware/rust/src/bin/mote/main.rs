//! A mote with two containers that plays the alarm scenario: an operator installs, updates and attacks it over CoAP, the light
//! and the noise in its room come by interrupts, and it is reset in the middle of an update.
//!
//! What a product would have in its place: for `operator` a radio and UDP, for `room` a converter, pins and a timer channel.
//! `mote` is the product's part.
#![no_std]
#![no_main]

mod mote;
mod operator;
mod room;
mod scenario;

use core::mem::MaybeUninit;

use cortex_m_rt::entry;
use motebox::envelope::Compact;
use motebox::store::Layout;
use motebox::{Config, Node};
use motebox_firmware::board::{self, ChipFlash};
use motebox_firmware::probe::{self, Phase, Watched};
use motebox_firmware::{console, trust};
use motebox_hal::{Analog, Class, Clock, Entry, Input, Mapped, Output, Pwm, Scaling, Table};

use mote::{Desk, Heard, Mote, TheNode};
use room::{Button, Buzzer, Lamp, Light, Microphone};

/// Words of one container's arena: 2,560 B.
const ARENA: usize = 640;
/// Longest script, in bytes: four slots of it fill the store's flash.
const PAYLOAD_BYTES: u32 = 2_048;
/// Largest CoAP message, in bytes.
const PDU_BYTES: usize = 128;

static VERIFIER: Watched<Compact> = Watched(Compact);

#[entry]
fn main() -> ! {
    static mut ARENAS: [[u32; ARENA]; 2] = [[0; ARENA]; 2];
    static mut NODE: MaybeUninit<TheNode> = MaybeUninit::uninit();
    static mut CONFIG: MaybeUninit<Config<'static>> = MaybeUninit::uninit();
    static mut LIGHT: Analog<Light> = Analog::new(Light, Scaling::RAW);
    static mut MICROPHONE: Analog<Microphone> = Analog::new(Microphone, Scaling::RAW);
    static mut BUTTON: Input<Button> = Input::active_low(Button);
    static mut LAMP: Output<Lamp> = Output::active_high(Lamp);
    static mut BUZZER: Pwm<Buzzer> = Pwm::percent(Buzzer);

    board::start_counter();
    let Ok(clock) = Clock::new(32, board::COUNTER_HZ, board::counter()) else {
        console::fail()
    };
    let mut flash = ChipFlash::new();
    let boots = scenario::count_boot();
    if boots == 0 {
        flash.manufacture();
    }

    probe::enter(Phase::Boot);
    let config = CONFIG.write(configuration(boots));
    let board = Table::new(
        [
            Entry::sensor("brightness", Class::SenseLight, LIGHT),
            Entry::sensor("sound", Class::SenseAnalog, MICROPHONE),
            Entry::sensor("button", Class::SenseBtn, BUTTON),
            Entry::actuator("lamp", Class::ActSwitch, LAMP, 0),
            Entry::actuator("buzzer", Class::ActDimmer, BUZZER, 0),
        ],
        mote::nowhere as fn(&str, &[u8]),
    );
    let node = boot(NODE, config, Heard(Mapped(flash)), Desk(board), ARENAS);
    probe::enter(Phase::Scenario);

    if let Some(mut peripherals) = cortex_m::Peripherals::take() {
        room::start(&mut peripherals.SYST, board::CORE_HZ);
    }
    scenario::play(&mut Mote::new(node, clock), boots)
}

fn configuration(boots: u32) -> Config<'static> {
    Config {
        open_read: true,
        resets: Some(boots),
        max_request_bytes: PDU_BYTES,
        ..Config::new(
            b"bench-1",
            b"bench",
            trust::keys(),
            &VERIFIER,
            Layout::of::<Heard>(0, PAYLOAD_BYTES),
            u64::from(boots) + 1,
        )
    }
}

/// Makes the node in its place. In a function of its own, so that what the making takes of the stack is given back.
#[inline(never)]
fn boot(
    place: &'static mut MaybeUninit<TheNode>,
    config: &'static Config<'static>,
    flash: Heard,
    board: Desk,
    arenas: &'static mut [[u32; ARENA]; 2],
) -> &'static mut TheNode {
    let [first, second] = arenas;
    match Node::new_in(place, config, flash, board, [first, second]) {
        Ok(node) => node,
        Err(_) => {
            console::line("the node cannot be made");
            console::fail()
        }
    }
}
