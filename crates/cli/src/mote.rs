//! A mote as the commands see it: its container resource behind typed calls.

use std::net::SocketAddr;
use std::time::Duration;

use motebox_envelope::{Form, Kind};
use motebox_sim::packet::{Code, Packet, code_text, format, option};

use crate::args::Patience;
use crate::client::{Client, Progress, Resume, Timing, Udp, Upload, Uri};
use crate::container::Container;
use crate::error::{Error, Result};
use crate::hex::hex;
use crate::status::{self, Listed, Status};

/// How often a mote's status or log is asked for while it is followed.
pub(crate) const POLL_PERIOD: Duration = Duration::from_millis(250);

/// Readings of a status that changes on the way.
const STATUS_READINGS: u32 = 8;

/// Bytes of the manifest's digest that name an upload in a query.
const QUERY_DIGEST_BYTES: usize = 8;

/// A connection to one mote.
pub(crate) struct Mote {
    pub(crate) client: Client<Udp>,
}

impl Mote {
    /// By address, with the default patience.
    pub(crate) fn at(peer: SocketAddr, timing: Timing) -> Result<Self> {
        Ok(Self {
            client: Client::new(Udp::connect(peer)?, timing)?,
        })
    }

    /// By what was typed.
    pub(crate) fn connect(uri: &Uri, patience: Patience) -> Result<Self> {
        let timing = Timing {
            ack_timeout: Duration::from_secs_f64(patience.ack_timeout),
            max_retransmit: patience.retransmit,
            ..Timing::default()
        };
        let mut mote = Self::at(uri.resolve()?, timing)?;
        mote.client.tells = true;
        Ok(mote)
    }

    /// GET of what must be there.
    pub(crate) fn fetch(&mut self, path: &str, accept: Option<u16>, block: Option<u8>) -> Result<Vec<u8>> {
        let request = with_accept(Packet::request(Code::GET, path), accept);
        let download = self.client.download(&request, block)?;
        if download.last.code() != Code::CONTENT {
            return Err(refusal(path, &download.last));
        }
        Ok(download.body)
    }

    /// PUT of a body, whatever the answer's code.
    pub(crate) fn put(
        &mut self,
        path: &str,
        content_format: u16,
        body: &[u8],
        size_exponent: u8,
        resume: Option<Resume>,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Packet> {
        let request =
            Packet::request(Code::PUT, path).with_uint(option::CONTENT_FORMAT, content_format.into());
        self.client.upload(
            &Upload {
                request,
                body,
                size_exponent,
                resume,
            },
            tell,
        )
    }

    /// PUTs a container; goes on where an earlier upload of it was cut. The answer, whatever its code.
    pub(crate) fn push(
        &mut self,
        path: &str,
        container: &Container,
        size_exponent: u8,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Packet> {
        let body = container.to_bytes()?;
        let resume = self.resume(container, body.len());
        self.put(
            path,
            content_format(container)?,
            &body,
            size_exponent,
            resume,
            tell,
        )
    }

    /// What the mote has of this very container from an upload that was cut, if anything.
    fn resume(&mut self, container: &Container, total: usize) -> Option<Resume> {
        // A mote without this container answers 4.04, which is no reason to give up.
        let status = self.status(&container.id().ok()?).ok()?;
        let digest = container.digest().ok()?;
        if status.bytes("upload-digest") != Some(&digest[..]) {
            return None;
        }
        let header = total - container.payload.len();
        let received = usize::try_from(status.number("received")?)
            .ok()
            .filter(|received| *received > 0)?;
        Some(Resume {
            bytes: header + received,
            query: format!("d={}", hex(&digest[..QUERY_DIGEST_BYTES])),
        })
    }

    /// The status of a container. With its counters it changes all the time: what was read in blocks of different moments
    /// is taken when two readings agree on what matters.
    pub(crate) fn status(&mut self, id: &str) -> Result<Status> {
        let path = format!("/c/{id}/status");
        let request = with_accept(Packet::request(Code::GET, &path), Some(format::CBOR));
        let mut before: Option<Status> = None;
        for _ in 0..STATUS_READINGS {
            let download = self.client.download_once(&request, None)?;
            if !download.mixed && download.last.code() != Code::CONTENT {
                return Err(refusal(&path, &download.last));
            }
            let status = Status::from_cbor(&download.body);
            match (status, &before) {
                (Some(status), _) if !download.mixed => return Ok(status),
                (Some(status), Some(before)) if status.agrees(before) => return Ok(status),
                (None, _) if !download.mixed => break,
                (status, _) => before = status,
            }
        }
        Err(Error::new(format!(
            "{path} cannot be read: it is of another version, or never at rest"
        )))
    }

    /// All containers.
    pub(crate) fn list(&mut self) -> Result<Vec<Listed>> {
        let body = self.fetch("/c", Some(format::CBOR), None)?;
        status::list_from_cbor(&body).ok_or_else(|| Error::new("/c is not a list of this version"))
    }

    /// The log of a container, and how many bytes were logged before its first.
    pub(crate) fn log(&mut self, id: &str) -> Result<(u64, Vec<u8>)> {
        let path = format!("/c/{id}/log");
        let body = self.fetch(&path, Some(format::CBOR), None)?;
        status::log_from_cbor(&body).ok_or_else(|| Error::new(format!("{path} is not a log of this version")))
    }
}

/// The content format of a container's bytes.
fn content_format(container: &Container) -> Result<u16> {
    Ok(match container.form {
        Form::Text => format::TEXT,
        Form::Binary if container.manifest()?.kind == Kind::Command => format::COSE_SIGN1,
        Form::Binary => format::CBOR_SEQ,
    })
}

fn with_accept(request: Packet, accept: Option<u16>) -> Packet {
    match accept {
        Some(content_format) => request.with_uint(option::ACCEPT, content_format.into()),
        None => request,
    }
}

/// What a refusal means and what to do about it.
pub(crate) fn refusal(what: &str, answer: &Packet) -> Error {
    let text = answer.text();
    let said = if text.is_empty() {
        String::new()
    } else {
        format!(": {}", text.trim_end())
    };
    let error = Error::new(format!(
        "{what}: the mote refused with {}{said}",
        code_text(answer.code())
    ));
    if answer.code() == Code::CONFLICT && text.contains("no free slot") {
        return error.advise(
            "the mote holds as many containers as it can: `motebox status` lists them, and \
             `motebox sign --command delete --id ID --base SEQUENCE` makes what removes one",
        );
    }
    match advice(answer.code()) {
        "" => error,
        advice => error.advise(advice),
    }
}

fn advice(code: Code) -> &'static str {
    match (code.class(), code.detail()) {
        (4, 0) => "`motebox inspect FILE` says whether the container is whole",
        (4, 1) => {
            "the mote shows this to secured requests only (a simulated one to everybody with --open-read)"
        }
        (4, 3) => {
            "signature, key, target or id is not for this mote: `motebox inspect FILE` shows what was signed"
        }
        (4, 4) => "`motebox discover` lists what the mote has",
        (4, 5) => "state is changed by signed containers only, with PUT",
        (4, 8) => "repeat the push",
        (4, 9) => "sign again with a --sequence above the mote's `tried` (`motebox status` shows it)",
        (4, 13) => "the container is larger than a slot of this mote",
        (4, 15) => "the mote does not take this form: try the other one with `motebox convert`",
        (4, 29) => "too many containers failed their check: wait, and check the key",
        (5, 3) => "another upload is under way: try again in a moment",
        _ => "",
    }
}
