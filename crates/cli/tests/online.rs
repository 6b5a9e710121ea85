//! push, pull, discover, status, log against a simulated mote over real UDP.

mod common;

use common::Folder;
use common::device::Device;

const QUICK: [&str; 4] = ["--ack-timeout", "0.05", "--retransmit", "2"];

/// A folder with a key and `hello.signed.js`, sequence 1.
fn site(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.motebox(&["keygen", "--out", "site"]).ok();
    sign(&folder, 1, "print(\"hello, operator\");\n");
    folder
}

fn sign(folder: &Folder, sequence: u32, script: &str) {
    folder.write("hello.js", script);
    folder
        .sign("hello.js", &sequence.to_string(), &["--probation", "1"])
        .ok();
}

#[test]
fn a_container_is_pushed_seen_read_and_pulled_back() {
    let folder = site("roundtrip");
    let device = Device::start(&folder, &["--open-read"]);
    assert_eq!(device.run(&folder, &["status", "@"]).ok(), "no container yet\n");

    let pushed = device
        .run(&folder, &["push", "@", "hello.signed.js", "--json"])
        .json();
    assert_eq!(pushed["code"], "2.01");
    assert_eq!(pushed["status"]["sequence"], 1);
    assert!(pushed["sent_bytes"].as_u64() > Some(folder.read("hello.signed.js").len() as u64));

    let links = device.run(&folder, &["discover", "@", "--json"]).json();
    let targets: Vec<&str> = links
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["href"].as_str().unwrap())
        .collect();
    assert!(
        targets.contains(&"/c") && targets.contains(&"/c/hello"),
        "{targets:?}"
    );
    let some = device
        .run(&folder, &["discover", "@", "--query", "rt=motebox.container"])
        .ok();
    assert!(
        some.contains("/c/hello") && !some.contains("/c/hello/log"),
        "{some}"
    );

    let status = device.run(&folder, &["status", "@", "hello", "--json"]).json();
    let inspected = folder.motebox(&["inspect", "hello.signed.js", "--json"]).json();
    assert_eq!(status["digest"], inspected["digest"]);
    assert!(device.run(&folder, &["status", "@"]).ok().contains("sequence 1"));

    assert!(
        device
            .run(&folder, &["log", "@", "hello"])
            .ok()
            .contains("hello, operator")
    );
    let log = device
        .run(
            &folder,
            &["log", "@", "hello", "--follow", "--follow-for", "0.1", "--json"],
        )
        .ok();
    assert!(log.lines().next().unwrap().contains("hello, operator"), "{log}");

    for block in [&[][..], &["--block", "16"], &["--block", "1024"]] {
        let mut args = vec!["pull", "@", "hello", "--out", "back.js"];
        args.extend(block);
        device.run(&folder, &args).ok();
        assert_eq!(folder.read("back.js"), folder.read("hello.signed.js"));
    }
    device
        .run(
            &folder,
            &["pull", "@", "hello", "--form", "binary", "--out", "back.mbx"],
        )
        .ok();
    folder
        .motebox(&["convert", "back.mbx", "--form", "text", "--out", "again.js"])
        .ok();
    assert_eq!(folder.read("again.js"), folder.read("hello.signed.js"));
}

#[test]
fn scripts_on_the_simulated_mote_have_all_that_an_engine_can_be_built_with() {
    let folder = site("full-device");
    sign(
        &folder,
        2,
        "var up = performance.now();\nprint(JSON.stringify({ up: up > 0, date: Date.now() >= Math.floor(up), re: /l+/.exec('hello') }));\n",
    );
    let device = Device::start(&folder, &["--open-read"]);
    device.run(&folder, &["push", "@", "hello.signed.js"]).ok();
    let log = device.run(&folder, &["log", "@", "hello"]).ok();
    assert!(log.contains(r#"{"up":true,"date":true,"re":["ll"]}"#), "{log}");
}

#[test]
fn a_full_mote_says_how_to_make_room() {
    let folder = site("full-mote");
    let device = Device::start(&folder, &[]);
    for id in ["a", "b", "c"] {
        folder.sign("hello.js", "1", &["--id", id]).ok();
        let pushed = device.run(&folder, &["push", "@", "hello.signed.js", "--no-follow"]);
        match id {
            "c" => _ = pushed.fails(1, "sign --command delete"),
            _ => _ = pushed.ok(),
        }
    }
}

#[test]
fn nothing_is_sent_to_a_path_that_takes_no_containers() {
    let folder = site("foreign-path");
    for (path, said) in [
        ("/alarm", "leave the path out: it is /c/hello then"),
        ("/c/other", "/c/other is no place for container `hello`"),
    ] {
        // Nobody listens there: it fails before it asks.
        let mote = format!("coap://127.0.0.1:9{path}");
        folder.motebox(&["push", &mote, "hello.signed.js"]).fails(1, said);
    }
}

#[test]
fn every_block_size_and_pdu_brings_the_container_over() {
    let folder = site("sizes");
    for pdu in ["128", "256", "1280"] {
        let device = Device::start(&folder, &["--pdu", pdu]);
        for (block, sequence) in [("16", 1), ("64", 2), ("256", 3), ("1024", 4)] {
            sign(
                &folder,
                sequence,
                &format!("print({sequence});\n// {}\n", "x".repeat(700)),
            );
            let pushed = device
                .run(
                    &folder,
                    &["push", "@", "hello.signed.js", "--block", block, "--json"],
                )
                .json();
            assert_eq!(
                pushed["status"]["sequence"], sequence,
                "PDU {pdu}, blocks of {block} B"
            );
        }
    }
}

#[test]
fn reading_needs_a_right_unless_the_mote_is_open() {
    let folder = site("rights");
    let device = Device::start(&folder, &[]);
    device.run(&folder, &["push", "@", "hello.signed.js"]).ok();
    device
        .run(&folder, &["pull", "@", "hello"])
        .fails(1, "--open-read");
    device.run(&folder, &["log", "@", "hello"]).fails(1, "4.01");
    device.run(&folder, &["status", "@", "hello"]).ok();
}

#[test]
fn refusals_say_the_code_and_what_to_do() {
    let folder = site("refusals");
    let device = Device::start(&folder, &[]);
    device.run(&folder, &["push", "@", "hello.signed.js"]).ok();
    sign(&folder, 3, "print(3);\n");
    device.run(&folder, &["push", "@", "hello.signed.js"]).ok();
    sign(&folder, 2, "print(2);\n");
    device
        .run(&folder, &["push", "@", "hello.signed.js"])
        .fails(1, "4.09");
    device.run(&folder, &["status", "@", "other"]).fails(1, "4.04");
    folder.motebox(&["keygen", "--out", "stranger"]).ok();
    folder
        .sign_with("stranger.key", "hello.js", "9", &["--out", "s.js"])
        .ok();
    device.run(&folder, &["push", "@", "s.js"]).fails(1, "4.03");
    assert!(device.run(&folder, &["status", "@"]).ok().contains("sequence 3 "));
    device
        .run(&folder, &["push", "@", "hello.js"])
        .fails(1, "not signed");
    folder
        .motebox(&["status", "127.0.0.1"])
        .fails(2, "coap://127.0.0.1:5683");
}

#[test]
fn a_script_that_throws_fails_the_push_and_the_old_one_runs() {
    let folder = site("throws");
    let device = Device::start(&folder, &[]);
    device
        .run(&folder, &["push", "@", "hello.signed.js", "--until-confirmed"])
        .ok();
    sign(&folder, 2, "throw new Error(\"no good\");\n");
    let error = device
        .run(&folder, &["push", "@", "hello.signed.js"])
        .fails(1, "did not stay");
    assert!(
        error.contains("no good") && error.contains("sequence 1 runs"),
        "{error}"
    );
    let args = ["push", "@", "hello.signed.js", "--no-follow"];
    device.run(&folder, &args).ok();
}

#[test]
fn a_mote_that_is_not_there_is_given_up_in_time() {
    let folder = site("silence");
    // A port that nobody listens on: taken and let go.
    let port = std::net::UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let uri = format!("coap://127.0.0.1:{port}");
    let start = std::time::Instant::now();
    let mut args = vec!["status", &uri];
    args.extend(QUICK);
    let said = folder.motebox(&args).fails(1, "did not answer within");
    assert!(said.contains("no answer yet; asking again for"), "{said}");
    // 0.05 x (1 + 2 + 4) s, times 1.5 at most.
    assert!(start.elapsed().as_secs_f64() < 5.0);
}

#[test]
fn the_flash_file_outlives_the_process() {
    let folder = site("flashfile");
    let args = ["--flash", "mote.flash"];
    let device = Device::start(&folder, &args);
    device
        .run(&folder, &["push", "@", "hello.signed.js", "--until-confirmed"])
        .ok();
    drop(device);
    let device = Device::start(&folder, &args);
    let status = device.run(&folder, &["status", "@", "hello", "--json"]).json();
    assert_eq!(
        (status["sequence"].as_u64(), status["state"].as_str()),
        (Some(1), Some("confirmed"))
    );
    drop(device);
    folder.write("mote.flash", "something else");
    let args = [
        "device",
        "--key",
        "site.pub",
        "--port",
        "0",
        "--bench-port",
        "0",
        "--flash",
        "mote.flash",
    ];
    folder.motebox(&args).fails(1, "remove it to start empty");
}

#[test]
fn commands_confirm_stop_and_go_back() {
    let folder = site("commands");
    let device = Device::start(&folder, &[]);
    device
        .run(&folder, &["push", "@", "hello.signed.js", "--until-confirmed"])
        .ok();
    sign(&folder, 2, "print(2);\n");
    device
        .run(&folder, &["push", "@", "hello.signed.js", "--until-confirmed"])
        .ok();
    let args = [
        "--command",
        "revert",
        "--base",
        "2",
        "--id",
        "hello",
        "--sequence",
        "3",
        "--out",
        "revert.mbx",
    ];
    let mut sign = vec!["sign", "--key", "site.key", "--target", "any"];
    sign.extend(args);
    folder.motebox(&sign).ok();
    device.run(&folder, &["push", "@", "revert.mbx"]).ok();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    loop {
        let status = device.run(&folder, &["status", "@", "hello", "--json"]).json();
        if status["sequence"] == 1 {
            break;
        }
        assert!(std::time::Instant::now() < end, "{status}");
    }
}

#[test]
fn a_composition_is_pushed_tried_and_confirmed_and_a_refused_one_told() {
    let folder = Folder::new("push-stacks");
    folder.motebox(&["keygen", "--out", "site"]).ok();
    let compose = |text: &str, sequence: &str| {
        folder.write("mesh.toml", text);
        let key = [
            "--key",
            "site.key",
            "--target",
            "any",
            "--probation",
            "1",
            "--sequence",
            sequence,
        ];
        folder
            .motebox(&[&["compose", "mesh.toml"][..], &key[..]].concat())
            .ok();
    };
    let mesh = include_str!("../src/composition/stacks/mesh.toml");
    compose(mesh, "1");
    let device = Device::start(&folder, &["--open-read"]);
    let pushed = device
        .run(&folder, &["push", "@", "mesh.mbx", "--until-confirmed", "--json"])
        .json();
    assert_eq!(
        (&pushed["code"], &pushed["status"]["state"]),
        (&"2.01".into(), &"confirmed".into())
    );
    // A route table of 64 entries is allowed, and more than this mote has memory for: the first one goes on.
    let big = mesh.replace(
        "{ module = \"mesh\", entries = 8",
        "{ module = \"mesh\", entries = 64",
    );
    let big = big.replace(
        "    \"unicast\",\n    \"multihop\"",
        "    \"unicast\",\n    { module = \"link_stats\", entries = 64 },\n    \"multihop\"",
    );
    compose(&big, "2");
    let failed = device.run(&folder, &["push", "@", "mesh.mbx"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    let status = device.run(&folder, &["status", "@", "mesh", "--json"]).json();
    assert_eq!(
        (&status["state"], &status["sequence"]),
        (&"confirmed".into(), &1.into()),
        "{status}"
    );
    assert!(
        status["error"].as_str().unwrap().contains("composition refused"),
        "{status}"
    );
}
