//! keygen, sign, convert, verify, inspect: what is printed, written and refused.

mod common;

use common::Folder;

const SCRIPT: &str = "var a = 1;\nprint(a);\n";

/// A folder with a key and a signed script in it.
fn signed(test: &str) -> Folder {
    let folder = Folder::new(test);
    folder.motebox(&["keygen", "--out", "site"]).ok();
    folder.write("hello.js", SCRIPT);
    sign(&folder, &[]);
    folder
}

fn sign(folder: &Folder, more: &[&str]) {
    let mut args = vec!["sign", "hello.js", "--key", "site.key", "--target", "any"];
    if !more.contains(&"--sequence") {
        args.extend(["--sequence", "1"]);
    }
    args.extend(more);
    folder.motebox(&args).ok();
}

#[test]
fn keygen_writes_a_pair_once() {
    let folder = Folder::new("keygen");
    let json = folder.motebox(&["keygen", "--out", "site", "--json"]).json();
    assert_eq!(json["key_id"].as_str().unwrap().len(), 8);
    assert_eq!(json["public_key"].as_str().unwrap().len(), 64);
    let secret = String::from_utf8(folder.read("site.key")).unwrap();
    let public = String::from_utf8(folder.read("site.pub")).unwrap();
    assert!(secret.contains("secret = ") && !public.contains("secret = "));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path("site.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    folder
        .motebox(&["keygen", "--out", "site"])
        .fails(1, "nothing was overwritten");
    assert_eq!(secret.as_bytes(), folder.read("site.key"));
}

#[test]
fn a_signed_script_keeps_every_byte_below_its_header() {
    let folder = signed("textform");
    let text = String::from_utf8(folder.read("hello.signed.js")).unwrap();
    let (header, payload) = text.split_once('\n').unwrap();
    assert!(
        header.starts_with("/*motebox1 ") && header.ends_with("*/"),
        "{header}"
    );
    assert_eq!(payload, SCRIPT);
    let inspected = folder.motebox(&["inspect", "hello.signed.js", "--json"]).json();
    assert!(header.contains(inspected["payload_sha256"].as_str().unwrap()));
    assert_eq!(inspected["id"], "hello");
    assert_eq!(inspected["target"], "any");
    assert_eq!(inspected["confirm"], "auto");
}

#[test]
fn the_target_must_be_spelled_out() {
    let folder = signed("target");
    folder
        .motebox(&["sign", "hello.js", "--key", "site.key", "--sequence", "2"])
        .fails(2, "--target");
    folder
        .motebox(&[
            "sign",
            "hello.js",
            "--key",
            "site.key",
            "--sequence",
            "2",
            "--target",
            "all",
        ])
        .fails(2, "say any, class:NAME or device:HEX");
    for (target, shown) in [
        ("class:samr21", "class:samr21"),
        ("device:00A1b2", "device:00a1b2"),
    ] {
        folder
            .motebox(&[
                "sign",
                "hello.js",
                "--key",
                "site.key",
                "--sequence",
                "2",
                "--target",
                target,
                "--out",
                "t.js",
            ])
            .ok();
        assert_eq!(
            folder.motebox(&["inspect", "t.js", "--json"]).json()["target"],
            shown
        );
    }
}

#[test]
fn forms_convert_into_each_other_without_the_key() {
    let folder = signed("convert");
    std::fs::remove_file(folder.path("site.key")).unwrap();
    folder
        .motebox(&["convert", "hello.signed.js", "--form", "binary"])
        .ok();
    folder
        .motebox(&["convert", "hello.mbx", "--form", "text", "--out", "again.js"])
        .ok();
    assert_eq!(folder.read("again.js"), folder.read("hello.signed.js"));
    let printed = folder
        .motebox(&["convert", "hello.mbx", "--form", "text", "--out", "-"])
        .ok();
    assert_eq!(printed.as_bytes(), folder.read("hello.signed.js"));
    let verified = folder
        .motebox(&["verify", "hello.mbx", "--key", "site.pub", "--json"])
        .json();
    assert_eq!(verified["valid"], true);
}

#[test]
fn verify_tells_a_stranger_a_change_and_another_context_apart() {
    let folder = signed("verify");
    assert!(
        folder
            .motebox(&["verify", "hello.signed.js", "--key", "site.pub"])
            .ok()
            .starts_with("good: hello")
    );
    folder.motebox(&["keygen", "--out", "stranger"]).ok();
    folder
        .motebox(&["verify", "hello.signed.js", "--key", "stranger.pub"])
        .fails(1, "it was signed by another key [1405]");
    sign(&folder, &["--development", "--out", "dev.js"]);
    folder
        .motebox(&["verify", "dev.js", "--key", "site.pub"])
        .fails(1, "[1506]");
    folder
        .motebox(&["verify", "dev.js", "--key", "site.pub", "--development"])
        .ok();
    folder
        .motebox(&["verify", "hello.signed.js", "--key", "site.pub", "--development"])
        .fails(1, "[1506]");
}

#[test]
fn what_happened_to_a_text_form_is_said() {
    let folder = signed("broken");
    let good = folder.read("hello.signed.js");
    let text = String::from_utf8(good.clone()).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let cases: Vec<(String, &str)> = vec![
        (
            text.replace('\n', "\r\n"),
            "line endings changed: LF became CRLF [1310]",
        ),
        (
            text.replace('\n', "\r"),
            "line endings changed: LF became CR [1310]",
        ),
        (
            text.replace("1;\n", "1;\r\n"),
            "line endings changed: LF became CRLF [1603]",
        ),
        (
            format!("\u{feff}{text}"),
            "a byte order mark (BOM) stands before the header [1301]",
        ),
        (
            format!("\n\n{text}"),
            "2 B of blanks or empty lines stand before the header [1302]",
        ),
        (
            format!("#!/usr/bin/motebox\n{text}"),
            "a #! line stands before the header [1303]",
        ),
        (format!("// mine\n{text}"), "8 B stand before the header"),
        (
            SCRIPT.to_string(),
            "there is no header line: this is not signed [1304]",
        ),
        (
            "# a description\n[[stack]]\n".to_string(),
            "there is no header line: this is not signed [1303]",
        ),
        (String::new(), "the file is empty"),
        (
            text.replacen("motebox1", "motebox9", 1),
            "of another version of Motebox [1304]",
        ),
        (
            text.replacen("*/\n", "*/ \n", 1),
            "blanks follow the header line [1309]",
        ),
        (format!("{first}\n{first}\n{rest}"), "[16"),
        (
            text.trim_end().to_string(),
            "the line ending of the last line is gone [16",
        ),
        (format!("{text}\n"), "a line ending was added at the end [16"),
        (
            format!("{first}\n\u{feff}{rest}"),
            "a byte order mark (BOM) was put after the header [16",
        ),
        (
            text.replace("var a", "var b"),
            "the payload was changed after it was signed",
        ),
    ];
    for (broken, said) in cases {
        folder.write("broken.js", &broken);
        let error = folder.motebox(&["inspect", "broken.js"]).fails(1, said);
        assert!(error.lines().count() >= 2, "{error:?} does not say what to do");
    }
}

#[test]
fn each_cut_of_a_container_is_refused() {
    let folder = signed("cut");
    folder
        .motebox(&["convert", "hello.signed.js", "--form", "binary"])
        .ok();
    for name in ["hello.signed.js", "hello.mbx"] {
        let whole = folder.read(name);
        for length in [0, 1, 10, 40, 100, 150, whole.len() - 3, whole.len() - 1] {
            folder.write("cut", &whole[..length]);
            folder
                .motebox(&["verify", "cut", "--key", "site.pub"])
                .fails(1, "motebox: cut");
        }
    }
}

#[test]
fn terms_come_from_a_file_and_flags_win() {
    let folder = signed("terms");
    folder.write(
        "terms.toml",
        "id = \"room-1\"\nconfirm = \"operator\"\nprobation_s = 5\n[permissions.devices]\nsound = \"read\"\n[limits]\ntimers = 3\n",
    );
    folder.write("terms.json", r#"{"id":"room-2","permissions":{"reboot":true}}"#);
    sign(
        &folder,
        &["--terms", "terms.toml", "--probation", "9", "--out", "a.js"],
    );
    let a = folder.motebox(&["inspect", "a.js", "--json"]).json();
    assert_eq!(
        (a["id"].as_str(), a["confirm"].as_str()),
        (Some("room-1"), Some("operator"))
    );
    assert_eq!(a["probation_s"], 9);
    assert_eq!(a["permissions"]["devices"]["sound"]["rights"], "read");
    assert_eq!(a["limits"]["timers"], 3);
    sign(
        &folder,
        &["--terms", "terms.json", "--id", "room-3", "--out", "b.js"],
    );
    let b = folder.motebox(&["inspect", "b.js", "--json"]).json();
    assert_eq!(
        (b["id"].as_str(), b["permissions"]["reboot"].as_bool()),
        (Some("room-3"), Some(true))
    );
    folder.write("wrong.toml", "[permissions]\ndevice = 1\n");
    folder
        .sign("hello.js", "1", &["--terms", "wrong.toml"])
        .fails(1, "unknown field `device`");
}

#[test]
fn the_example_signs() {
    let folder = signed("example");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo");
    let (script, terms) = (format!("{root}/alarm.js"), format!("{root}/alarm.toml"));
    folder
        .sign(&script, "1", &["--terms", &terms, "--out", "a.js"])
        .ok();
    let text = folder.motebox(&["inspect", "a.js"]).ok();
    assert!(
        text.contains("coap://[2001:db8::1]:5683/coap") && text.contains("signature was not checked"),
        "{text}"
    );
}

#[test]
fn commands_are_signed_without_a_payload() {
    let folder = signed("command");
    let base = [
        "sign",
        "--key",
        "site.key",
        "--target",
        "any",
        "--sequence",
        "7",
        "--command",
        "revert",
        "--id",
        "alarm",
    ];
    folder.motebox(&base).fails(2, "--base");
    let mut args = base.to_vec();
    args.extend(["--base", "6"]);
    folder.motebox(&args).ok();
    let json = folder.motebox(&["inspect", "alarm.revert.mbx", "--json"]).json();
    assert_eq!(
        (json["kind"].as_str(), json["command"].as_str()),
        (Some("command"), Some("revert"))
    );
    assert_eq!(json["base"], 6);
    folder
        .motebox(&["convert", "alarm.revert.mbx", "--form", "text"])
        .fails(1, "use --form binary");
}

#[test]
fn what_no_mote_would_take_is_not_signed() {
    let folder = signed("refused");
    let sign = |sequence: &str, more: &[&str]| folder.sign("hello.js", sequence, more);
    sign("0", &[]).fails(2, "0 is not in 1..=4294967294");
    sign("4294967295", &[]).fails(2, "4294967295 is not in 1..=4294967294");
    sign("1", &["--id", "No"]).fails(1, "a-z, 0-9 and -");
    sign("1", &["--id", "trust"]).fails(1, "`trust` is taken");
    sign("1", &["--probation", "604801"]).fails(2, "604801 is not in 1..=604800");
    folder.write("terms.toml", "probation_s = 604801");
    sign("1", &["--terms", "terms.toml"]).fails(1, "probation 1 to 604800 s");
    folder
        .sign("hello.signed.js", "1", &[])
        .fails(1, "signed already");
    folder
        .sign_with("site.pub", "hello.js", "1", &[])
        .fails(1, "only a public key");
    folder
        .sign("nowhere.js", "1", &[])
        .fails(1, "cannot read nowhere.js");
}

#[test]
fn a_long_script_has_a_digest_for_each_chunk_and_too_long_a_one_is_refused() {
    let folder = signed("long");
    folder.write("hello.js", "print(1);\n".repeat(500));
    sign(&folder, &["--form", "binary", "--out", "long.mbx"]);
    folder.motebox(&["verify", "long.mbx", "--key", "site.pub"]).ok();
    let mut changed = folder.read("long.mbx");
    let last = changed.len() - 2;
    changed[last] ^= 1;
    folder.write("long.mbx", changed);
    folder
        .motebox(&["verify", "long.mbx", "--key", "site.pub"])
        .fails(1, "changed after it was signed");
    folder.write("hello.js", "print(1);\n".repeat(5000));
    sign_fails(
        &folder,
        "hello.js",
        &["--no-check"],
        "the manifest is longer than 256 B",
    );
}

/// `motebox sign` of a file must fail and say this; standard error.
#[track_caller]
fn sign_fails(folder: &Folder, file: &str, more: &[&str], said: &str) -> String {
    folder.sign(file, "9", more).fails(1, said)
}

#[test]
fn what_cannot_be_compiled_is_not_signed() {
    let folder = signed("nocompile");
    folder.write("broken.js", "var a = 1;\nprint(a;\n");
    let said = sign_fails(&folder, "broken.js", &[], "broken.js:2:8: SyntaxError: ");
    assert!(
        said.contains("  print(a;\n         ^\n") && said.contains("--no-check"),
        "{said}"
    );
    assert!(!folder.path("broken.signed.js").exists());
    folder.sign("broken.js", "9", &["--no-check"]).ok();
    // What is no script at all.
    folder.write("image.js", [0xFF, 0xFE, 0, 1]);
    sign_fails(&folder, "image.js", &[], "image.js is no text in UTF-8");
    folder.write("huge.js", "print(1);\n".repeat(200_000));
    sign_fails(&folder, "huge.js", &[], "huge.js does not compile in 256 kB");
    sign_fails(&folder, "hello.js", &["--id", "Hello"], "say --id");
    sign_fails(
        &folder,
        "hello.js",
        &["--out", "no/x.js"],
        "its folder must be there",
    );
    folder.write("empty.js", "");
    sign_fails(&folder, "empty.js", &[], "empty.js is empty");
    folder
        .motebox(&["convert", "hello.signed.js", "--form", "binary"])
        .ok();
    for file in ["hello.signed.js", "hello.mbx"] {
        sign_fails(&folder, file, &[], "signed already");
    }
    // A script that its heap cannot hold is signed, and told.
    folder.write("large.js", "print(1);\n".repeat(300));
    folder.write("terms.toml", "[limits]\nheap_bytes = 2048\n");
    let ran = folder.sign("large.js", "1", &["--terms", "terms.toml"]);
    assert!(ran.err.contains("does not compile in the 2048 B"), "{ran:?}");
    ran.ok();
}

#[test]
fn a_wrong_table_is_told_with_its_place_and_no_more_of_it_than_a_line_holds() {
    let folder = signed("terms-place");
    folder.write(
        "t.toml",
        format!("[permissions.devices]\nbuzzer = \"{}\"\n", "x".repeat(100_000)),
    );
    folder.write(
        "t.json",
        format!("{{\"id\": \"a\", \"x{}\": 1}}", "y".repeat(100_000)),
    );
    for (file, place) in [("t.toml", "t.toml:2:10: "), ("t.json", "t.json:1:")] {
        let said = sign_fails(&folder, "hello.js", &["--terms", file], place);
        assert!(said.len() < 900 && said.contains("examples/alarm.toml"), "{said}");
    }
}

#[test]
fn help_has_examples_everywhere() {
    let folder = Folder::new("help");
    folder.motebox(&[]).fails(2, "Examples:");
    for command in [
        "keygen", "sign", "convert", "verify", "inspect", "push", "pull", "discover", "status", "log",
        "device", "demo", "js", "sim", "compose",
    ] {
        let help = folder.motebox(&[command, "--help"]).ok();
        assert!(
            help.contains("Examples:") && help.contains(&format!("motebox {command}")),
            "{help}"
        );
    }
}
