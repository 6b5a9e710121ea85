//! A container's life, many times over: light and noise raise an alarm, a request waits, the guard ends it, in 2,560 B, while
//! allocations fail and fuel is cut at random. What the engine holds afterwards is what it held before.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use motebox_js::*;

const NAMES: &[&str] = &[
    "coap",
    "on",
    "read",
    "request",
    "sensor",
    "setTimeout",
    "timer",
    "write",
];
const fn entry(text: &str, item: Item) -> Entry {
    Entry {
        name: Library::name(NAMES, text),
        item,
    }
}
const fn function(text: &str, id: u16, args: &'static [Type]) -> Function {
    Function {
        name: Library::name(NAMES, text),
        id,
        index: 0,
        required: args.len() as u8,
        args,
        rest: None,
    }
}
static LIBRARY: Library = Library {
    names: NAMES,
    globals: &[
        entry("sensor", Item::Function(0)),
        entry("timer", Item::Object(0)),
        entry("coap", Item::Object(1)),
    ],
    objects: &[
        &[entry("setTimeout", Item::Function(4))],
        &[
            entry("on", Item::Function(5)),
            entry("request", Item::Function(6)),
        ],
    ],
    classes: &[&[
        entry("on", Item::Function(1)),
        entry("read", Item::Function(2)),
        entry("write", Item::Function(3)),
    ]],
    functions: &[
        function("sensor", 0, &[Type::String]),
        function("on", 1, &[Type::Number, Type::Callable]),
        function("read", 2, &[]),
        function("write", 3, &[Type::Number]),
        function("setTimeout", 4, &[Type::Callable, Type::Number]),
        function("on", 5, &[Type::String, Type::Callable]),
        function("request", 6, &[Type::String, Type::String]),
    ],
};

/// The style of the paper's listing: sloppy, with properties of the global object that are read as plain names.
const SCRIPT: &str = "
    this.light = sensor('brightness'); this.noise = sensor('sound'); buzzer = sensor('buzzer');
    this.alarms = []; this.ringing = false;
    var tell = function (level) {
        var answer = coap.request('coap://cloud/alarm', 'level ' + level + ', number ' + alarms.length);
        return answer ? answer.length : 0;
    };
    var listen = function () {
        if (ringing || light.read() < 800.5) return;
        var sum = 0;
        for (var i = 0; i < 8; i++) sum += noise.read() / 8;
        if (sum > 700) {
            ringing = true;
            alarms.push({ at: sum, text: 'noise ' + sum.toFixed(1) });
            if (alarms.length > 4) alarms.shift();
            buzzer.write(30);
            this.last = tell(sum);
        }
    };
    light.on(800, function (level) { if (level > 800) timer.setTimeout(listen, 20000); });
    coap.on('/alarm', function (payload) {
        ringing = false; buzzer.write(0); alarms = alarms.filter(function (a) { return a.text.length < 3; });
        last = 0;
        return 'ended by ' + payload;
    });
";

const TOKEN: u32 = 11;
#[derive(Default)]
struct Room {
    light: Option<Root>,
    guard: Option<Root>,
    timers: Vec<Root>,
    requests: u32,
}
impl Host for Room {
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome {
        match id {
            0 => return cx.ret_host(0, u32::from(id)),
            2 => return cx.ret_number(900.25),
            3 => return cx.ret_undefined(),
            6 => {
                self.requests += 1;
                return Outcome::Suspend(TOKEN);
            }
            _ => {}
        }
        let at = usize::from(id != 4);
        let Ok(root) = cx.root(at) else {
            return cx.throw(ErrorKind::RangeError, "no room for another callback");
        };
        match id {
            1 => self.light = Some(root),
            5 => self.guard = Some(root),
            _ => self.timers.push(root),
        }
        cx.ret_number(1.0)
    }
}

struct Random(u64);
impl Random {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % u64::from(n)) as u32
    }
}

/// Runs the job to its end in steps of so much fuel.
fn finish(engine: &mut Engine<'_>, room: &mut Room, fuel: u32) -> Step {
    loop {
        let step = engine.step(room, &Mapped(SCRIPT.as_bytes()), fuel);
        if step != Step::OutOfFuel {
            return step;
        }
    }
}
/// Light, timer, request and its answer, guard. A job that throws is over; the next one goes on.
fn cycle(engine: &mut Engine<'_>, room: &mut Room, random: &mut Random, harm: bool) -> (u32, u32) {
    let (mut threw, mut waited) = (0, 0);
    let mut job = |engine: &mut Engine<'_>, room: &mut Room, started: Result<(), JobError>| {
        let fuel = if harm { 1 + random.below(300) } else { 10_000 };
        if started.is_ok() {
            match finish(engine, room, fuel) {
                Step::Threw => threw += 1,
                Step::Waiting(_) => waited += 1,
                step => assert_eq!(step, Step::Done),
            }
        }
        if harm && random.below(3) == 0 {
            engine.stress(2 + random.below(25));
        }
    };
    let started = engine.call(room.light.unwrap(), &[Arg::Number(900.5)]);
    job(engine, room, started);
    for timer in std::mem::take(&mut room.timers) {
        let started = engine.call(timer, &[]);
        engine.unroot(timer);
        job(engine, room, started);
    }
    if engine.memory().waiting > 0 {
        let started = engine.resume(TOKEN, Resume::Value(Arg::Str(b"2.04")));
        job(engine, room, started);
        // Where it did not fit back, it is given up.
        engine.forget(TOKEN);
    }
    engine.stress(0);
    let guard = engine.call(room.guard.unwrap(), &[Arg::Str(b"the guard")]);
    assert_eq!(guard, Ok(()), "the guard is heard");
    assert_eq!(finish(engine, room, 10_000), Step::Done, "the guard ends it");
    (threw, waited)
}

#[test]
fn what_the_engine_holds_returns_to_the_same_figures() {
    const CYCLES: u32 = 100_000;
    let mut arena = [0u32; 640];
    let mut engine = Engine::new(&mut arena, &LIBRARY).unwrap();
    let (mut room, mut random) = (Room::default(), Random(0x2545_f491_4f6c_dd1d));
    engine.load(SCRIPT.len() as u32).unwrap();
    let step = finish(&mut engine, &mut room, 10_000);
    let error = String::from_utf8_lossy(engine.result().text(&mut [0; 80])).into_owned();
    assert_eq!(step, Step::Done, "{error}");
    let figures = |engine: &mut Engine<'_>, room: &Room| {
        engine.collect();
        let memory = engine.memory();
        assert!(memory.high_water <= memory.arena);
        (memory.used, memory.roots, memory.waiting, room.timers.len())
    };
    let (mut threw, mut waited) = (0, 0);
    for _ in 0..2 {
        assert_eq!(cycle(&mut engine, &mut room, &mut random, false), (0, 1));
    }
    let after_two = figures(&mut engine, &room);
    for n in 0..CYCLES {
        let harmed = cycle(&mut engine, &mut room, &mut random, true);
        threw += harmed.0;
        waited += harmed.1;
        if n % 16 == 0 {
            assert_eq!(figures(&mut engine, &room), after_two, "cycle {n}");
        }
    }
    assert_eq!(
        cycle(&mut engine, &mut room, &mut random, false),
        (0, 1),
        "it works as before"
    );
    assert_eq!(figures(&mut engine, &room), after_two);
    println!(
        "{CYCLES} cycles: {threw} jobs threw, {waited} requests waited; used, roots, waiting, timers: {after_two:?}"
    );
    assert!(threw > CYCLES / 10 && waited > CYCLES / 10);
}
