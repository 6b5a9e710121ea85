//! `motebox compose`: descriptions into messages and back, what is wrong with them, and signatures.

mod common;

use common::Folder;

const UNICAST: &str = r#"
id = "lamp"
confirm = "operator"

[[stack]]
name = "data"
modules = [
    { module = "channel", channel_no = 146 },
    { module = "broadcast", sender = "1.0" },
    { module = "unicast", receiver = "2.0" },
    "app",
]
"#;

fn example(name: &str) -> String {
    format!("{}/../../examples/stacks/{name}.toml", env!("CARGO_MANIFEST_DIR"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_description_becomes_the_message_and_the_message_a_description() {
    let folder = Folder::new("compose-both-ways");
    folder.write("unicast.toml", UNICAST);
    let out = folder.motebox(&["compose", "unicast.toml"]).ok();
    assert!(out.starts_with("unicast.cbor: 21 B\n"), "{out}");
    assert!(
        out.contains("channel 146, header 6 B (2 B with link addresses): channel broadcast unicast app\n"),
        "{out}"
    );
    let message = folder.read("unicast.cbor");
    assert_eq!(hex(&message), "820185f68201a10018928203a100018204a1000205");
    let explained = folder.motebox(&["compose", "unicast.cbor", "--explain"]).ok();
    assert!(explained.contains("receiver = \"2.0\""), "{explained}");
    folder.write("again.toml", explained);
    folder.motebox(&["compose", "again.toml"]).ok();
    assert_eq!(folder.read("again.cbor"), message);
    let json = folder
        .motebox(&["compose", "unicast.toml", "--json", "--out", "x.cbor"])
        .json();
    assert_eq!(
        (&json["message_bytes"], &json["stacks"][0]["header_bytes"]),
        (&21.into(), &6.into())
    );
    assert_eq!(json["message"], hex(&message));
    // The same in JSON, with a trigger.
    let text = r#"{"stack": [{"modules": [{"module": "channel", "channel_no": 148},
        {"module": "broadcast", "trigger": {"every": "1 s", "times": 2}}, "app"]}]}"#;
    folder.write("stubborn.json", text);
    folder.motebox(&["compose", "stubborn.json"]).ok();
    assert_eq!(
        hex(&folder.read("stubborn.cbor")),
        "820184f68201a10018948403a01903e80205"
    );
}

#[test]
fn sizes_are_within_the_goals() {
    let folder = Folder::new("compose-sizes");
    for (name, most) in [("unicast", 34), ("mesh", 160)] {
        let args = ["compose", &example(name), "--out", "x.cbor"];
        folder.motebox(&args).ok();
        let length = folder.read("x.cbor").len();
        assert!(length <= most, "{name}: {length} B");
    }
}

#[test]
fn a_signed_composition_is_a_container() {
    let folder = Folder::new("compose-sign");
    folder.motebox(&["keygen", "--out", "site"]).ok();
    folder.write("unicast.toml", UNICAST);
    let sign = [
        "compose",
        "unicast.toml",
        "--key",
        "site.key",
        "--sequence",
        "3",
        "--target",
        "class:sim",
    ];
    let out = folder.motebox(&sign).ok();
    assert!(out.starts_with("unicast.mbx: lamp sequence 3, "), "{out}");
    assert!(folder.read("unicast.mbx").len() <= 220);
    folder
        .motebox(&["verify", "unicast.mbx", "--key", "site.pub"])
        .ok();
    let inspected = folder.motebox(&["inspect", "unicast.mbx", "--json"]).json();
    assert_eq!(
        (&inspected["kind"], &inspected["id"]),
        (&"composition".into(), &"lamp".into())
    );
    assert_eq!(
        (&inspected["confirm"], &inspected["target"]),
        (&"operator".into(), &"class:sim".into())
    );
    let explained = folder.motebox(&["compose", "unicast.mbx", "--explain"]).ok();
    assert!(explained.contains("channel_no = 146"), "{explained}");
    // Flags win over the file.
    let mut flags = sign.to_vec();
    flags.extend([
        "--id",
        "other",
        "--confirm",
        "auto",
        "--probation",
        "5",
        "--development",
    ]);
    folder.motebox(&flags).ok();
    let inspected = folder.motebox(&["inspect", "unicast.mbx", "--json"]).json();
    assert_eq!(
        (&inspected["id"], &inspected["probation_s"]),
        (&"other".into(), &5.into())
    );
    folder
        .motebox(&["verify", "unicast.mbx", "--key", "site.pub", "--development"])
        .ok();
    let mesh = [
        "compose",
        &example("mesh"),
        "--key",
        "site.key",
        "--sequence",
        "1",
        "--target",
        "any",
        "--out",
        "m.mbx",
    ];
    folder.motebox(&mesh).ok();
    assert!(folder.read("m.mbx").len() <= 350);
    folder
        .motebox(&["compose", "unicast.toml", "--key", "site.key", "--sequence", "3"])
        .fails(2, "--target");
}

#[test]
fn it_runs_in_the_simulator_in_all_three_forms() {
    let folder = Folder::new("compose-run");
    folder.write(
        "unicast.toml",
        UNICAST.replace("sender = \"1.0\"", "sender = \"9.0\""),
    );
    folder.motebox(&["keygen", "--out", "site"]).ok();
    folder.motebox(&["compose", "unicast.toml"]).ok();
    folder
        .motebox(&[
            "compose",
            "unicast.toml",
            "--key",
            "site.key",
            "--sequence",
            "1",
            "--target",
            "any",
        ])
        .ok();
    for file in ["unicast.toml", "unicast.cbor", "unicast.mbx"] {
        let args = ["sim", "--stack", file, "--send", "1.0:*:A", "--trace"];
        let out = folder.motebox(&args).ok();
        assert!(out.contains(" 92000200090041\n"), "{file}: {out}");
    }
}

#[test]
fn what_no_mote_takes_is_told_in_words() {
    let folder = Folder::new("compose-wrong");
    let mesh = String::from_utf8(std::fs::read(example("mesh")).unwrap()).unwrap();
    let cases: &[(&str, &str, &str)] = &[
        (
            "\"unicast\",\n    \"multihop\"",
            "\"multihop\"",
            "stack `data`, module 2: multihop does not go over broadcast",
        ),
        (
            "\"app\",",
            "",
            "stack `data`, module 4: mesh ends a stack that is merged nowhere",
        ),
        (
            "channel_no = 133",
            "channel_no = 132",
            "stack `requests`, module 0: channel 132 is another stack's already",
        ),
        (
            "\"data.mesh\"",
            "\"data.unicast\"",
            "is not what the module takes that it is merged into",
        ),
        (
            "\"data.mesh\"",
            "\"data.mash\"",
            "there is no module `mash` in stack `data`",
        ),
        ("\"data.mesh\"", "\"date.mesh\"", "there is no stack `date`"),
        (
            "into = \"requests.route_discovery\"\n",
            "",
            "stack `replies`, module 2: unicast ends a stack",
        ),
        (
            "hops = 16",
            "hops = 0",
            "stack `requests`: netflood: hops is 0 hops\n  hops is 1 hops to 255 hops",
        ),
        ("\"60 s\"", "\"60 hops\"", "`\"60 hops\"` is no value of lifetime"),
        (
            "timeout = ",
            "timeuot = ",
            "route_discovery has no parameter `timeuot`",
        ),
        ("\"multihop\"", "\"multyhop\"", "there is no module `multyhop`"),
        (
            "name = \"replies\"",
            "name = \"data\"",
            "two stacks are called `data`",
        ),
        ("probation_s", "probation", "unknown field `probation`"),
    ];
    for (from, to, said) in cases {
        assert!(mesh.contains(from), "{from}");
        folder.write("x.toml", mesh.replacen(from, to, 1));
        folder.motebox(&["compose", "x.toml"]).fails(1, said);
        assert!(!folder.path("x.cbor").exists());
    }
    folder.write("x.toml", mesh.replacen("\"unicast\"", "\"channel\"", 1));
    folder
        .motebox(&["compose", "x.toml"])
        .fails(1, "module 2: channel goes over nothing, and stands on broadcast");
    let polite = "\"polite\", ".repeat(200);
    folder.write(
        "x.toml",
        format!("[[stack]]\nmodules = [\"channel\", {polite}\"app\"]\n"),
    );
    folder
        .motebox(&["compose", "x.toml"])
        .fails(1, "modules are needed, and there is room for fewer");
    // Parameter 0 of broadcast, its sender: 70000.
    folder.write(
        "x.cbor",
        b"\x82\x01\x84\xf6\x01\x82\x03\xa1\x00\x1a\x00\x01\x11\x70\x05",
    );
    folder
        .motebox(&["compose", "x.cbor", "--explain"])
        .fails(1, "module 1: sender is 70000");
    folder.write("x.cbor", [0x82, 0x01]);
    folder
        .motebox(&["compose", "x.cbor", "--explain"])
        .fails(1, "it ends after 2 B, in the middle");
    folder.write("x.cbor", [0x82, 0x02, 0x82, 0xf6, 0x01]);
    folder
        .motebox(&["compose", "x.cbor", "--explain"])
        .fails(1, "it is of version 2");
    folder.write("x.cbor", "print('no composition')");
    folder
        .motebox(&["compose", "x.cbor", "--explain"])
        .fails(1, "no composition message");
}
