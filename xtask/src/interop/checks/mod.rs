//! The checks, in groups: who talks to which mote, and what must come of it.

mod policy;
mod transfer;
mod trial;

use super::{Bench, Scope, Tally};
use crate::shell::Result;

/// Runs the groups of a scope.
pub fn all(bench: &Bench, scope: Scope, tally: &mut Tally) -> Result<()> {
    if scope == Scope::All {
        transfer::small_pdu(bench, tally)?;
        transfer::large_pdu(bench, tally)?;
        transfer::bad_link(bench, tally)?;
        policy::reading(bench, tally)?;
    }
    policy::refusals(bench, tally)?;
    policy::permissions(bench, tally)?;
    policy::cose(bench, tally)
}
