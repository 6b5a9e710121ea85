//! Rights: who may read, what is refused, what a script may do, whose signatures are taken.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::trial::{CLIENTS, Client, LONG, SIZES, Trial, is_success, number, script, text};
use crate::interop::mote::{Form, Order, write};
use crate::interop::{Bench, Tally};
use crate::shell::Result;

/// Who may read what.
pub fn reading(bench: &Bench, tally: &mut Tally) -> Result<()> {
    tally.group("reading without security");
    for (args, code) in [(&[][..], "4.01"), (&["--open-read"][..], "2.05")] {
        let mut trial = Trial::start(bench, args)?;
        trial.push(tally, Client::Libcoap, Form::Text, SIZES[2])?;
        for client in CLIENTS {
            for path in ["/c/check", "/c/check/log"] {
                let answer = trial.get(client, path, None, None)?;
                tally.equal(
                    &format!("{client:?} reads {path} {args:?}"),
                    answer.code.as_str(),
                    code,
                );
            }
            for path in ["/c", "/c/check/status", "/.well-known/core"] {
                let answer = trial.get(client, path, None, None)?;
                tally.equal(
                    &format!("{client:?} reads {path} {args:?}"),
                    answer.code.as_str(),
                    "2.05",
                );
            }
        }
        // The long status is many blocks on a small PDU: it has to hold still for as long as a client reads it.
        for client in CLIENTS {
            let answer = trial.get(client, "/c/check/status", None, Some("0"))?;
            let whole = String::from_utf8_lossy(&answer.body).into_owned();
            let long = whole.contains("digest ") && whole.contains("erases ");
            tally.check(
                &format!("{client:?} reads the status whole {args:?}"),
                long == (code == "2.05"),
                &whole,
            );
        }
    }
    Ok(())
}

/// What must be refused, with the running container untouched.
pub fn refusals(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read"])?;
    tally.group("refusals");
    let old = trial.container(Form::Text)?;
    let running = trial.container(Form::Text)?;
    let answer = trial.put(Client::Libcoap, &running, Form::Text, SIZES[2])?;
    trial.taken(tally, "the container that runs", &answer, &running)?;
    let digest = bench.digest(&running)?;

    let sequence = trial.sequence + 1;
    let version = script(sequence, LONG);
    let mut order = Order {
        sequence,
        script: &version,
        form: Form::Text,
        terms: "",
    };
    let stranger = bench.stranger.sign(&order)?;
    let whole = bench.site.sign(&order)?;
    let mut bytes = std::fs::read(&whole).map_err(|error| error.to_string())?;
    let source = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let unsigned = whole.with_extension("unsigned");
    write(&unsigned, bytes.get(source..).unwrap_or_default())?;
    let changed = whole.with_extension("changed");
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    write(&changed, &bytes)?;
    order.form = Form::Binary;
    let binary = bench.site.sign(&order)?;
    let forged = binary.with_extension("forged");
    bench.peers.pycose(&["forge", &text(&binary), &text(&forged)])?;

    let cases = [
        ("an unsigned script", &unsigned, Form::Text, "4.00"),
        ("a stranger's signature", &stranger, Form::Text, "4.03"),
        ("a forged signature", &forged, Form::Binary, "4.03"),
        ("an older sequence", &old, Form::Text, "4.09"),
        ("a changed payload", &changed, Form::Text, "4.00"),
    ];
    for (what, file, form, code) in cases {
        for client in CLIENTS {
            let answer = trial.put(client, file, form, SIZES[2])?;
            tally.equal(&format!("{client:?}: {what}"), answer.code.as_str(), code);
            let status = trial.status()?;
            let same = status.get("digest") == Some(&digest);
            tally.check(&format!("{what} changes nothing"), same, &status);
        }
    }
    let again = trial.put(Client::Aiocoap, &running, Form::Text, SIZES[2])?;
    trial.taken(tally, "the same container again", &again, &running)
}

/// What a script may do is what its manifest says, as a peer sees it.
pub fn permissions(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read"])?;
    tally.group("permissions");
    trial.push(tally, Client::Libcoap, Form::Text, SIZES[2])?;
    let script = "coap.register_handler('/hello', coap.method.GET, function () { return 'hi'; });\n\
                  saul.get_by_name('buzzer').write(30);\n";
    let granted = "[permissions]\npaths = [\"hello\"]\n[permissions.devices]\nbuzzer = \"write\"\n";
    for (terms, hello, buzzer) in [("", "4.04", "0"), (granted, "2.05", "30")] {
        trial.sequence += 1;
        let order = Order {
            sequence: trial.sequence,
            script,
            form: Form::Text,
            terms,
        };
        let file = bench.site.sign(&order)?;
        let answer = trial.put(Client::Libcoap, &file, Form::Text, SIZES[2])?;
        let what = if terms.is_empty() {
            "not granted"
        } else {
            "granted"
        };
        tally.check(&format!("{what}: the upload"), is_success(&answer), &answer);
        // Started, failed or not: `tried` says when it was.
        trial.wait(|status| number(status, "tried") == u64::from(order.sequence))?;
        std::thread::sleep(Duration::from_millis(500));
        let answer = trial.get(Client::Libcoap, "/hello", None, None)?;
        tally.equal(&format!("{what}: GET /hello"), answer.code.as_str(), hello);
        let answer = bench.peers.libcoap(&[&trial.mote.bench("/bench/buzzer")])?;
        let shown = String::from_utf8_lossy(&answer.body).trim().to_string();
        tally.equal(&format!("{what}: the buzzer"), shown.as_str(), buzzer);
    }
    Ok(())
}

/// COSE_Sign1 both ways against pycose.
pub fn cose(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read"])?;
    tally.group("COSE_Sign1 against pycose");
    let file = trial.container(Form::Binary)?;
    let public = bench.site.field("public")?;
    let seen = bench.peers.pycose(&["verify", &text(&file), &public])?;
    for (field, expected) in [
        ("good", Value::Bool(true)),
        ("good_with_another_aad", Value::Bool(false)),
        ("encodes_the_same", Value::Bool(true)),
        ("alg", Value::from(-19)),
    ] {
        tally.equal(
            &format!("pycose verifies ours: {field}"),
            seen.get(field),
            Some(&expected),
        );
    }
    let other = bench
        .peers
        .pycose(&["verify", &text(&file), &bench.stranger.field("public")?])?;
    tally.equal(
        "pycose with a stranger's key",
        other.get("good"),
        Some(&Value::Bool(false)),
    );

    let theirs = file.with_extension("pycose");
    bench
        .peers
        .pycose(&["sign", &text(&file), &bench.site.field("secret")?, &text(&theirs)])?;
    let verify = Command::new(&bench.site.motebox)
        .args(["verify", &text(&theirs), "--key", &text(&bench.site.public())])
        .output()
        .map_err(|error| error.to_string())?;
    tally.check("`motebox verify` takes alg -8", verify.status.success(), &verify);
    let answer = trial.put(Client::Aiocoap, &theirs, Form::Binary, SIZES[2])?;
    trial.taken(tally, "the mote takes pycose's alg -8", &answer, &theirs)
}
