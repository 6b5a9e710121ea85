//! Networks of many nodes: what arrives, what is lost, and that a run can be repeated.

use motebox_crime::modules::id;
use motebox_crime::{Address, Event, Framing, Mac, ModuleSpec, Op, SendError, StackSpec};
use motebox_sim::radio::{
    NoNode, Observer, PathLoss, Position, Room, Settings, Simulation, Size, Topology, TopologyError,
};

const CHANNEL: u16 = 129;

fn broadcast() -> [ModuleSpec<'static>; 3] {
    [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        ModuleSpec::new(id::APP, &[]),
    ]
}

fn node(a: u8) -> Address {
    Address::new(a, 0)
}

/// Everything that happens, as lines.
#[derive(Default)]
struct Log(Vec<String>);

impl Log {
    fn of(&self, word: &str) -> Vec<&str> {
        self.0
            .iter()
            .map(String::as_str)
            .filter(|line| line.contains(word))
            .collect()
    }
}

impl Observer for Log {
    fn frame(&mut self, now: u64, node: Address, frame: &[u8]) {
        self.0.push(format!("{now} {:?} frame {frame:02x?}", node.0));
    }

    fn event(&mut self, now: u64, node: Address, event: &Event, payload: &[u8]) {
        let Event {
            op,
            from,
            rssi_dbm,
            lqi,
            ..
        } = event;
        let line = format!(
            "{now} {:?} {op:?} {:?} {rssi_dbm} {lqi} {payload:?}",
            node.0, from.0
        );
        self.0.push(line);
    }

    fn unsent(&mut self, now: u64, node: Address, error: SendError) {
        self.0.push(format!("{now} {:?} {error:?}", node.0));
    }
}

/// `sends`: time, from. Everything that happened, and the counts.
fn run(
    settings: Settings,
    topology: &Topology,
    nodes: usize,
    modules: &[ModuleSpec<'_>],
    sends: &[(u64, u8)],
) -> (Log, motebox_sim::radio::Counts) {
    let stacks = [StackSpec::new(modules)];
    let mut room = Room::new(nodes, Size::of(&stacks).unwrap());
    let mut simulation = Simulation::new(settings, topology, &mut room).unwrap();
    simulation.compose(&stacks).unwrap();
    for &(at, from) in sends {
        simulation
            .send_at(at, node(from), CHANNEL, Address::NONE, b"Hello")
            .unwrap();
    }
    let mut log = Log::default();
    simulation.run_until(60_000_000, &mut log);
    (log, simulation.counts())
}

#[test]
fn a_broadcast_reaches_the_neighbours_and_nobody_else() {
    let (log, counts) = run(
        Settings::default(),
        &Topology::Line,
        4,
        &broadcast(),
        &[(1_000_000, 3)],
    );
    let received = log.of("Recv");
    assert_eq!(received.len(), 2, "{received:?}");
    assert!(
        received[0].contains("[2, 0] Recv [3, 0] -60 110 [72, 101, 108, 108, 111]"),
        "{received:?}"
    );
    assert!(received[1].contains("[4, 0] Recv [3, 0]"), "{received:?}");
    assert_eq!(log.of("Sent").len(), 1);
    assert_eq!((counts.frames, counts.bytes, counts.received), (1, 9, 2));
}

#[test]
fn frames_take_their_time() {
    let settings = Settings {
        collisions: false,
        delay_us: 77,
        ..Settings::default()
    };
    let (log, _) = run(settings, &Topology::Line, 2, &broadcast(), &[(1_000_000, 1)]);
    // 9 bytes, and 8 of the physical layer, of 32 us each.
    let end = 1_000_000 + (9 + 8) * 32;
    assert_eq!(
        log.0[0],
        "1000000 [1, 0] frame [81, 00, 01, 00, 48, 65, 6c, 6c, 6f]"
    );
    assert!(log.0[1].starts_with(&format!("{end} [1, 0] Sent")), "{:?}", log.0);
    assert!(
        log.0[2].starts_with(&format!("{} [2, 0] Recv", end + 77)),
        "{:?}",
        log.0
    );
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let beacons = [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::BROADCAST, &[]).triggered(700, 0),
        ModuleSpec::new(id::APP, &[]),
    ];
    let all = |seed| {
        let settings = Settings {
            seed,
            loss: 0.3,
            fading_db: 4,
            ..Settings::default()
        };
        let sends: Vec<(u64, u8)> = (1..=9).map(|a| (u64::from(a) * 1000, a)).collect();
        run(settings, &Topology::Grid, 9, &beacons, &sends)
    };
    let ((first, counts), (second, same), (third, _)) = (all(1), all(1), all(2));
    assert!(first.0.len() > 2000, "{}", first.0.len());
    assert_eq!(first.0, second.0);
    assert_eq!(counts, same);
    assert_ne!(first.0, third.0);
}

#[test]
fn loss_takes_its_share() {
    let beacon = [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::BROADCAST, &[]).triggered(20, 0),
        ModuleSpec::new(id::APP, &[]),
    ];
    let settings = Settings {
        loss: 0.25,
        ..Settings::default()
    };
    let (_, counts) = run(settings, &Topology::Line, 2, &beacon, &[(0, 1)]);
    assert_eq!(counts.frames, 3000);
    assert_eq!(counts.received + counts.lost, 3000);
    assert!((650..850).contains(&counts.lost), "{counts:?}");
    let everything = Settings {
        loss: 1.0,
        ..Settings::default()
    };
    let (_, counts) = run(everything, &Topology::Line, 2, &beacon, &[(0, 1)]);
    assert_eq!((counts.received, counts.lost), (0, 3000));
}

#[test]
fn hidden_stations_collide_and_others_take_turns() {
    // 1 and 3 do not hear each other; 2 hears both.
    let sends: Vec<(u64, u8)> = (0..500)
        .flat_map(|at| [(at * 100_000, 1), (at * 100_000, 3)])
        .collect();
    let (_, hidden) = run(Settings::default(), &Topology::Line, 3, &broadcast(), &sends);
    assert_eq!((hidden.frames, hidden.received + hidden.collided), (1000, 1000));
    assert!(hidden.collided > 200, "{hidden:?}");
    let (_, turns) = run(Settings::default(), &Topology::All, 3, &broadcast(), &sends);
    assert!(
        turns.collided + turns.deaf < 300 && turns.received > 1700,
        "{turns:?}"
    );
    let air_for_all = Settings {
        collisions: false,
        ..Settings::default()
    };
    let (_, ideal) = run(air_for_all, &Topology::Line, 3, &broadcast(), &sends);
    assert_eq!((ideal.received, ideal.collided), (1000, 0));
}

#[test]
fn a_channel_that_is_never_free_is_given_up() {
    let chatter = [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::BROADCAST, &[]).triggered(1, 300),
        ModuleSpec::new(id::APP, &[]),
    ];
    let sends: Vec<(u64, u8)> = (1..=30).map(|a| (0, a)).collect();
    let (log, counts) = run(Settings::default(), &Topology::All, 30, &chatter, &sends);
    assert!(counts.given_up > 100, "{counts:?}");
    assert!(!log.of("Dropped").is_empty(), "the application is told");
}

#[test]
fn distance_decides_over_signal_and_reach() {
    let at = |x_m| Position { x_m, y_m: 0.0 };
    let topology = Topology::Positions(vec![at(0.0), at(10.0), at(45.0)], PathLoss::default());
    let (log, _) = run(
        Settings::default(),
        &topology,
        3,
        &broadcast(),
        &[(0, 1), (1_000_000, 3)],
    );
    let received = log.of("Recv");
    assert!(received[0].contains("[2, 0] Recv [1, 0] -70 98"), "{received:?}");
    let far = received.iter().find(|line| line.contains("[2, 0] Recv [3, 0]"));
    assert!(far.is_none_or(|line| line.contains("-86 66")), "{received:?}");
}

#[test]
fn addresses_go_on_after_255() {
    let stacks = broadcast();
    let stacks = [StackSpec::new(&stacks)];
    let mut room = Room::new(300, Size::of(&stacks).unwrap());
    let settings = Settings {
        address_high: 7,
        framing: Framing {
            mac: Mac::Ieee802154 { pan: 0xabcd },
            link_addresses: true,
        },
        ..Settings::default()
    };
    let mut simulation = Simulation::new(settings, &Topology::Line, &mut room).unwrap();
    simulation.compose(&stacks).unwrap();
    let addresses: Vec<Address> = simulation.addresses().collect();
    assert_eq!(addresses[0], Address::new(1, 7));
    assert_eq!(addresses[255], Address::new(0, 8));
    assert_eq!(addresses[299], Address::new(44, 8));
    let nobody = Address::new(45, 8);
    assert_eq!(simulation.node(nobody).unwrap_err(), NoNode(nobody));
    assert_eq!(simulation.node(addresses[255]).unwrap().address(), addresses[255]);
    simulation
        .send_at(0, Address::new(0, 8), CHANNEL, Address::NONE, b"x")
        .unwrap();
    let mut log = Log::default();
    simulation.run_until(1_000_000, &mut log);
    let received = log.of("Recv");
    assert_eq!(received.len(), 2);
    assert!(
        received.iter().all(|line| line.contains("Recv [0, 8]")),
        "{received:?}"
    );
    assert!(
        log.0[0].contains("41, 98") && log.0[0].contains("cd, ab, ff, ff, 08, 00, 81, 00, 78"),
        "{}",
        log.0[0]
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let size = Size {
        stacks: 1,
        modules: 3,
        words: 2,
        slots: 8,
    };
    let mut room = Room::new(255, size);
    let settings = Settings {
        address_high: 255,
        ..Settings::default()
    };
    let refused = Simulation::new(settings, &Topology::Line, &mut room).unwrap_err();
    assert_eq!(refused, TopologyError::TooMany(254));
    let mut room = Room::new(2, size);
    let here = Topology::Positions(Vec::new(), PathLoss::default());
    let refused = Simulation::new(Settings::default(), &here, &mut room).unwrap_err();
    assert_eq!(refused, TopologyError::Positions(0));
    let mut simulation = Simulation::new(Settings::default(), &Topology::Line, &mut room).unwrap();
    let refused = simulation.compose(&[StackSpec::new(&[])]).unwrap_err();
    assert_eq!(refused.why, motebox_crime::Why::Empty);
    simulation
        .send_at(5, node(1), CHANNEL, Address::NONE, b"x")
        .unwrap();
    let mut log = Log::default();
    simulation.run_until(10, &mut log);
    assert_eq!(log.0, ["5 [1, 0] Channel(129)"]);
    assert!(simulation.is_silent());
    assert_eq!(simulation.now_us(), 10);
}

#[test]
fn ten_thousand_nodes_are_faster_than_time() {
    let trickle = [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::BROADCAST, &[]),
        // A first interval of one second.
        ModuleSpec::new(id::TRICKLE, &[(0, 1000)]),
        ModuleSpec::new(id::APP, &[]),
    ];
    let stacks = [StackSpec::new(&trickle)];
    let begin = std::time::Instant::now();
    let mut room = Room::new(10_000, Size::of(&stacks).unwrap());
    let mut simulation = Simulation::new(Settings::default(), &Topology::Grid, &mut room).unwrap();
    simulation.compose(&stacks).unwrap();
    simulation
        .send_at(0, node(1), CHANNEL, Address::NONE, b"Hello")
        .unwrap();
    let mut heard = Heard(0);
    simulation.run_until(300_000_000, &mut heard);
    assert_eq!(heard.0, 9_999, "it went from one corner to all the others");
    let took = begin.elapsed();
    println!("{took:?} for 300 s of 10,000 nodes, {:?}", simulation.counts());
    assert!(took.as_secs() < 300, "{took:?}, and that without optimisation");
}

/// How many payloads applications received.
struct Heard(u32);

impl Observer for Heard {
    fn event(&mut self, _: u64, _: Address, event: &Event, _: &[u8]) {
        self.0 += u32::from(event.op == Op::Recv);
    }
}

#[test]
fn an_object_goes_to_every_node_in_chunks() {
    let modules = [
        ModuleSpec::new(id::CHANNEL, &[(0, CHANNEL as u32)]),
        ModuleSpec::new(id::ABC, &[]),
        ModuleSpec::new(id::POLITE, &[(1, 1)]),
        ModuleSpec::new(id::RUDOLPH2, &[]),
        ModuleSpec::new(id::APP, &[]),
    ];
    let stacks = [StackSpec::new(&modules)];
    let mut room = Room::new(4, Size::of(&stacks).unwrap());
    let settings = Settings {
        loss: 0.1,
        ..Settings::default()
    };
    let mut simulation = Simulation::new(settings, &Topology::Line, &mut room).unwrap();
    simulation.compose(&stacks).unwrap();
    let object: Vec<u8> = (0..333u32).map(|at| (at * 7) as u8).collect();
    simulation
        .send_object_at(0, node(1), CHANNEL, Address::NONE, &object)
        .unwrap();
    simulation.run_until(300_000_000, &mut ());
    for address in simulation.addresses() {
        assert_eq!(simulation.object(address).unwrap(), object, "{address:?}");
    }
    assert_eq!(simulation.object(node(9)).unwrap_err(), NoNode(node(9)));
}
