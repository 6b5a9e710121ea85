//! `motebox sim`: what a network of nodes prints, and that it can be repeated.

mod common;

use common::{Folder, Ran};

fn sim(name: &str, args: &[&str]) -> Ran {
    let folder = Folder::new(name);
    let mut all = vec!["sim"];
    all.extend(args);
    folder.motebox(&all)
}

/// The frames of a trace: node and hex.
fn frames(out: &str) -> Vec<(String, String)> {
    out.lines()
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let &[time, node, frame] = words.as_slice() else {
                return None;
            };
            time.parse::<f64>().ok()?;
            frame
                .bytes()
                .all(|b| b.is_ascii_hexdigit())
                .then(|| (node.to_string(), frame.to_string()))
        })
        .collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected
        .iter()
        .map(|(node, frame)| (node.to_string(), frame.to_string()))
        .collect()
}

const MESH: &[&str] = &[
    "--nodes",
    "4",
    "--topology",
    "line",
    "--stack",
    "mesh",
    "--send",
    "1.0:4.0:Hello",
    "--trace",
];

#[test]
fn a_file_without_positions_is_told() {
    let folder = Folder::new("no-positions");
    folder.write("empty.txt", "");
    folder
        .motebox(&["sim", "--positions", "empty.txt"])
        .fails(1, "empty.txt has no position");
}

#[test]
fn a_mesh_on_a_line_frame_by_frame() {
    let out = sim("sim-mesh", MESH).ok();
    let expected = [
        ("1.0", "8500010000000100000004000000"),
        ("2.0", "8500020000000100010004000000"),
        ("3.0", "8500030000000100020004000000"),
        ("4.0", "860003000400000001000400"),
        ("3.0", "860002000300000101000400"),
        ("2.0", "860001000200000201000400"),
        ("1.0", "840001000400081000080048656c6c6f"),
        ("2.0", "840001000400101800100048656c6c6f"),
        ("3.0", "840001000400182000180048656c6c6f"),
    ];
    assert_eq!(frames(&out), pairs(&expected));
    assert!(
        out.contains("4.0     received from 1.0 over 3 hops: Hello\n"),
        "{out}"
    );
    assert!(
        out.contains("\npayloads: 1 sent, 1 received, 0 dropped, 0 timed out\n"),
        "{out}"
    );
}

#[test]
fn channel_and_addresses_are_chosen() {
    let out = sim(
        "sim-channel",
        &[
            "--nodes",
            "2",
            "--stack",
            "unicast",
            "--channel",
            "300",
            "--address-high",
            "7",
            "--send",
            "1.7:2.7:Hi",
            "--trace",
            "--no-collisions",
        ],
    )
    .ok();
    assert_eq!(frames(&out), pairs(&[("1.7", "2c01020701074869")]));
    assert!(out.starts_with("   1.000000 1.7     2c01"), "{out}");
    let wrong = ["--nodes", "2", "--address-high", "7", "--send", "1.0:2.7:Hi"];
    sim("sim-nobody", &wrong).fails(1, "there is no node 1.0\n  nodes are 1.7 to 2.7");
    sim("sim-to", &["--send", "1.0:9.0:Hi"]).fails(1, "there is no node 9.0");
    sim("sim-high", &["--stack", "mesh", "--channel", "65535"]).fails(1, "a channel 65536");
}

#[test]
fn framings_are_what_stands_around_the_same_packet() {
    let run = |framing: &[&str]| {
        let mut args = vec![
            "--nodes",
            "2",
            "--stack",
            "unicast",
            "--channel",
            "146",
            "--send",
            "1.0:2.0:A",
            "--trace",
        ];
        args.extend(framing);
        let out = sim("sim-framing", &args).ok();
        assert!(out.contains("2.0     received from 1.0: A"), "{out}");
        frames(&out).swap_remove(0).1
    };
    assert_eq!(run(&[]), "92000200010041");
    assert_eq!(run(&["--link-addresses"]), "920041");
    assert_eq!(run(&["--framing", "nullmac"]), "0200010092000200010041");
    assert_eq!(
        run(&["--framing", "nullmac", "--link-addresses"]),
        "02000100920041"
    );
    let frame = run(&["--framing", "ieee802154", "--pan", "0x1234"]);
    // The data sequence number is random; addresses are swapped.
    assert_eq!((&frame[..4], &frame[6..]), ("4198", "34120002000192000200010041"));
}

#[test]
fn an_anonymous_packet_has_no_sender() {
    let out = sim(
        "sim-abc",
        &["--stack", "abc", "--send", "2.0:*:Hello\\0", "--trace"],
    )
    .ok();
    assert_eq!(frames(&out), pairs(&[("2.0", "840048656c6c6f00")]));
    assert_eq!(out.matches("received from somebody: Hello").count(), 2);
}

#[test]
fn multihop_goes_the_shortest_way() {
    let args = [
        "--nodes",
        "3",
        "--stack",
        "multihop",
        "--channel",
        "135",
        "--send",
        "1.0:3.0:Hello\\0",
        "--trace",
    ];
    let out = sim("sim-multihop", &args).ok();
    let expected = [
        ("1.0", "870001000300081000080048656c6c6f00"),
        ("2.0", "870001000300101800100048656c6c6f00"),
    ];
    assert_eq!(frames(&out), pairs(&expected));
    assert!(
        out.contains("3.0     received from 1.0 over 2 hops: Hello"),
        "{out}"
    );
    // A next hop of one's own choice is left alone: this one leads nowhere.
    let mut args = args.to_vec();
    args.extend(["--set", "2.0:route.next_hop=1.0", "--set", "multihop.hops=3"]);
    let out = sim("sim-own-route", &args).ok();
    assert!(
        frames(&out).len() >= 2 && !out.contains("3.0     received"),
        "{out}"
    );
}

#[test]
fn collect_has_a_sink() {
    let args = [
        "--nodes",
        "4",
        "--stack",
        "collect",
        "--send",
        "40@4.0:1.0:Hello",
        "--send",
        "50@2.0:1.0:You",
        "--trace",
    ];
    let out = sim("sim-collect", &args).ok();
    assert!(
        out.contains("1.0     received from 4.0") && out.contains("1.0     received from 2.0"),
        "{out}"
    );
    let channels: std::collections::BTreeSet<String> = frames(&out)
        .into_iter()
        .map(|(_, frame)| frame[..4].to_string())
        .collect();
    assert_eq!(
        channels.into_iter().collect::<Vec<_>>(),
        ["0200", "8500"],
        "2, as in Contiki, and 133"
    );
    let elsewhere = [&args[..], &["--set", "3.0:collect.sink=1", "--channel", "200"]].concat();
    let out = sim("sim-sink", &elsewhere).ok();
    assert!(out.contains("3.0     received from 4.0"), "{out}");
    assert!(
        frames(&out).iter().any(|(_, frame)| frame.starts_with("c900")),
        "{out}"
    );
}

#[test]
fn the_same_seed_prints_the_same() {
    let args = |seed| {
        [
            "--nodes",
            "16",
            "--topology",
            "grid",
            "--stack",
            "trickle",
            "--send",
            "1.0:*:Hello",
            "--loss",
            "0.3",
            "--trace",
            "--time",
            "30",
            "--fading",
            "3",
            "--seed",
            seed,
        ]
    };
    let first = sim("sim-seed", &args("5")).ok();
    assert_eq!(first, sim("sim-seed-again", &args("5")).ok());
    assert_ne!(first, sim("sim-other-seed", &args("6")).ok());
    assert_eq!(first.matches("received from").count(), 15, "{first}");
    assert!(!first.contains(" 0 lost"), "{first}");
}

#[test]
fn loss_and_time_are_bounds() {
    let lost = sim("sim-loss", &["--nodes", "2", "--loss", "1", "--send", "1.0:*:A"]).ok();
    assert!(lost.contains("0 received, 1 lost"), "{lost}");
    let late = sim(
        "sim-late",
        &["--nodes", "2", "--time", "2", "--send", "2.5@1.0:*:A", "--trace"],
    )
    .ok();
    assert_eq!(frames(&late), []);
    let early = sim(
        "sim-early",
        &[
            "--nodes",
            "2",
            "--send",
            "0.25@1.0:*:A",
            "--trace",
            "--no-collisions",
        ],
    )
    .ok();
    assert!(early.starts_with("   0.250000 1.0     8400010041\n"), "{early}");
    sim("sim-wrong-loss", &["--loss", "2"]).fails(2, "a share is 0 to 1");
    sim("sim-wrong-send", &["--send", "Hello"]).fails(2, "write it as 1.0:4.0:Hello");
}

#[test]
fn json_has_an_object_for_each_line() {
    let mut args = MESH.to_vec();
    args.push("--json");
    let out = sim("sim-json", &args).ok();
    let lines: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["node"], "1.0");
    assert_eq!(lines[0]["frame"], "8500010000000100000004000000");
    let received = lines.iter().find(|line| line["event"] == "received").unwrap();
    assert_eq!(
        (&received["hops"], &received["payload"]),
        (&3.into(), &"48656c6c6f".into())
    );
    let summary = lines.last().unwrap();
    assert_eq!(
        (&summary["frames"], &summary["seconds"]),
        (&9.into(), &60.0.into())
    );
}

#[test]
fn positions_decide_who_hears_whom() {
    let folder = Folder::new("sim-positions");
    folder.write(
        "room.txt",
        "# three in a row\n0 0\n10, 0\n\n200 0  # out of reach\n",
    );
    let run = |more: &[&str]| {
        let mut args = vec![
            "sim",
            "--positions",
            "room.txt",
            "--send",
            "1.0:*:Hello",
            "--json",
        ];
        args.extend(more);
        folder.motebox(&args)
    };
    let out = run(&[]).ok();
    let received: Vec<serde_json::Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["event"] == "received")
        .collect();
    assert_eq!(received.len(), 1, "{out}");
    assert_eq!(
        (&received[0]["rssi_dbm"], &received[0]["lqi"]),
        (&(-70).into(), &98.into())
    );
    let far = run(&["--power", "20"]).ok();
    assert_eq!(far.matches("\"received\":2").count(), 1, "{far}");
    folder.write("room.txt", "0 0\n10 x\n");
    run(&[]).fails(1, "line 2: `10 x` is no position");
}

#[test]
fn a_capture_has_every_frame() {
    let folder = Folder::new("sim-pcap");
    let mut args = vec!["sim"];
    args.extend(MESH);
    args.extend(["--framing", "ieee802154", "--pcap", "mesh.pcap"]);
    let out = folder.motebox(&args).ok();
    let capture = folder.read("mesh.pcap");
    assert_eq!(capture[20..24], [230, 0, 0, 0], "IEEE 802.15.4 without FCS");
    let mut rest = &capture[24..];
    let mut seen = Vec::new();
    while let Some((record, after)) = rest.split_at_checked(16) {
        let number = |at: usize| u32::from_le_bytes(record[at..at + 4].try_into().unwrap());
        assert_eq!(number(8), number(12));
        let (frame, after) = after.split_at(number(8) as usize);
        seen.push(frame.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        assert!(out.contains(&format!("{:>4}.{:06} ", number(0), number(4))));
        rest = after;
    }
    let traced: Vec<String> = frames(&out).into_iter().map(|(_, frame)| frame).collect();
    assert_eq!((seen.len(), seen), (9, traced));
}

#[test]
fn settings_and_stacks_that_are_not_there_are_named() {
    sim("sim-stack", &["--stack", "mash"]).fails(1, "there is no stack `mash`");
    sim("sim-file", &["--stack", "no.toml"]).fails(1, "cannot read no.toml");
    sim("sim-set", &["--set", "polite.interval=1s"]).fails(1, "the stacks have no module `polite`");
    let no_param = ["--stack", "polite", "--set", "polite.intervall=1s"];
    sim("sim-param", &no_param).fails(1, "polite has no parameter `intervall`\n  it has interval");
    let range = ["--stack", "polite", "--set", "polite.interval=2h"];
    sim("sim-range", &range).fails(1, "interval is 2 h\n  interval is 0 ms to 1 h");
    sim("sim-node", &["--set", "9.0:broadcast.sender=1.0"]).fails(1, "there is no node 9.0");
    sim("sim-all", &["--topology", "all", "--nodes", "3000"])
        .fails(1, "at most 2000 nodes all hear each other");
}

#[test]
fn objects_arrive_whole_over_lossy_links() {
    let folder = Folder::new("sim-objects");
    let object: String = (0..200).map(|at| char::from(b'a' + at % 26)).collect();
    folder.write("object.txt", &object);
    for (stack, receivers) in [("rucb", 1), ("rudolph1", 2), ("rudolph2", 2)] {
        let args = [
            "sim",
            "--stack",
            stack,
            "--nodes",
            "3",
            "--send",
            "1.0:2.0:@object.txt",
            "--loss",
            "0.1",
            "--time",
            "120",
            "--json",
        ];
        let out = folder.motebox(&args).ok();
        let mut received = std::collections::BTreeMap::<String, String>::new();
        for line in out.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            if line["event"] == "chunk" {
                let payload = line["payload"].as_str().unwrap();
                received
                    .entry(line["node"].to_string())
                    .or_default()
                    .push_str(payload);
            }
        }
        assert_eq!(received.len(), receivers, "{stack}: {out}");
        let whole: String = object.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(
            received.values().all(|object| *object == whole),
            "{stack}: {received:?}"
        );
    }
    folder
        .motebox(&["sim", "--send", "1.0:*:@nothing.txt"])
        .fails(1, "cannot read nothing.txt");
}

#[test]
fn timesynch_has_somebody_who_knows_the_time() {
    let out = sim("sim-time", &["--stack", "timesynch", "--nodes", "3"]).ok();
    // Level 1 next to the source, level 2 behind that.
    assert!(out.contains("2.0     received from 1.0: 0x0100"), "{out}");
    assert!(out.contains("3.0     received from 2.0: 0x0200"), "{out}");
    let nobody = sim(
        "sim-no-time",
        &["--stack", "timesynch", "--set", "1.0:timesynch.level=255"],
    )
    .ok();
    assert!(!nobody.contains("received from"), "{nobody}");
}
