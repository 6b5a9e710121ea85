//! The containers of the scenario, signed by the command `motebox` as an operator signs them, with the keys of RFC 8032's test
//! vectors: everybody knows them, and every run makes the same bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::machine::folder;
use crate::shell::{self, Result, cargo};

/// RFC 8032 section 7.1, test 1: secret and public key. The firmware trusts it as "rfc8032".
const SITE: [&str; 2] = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
];
/// Test 2: a stranger who says that he is the other one.
const STRANGER: [&str; 2] = [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
];
/// Asks the radio for everything that a script can.
const RADIO: &str = "print('radio', radio.energy(26), radio.power(4), radio.channel(26));\n";
/// What it may.
const RADIO_TERMS: &str = "\
id = \"radio\"
confirm = \"auto\"
probation_s = 60
[permissions]
radio = { channels = [26], max_power_dbm = 0, energy_scan = true }
";
/// "rfc8032" in hex.
const KEY_ID: &str = "72666338303332";

/// Makes the containers and returns their folder: `alarm-1.mbx`, `alarm-2.mbx` with a louder buzzer, `forged.mbx`, which is
/// alarm 2 signed by the stranger, `stairs-1.mbx`, `siren-1.mbx`, `radio-1.mbx`, and the composition `mesh-1.mbx`.
pub fn make() -> Result<PathBuf> {
    let folder = folder().join("containers");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    key(&folder.join("site.key"), SITE)?;
    key(&folder.join("stranger.key"), STRANGER)?;
    let examples = shell::root().join("examples");
    let alarm =
        std::fs::read_to_string(examples.join("alarm.js")).map_err(|error| format!("alarm.js: {error}"))?;
    let louder = alarm.replace("volume: 30", "volume: 60");
    if louder == alarm {
        return Err("examples/alarm.js has no `volume: 30` that alarm 2 could make louder".into());
    }
    write(&folder.join("alarm-2.js"), &louder)?;

    shell::run(cargo().args(["build", "--quiet", "--release", "--package", "motebox-cli"]))?;
    let sign = |script: &Path, terms: &str, key: &str, sequence: &str, out: &str| {
        let mut sign = Command::new(shell::target_dir().join("release/motebox"));
        sign.current_dir(&folder).arg("sign").arg(script);
        sign.args([
            "--key",
            key,
            "--sequence",
            sequence,
            "--target",
            "any",
            "--form",
            "binary",
        ]);
        sign.arg("--terms").arg(examples.join(terms));
        shell::output(sign.args(["--out", out])).map(|_| ())
    };
    let louder = folder.join("alarm-2.js");
    sign(
        &examples.join("alarm.js"),
        "alarm.toml",
        "site.key",
        "1",
        "alarm-1.mbx",
    )?;
    sign(&louder, "alarm.toml", "site.key", "2", "alarm-2.mbx")?;
    sign(&louder, "alarm.toml", "stranger.key", "2", "forged.mbx")?;
    sign(
        &examples.join("stairs.js"),
        "stairs.toml",
        "site.key",
        "1",
        "stairs-1.mbx",
    )?;
    sign(
        &examples.join("siren.js"),
        "siren.toml",
        "site.key",
        "1",
        "siren-1.mbx",
    )?;
    let radio = folder.join("radio.js");
    write(&radio, RADIO)?;
    let terms = folder.join("radio.toml");
    write(&terms, RADIO_TERMS)?;
    let terms = terms.to_string_lossy();
    sign(&radio, &terms, "site.key", "1", "radio-1.mbx")?;
    let mut compose = Command::new(shell::target_dir().join("release/motebox"));
    compose.current_dir(&folder).arg("compose");
    compose.arg(examples.join("stacks/mesh.toml"));
    compose.args(["--key", "site.key", "--sequence", "1", "--target", "any"]);
    shell::output(compose.args(["--out", "mesh-1.mbx"]))?;
    Ok(folder)
}

fn key(path: &Path, [secret, public]: [&str; 2]) -> Result<()> {
    let text = format!(
        "algorithm = \"Ed25519\"\nkey_id = \"{KEY_ID}\"\npublic = \"{public}\"\nsecret = \"{secret}\"\n"
    );
    write(path, &text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
