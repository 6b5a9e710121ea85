//! The addresses of the simulated network: 2001:db8::/32, which is for documentation and leads nowhere, laid over
//! sockets of this PC, so that scripts and policy see addresses such as they meet in the field.
//!
//! A peer that has a route is seen under its routed address and CoAP's port. Any other peer `a.b.c.d:p` is seen as
//! `[2001:db8:f::a.b.c.d]:p`, which leads back to it. Nothing else can be reached.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// CoAP's port (RFC 7252, section 6.1).
pub const COAP_PORT: u16 = 5683;
/// The mote's own address.
pub const MOTE_ADDRESS: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);

/// One documentation address that stands for a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// What scripts write.
    pub address: Ipv6Addr,
    /// Where it leads.
    pub socket: SocketAddr,
}

/// The map between the two worlds.
#[derive(Debug, Clone, Default)]
pub struct Net {
    routes: Vec<Route>,
}

impl Net {
    /// A map with these routes.
    pub fn new(routes: Vec<Route>) -> Self {
        Self { routes }
    }

    /// The address under which the mote sees a socket.
    pub fn seen_from_mote(&self, socket: SocketAddr) -> SocketAddrV6 {
        if let Some(route) = self.routes.iter().find(|route| route.socket == socket) {
            return SocketAddrV6::new(route.address, COAP_PORT, 0, 0);
        }
        let octets = match socket.ip() {
            IpAddr::V4(v4) => v4.octets(),
            IpAddr::V6(v6) => v6.to_ipv4_mapped().unwrap_or(Ipv4Addr::LOCALHOST).octets(),
        };
        let [a, b, c, d] = octets.map(u16::from);
        SocketAddrV6::new(
            Ipv6Addr::new(0x2001, 0xdb8, 0xf, 0, 0, 0, a << 8 | b, c << 8 | d),
            socket.port(),
            0,
            0,
        )
    }

    /// Where a datagram of the mote goes, or `None`: no host there.
    pub fn socket_of(&self, address: Ipv6Addr, port: u16) -> Option<SocketAddr> {
        if let Some(route) = self
            .routes
            .iter()
            .find(|route| route.address == address && port == COAP_PORT)
        {
            return Some(route.socket);
        }
        let [0x2001, 0xdb8, 0xf, 0, 0, 0, high, low] = address.segments() else {
            return None;
        };
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_socket_is_seen_under_a_documentation_address_that_leads_back() {
        let cloud: SocketAddr = "127.0.0.1:40001".parse().unwrap();
        let net = Net::new(vec![Route {
            address: "2001:db8::1".parse().unwrap(),
            socket: cloud,
        }]);
        for socket in [
            cloud,
            "127.0.0.1:52000".parse().unwrap(),
            "10.1.2.3:5683".parse().unwrap(),
        ] {
            let seen = net.seen_from_mote(socket);
            assert_eq!(seen.ip().segments()[..2], [0x2001, 0xdb8]);
            assert_eq!(net.socket_of(*seen.ip(), seen.port()), Some(socket));
        }
        assert_eq!(net.seen_from_mote(cloud), "[2001:db8::1]:5683".parse().unwrap());
    }

    #[test]
    fn other_addresses_lead_nowhere() {
        let net = Net::default();
        for address in [
            "2001:db8::1",
            "::1",
            "2001:db8::7",
            "fe80::1",
            "2001:db9:f::7f00:1",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(
                net.socket_of(address.parse().unwrap(), COAP_PORT),
                None,
                "{address}"
            );
        }
    }
}
