extern crate std;
use super::*;
use proptest::prelude::*;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::vec::Vec;

fn parse(url: &str) -> Result<Target, UrlError> {
    Target::parse(url.as_bytes())
}

#[test]
fn the_papers_url() {
    let target = parse("coap://[2001:db8::1]/coap").unwrap();
    assert!(!target.endpoint.secure);
    assert_eq!(target.endpoint.port, 5683);
    assert_eq!(
        target.endpoint.address,
        Address::V6("2001:db8::1".parse::<Ipv6Addr>().unwrap().octets())
    );
    assert_eq!(target.path.segments().collect::<Vec<_>>(), [b"coap"]);
    assert!(target.query.is_empty());
}

#[test]
fn every_part_is_taken() {
    let target = parse("COAPS://192.0.2.7:61616/a/%62?x=1&y=%26/?").unwrap();
    assert_eq!(
        target.endpoint,
        Endpoint {
            secure: true,
            address: Address::V4([192, 0, 2, 7]),
            port: 61616
        }
    );
    assert_eq!(target.path.segments().collect::<Vec<_>>(), [b"a", b"b"]);
    assert_eq!(target.query_parts().collect::<Vec<_>>(), [&b"x=1"[..], b"y=&/?"]);
    assert_eq!(parse("coaps://192.0.2.7").unwrap().endpoint.port, 5684);
    assert!(parse("coap://192.0.2.7?q").unwrap().path.is_root());
}

#[test]
fn what_is_no_url_is_refused() {
    for (url, error) in [
        ("http://192.0.2.1/", UrlError::Scheme),
        ("coap:/192.0.2.1/", UrlError::Scheme),
        ("coap://cloud.example/", UrlError::Host),
        ("coap://2001:db8::1/", UrlError::Host),
        ("coap://[2001:db8::1/", UrlError::Host),
        ("coap://[2001:db8::1]x/", UrlError::Host),
        ("coap://[fe80::1%25eth0]/", UrlError::Host),
        ("coap://user@192.0.2.1/", UrlError::Host),
        ("coap://192.0.2/", UrlError::Host),
        ("coap://192.0.2.01/", UrlError::Host),
        ("coap://0x7f.0.0.1/", UrlError::Host),
        ("coap://192.0.2.1:0/", UrlError::Port),
        ("coap://192.0.2.1:65536/", UrlError::Port),
        ("coap://192.0.2.1:/", UrlError::Port),
        ("coap://192.0.2.1:+1/", UrlError::Port),
        ("coap://192.0.2.1/#f", UrlError::Fragment),
        ("coap://192.0.2.1/?a%2", UrlError::Query),
        ("coap://192.0.2.1//", UrlError::Path(PathError::Segment)),
    ] {
        assert_eq!(parse(url), Err(error), "{url}");
    }
}

#[test]
fn dressed_up_addresses_are_seen_through() {
    let own = [
        Address::V6("2001:db8::42".parse::<Ipv6Addr>().unwrap().octets()),
        Address::V4([192, 0, 2, 42]),
    ];
    for (text, forbidden) in [
        ("::", Forbidden::Unspecified),
        ("0:0:0:0:0:0:0:1", Forbidden::Loopback),
        ("::0.0.0.1", Forbidden::Loopback),
        ("::ffff:127.0.0.1", Forbidden::Mapped),
        ("::FFFF:c000:0207", Forbidden::Mapped),
        ("::192.0.2.7", Forbidden::Mapped),
        ("ff02::1", Forbidden::Multicast),
        ("0.1.2.3", Forbidden::Unspecified),
        ("127.9.9.9", Forbidden::Loopback),
        ("239.1.1.1", Forbidden::Multicast),
        ("255.255.255.255", Forbidden::Multicast),
        ("2001:DB8:0::0042", Forbidden::Own),
        ("192.0.2.42", Forbidden::Own),
    ] {
        assert_eq!(
            Address::parse(text.as_bytes()).unwrap().forbidden(&own),
            Some(forbidden),
            "{text}"
        );
    }
    assert_eq!(Address::parse(b"2001:db8::1").unwrap().forbidden(&own), None);
    assert_eq!(Address::parse(b"192.0.2.7").unwrap().forbidden(&own), None);
}

proptest! {
    /// Property (model: the standard library's address parser): both accept the same texts, with the same bytes.
    #[test]
    fn addresses_agree_with_the_standard_library(text in "[0-9a-f:.]{0,20}|([0-9a-f]{0,4}:){0,8}[0-9a-f]{0,4}") {
        let ours = Address::parse(text.as_bytes());
        let theirs = text.parse::<Ipv6Addr>().map(|a| Address::V6(a.octets())).ok()
            .or_else(|| text.parse::<Ipv4Addr>().map(|a| Address::V4(a.octets())).ok());
        prop_assert_eq!(ours, theirs);
    }

    /// Property: every spelling that the standard library prints for an address parses to that address.
    #[test]
    fn printed_addresses_parse(bytes: [u8; 16]) {
        let text = std::format!("{}", Ipv6Addr::from(bytes));
        prop_assert_eq!(Address::parse(text.as_bytes()), Some(Address::V6(bytes)));
    }

    /// Property: no input text makes the parser do anything but answer.
    #[test]
    fn any_text_is_answered(text in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut url = b"coap://".to_vec();
        url.extend(&text);
        let _ = Target::parse(&url);
        let _ = Target::parse(&text);
    }
}
