//! What must be refused, while the old script goes on and flash stays as it is.

use motebox_sim::packet::{Code, Packet, code_text, format};

use super::play::{ID, Play, retuned, this_mote};
use super::stage::Wear;
use crate::error::{Error, Result};
use crate::terms::Terms;
use crate::values::Target;

/// Longer than a slot of the simulated mote.
const TOO_LARGE_BYTES: usize = 6_000;

pub(super) fn unsigned(play: &mut Play) -> Result<String> {
    let body = retuned()?.into_bytes();
    refused(play, Code::BAD_REQUEST, format::TEXT, &body)
}

pub(super) fn changed_manifest(play: &mut Play) -> Result<String> {
    let mut body = binary(play, 3, &retuned()?)?;
    // The manifest opens with version 1, kind 1 and the id: `alarm` becomes `alarm` with another sequence behind it.
    let id = body.windows(ID.len()).position(|window| window == ID.as_bytes());
    let sequence = id.map(|at| at + ID.len() + 1).filter(|at| body[*at] == 3);
    let sequence = sequence.ok_or_else(|| Error::new("the manifest has no sequence where it must be"))?;
    body[sequence] = 9;
    refused(play, Code::FORBIDDEN, format::CBOR_SEQ, &body)
}

pub(super) fn stranger(play: &mut Play) -> Result<String> {
    let container = play.signed(&play.stranger, 3, &this_mote(), &play.terms, &retuned()?)?;
    refused(play, Code::FORBIDDEN, format::TEXT, &container.to_bytes()?)
}

pub(super) fn older(play: &mut Play) -> Result<String> {
    let container = play.container(1, &retuned()?)?;
    refused(play, Code::CONFLICT, format::TEXT, &container.to_bytes()?)
}

pub(super) fn too_large(play: &mut Play) -> Result<String> {
    let source = "print(1);\n".repeat(TOO_LARGE_BYTES / 10);
    let container = play.signed(&play.key, 3, &this_mote(), &Terms::default(), &source)?;
    refused(play, Code::TOO_LARGE, format::TEXT, &container.to_bytes()?)
}

pub(super) fn other_device(play: &mut Play) -> Result<String> {
    let other = Target::Device(vec![0x0a, 0x0b]);
    let container = play.signed(&play.key, 3, &other, &play.terms, &retuned()?)?;
    refused(play, Code::FORBIDDEN, format::TEXT, &container.to_bytes()?)
}

/// Here the manifest is good, so the spare slot is erased and written; nothing else is.
pub(super) fn changed_payload(play: &mut Play) -> Result<String> {
    let mut body = binary(play, 3, &retuned()?)?;
    let last = body.len() - 2;
    body[last] ^= 1;
    let before = play.stage.wear()?;
    let answer = play.stage.put(ID, format::CBOR_SEQ, &body)?;
    expect(&answer, Code::BAD_REQUEST)?;
    let after = play.stage.wear()?;
    let touched = touched_blocks(&before, &after);
    let said = old_one_runs(play)?;
    // An update by a good container went to the same slot before, or to the other one: half of the blocks at most.
    if touched.is_empty() || touched.len() > after.block_erases.len() / 2 {
        return Err(Error::new(format!("{} blocks were erased", touched.len())));
    }
    let (first, end) = (touched[0], touched[touched.len() - 1]);
    if end - first + 1 != touched.len() {
        return Err(Error::new(format!(
            "the erased blocks do not lie together: {touched:?}"
        )));
    }
    Ok(format!(
        "{}; blocks {first} to {end} erased, the spare slot; {said}",
        shown(&answer)
    ))
}

fn binary(play: &Play, sequence: u32, source: &str) -> Result<Vec<u8>> {
    let mut container = play.container(sequence, source)?;
    container.form = motebox_envelope::Form::Binary;
    container.to_bytes()
}

/// PUTs what must be refused with this code, at no cost to flash and to the script that runs.
fn refused(play: &mut Play, code: Code, content_format: u16, body: &[u8]) -> Result<String> {
    let before = play.stage.wear()?;
    let answer = play.stage.put(ID, content_format, body)?;
    expect(&answer, code)?;
    let after = play.stage.wear()?;
    if after != before {
        let (erases, programs) = (after.erases - before.erases, after.programs - before.programs);
        return Err(Error::new(format!(
            "it cost {erases} erases and {programs} programmed units"
        )));
    }
    Ok(format!("{}; no erase; {}", shown(&answer), old_one_runs(play)?))
}

fn expect(answer: &Packet, code: Code) -> Result<()> {
    if answer.code() == code {
        return Ok(());
    }
    Err(Error::new(format!("{}, not {}", shown(answer), code_text(code))))
}

fn shown(answer: &Packet) -> String {
    format!("{} {}", code_text(answer.code()), answer.text())
        .trim_end()
        .to_string()
}

/// The version that was there runs on, and answers.
fn old_one_runs(play: &mut Play) -> Result<String> {
    let status = play.stage.mote.status(ID)?;
    play.is_current(&status)?;
    play.stage.guard_ends_alarm()?;
    Ok(format!("sequence {} runs", status.sequence().unwrap_or_default()))
}

fn touched_blocks(before: &Wear, after: &Wear) -> Vec<usize> {
    let pairs = before.block_erases.iter().zip(&after.block_erases).enumerate();
    pairs
        .filter(|(_, (before, after))| before != after)
        .map(|(block, _)| block)
        .collect()
}
