//! Link quality by window mean with EWMA (Woo, Tong and Culler, SenSys 2003): the share of a period's packets that
//! arrived moves the estimate once a period; a silent period counts as 0. Off the exact average by less than 2^-14.

use super::id;
use super::lqe::{self, Kind, Link, News, ONE};
use crate::{Descriptor, Doc, ParamDoc, interface};

/// Estimator by WMEWMA. State: number of the last packet sent; neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::LQE_WMEWMA,
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

/// Estimator by WMEWMA in words.
pub static DOC: Doc = Doc {
    name: "lqe_wmewma",
    summary: "link quality: an exponentially weighted moving average over the means of periods",
    params: &[
        lqe::ENTRIES_DOC,
        ParamDoc {
            summary: "how long packets are counted before the estimate moves",
            ..lqe::PERIOD_DOC
        },
        lqe::ALPHA_DOC,
    ],
    descriptor: &DESCRIPTOR,
};

/// The links in the state of this module (see [`crate::Network::module_state`]).
pub fn links(state: &[u32]) -> impl Iterator<Item = Link> + '_ {
    lqe::links(state, KIND.words)
}

/// Counts stay below this: what is over a period's 65,535 packets is not counted.
const MOST: u32 = 0xffff;

static KIND: Kind = Kind {
    words: 4,
    by_period: true,
    learn: |own, news, alpha| {
        let [estimate, received, all, ..] = own else {
            return;
        };
        match news {
            News::Period => {
                let mean = (*received << 16) / (*all).max(1);
                lqe::blend(estimate, mean << 6, alpha);
                (*received, *all) = (0, 0);
            }
            _ if *all >= MOST => {}
            News::Lost => *all += 1,
            News::First(_) => (*estimate, *received, *all) = (ONE, 1, 1),
            News::Received(_) => (*received, *all) = (*received + 1, *all + 1),
        }
    },
};
