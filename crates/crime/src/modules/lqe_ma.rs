//! Link quality by moving average: the share of the last packets, up to 32, that arrived. Off the exact share by less
//! than 2^-22.

use super::id;
use super::lqe::{self, Kind, Link, News, ONE};
use crate::{Descriptor, Doc, interface};

/// Estimator by moving average. State: number of the last packet sent; neighbours.
pub static DESCRIPTOR: Descriptor = Descriptor {
    id: id::LQE_MA,
    needs: lqe::NEEDS,
    offers: interface::SAME,
    params: &[lqe::ENTRIES, lqe::PERIOD, lqe::WINDOW],
    timers: 1,
    words: 1,
    words_per: (0, KIND.words as u8),
    header: lqe::HEADER,
    handler: Some(|cx, op| lqe::handle(cx, op, &KIND)),
    ..Descriptor::PLAIN
};

/// Estimator by moving average in words.
pub static DOC: Doc = Doc {
    name: "lqe_ma",
    summary: "link quality: the share of the last packets that arrived",
    params: &[lqe::ENTRIES_DOC, lqe::PERIOD_DOC, lqe::WINDOW_DOC],
    descriptor: &DESCRIPTOR,
};

/// The links in the state of this module (see [`crate::Network::module_state`]).
pub fn links(state: &[u32]) -> impl Iterator<Item = Link> + '_ {
    lqe::links(state, KIND.words)
}

static KIND: Kind = Kind {
    words: 4,
    by_period: false,
    learn: |own, news, window| {
        if let [estimate, history, count, ..] = own {
            lqe::remember(history, count, news != News::Lost, window);
            *estimate = lqe::arrived(*history, *count) * ONE / (*count).max(1);
        }
    },
};
