//! Power cuts on the whole mote: after every flash operation of an update, the old version or the new one runs.

mod common;

use common::{Lab, settings, signed};
use motebox_sim::clock::Clock;
use motebox_sim::flash::Flash;
use motebox_sim::mote::{FLASH_BYTES, Firmware, Ram, Running, Stopped, World};

const OLD: &str = "print('old');\n";
const NEW: &str = "print('new');\n";

/// A world where version 1 runs and is confirmed.
fn installed() -> World {
    let world = World::new(settings(), Flash::in_memory(FLASH_BYTES), Clock::at_rest());
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    lab.install(1, OLD);
    lab.run_ms(1500);
    assert_eq!(lab.status()["state"], "4", "confirmed");
    drop(lab);
    world
}

/// Updates to version 2 until it is confirmed, or the power is cut.
fn update(world: &World) -> Result<(), Stopped> {
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(world, Running::boot(world, &mut ram, &mut firmware).unwrap());
    lab.run_us(100_000)?;
    lab.upload(&signed(2, NEW))?;
    lab.run_us(2_000_000)
}

#[test]
fn after_a_cut_in_any_operation_the_old_or_the_new_version_runs() {
    let world = installed();
    let before = world.flash.wear().operations();
    update(&world).unwrap();
    let whole = world.flash.wear().operations() - before;
    assert!(whole > 10, "{whole} operations are no update");

    for cut in 0..whole {
        let world = installed();
        world.flash.cut_after(cut);
        assert_eq!(
            update(&world),
            Err(Stopped::PowerLost),
            "cut after {cut} of {whole}"
        );
        world.flash.restore();
        let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
        let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
        lab.run_ms(500);
        let status = lab.status();
        assert!(
            ["1", "2"].contains(&status["sequence"].as_str()),
            "cut after {cut}: {status:?}"
        );
        assert!(
            ["3", "4"].contains(&status["state"].as_str()),
            "cut after {cut}: {status:?}"
        );
        // Whatever was cut, the same update goes through afterwards.
        lab.install(2, NEW);
        lab.run_ms(1500);
        assert_eq!(lab.status()["state"], "4", "cut after {cut}");
    }
}

#[test]
fn an_untouched_mote_comes_back_with_what_it_had() {
    let world = installed();
    let wear = world.flash.wear();
    world.flash.cut();
    world.flash.restore();
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    lab.run_ms(500);
    assert_eq!(lab.status()["sequence"], "1");
    assert_eq!(world.flash.wear(), wear, "a boot costs no flash");
}
