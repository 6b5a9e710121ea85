//! `coap://host:port/path?query`, as a person types it.

use std::net::{SocketAddr, ToSocketAddrs};

use crate::error::{Error, Result};

const DEFAULT_PORT: u16 = 5683;
const EXAMPLE: &str = "write it as coap://127.0.0.1:5683 or coap://[fe80::1%3]:5683";

/// A mote's address, and the path behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uri {
    /// As typed.
    host: String,
    port: u16,
    /// From its first `/`, `""` when there is none.
    pub(crate) path: String,
}

impl std::str::FromStr for Uri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = |why: &str| Error::new(format!("{text}: {why}")).advise(EXAMPLE);
        let rest = match text.split_once("://") {
            Some(("coap", rest)) => rest,
            Some(("coaps", _)) => return Err(bad("this build speaks coap only, not coaps")),
            Some((scheme, _)) => return Err(bad(&format!("the scheme is {scheme}, not coap"))),
            None => return Err(bad("there is no scheme")),
        };
        let split = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(split);
        let (host, port) = match authority.strip_prefix('[') {
            Some(bracketed) => {
                let (host, rest) = bracketed.split_once(']').ok_or_else(|| bad("`]` is missing"))?;
                (
                    host,
                    rest.strip_prefix(':').or_else(|| rest.is_empty().then_some("")),
                )
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, Some("")),
            },
        };
        let port = match port {
            Some("") => DEFAULT_PORT,
            Some(digits) => digits
                .parse()
                .map_err(|_| bad("the port is no number from 0 to 65535"))?,
            None => return Err(bad("what follows `]` is no port")),
        };
        if host.is_empty() {
            return Err(bad("there is no host"));
        }
        Ok(Self {
            host: host.to_string(),
            port,
            path: path.trim_end_matches('/').to_string(),
        })
    }
}

impl Uri {
    /// The first socket address that the host resolves to.
    pub(crate) fn resolve(&self) -> Result<SocketAddr> {
        let resolved = (self.host.as_str(), self.port).to_socket_addrs();
        let found = resolved
            .map_err(|e| {
                Error::new(format!("{}: {e}", self.host)).advise("check the name, or give the mote's address")
            })?
            .next();
        found.ok_or_else(|| Error::new(format!("{} has no address", self.host)).advise(EXAMPLE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, u16, String) {
        let uri: Uri = text.parse().unwrap();
        (uri.host, uri.port, uri.path)
    }

    #[test]
    fn hosts_ports_and_paths() {
        let expect = |host: &str, port, path: &str| (host.to_string(), port, path.to_string());
        assert_eq!(parts("coap://127.0.0.1"), expect("127.0.0.1", 5683, ""));
        assert_eq!(parts("coap://127.0.0.1:7000/"), expect("127.0.0.1", 7000, ""));
        assert_eq!(
            parts("coap://[::1]:7000/c/alarm"),
            expect("::1", 7000, "/c/alarm")
        );
        assert_eq!(parts("coap://[fe80::1%3]"), expect("fe80::1%3", 5683, ""));
        assert_eq!(
            parts("coap://mote.example/riot/script"),
            expect("mote.example", 5683, "/riot/script")
        );
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("127.0.0.1:5683", "no scheme"),
            ("http://h", "scheme is http"),
            ("coaps://h", "coap only"),
            ("coap://", "no host"),
            ("coap://h:70000", "no number"),
            ("coap://[::1", "`]` is missing"),
            ("coap://[::1]x", "no port"),
        ] {
            let error = text.parse::<Uri>().unwrap_err().to_string();
            assert!(
                error.contains(why) && error.contains("coap://127.0.0.1:5683"),
                "{error}"
            );
        }
    }
}
