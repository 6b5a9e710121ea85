//! What the images `verify-*` do: check the signature of alarm 1 behind the guard, and that of a forgery. They differ in the
//! verifier only, so that its flash, stack and instructions can be told from the rest.

use motebox::envelope::{Cleared, Context, Form, HeaderReader, Kind, KindSet, Place, Verifier, check};

use crate::file::File;
use crate::probe::{self, Phase};
use crate::{board, console, trust};

/// Checks both; `holds` is what the verifier must say of the first. The forgery must never hold.
pub fn run(verifier: &'static dyn Verifier, holds: bool) -> ! {
    console::pieces(&[b"machine ", board::NAME.as_bytes()]);
    if verdict(b"forged.mbx\0", verifier, Phase::Scenario) != Some(false) {
        console::line("FAILED the forgery");
        console::fail();
    }
    if verdict(b"alarm-1.mbx\0", verifier, Phase::Verify) != Some(holds) {
        console::line("FAILED the true container");
        console::fail();
    }
    console::line("ok     both verdicts are right");
    probe::report();
    console::succeed()
}

/// Whether the signature holds; `None` when it does not come so far.
fn verdict(name: &'static [u8], verifier: &dyn Verifier, phase: Phase) -> Option<bool> {
    let mut bytes = [0; 320];
    let length = File::open(name)?.read(&mut bytes);
    let mut reader = HeaderReader::new(Form::Binary);
    let (header, _) = reader.read(bytes.get(..length)?).ok()?;
    let place = Place {
        id: b"alarm",
        kinds: KindSet::NONE.with(Kind::Script),
        deflate: false,
        deflate_dictionary: false,
        device: b"bench-1",
        class: b"bench",
        slot_bytes: 2_048,
        there: None,
        tried: None,
        floor: 0,
    };
    let cleared = check(&header.sign1, &header.manifest, &place, &trust::keys()).ok()?;
    probe::enter(phase);
    let holds = holds(&cleared, verifier);
    probe::enter(Phase::Scenario);
    Some(holds)
}

/// The check in a frame of its own, so that all that it takes of the stack is counted.
#[inline(never)]
fn holds(cleared: &Cleared<'_>, verifier: &dyn Verifier) -> bool {
    cleared.verify(Context::Production, verifier).is_ok()
}
