//! What the simulated system does that kinder ones do not: small PDUs, late answers, an air that loses.

mod common;

use common::{Lab, settings, signed};
use motebox_sim::clock::Clock;
use motebox_sim::flash::Flash;
use motebox_sim::mote::{FLASH_BYTES, Firmware, Ram, Running, Settings, World};
use motebox_sim::packet::{Block, Code, Kind, Packet, option};

fn world(settings: Settings) -> World {
    World::new(settings, Flash::in_memory(FLASH_BYTES), Clock::at_rest())
}

#[test]
fn a_block_larger_than_the_pdu_is_told_the_size_that_fits() {
    let world = world(settings());
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    let container = signed(1, "print('x');\n");
    for exponent in [3, 4, 5, 6] {
        let size = 16 << exponent;
        let piece = &container[..container.len().min(size)];
        let request = Packet::request(Code::PUT, "/c/alarm")
            .with_block(option::BLOCK1, Block::new(0, piece.len() == size, exponent))
            .with_payload(piece);
        let answer = lab.ask(request).unwrap();
        assert_eq!(answer.code(), Code::TOO_LARGE, "{size} B");
        assert_eq!(
            answer.get_block(option::BLOCK1).map(|block| block.size_exponent),
            Some(2),
            "{size} B"
        );
    }
    assert_eq!(world.flash.wear().operations(), 0, "a refusal costs no flash");
}

#[test]
fn a_large_pdu_takes_large_blocks() {
    let world = world(Settings {
        pdu_bytes: 1280,
        ..settings()
    });
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    let request = Packet::request(Code::PUT, "/c/alarm").with_payload(&signed(1, "print('x');\n"));
    assert_eq!(lab.ask(request).unwrap().code(), Code::CREATED);
}

#[test]
fn reading_needs_a_right_by_default() {
    let world = world(Settings {
        open_read: false,
        ..settings()
    });
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    lab.install(1, "print('x');\n");
    for path in ["/c/alarm", "/c/alarm/log"] {
        assert_eq!(lab.get(path).code(), Code::UNAUTHORIZED, "{path}");
    }
    assert!(!lab.status().contains_key("uptime-us"), "the short status only");
    let links = lab.ask(Packet::request(Code::GET, "/.well-known/core")).unwrap();
    assert_eq!(links.code(), Code::CONTENT);
}

#[test]
fn a_script_that_computes_makes_con_wait_in_silence_and_non_come_again() {
    let world = world(settings());
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    // The handler waits for the cloud: nobody waits for it but the client.
    lab.install(
        1,
        "coap.register_handler('/alarm', coap.method.PUT, function () {\n\
         coap.request('coap://[2001:db8::1]/coap', coap.method.POST, 'asked');\n\
         return 'late';\n});\n",
    );
    lab.cloud_answers = false;
    let put = |kind, id| {
        let mut request = Packet::request(Code::PUT, "/alarm").with_payload(b"now");
        request.header.kind = kind;
        request.header.id = id;
        request
    };
    lab.send(&put(Kind::Con, 9001));
    lab.run_ms(1000);
    assert_eq!(lab.heard(), [], "no separate response, and none after 250 ms");
    lab.send(&put(Kind::Con, 9001));
    lab.run_ms(1000);
    assert_eq!(lab.heard(), [], "a retransmission finds no answer yet");
    assert_eq!(
        lab.cloud,
        ["asked"],
        "the handler runs once for a message that comes twice"
    );
    lab.send(&put(Kind::Non, 9002));
    lab.run_ms(1000);
    let busy = lab.heard();
    assert_eq!(busy.len(), 1);
    assert_eq!(busy[0].code(), Code::UNAVAILABLE);
    assert!(busy[0].get_uint(option::MAX_AGE).is_some());
    // The script's request ends by its deadline; the next retransmission finds the answer.
    lab.run_ms(12_000);
    lab.send(&put(Kind::Con, 9001));
    lab.run_ms(300);
    let answers = lab.heard();
    assert_eq!(answers.len(), 1);
    assert_eq!(
        (answers[0].code(), answers[0].text().as_str()),
        (Code::CONTENT, "late")
    );
}

#[test]
fn the_mote_outlives_the_wrap_of_its_clock() {
    let world = world(settings());
    let (mut ram, mut firmware) = (Ram::new(), Firmware::default());
    let mut lab = Lab::new(&world, Running::boot(&world, &mut ram, &mut firmware).unwrap());
    lab.install(
        1,
        "timer.setInterval(function () { print('tick'); }, 60000000);\n",
    );
    lab.run_ms(150 * 60 * 1000);
    let ticks = world
        .output
        .borrow()
        .iter()
        .filter(|(_, piece)| piece == b"tick")
        .count();
    assert!((149..=150).contains(&ticks), "{ticks} ticks in 150 minutes");
}
