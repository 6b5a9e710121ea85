//! A request on its way through the resource.

use crate::msg::{Message, option};
use crate::wanted::{Route, Wanted, Wish, has_option};
use crate::why::Why;
use crate::{Backend, Id, Refusal, Request};

/// The request was refused: [`Call::refusal`] says why. (Carried along in every result, the refusal was copied at every
/// level.)
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refused;

/// Everything about the request at hand. In this order: a Cortex-M0 reaches what stands in front with one instruction.
#[repr(C)]
pub(crate) struct Call<'c> {
    pub(crate) route: Route,
    /// The alias named the container.
    pub(crate) aliased: bool,
    pub(crate) backend: &'c mut dyn Backend,
    pub(crate) request: &'c Request<'c>,
    pub(crate) out: &'c mut [u8],
    pub(crate) message: Message<'c>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) wanted: Wanted<'c>,
    pub(crate) id: Id,
}

impl Call<'_> {
    /// Notes why the request is refused. What of number and limit the answer shows is the table's matter; `limit` is also
    /// its Max-Age in seconds or Size1 in bytes.
    #[inline(never)]
    pub(crate) fn refuse(&mut self, why: Why, number: u32, limit: u32) -> Refused {
        self.refusal = why.refusal(number, limit);
        Refused
    }

    /// Notes a refusal of the backend's.
    #[inline(never)]
    pub(crate) fn refuse_with(&mut self, refusal: &Refusal) -> Refused {
        self.refusal = Some(*refusal);
        Refused
    }

    /// Changes the refusal that was noted.
    pub(crate) fn amend(&mut self, change: impl FnOnce(&mut Refusal)) {
        if let Some(refusal) = &mut self.refusal {
            change(refusal);
        }
    }

    /// If-Match and If-None-Match against what is there.
    #[inline(never)]
    pub(crate) fn check_conditions(&mut self) -> Result<(), Refused> {
        let must_match = self.wanted.has(Wish::IfMatch);
        let must_not = self.wanted.has(Wish::IfNoneMatch);
        if !must_match && !must_not {
            return Ok(());
        }
        let found = self.backend.find(&self.id);
        let met = match found.as_ref().and_then(|c| c.current.as_ref()) {
            Some(current) => {
                let digest = current.digest.get(..8).unwrap_or(&[]);
                let matches = |value| has_option(&self.message, option::IF_MATCH, value);
                !must_not && (!must_match || matches(&[]) || matches(digest))
            }
            None => !must_match,
        };
        if met {
            return Ok(());
        }
        Err(self.refuse(Why::Condition, 0, 0))
    }
}
