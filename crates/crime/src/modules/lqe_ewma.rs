//! Link quality by exponentially weighted moving average: each packet, arrived (1) or lost (0), moves the estimate. Off
//! the exact average by no more than 2^-15.

use super::id;
use super::lqe::{self, Kind, Link, News, ONE};
use crate::{Descriptor, Doc, interface};

/// Estimator by EWMA. State: number of the last packet sent; neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::LQE_EWMA,
    needs: lqe::NEEDS,
    offers: interface::SAME,
    params: &[lqe::ENTRIES, lqe::PERIOD, lqe::ALPHA],
    timers: 1,
    words: 1,
    words_per: (0, KIND.words as u8),
    header: lqe::HEADER,
    handler: Some(|cx, op| lqe::handle(cx, op, &KIND)),
    ..Descriptor::PLAIN
};

/// Estimator by EWMA in words.
pub static DOC: Doc = Doc {
    name: "lqe_ewma",
    summary: "link quality: an exponentially weighted moving average over packets",
    params: &[lqe::ENTRIES_DOC, lqe::PERIOD_DOC, lqe::ALPHA_DOC],
    descriptor: &DESCRIPTOR,
};

/// The links in the state of this module (see [`crate::Network::module_state`]).
pub fn links(state: &[u32]) -> impl Iterator<Item = Link> + '_ {
    lqe::links(state, KIND.words)
}

static KIND: Kind = Kind {
    words: 2,
    by_period: false,
    learn: |own, news, alpha| {
        if let [estimate, ..] = own {
            match news {
                News::First(_) => *estimate = ONE,
                News::Lost => lqe::blend(estimate, 0, alpha),
                _ => lqe::blend(estimate, ONE, alpha),
            }
        }
    },
};
