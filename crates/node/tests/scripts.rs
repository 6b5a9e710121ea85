//! Scripts at work: the whole API, permissions, and what a teardown undoes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod common;

use common::*;
use motebox::Answer;
use motebox::coap::msg::Code;
use motebox::envelope::{Limits, Path, Policy};
use motebox::script::api::{CLASSES, GLOBALS, Member, Object};

/// The scenario of the paper, in the words of this repository's own example.
const ALARM: &str = r#"
var light = saul.get_by_name("brightness");
var sound = saul.get_by_name("sound");
var buzzer = saul.get_by_name("buzzer");
light.on_threshold(800, function () {
    var level = sound.sample(50);
    if (level.max > 800) {
        buzzer.set_value(30);
        var answer = coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "ALARM!");
        print("answer", answer);
    } else {
        print("light, but no sound");
    }
});
coap.register_handler("/alarm", coap.method.PUT, function () {
    buzzer.set_value(0);
    return coap.code.CHANGED;
});
"#;

fn start(source: &str) -> Mote {
    start_spec(&Spec::new(1, source))
}

fn start_spec(spec: &Spec) -> Mote {
    let mut mote = Mote::new();
    assert_eq!(mote.push(spec), (2, 1));
    mote
}

/// Runs a source text and returns what it printed.
fn printed(source: &str) -> String {
    start(source).world().log.clone()
}

#[test]
fn light_and_sound_raise_the_alarm_and_the_guard_turns_it_off() {
    let mut mote = start(ALARM);
    mote.run_for(1_000_000);
    assert_eq!(mote.world().buzzer, 0);
    mote.world().sensors = [900, 100];
    mote.run_for(200_000);
    assert_eq!(mote.world().log, "light, but no sound\n");
    mote.world().sensors = [100, 900];
    mote.run_for(200_000);
    mote.world().sensors = [900, 900];
    mote.run_for(200_000);
    assert_eq!(mote.world().buzzer, 30);
    let (id, method, path, payload) = mote.sent.pop().expect("a request");
    assert_eq!(
        (method, path.as_str(), payload.as_slice()),
        (2, "coap", &b"ALARM!"[..])
    );
    mote.node().completed(id, Some((68, b"")));
    mote.settle();
    assert!(mote.world().log.ends_with("answer true\n"));
    assert_eq!(mote.request(Code::PUT, "alarm", b"").unwrap().code, (2, 4));
    assert_eq!(mote.world().buzzer, 0);
}

/// In the prototype the server's thread waited on the script and the script on the server.
#[test]
fn the_guard_is_heard_while_the_script_waits_for_an_answer_that_never_comes() {
    let mut mote = start(ALARM);
    mote.world().sensors = [900, 900];
    mote.run_for(200_000);
    assert_eq!((mote.world().buzzer, mote.sent.len()), (30, 1));
    assert_eq!(mote.field("alarm", "waiting"), "1");
    let asked = mote.now;
    assert_eq!(mote.request(Code::PUT, "alarm", b"").unwrap().code, (2, 4));
    assert!(mote.now - asked < 250_000, "answered in time");
    assert_eq!(mote.world().buzzer, 0);
    mote.run_for(9_000_000);
    assert!(!mote.world().log.contains("answer"));
    mote.run_for(1_500_000);
    assert!(
        mote.world().log.ends_with("answer false\n"),
        "{}",
        mote.world().log
    );
    assert_eq!(mote.field("alarm", "waiting"), "0");
    mote.world().sensors = [0, 0];
    mote.run_for(300_000);
    mote.world().sensors = [900, 900];
    mote.run_for(300_000);
    assert_eq!(mote.sent.len(), 2, "the watch goes on");
}

#[test]
fn a_hundred_cycles_leave_nothing_behind() {
    let mut config = config();
    config.limits.messages_per_minute = u32::MAX;
    let mut mote = Mote::with(Mote::new().flash, config);
    mote.push(&Spec::new(1, ALARM));
    let mut figures = Vec::new();
    for _ in 0..100 {
        mote.world().sensors = [900, 900];
        mote.run_for(200_000);
        let (id, ..) = mote.sent.pop().expect("a request");
        mote.node().completed(id, Some((68, b"ok")));
        mote.settle();
        mote.request(Code::PUT, "alarm", b"").unwrap();
        mote.world().sensors = [0, 0];
        mote.run_for(200_000);
        let status = mote.status("alarm");
        figures.push(["timers", "handlers", "roots", "waiting"].map(|name| status[name].clone()));
    }
    assert_eq!(figures[0], ["1", "1", "2", "0"].map(String::from));
    assert!(figures.windows(2).all(|pair| pair[0] == pair[1]), "{figures:?}");
    assert_eq!(mote.world().writes.len(), 200);
}

#[test]
fn every_entry_of_the_table_is_bound() {
    fn walk(object: &Object, path: &str, out: &mut Vec<String>) {
        for member in object.members {
            let name = format!("{path}.{}", member.name());
            match member {
                Member::Function(_) => out.push(format!("typeof {name} === 'function'")),
                Member::Constant { value, .. } => out.push(format!("{name} === {value}")),
                Member::Value { .. } => out.push(format!("'{}' in {path}", member.name())),
                Member::Object(object) => walk(object, &name, out),
            }
        }
    }
    let mut checks = Vec::new();
    for global in &GLOBALS {
        match global {
            Member::Function(f) => checks.push(format!("typeof {} === 'function'", f.name)),
            Member::Object(object) => walk(object, object.name, &mut checks),
            other => panic!("{other:?}"),
        }
    }
    let instances = ["saul.get_by_name('buzzer')", "timer.setTimeout(print, 1)", "h"];
    for (class, instance) in CLASSES.iter().zip(instances) {
        for method in class.methods {
            checks.push(format!("typeof ({instance}).{} === 'function'", method.name));
        }
    }
    // In pieces: one source has to fit a slot.
    for piece in checks.chunks(20) {
        let mut source = String::from("var h = coap.register_handler('/alarm', 1, print);\n");
        for check in piece {
            source.push_str(&format!("if (!({check})) throw new Error(\"{check}\");\n"));
        }
        source.push_str("print('all');");
        let mut mote = start(&source);
        let error = mote.field("alarm", "error");
        assert!(mote.world().log.contains("all\n"), "{error}");
    }
}

#[test]
fn what_is_not_permitted_throws_and_is_counted() {
    let source = r#"
function attempt(f) { try { print("did", f()); } catch (e) { print(e.name + ":", e.message); } }
var buzzer = saul.get_by_name("buzzer"), light = saul.get_by_name("brightness");
attempt(function () { return buzzer.read(); });
attempt(function () { return light.write(1); });
attempt(function () { return coap.register_handler("/door", 1, print); });
attempt(function () { return coap.register_handler("/c/alarm", 1, print); });
attempt(function () { return coap.register_handler("/%63", 1, print); });
attempt(function () { return coap.request("coap://[2001:db8::2]/coap", 2); });
attempt(function () { return coap.request("coap://[::1]/coap", 2); });
attempt(function () { return coap.request("coap://cloud.example/coap", 2); });
attempt(function () { return riot.reboot(); });
print(saul.get_by_name("nothing"));
"#;
    let mut mote = start(source);
    let log = mote.world().log.clone();
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(
        lines,
        [
            "Error: no permission to read this device",
            "Error: no permission to write this device",
            "Error: no permission for this path",
            "Error: the path belongs to the node",
            "Error: the path belongs to the node",
            "Error: no permission for this peer, path and method",
            "Error: loopback address",
            "TypeError: the host of a URL is an IPv6 address in brackets or an IPv4 address",
            "Error: no permission to reboot",
            "undefined",
        ]
    );
    assert_eq!(mote.field("alarm", "denied"), "8");
    assert!(!mote.rebooted);
}

#[test]
fn a_device_that_is_not_granted_is_not_handed_out() {
    let mut spec = Spec::new(
        1,
        "try { saul.get_by_name('buzzer'); } catch (e) { print(e.message); }",
    );
    spec.devices.truncate(2);
    let mote = start_spec(&spec);
    assert_eq!(mote.world().log, "no permission for this device\n");
}

#[test]
fn reboot_needs_its_permission() {
    let mut spec = Spec::new(1, "timer.setTimeout(function () { riot.reboot(); }, 1000);");
    spec.reboot = true;
    let mut mote = start_spec(&spec);
    mote.run_for(2_000);
    assert!(mote.rebooted);
}

#[test]
fn values_written_are_bounded() {
    let source = r#"
var buzzer = saul.get_by_name("buzzer");
function attempt(v) { try { buzzer.write.apply(buzzer, v); print("ok"); } catch (e) { print(e.name); } }
attempt([12]); attempt([1, 2, 3]); attempt([1, 2, 3, 4]); attempt([]); attempt([40000]); attempt([NaN]); attempt([-32768]);
"#;
    assert_eq!(
        printed(source),
        "ok\nok\nTypeError\nTypeError\nRangeError\nRangeError\nok\n"
    );
}

#[test]
fn a_range_in_the_manifest_bounds_what_is_written() {
    let mut spec = Spec::new(
        1,
        "var b = saul.get_by_name('buzzer'); b.write(30); try { b.write(31); } catch (e) { print(e.message); }",
    );
    spec.devices[2].range = Some(motebox::envelope::Range {
        min: 0,
        max: 30,
        exponent: 0,
    });
    let mote = start_spec(&spec);
    assert_eq!(mote.world().log, "value outside the permitted range\n");
    assert_eq!(mote.world().writes, [30]);
}

#[test]
fn samples_are_right_for_negative_data_and_none_is_an_error() {
    let mut mote = Mote::new();
    mote.world().sensors[0] = -5;
    let source = r#"
var s = saul.get_by_name("brightness").sample(100);
print(s.min, s.max, s.avg);
try { saul.get_by_name("brightness").sample(0); } catch (e) { print(e.name); }
"#;
    mote.push(&Spec::new(1, source));
    assert_eq!(mote.world().log, "-5 -5 -5\nRangeError\n");
    assert_eq!(mote.world().reads, 100);
}

#[test]
fn a_long_sample_lets_the_other_container_work() {
    let mut mote = Mote::new();
    let count = "var n = 0; timer.setInterval(function () { n++; }, 1000);
coap.register_handler('/count', 1, function () { return '' + n; });";
    let mut counter = Spec::new(1, count).id("counter");
    counter.paths = vec![Path {
        path: b"count",
        secured: false,
    }];
    mote.push(&counter);
    mote.try_push(&Spec::new(
        1,
        "saul.get_by_name('brightness').sample(5000); print('done');",
    ))
    .unwrap();
    let mut during = 0;
    while !mote.world().log.contains("done") {
        mote.poll();
        mote.now += 500;
        during += 1;
        assert!(during < 100_000, "never done");
    }
    let counted: u32 = mote
        .request(Code::GET, "count", b"")
        .unwrap()
        .text()
        .parse()
        .unwrap();
    assert!(counted > 10, "{counted} during {during} polls");
}

#[test]
fn timers_repeat_stop_and_are_cleared_also_from_their_own_callback() {
    let source = r#"
timer.setTimeout(function () { print("once", timer.now() > 0); }, 5000);
var left = 3;
timer.setInterval(function () { print("left", --left); return left > 0; }, 10000);
var own = timer.setInterval(function () { own.clear(); timer.setTimeout(function () { print("after"); }, 1000); print("own"); return false; }, 40000);
var never = timer.setTimeout(function () { print("never"); }, 20000);
never.clear(); never.clear();
"#;
    let mut mote = start(source);
    mote.run_for(1_000_000);
    assert_eq!(
        mote.world().log,
        "once true\nleft 2\nleft 1\nleft 0\nown\nafter\n"
    );
    let status = mote.status("alarm");
    assert_eq!((status["timers"].as_str(), status["roots"].as_str()), ("0", "0"));
}

#[test]
fn a_callback_that_returns_nothing_goes_on() {
    let mut mote =
        start("var n = 0; timer.setInterval(function () { n++; if (n == 5) print('five'); }, 1000);");
    mote.run_for(10_000);
    assert_eq!(mote.world().log, "five\n");
    assert_eq!(mote.field("alarm", "timers"), "1");
}

#[test]
fn more_timers_than_the_limit_throw() {
    let source = "var n = 0; try { for (;;) { timer.setTimeout(print, 1e9); n++; } } catch (e) { print(n, e.name, e.message); }";
    let mut spec = Spec::new(1, source);
    spec.limits = Limits {
        timers: Some(3),
        ..Limits::default()
    };
    let mut mote = start_spec(&spec);
    assert_eq!(mote.world().log, "3 Error more than 3 timers\n");
    assert_eq!(mote.field("alarm", "denied"), "1");
}

#[test]
fn handlers_answer_with_what_they_return() {
    let source = r#"
var n = 0;
coap.register_handler("/alarm", coap.method.GET | coap.method.PUT | coap.method.POST, function (method, payload) {
    n++;
    if (method == coap.method.GET) return "n=" + n;
    if (payload == "bad") return coap.code.BAD_REQUEST;
    if (payload == "throw") throw new Error("inside");
    if (payload == "nonsense") return 7;
    if (payload == "end") return false;
});
"#;
    let mut mote = start(source);
    let get = mote.request(Code::GET, "alarm", b"").unwrap();
    assert_eq!((get.code, get.text().as_str()), ((2, 5), "n=1"));
    assert_eq!(mote.request(Code::PUT, "alarm", b"x").unwrap().code, (2, 4));
    assert_eq!(mote.request(Code::PUT, "alarm", b"bad").unwrap().code, (4, 0));
    assert_eq!(mote.request(Code::POST, "alarm", b"throw").unwrap().code, (5, 0));
    assert_eq!(
        mote.request(Code::POST, "alarm", b"nonsense").unwrap().code,
        (5, 0)
    );
    assert_eq!(mote.request(Code::DELETE, "alarm", b"").unwrap().code, (4, 5));
    assert!(mote.world().log.contains("! Error: inside"));
    let filter = (motebox::coap::msg::option::URI_QUERY, b"href=/alarm".to_vec());
    let datagram = mote.message(Code::GET, ".well-known/core", &[filter], &[]);
    let core = mote.exchange(1, &datagram).unwrap().text();
    assert!(core.contains("</alarm>"), "{core}");
    assert_eq!(mote.request(Code::PUT, "alarm", b"end").unwrap().code, (2, 4));
    assert_eq!(mote.request(Code::GET, "alarm", b"").unwrap().code, (4, 4));
    let status = mote.status("alarm");
    assert_eq!(
        (status["handlers"].as_str(), status["roots"].as_str()),
        ("0", "0")
    );
}

#[test]
fn a_request_that_comes_again_runs_its_handler_once_and_is_answered_the_same() {
    let mut mote = start("var n = 0; coap.register_handler('/alarm', 2, function () { return '' + ++n; });");
    let datagram = mote.message(Code::POST, "alarm", &[], b"");
    // A system that cannot wait drops the first one.
    assert_eq!(mote.handle(1, &datagram).0, Answer::Pending);
    mote.run_for(300_000);
    let first = mote.exchange_raw(1, &datagram).unwrap();
    let again = mote.exchange_raw(1, &datagram).unwrap();
    assert_eq!(first, again);
    assert_eq!(first.last(), Some(&b'1'));
    let other = mote.exchange_raw(2, &datagram).unwrap();
    assert_eq!(
        other.last(),
        Some(&b'2'),
        "the same message id from another endpoint is another request"
    );
}

#[test]
fn a_full_mailbox_is_5_03_with_max_age() {
    let mut mote = start("coap.register_handler('/alarm', 2, function () {});");
    let one = mote.message(Code::POST, "alarm", &[], b"");
    let two = mote.message(Code::POST, "alarm", &[], b"");
    assert_eq!(mote.handle(1, &one).0, Answer::Pending);
    let reply = mote.exchange(2, &two).unwrap();
    assert_eq!(reply.code, (5, 3));
    assert!(reply.options.contains_key(&motebox::coap::msg::option::MAX_AGE));
    assert_eq!(mote.exchange(1, &one).unwrap().code, (2, 4));
}

#[test]
fn a_handler_may_wait_too_and_others_are_heard_meanwhile() {
    let source = r#"
coap.register_handler("/alarm", coap.method.POST, function () {
    return coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "ask");
});
coap.register_handler("/alarm", coap.method.GET, function () { return "here"; });
"#;
    let mut mote = start(source);
    let ask = mote.message(Code::POST, "alarm", &[], b"");
    assert_eq!(mote.handle(1, &ask).0, Answer::Pending);
    mote.run_for(10_000);
    assert_eq!(mote.request(Code::GET, "alarm", b"").unwrap().text(), "here");
    assert_eq!(mote.handle(1, &ask).0, Answer::Pending);
    let (id, ..) = mote.sent.pop().unwrap();
    mote.node().completed(id, Some((69, b"told")));
    let reply = mote.exchange(1, &ask).unwrap();
    assert_eq!((reply.code, reply.text().as_str()), ((2, 5), "told"));
}

#[test]
fn a_secured_path_does_not_answer_plain_requests() {
    let mut spec = Spec::new(
        1,
        "coap.register_handler('/alarm', 1, function () { return 'x'; });",
    );
    spec.paths = vec![Path {
        path: b"alarm",
        secured: true,
    }];
    let mut mote = start_spec(&spec);
    assert_eq!(mote.request(Code::GET, "alarm", b"").unwrap().code, (4, 1));
}

#[test]
fn a_request_with_a_function_does_not_wait() {
    let source = r#"
coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "a", function (code, body) { print(code, body); });
coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "b", function (code, body) { print(code == 0); });
print("goes on");
try { coap.request("coap://[2001:db8::1]/coap", coap.method.POST); } catch (e) { print(e.name); }
"#;
    let mut mote = start(source);
    assert_eq!(mote.world().log, "goes on\nRangeError\n");
    assert_eq!(mote.sent.len(), 2);
    let id = mote.sent[0].0;
    mote.node().completed(id, Some((69, b"body")));
    mote.settle();
    assert!(mote.world().log.ends_with("69 body\n"));
    mote.run_for(11_000_000);
    assert!(mote.world().log.ends_with("true\n"));
    mote.node().completed(id, Some((69, b"late")));
    mote.settle();
    assert!(!mote.world().log.contains("late"));
}

#[test]
fn messages_a_minute_are_limited() {
    let source = r#"
var sent = 0;
timer.setInterval(function () {
    try { coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "x", function () {}); sent++; } catch (e) { print(sent, e.message); return false; }
}, 20000000);
"#;
    let mut spec = Spec::new(1, source);
    spec.limits = Limits {
        messages_per_minute: Some(2),
        ..Limits::default()
    };
    let mut mote = start_spec(&spec);
    mote.run_for(100_000_000);
    assert!(
        mote.world()
            .log
            .starts_with("2 more than 2 requests in a minute\n"),
        "{}",
        mote.world().log
    );
}

#[test]
fn a_container_that_prints_too_much_goes_on_but_is_not_printed() {
    let source = "for (var i = 0; i < 100; i++) print('line', i); saul.get_by_name('buzzer').write(1);";
    let mut spec = Spec::new(1, source);
    spec.limits = Limits {
        log_bytes: Some(40),
        ..Limits::default()
    };
    let mut mote = start_spec(&spec);
    assert!(mote.world().log.len() <= 40);
    assert_eq!(mote.world().buzzer, 1);
    assert_ne!(mote.field("alarm", "denied"), "0");
}

#[test]
fn the_log_is_readable_over_coap() {
    let mut mote = start("print('one', 2, true); print();");
    let reply = mote.request(Code::GET, "c/alarm/log", b"").unwrap();
    assert_eq!((reply.code, reply.text().as_str()), ((2, 5), "one 2 true\n\n"));
}

#[test]
fn a_script_confirms_itself() {
    let source = "print(container.id, container.sequence); timer.setTimeout(function () { print(container.confirm(), container.confirm()); }, 5000000);";
    let mut mote = start_spec(&Spec::new(7, source).policy(Policy::Script));
    assert_eq!(mote.world().log, "alarm 7\n");
    assert_eq!(mote.runs("alarm"), (TRIAL, 7));
    mote.run_for(6_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 7));
    mote.run_for(20_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 7));
}

#[test]
fn classes_of_devices_have_the_numbers_of_the_system() {
    let source = "print(saul.type.SENSE_LIGHT, saul.type.ACT_DIMMER, saul.type.SENSE_CO2); saul.get_one(saul.type.ACT_DIMMER).write(9);";
    let mote = start(source);
    assert_eq!(mote.world().log, "134 66 undefined\n");
    assert_eq!(mote.world().buzzer, 9);
}

/// An update, a kill and a roll-back tear down exactly what the script had.
#[test]
fn teardown_returns_everything() {
    let mut mote = start(ALARM);
    mote.run_for(11_000_000);
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    mote.world().sensors = [900, 900];
    mote.run_for(200_000);
    assert_eq!((mote.world().buzzer, mote.sent.len()), (30, 1));
    assert_eq!(mote.push(&Spec::new(2, "print('new');")), (2, 4));
    assert_eq!(mote.world().buzzer, 0, "the buzzer is at its safe value");
    let status = mote.status("alarm");
    for name in ["timers", "handlers", "roots", "waiting"] {
        assert_eq!(status[name], "0", "{name}");
    }
    assert_eq!(mote.request(Code::PUT, "alarm", b"").unwrap().code, (4, 4));
    let (id, ..) = mote.sent.pop().unwrap();
    mote.node().completed(id, Some((68, b"too late")));
    mote.run_for(1_000_000);
    assert_eq!(mote.world().log, "new\n");
}

#[test]
fn a_handler_that_loops_is_killed_and_after_three_the_trial_is_over() {
    let source = "var b = saul.get_by_name('buzzer'); b.write(5); coap.register_handler('/alarm', 2, function () { try { for (;;) {} } finally { print('finally'); } });";
    let mut mote = start("print('first');");
    mote.run_for(11_000_000);
    assert_eq!(mote.push(&Spec::new(2, source)), (2, 4));
    assert_eq!(mote.world().buzzer, 5);
    for _ in 0..2 {
        assert_eq!(mote.request(Code::POST, "alarm", b"").unwrap().code, (5, 0));
        assert_eq!(mote.runs("alarm"), (TRIAL, 2));
    }
    assert_eq!(mote.request(Code::POST, "alarm", b"").unwrap().code, (5, 0));
    mote.settle();
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    assert_eq!(mote.world().buzzer, 0);
    assert!(
        !mote.world().log.contains("finally"),
        "no script code runs after a kill"
    );
}

#[test]
fn out_of_memory_ends_a_trial_and_not_the_node() {
    let mut mote = start("print('first');");
    mote.run_for(11_000_000);
    assert_eq!(
        mote.push(&Spec::new(2, "var a = []; for (;;) a.push({ n: a.length });")),
        (2, 4)
    );
    assert_eq!(mote.runs("alarm"), (CONFIRMED, 1));
    let error = mote.field("alarm", "error");
    assert!(error.contains("memory"), "{error}");
}

#[test]
fn the_other_container_keeps_its_timers_while_one_loops() {
    let mut config = config();
    config.limits.fuel_per_event = u32::MAX;
    let flash = Mote::new().flash;
    let mut mote = Mote::with(flash, config);
    let mut ticker = Spec::new(1, "timer.setInterval(function () { print('tick'); }, 10000);").id("ticker");
    ticker.paths.clear();
    mote.push(&ticker);
    mote.try_push(&Spec::new(1, "for (;;) {}")).unwrap();
    mote.world().log.clear();
    for _ in 0..10_000 {
        mote.poll();
        mote.now += 100;
    }
    let ticks = mote.world().log.matches("tick").count();
    assert!(ticks > 80, "{ticks} ticks in a second");
}

/// A button is pressed: what watches it does not wait for its period, and nothing else is disturbed.
#[test]
fn a_device_that_changed_is_looked_at_with_the_next_poll() {
    let mut mote = start(
        r#"
        saul.get_by_name("sound").on_threshold(500, function () { print("loud"); }, saul.op.GE, 60000000);
        timer.setInterval(function () { print("tick"); }, 50000000);
    "#,
    );
    mote.run_for(1_000_000);
    mote.world().sensors[1] = 900;
    let now = mote.now;
    mote.node().device_changed(0, now);
    mote.settle();
    assert_eq!(mote.world().log, "", "that was another device");
    let now = mote.now;
    mote.node().device_changed(1, now);
    mote.node().device_changed(1, now);
    mote.settle();
    assert_eq!(mote.world().log, "loud\n");
    mote.node().device_changed(77, now);
    mote.settle();
    mote.run_for(55_000_000);
    assert_eq!(mote.world().log, "loud\ntick\n", "still above: no second edge");
}

#[test]
fn the_firmware_sees_what_each_container_does() {
    let mut mote = Mote::new();
    let empty = mote.node().status(0).unwrap();
    assert_eq!(
        (empty.id, empty.state, empty.sequence),
        (None, motebox::State::Empty, 0)
    );
    assert_eq!(empty.arena_bytes, 6000);
    assert_eq!(mote.push(&Spec::new(7, "var a = [1, 2, 3];")), (2, 1));
    let status = mote.node().status(0).unwrap();
    assert_eq!(status.id, motebox::coap::Id::new(b"alarm"));
    assert_eq!((status.state, status.sequence), (motebox::State::Trial, 7));
    assert_eq!(status.state as u8, TRIAL);
    assert!(empty.used_bytes < status.used_bytes && status.used_bytes <= status.high_water_bytes);
    assert!(status.high_water_bytes < 6000 && status.fuel > 0);
    mote.run_for(11_000_000);
    assert_eq!(mote.node().status(0).unwrap().state as u8, CONFIRMED);
    assert_eq!(mote.node().status(1).unwrap().id, None);
    assert_eq!(mote.node().status(2), None);
}
