//! Transfers: discovery, every block size, sizes that change or do not fit, clients that disappear, a bad link.

use super::trial::{CLIENTS, Client, LONG, SIZES, Trial, is_success, number, put, script, text};
use std::time::Duration;

use crate::interop::mote::{Form, Order, uri};
use crate::interop::peers::Answer;
use crate::interop::proxy::{Counts, Odds, Proxy};
use crate::interop::{Bench, Tally};
use crate::shell::Result;

/// The largest block that fits a PDU of 128 bytes beside the options of an upload.
const FITS_SMALL_PDU: u64 = 64;

/// How often a client that gave up on the bad link is started again.
const STARTS: u32 = 20;

/// The seed of the bad link.
const SEED: u64 = 0x6d6f_7465_626f_7831;

/// The worst OS: a PDU of 128 bytes.
pub fn small_pdu(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read"])?;
    tally.group("discovery");
    trial.push(tally, Client::Libcoap, Form::Text, SIZES[2])?;
    for client in CLIENTS {
        let all = trial.get(client, "/.well-known/core", None, None)?;
        let text = String::from_utf8_lossy(&all.body).into_owned();
        tally.equal(&format!("{client:?} discovers"), all.code.as_str(), "2.05");
        for link in ["</c>", "</c/check>", "motebox.container", "</c/check/status>"] {
            tally.check(&format!("{client:?} finds {link}"), text.contains(link), &text);
        }
        let some = trial.get(client, "/.well-known/core?rt=motebox.list", None, None)?;
        let text = String::from_utf8_lossy(&some.body).into_owned();
        tally.check(
            &format!("{client:?} filters links"),
            text.contains("</c>") && !text.contains("</c/check>"),
            &text,
        );
    }
    tally.group("blocks of 16 to 64 bytes, PDU 128");
    for client in CLIENTS {
        for size in SIZES.into_iter().filter(|(bytes, _)| *bytes <= FITS_SMALL_PDU) {
            for form in [Form::Text, Form::Binary] {
                trial.push(tally, client, form, size)?;
                trial.pull(tally, client, form, size)?;
            }
        }
    }
    tally.group("blocks that do not fit are told the size that does");
    let before = trial.status()?;
    for (bytes, exponent) in SIZES.into_iter().filter(|(bytes, _)| *bytes > FITS_SMALL_PDU) {
        let file = trial.container(Form::Text)?;
        let (file, at) = (text(&file), trial.mote.uri("/c/check"));
        let answer = bench.peers.aiocoap(&[
            "blocks",
            &at,
            &file,
            "--format",
            "0",
            "--sizes",
            &bytes.to_string(),
            "--stop-after",
            "1",
        ])?;
        let told = answer.responses.first().and_then(|(_, block1)| *block1);
        tally.equal(
            &format!("aiocoap's block of {bytes}"),
            answer.code.as_str(),
            "4.13",
        );
        tally.check(
            &format!("what fits instead of {bytes}"),
            told == Some(FITS_SMALL_PDU),
            &answer,
        );

        let put = ["-m", "put", "-b", &bytes.to_string(), "-t", "0", "-f", &file, &at];
        let answer = bench.peers.libcoap(&put)?;
        let told = answer
            .responses
            .iter()
            .any(|(code, size)| code == "4.13" && *size == Some(FITS_SMALL_PDU));
        tally.check(&format!("libcoap's block of {bytes}"), told, &answer.responses);

        // Asking for more than fits is no error: the mote answers with its own size (RFC 7959 2.4).
        let body = trial.running()?;
        let answer = trial.get(Client::Libcoap, "/c/check", Some((bytes, exponent)), Some("0"))?;
        tally.check(
            &format!("libcoap reads, asking for {bytes}"),
            answer.body == body,
            &answer.code,
        );
    }
    let after = trial.status()?;
    let grown = number(&after, "sequence") >= number(&before, "sequence");
    tally.check("the mote runs on", grown && after.contains_key("digest"), &after);
    Ok(())
}

/// A kind OS: 1,280 bytes.
pub fn large_pdu(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read", "--pdu", "1280"])?;
    tally.group("blocks of 16 to 1024 bytes, PDU 1280");
    for client in CLIENTS {
        for (at, size) in SIZES.into_iter().enumerate() {
            let form = if at % 2 == 0 { Form::Text } else { Form::Binary };
            trial.push(tally, client, form, size)?;
            trial.pull(tally, client, form, size)?;
        }
    }
    tally.group("block size changed on the way");
    for sizes in [
        "128,128,256,16",
        "1024,64,64,16,16,32",
        "16,16,32,64,128,256",
        "512,32",
    ] {
        let file = trial.container(Form::Text)?;
        let answer = bench.peers.aiocoap(&[
            "blocks",
            &trial.mote.uri("/c/check"),
            &text(&file),
            "--format",
            "0",
            "--sizes",
            sizes,
        ])?;
        trial.taken(tally, &format!("aiocoap with blocks of {sizes}"), &answer, &file)?;
    }
    Ok(())
}

/// Twenty percent of datagrams lost, twenty percent repeated, twenty percent late.
pub fn bad_link(bench: &Bench, tally: &mut Tally) -> Result<()> {
    let mut trial = Trial::start(bench, &["--open-read"])?;
    tally.group("a client that disappears, and another that goes on");
    trial.push(tally, Client::Libcoap, Form::Text, SIZES[2])?;
    let file = trial.container(Form::Text)?;
    let digest = bench.digest(&file)?;
    let at = trial.mote.uri("/c/check");
    let some = |blocks: &str| {
        let file = text(&file);
        bench.peers.aiocoap(&[
            "blocks",
            &at,
            &file,
            "--format",
            "0",
            "--sizes",
            "64",
            "--stop-after",
            blocks,
        ])
    };
    tally.equal("the first client's ninth block", some("9")?.code.as_str(), "2.31");
    let first = trial.status()?;
    tally.check(
        "the mote names what it receives",
        first.get("upload-digest") == Some(&digest),
        &first,
    );
    tally.check("it has some of it", number(&first, "received") > 0, &first);
    tally.equal(
        "the second client's second block",
        some("2")?.code.as_str(),
        "2.31",
    );
    let second = trial.status()?;
    let kept = number(&second, "received") >= number(&first, "received");
    tally.check(
        "a client that begins again takes nothing away",
        kept,
        &(&first, &second),
    );
    // The second client began and moved last: for 2 s the place is its own, and others are told to come again (5.03).
    std::thread::sleep(Duration::from_millis(2_500));
    let answer = trial.put(Client::Libcoap, &file, Form::Text, SIZES[1])?;
    trial.taken(tally, "libcoap goes on with other blocks", &answer, &file)?;

    tally.group("a link that loses, repeats and reorders 20 % each");
    for (turn, client) in CLIENTS.into_iter().enumerate() {
        let proxy = Proxy::start(trial.mote.address(), Odds::new(SEED + turn as u64, 20))?;
        // libcoap waits 2 to 3 s, then 4 to 6, for what was lost: it gets fewer blocks and more time for them.
        let (bytes, seconds) = if client == Client::Libcoap {
            (0, "60")
        } else {
            (LONG, "6")
        };
        trial.sequence += 1;
        let version = script(trial.sequence, bytes);
        let order = Order {
            sequence: trial.sequence,
            script: &version,
            form: Form::Text,
            terms: "",
        };
        let file = bench.site.sign(&order)?;
        let (mut answer, mut starts, mut received, mut fell_back) = (Answer::default(), 0, 0, false);
        while starts < STARTS && !is_success(&answer) {
            answer = put(
                bench,
                client,
                &file,
                Form::Text,
                SIZES[2],
                &uri(proxy.port, "/c/check"),
                seconds,
            )?;
            starts += 1;
            let now = number(&trial.status()?, "received");
            fell_back |= !is_success(&answer) && now < received;
            received = now;
        }
        trial.taken(
            tally,
            &format!("{client:?} arrives after {starts} starts"),
            &answer,
            &file,
        )?;
        tally.check(&format!("{client:?}: a new start resumes"), !fell_back, &starts);
        let counts = proxy.stop()?;
        let Counts {
            seen,
            lost,
            repeated,
            late,
        } = counts;
        println!(
            "    {client:?}: {starts} starts; {seen} datagrams, {lost} lost, {repeated} repeated, {late} late"
        );
        tally.check("the link was bad", lost > 0 && repeated > 0 && late > 0, &counts);
    }
    Ok(())
}
