//! Bodies larger than a message: RFC 7959. The mote's PDU may be 128 bytes, and it may forget or refuse on the way.

use std::time::Duration;

use motebox_sim::packet::{Block, Code, Packet, option};

use super::exchange::{Client, NoAnswer};
use super::wire::Wire;
use crate::error::{Error, Result};

/// Largest block: 1,024 bytes.
pub(crate) const LARGEST_EXPONENT: u8 = 6;
/// Starts of one upload before it is given up: the mote forgot the earlier blocks (4.08), or fell silent.
const STARTS: u32 = 4;
/// Starts of one download: the body changed on the way.
const DOWNLOAD_STARTS: u32 = 4;
/// Longest pause that the mote may ask for (Max-Age of 4.29 and 5.03).
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// Pauses in one upload.
const PAUSES: u32 = 20;
/// The largest body that is taken from a mote.
const LARGEST_BODY_BYTES: usize = 16 << 20;

/// What an upload tells while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// This many bytes of this many are acknowledged, in blocks of this size.
    Sent {
        bytes: usize,
        total: usize,
        block_bytes: usize,
    },
    /// The mote has this many bytes of this many from an upload that was cut.
    Resumes { bytes: usize, total: usize },
    /// The mote wants smaller blocks.
    SmallerBlocks(usize),
    /// The mote forgot what it had, or fell silent: it starts over.
    StartOver,
    /// The mote asked to be left alone for this long.
    Pause(Duration),
}

/// A body on its way to the mote.
pub(crate) struct Upload<'a> {
    /// Method, path, query and content format; no block options, no payload.
    pub(crate) request: Packet,
    pub(crate) body: &'a [u8],
    /// Size exponent of the first block.
    pub(crate) size_exponent: u8,
    /// An upload that was interrupted goes on from here.
    pub(crate) resume: Option<Resume>,
}

/// What the mote has of this body already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Resume {
    /// Bytes of the body, of which the last few may be sent again.
    pub(crate) bytes: usize,
    /// The query that names the upload to a mote that does not know this endpoint yet.
    pub(crate) query: String,
}

/// A body from the mote.
pub(crate) struct Download {
    /// The last block's message: code, content format, ETag.
    pub(crate) last: Packet,
    pub(crate) body: Vec<u8>,
    /// The blocks are of different moments: their ETags differ.
    pub(crate) mixed: bool,
}

impl<W: Wire> Client<W> {
    /// Sends a body block by block and returns the answer that ended it, whatever its code.
    pub(crate) fn upload(&mut self, upload: &Upload<'_>, tell: &mut dyn FnMut(Progress)) -> Result<Packet> {
        let total = upload.body.len();
        let mut exponent = upload.size_exponent.min(LARGEST_EXPONENT);
        let mut resume = upload.resume.as_ref();
        let mut offset = resume.map_or(0, |resume| {
            resume.bytes.min(total.saturating_sub(1)) >> (4 + exponent) << (4 + exponent)
        });
        if offset == 0 {
            resume = None;
        } else {
            tell(Progress::Resumes { bytes: offset, total });
        }
        let (mut starts, mut pauses) = (1, 0);
        loop {
            let block_bytes = 16usize << exponent;
            let end = (offset + block_bytes).min(total);
            let answer = match self.request(block_request(upload, resume, offset, end, exponent)) {
                Ok(answer) => answer,
                Err(NoAnswer::Timeout(_)) if offset > 0 && starts < STARTS => {
                    starts += 1;
                    (offset, resume) = (0, None);
                    tell(Progress::StartOver);
                    continue;
                }
                Err(reason) => return Err(reason.into()),
            };
            let wanted = answer
                .get_block(option::BLOCK1)
                .map_or(exponent, |block| block.size_exponent.min(exponent));
            match answer.code() {
                Code::CONTINUE if end < total => {
                    offset = end;
                    tell(Progress::Sent {
                        bytes: end,
                        total,
                        block_bytes,
                    });
                    if wanted < exponent {
                        tell(Progress::SmallerBlocks(16 << wanted));
                    }
                    exponent = wanted;
                }
                // The same offset is a whole number of the smaller blocks too.
                Code::TOO_LARGE if wanted < exponent => {
                    exponent = wanted;
                    tell(Progress::SmallerBlocks(16 << wanted));
                }
                Code::INCOMPLETE if starts < STARTS => {
                    starts += 1;
                    (offset, resume) = (0, None);
                    tell(Progress::StartOver);
                }
                Code::TOO_MANY_REQUESTS | Code::UNAVAILABLE
                    if pauses < PAUSES && answer.get(option::MAX_AGE).is_some() =>
                {
                    pauses += 1;
                    let pause = Duration::from_secs(u64::from(answer.get_uint(option::MAX_AGE).unwrap_or(1)));
                    if pause > LONGEST_PAUSE {
                        return Ok(answer);
                    }
                    tell(Progress::Pause(pause));
                    self.wire.sleep(pause);
                }
                Code::CONTINUE => {
                    return Err(Error::new("the mote answered the last block with 2.31 Continue"));
                }
                _ => {
                    if answer.is_success() {
                        tell(Progress::Sent {
                            bytes: total,
                            total,
                            block_bytes,
                        });
                    }
                    return Ok(answer);
                }
            }
        }
    }

    /// Fetches a body block by block. A refusal is a `Download` too: look at its code.
    pub(crate) fn download(&mut self, request: &Packet, size_exponent: Option<u8>) -> Result<Download> {
        for _ in 0..DOWNLOAD_STARTS {
            let download = self.download_once(request, size_exponent)?;
            if !download.mixed {
                return Ok(download);
            }
        }
        Err(Error::new("the resource changes faster than it can be read").advise("try again"))
    }

    /// The same for a body that never stands still: it may be made of blocks of different moments, and says so.
    pub(crate) fn download_once(&mut self, request: &Packet, size_exponent: Option<u8>) -> Result<Download> {
        let (mut body, mut etag, mut mixed) = (Vec::new(), None, false);
        let mut ask = size_exponent.map(|exponent| Block::new(0, false, exponent));
        loop {
            let packet = match ask {
                Some(block) => request.clone().with_block(option::BLOCK2, block),
                None => request.clone(),
            };
            let answer = self.request(packet)?;
            let block = answer.get_block(option::BLOCK2);
            if body.is_empty() && (block.is_none() || !answer.is_success()) {
                return Ok(Download {
                    body: answer.payload.clone(),
                    last: answer,
                    mixed: false,
                });
            }
            // A body that became shorter has no such block any more.
            let Some(block) = block.filter(|_| answer.is_success()) else {
                return Ok(Download {
                    body,
                    last: answer,
                    mixed: true,
                });
            };
            if block.offset() as usize != body.len() {
                return Err(Error::new(format!(
                    "the mote sent another block than the one at {} B",
                    body.len()
                )));
            }
            let this_tag = answer.get(option::ETAG).map(<[u8]>::to_vec);
            mixed |= !body.is_empty() && this_tag != etag;
            etag = this_tag;
            body.extend_from_slice(&answer.payload);
            if !block.more {
                return Ok(Download {
                    body,
                    last: answer,
                    mixed,
                });
            }
            if answer.payload.len() != block.size() || body.len() > LARGEST_BODY_BYTES {
                return Err(Error::new(format!(
                    "the mote sent a block of {} B",
                    answer.payload.len()
                )));
            }
            ask = Some(Block::new(block.number + 1, false, block.size_exponent));
        }
    }
}

fn block_request(
    upload: &Upload<'_>,
    resume: Option<&Resume>,
    offset: usize,
    end: usize,
    size_exponent: u8,
) -> Packet {
    let total = upload.body.len();
    let mut request = upload.request.clone().with_payload(&upload.body[offset..end]);
    if let Some(resume) = resume {
        request = request.with(option::URI_QUERY, resume.query.as_bytes());
    }
    if total > 16 << size_exponent || offset > 0 {
        let number = (offset >> (4 + size_exponent)) as u32;
        request = request.with_block(option::BLOCK1, Block::new(number, end < total, size_exponent));
    }
    if offset == 0 {
        request = request.with_uint(option::SIZE1, total as u32);
    }
    request
}
