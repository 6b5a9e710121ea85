//! The module library: one file for each module, and the registry of all of them.

use crate::{Descriptor, Doc};

pub mod abc;
pub mod announcement;
pub mod app;
pub mod broadcast;
pub mod channel;
pub mod collect;
pub mod echo_app;
pub mod link_stats;
pub mod lqe;
pub mod lqe_ewma;
pub mod lqe_linreg;
pub mod lqe_ma;
pub mod lqe_wmewma;
pub mod mesh;
pub mod multihop;
pub mod neighbor_discovery;
pub mod netflood;
pub mod polite;
pub mod route;
pub mod route_discovery;
pub mod rucb;
pub mod rudolph1;
pub mod rudolph2;
pub mod runicast;
pub mod timesynch;
pub mod trickle;
pub mod unicast;

/// Every module of this library, for a node that has the flash. A node with less makes its own list.
pub static REGISTRY: &[&Descriptor] = &[
    &channel::DESCRIPTOR,
    &abc::DESCRIPTOR,
    &broadcast::DESCRIPTOR,
    &unicast::DESCRIPTOR,
    &app::DESCRIPTOR,
    &echo_app::DESCRIPTOR,
    &polite::POLITE,
    &polite::IPOLITE,
    &multihop::DESCRIPTOR,
    &mesh::DESCRIPTOR,
    &netflood::DESCRIPTOR,
    &route_discovery::DESCRIPTOR,
    &route::DESCRIPTOR,
    &runicast::DESCRIPTOR,
    &link_stats::DESCRIPTOR,
    &trickle::DESCRIPTOR,
    &neighbor_discovery::DESCRIPTOR,
    &announcement::DESCRIPTOR,
    &lqe_ma::DESCRIPTOR,
    &lqe_ewma::DESCRIPTOR,
    &lqe_wmewma::DESCRIPTOR,
    &lqe_linreg::DESCRIPTOR,
    &collect::DESCRIPTOR,
    &rucb::DESCRIPTOR,
    &rudolph1::DESCRIPTOR,
    &rudolph2::DESCRIPTOR,
    &timesynch::DESCRIPTOR,
];

/// The same modules in words, for tools.
pub static DOCS: &[&Doc] = &[
    &channel::DOC,
    &abc::DOC,
    &broadcast::DOC,
    &unicast::DOC,
    &app::DOC,
    &echo_app::DOC,
    &polite::DOC_POLITE,
    &polite::DOC_IPOLITE,
    &multihop::DOC,
    &mesh::DOC,
    &netflood::DOC,
    &route_discovery::DOC,
    &route::DOC,
    &runicast::DOC,
    &link_stats::DOC,
    &trickle::DOC,
    &neighbor_discovery::DOC,
    &announcement::DOC,
    &lqe_ma::DOC,
    &lqe_ewma::DOC,
    &lqe_wmewma::DOC,
    &lqe_linreg::DOC,
    &collect::DOC,
    &rucb::DOC,
    &rudolph1::DOC,
    &rudolph2::DOC,
    &timesynch::DOC,
];

/// Registry ids, never reused. Ids from 192 on are for modules of an application.
pub mod id {
    /// [`super::channel`]
    pub const CHANNEL: u8 = 1;
    /// [`super::abc`]
    pub const ABC: u8 = 2;
    /// [`super::broadcast`]
    pub const BROADCAST: u8 = 3;
    /// [`super::unicast`]
    pub const UNICAST: u8 = 4;
    /// [`super::app`]
    pub const APP: u8 = 5;
    /// [`super::echo_app`]
    pub const ECHO_APP: u8 = 6;
    /// Politeness over an anonymous channel.
    pub const POLITE: u8 = 7;
    /// Politeness over broadcast.
    pub const IPOLITE: u8 = 8;
    /// Packets with two ends.
    pub const MULTIHOP: u8 = 9;
    /// Multihop with routes on demand.
    pub const MESH: u8 = 10;
    /// Flooding of the whole network.
    pub const NETFLOOD: u8 = 11;
    /// Requests and replies for routes.
    pub const ROUTE_DISCOVERY: u8 = 12;
    /// Multihop over routes learnt from traffic.
    pub const ROUTE: u8 = 13;
    /// Reliable unicast.
    pub const RUNICAST: u8 = 14;
    /// Running means of RSSI and LQI.
    pub const LINK_STATS: u8 = 15;
    /// [`super::trickle`]
    pub const TRICKLE: u8 = 16;
    /// [`super::neighbor_discovery`]
    pub const NEIGHBOR_DISCOVERY: u8 = 17;
    /// [`super::announcement`]
    pub const ANNOUNCEMENT: u8 = 18;
    /// [`super::lqe_ma`]
    pub const LQE_MA: u8 = 19;
    /// [`super::lqe_ewma`]
    pub const LQE_EWMA: u8 = 20;
    /// [`super::lqe_wmewma`]
    pub const LQE_WMEWMA: u8 = 21;
    /// [`super::lqe_linreg`]
    pub const LQE_LINREG: u8 = 22;
    /// [`super::collect`]
    pub const COLLECT: u8 = 23;
    /// [`super::rucb`]
    pub const RUCB: u8 = 24;
    /// [`super::rudolph1`]
    pub const RUDOLPH1: u8 = 25;
    /// [`super::rudolph2`]
    pub const RUDOLPH2: u8 = 26;
    /// [`super::timesynch`]
    pub const TIMESYNCH: u8 = 27;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_described_with_all_its_parameters() {
        let registered = REGISTRY.iter().map(|descriptor| descriptor.id);
        assert!(registered.eq(DOCS.iter().map(|doc| doc.descriptor.id)));
        for (at, doc) in DOCS.iter().enumerate() {
            assert_eq!(doc.params.len(), doc.descriptor.params.len(), "{}", doc.name);
            assert!(
                DOCS.iter().skip(at + 1).all(|other| other.name != doc.name),
                "{}",
                doc.name
            );
        }
    }
}
