//! `mbx_node_*`, the network side: requests in and answers out, scripts' requests out and answers in, notifications.

use motebox::coap::msg::{Kind, Message};
use motebox::coap::{Endpoint, Peer, Request, Security};
use motebox::{Answer, RequestId};

use crate::error::{
    MBX_E_COAP_ENDPOINT, MBX_E_COAP_MALFORMED, MBX_E_COAP_SECURITY, MBX_E_COAP_TOKEN, MBX_E_OVERLAP,
    MBX_E_SIZE, MBX_OK,
};
use crate::mem::{DONE, apart, bytes, code, place, room, structure};
use crate::node::{Inner, mbx_node, octets, with};

/// What [`mbx_node_handle`] answers besides `MBX_OK`: nothing is to be sent.
pub const MBX_SILENT: i32 = 1;
/// What [`mbx_node_handle`] answers: it is a response or an acknowledgement, to something that the system sent.
pub const MBX_NOT_MINE: i32 = 2;
/// What [`mbx_node_handle`] answers: not answered yet.
pub const MBX_PENDING: i32 = 3;

/// [`mbx_request::security`]: none, the address may be forged.
pub const MBX_SECURITY_NONE: u32 = 0;
/// [`mbx_request::security`]: DTLS.
pub const MBX_SECURITY_DTLS: u32 = 1;
/// [`mbx_request::security`]: OSCORE, already unwrapped.
pub const MBX_SECURITY_OSCORE: u32 = 2;

/// Longest [`mbx_request::endpoint`] in bytes.
pub const MBX_ENDPOINT_BYTES: usize = 20;
const _: () = assert!(MBX_ENDPOINT_BYTES == Endpoint::MAX_LEN);
/// A buffer of so many bytes is always enough for [`mbx_node_next_request`].
pub const MBX_OUTGOING_BYTES: usize = 352;
const _: () = assert!(MBX_OUTGOING_BYTES == motebox::OUTGOING_BYTES);

/// A datagram that came in, with its circumstances. What it points to is read during the call only.
#[repr(C)]
pub struct mbx_request {
    /// `sizeof(mbx_request)`.
    pub size: u32,
    /// One of `MBX_SECURITY_…`.
    pub security: u32,
    /// The CoAP message, as much of it as was received.
    pub datagram: *const u8,
    /// Bytes of `datagram`.
    pub datagram_len: usize,
    /// Its length on the air, when the system had to cut it; 0: `datagram_len`.
    pub sent_len: usize,
    /// Who sent it (address, port, interface…), in any form of at most `MBX_ENDPOINT_BYTES` bytes that is the same for the
    /// same peer.
    pub endpoint: *const u8,
    /// Bytes of `endpoint`.
    pub endpoint_len: usize,
    /// The identity that the transport proved; NULL and 0 without security.
    pub identity: *const u8,
    /// Bytes of `identity`.
    pub identity_len: usize,
    /// Not 0: it was sent to a multicast address.
    pub multicast: u8,
    /// Not 0: it comes from this very device.
    pub from_self: u8,
    /// Must be 0.
    pub reserved: u16,
    /// The largest answer that the system can send to this peer, in bytes; 0: as large as the buffer for it.
    pub answer_max: u32,
}

/// A request of a script, to be sent.
#[repr(C)]
pub struct mbx_outgoing {
    /// `sizeof(mbx_outgoing)`, set by the caller.
    pub size: u32,
    /// The CoAP method: 1 GET, 2 POST, 3 PUT, 4 DELETE.
    pub method: u8,
    /// 1: `coaps`, it must go over DTLS.
    pub secure: u8,
    /// UDP port.
    pub port: u16,
    /// Names the request when it is completed.
    pub id: u64,
    /// IPv6 address; IPv4 as `::ffff:a.b.c.d`.
    pub address: [u8; 16],
}

/// A parsed CoAP message; pointers go into the datagram.
#[repr(C)]
pub struct mbx_message {
    /// `sizeof(mbx_message)`, set by the caller.
    pub size: u32,
    /// 0 CON, 1 NON, 2 ACK, 3 RST.
    pub kind: u8,
    /// The code: class in the upper three bits, detail in the lower five.
    pub code: u8,
    /// Message id.
    pub id: u16,
    /// The token.
    pub token: *const u8,
    /// Bytes of the token, 0 to 8.
    pub token_len: usize,
    /// The payload.
    pub payload: *const u8,
    /// Bytes of the payload.
    pub payload_len: usize,
}

impl mbx_request {
    /// # Safety
    /// What the pointers of the request point to is there for `'r`.
    unsafe fn read<'r>(&self, now: u64, out: usize) -> Result<Request<'r>, i32> {
        // SAFETY: the caller's promise, for all three.
        let (datagram, endpoint, identity) = unsafe {
            (
                bytes(self.datagram, self.datagram_len)?,
                bytes(self.endpoint, self.endpoint_len)?,
                bytes(self.identity, self.identity_len)?,
            )
        };
        let security = match self.security {
            MBX_SECURITY_NONE => Security::None,
            MBX_SECURITY_DTLS => Security::Dtls,
            MBX_SECURITY_OSCORE => Security::Oscore,
            _ => return Err(MBX_E_COAP_SECURITY),
        };
        Ok(Request {
            datagram,
            length_bytes: self.sent_len.max(datagram.len()),
            peer: Peer {
                endpoint: Endpoint::new(endpoint).ok_or(MBX_E_COAP_ENDPOINT)?,
                security,
                identity,
            },
            multicast: self.multicast != 0,
            from_self: self.from_self != 0,
            max_response_bytes: match self.answer_max {
                0 => out,
                bytes => out.min(bytes as usize),
            },
            now,
        })
    }
}

/// Handles a request, or says what is sent when it is `late` for that: one copy for both.
///
/// # Safety
/// As for [`mbx_node_handle`].
#[inline(never)]
unsafe fn serve(
    node: *mut mbx_node,
    request: *const mbx_request,
    now: u64,
    out: (*mut u8, usize, *mut usize),
    late: bool,
) -> i32 {
    let work = |node: &mut Inner| {
        let len = place(out.2)?;
        // SAFETY: the caller's promise.
        let (request, out) = unsafe {
            let request = structure(request)?;
            if !apart(request.datagram, request.datagram_len, out.0, out.1) {
                return Err(MBX_E_OVERLAP);
            }
            (request.read(now, out.1)?, room(out.0, out.1)?)
        };
        let answer = if late {
            let message = Message::parse(request.datagram);
            match message.is_ok_and(|message| message.header().kind == Kind::Non) {
                true => node.refuse_busy(&request, out),
                false => Answer::Silent,
            }
        } else {
            node.handle(&request, out)
        };
        Ok(match answer {
            Answer::Send(bytes) => {
                // SAFETY: the caller's promise.
                unsafe { len.write(bytes) };
                MBX_OK
            }
            Answer::Silent => MBX_SILENT,
            Answer::NotMine => MBX_NOT_MINE,
            Answer::Pending => MBX_PENDING,
        })
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Takes a datagram that came in and writes the answer into `out`.
///
/// - `MBX_OK`: `*len` bytes of `out` are the answer; send them to the peer.
/// - `MBX_SILENT`: send nothing.
/// - `MBX_NOT_MINE`: a response or an acknowledgement. If it belongs to a script's request, tell `mbx_node_completed`.
/// - `MBX_PENDING`: the node has it, but must be polled before it can answer. Poll, and hand the same datagram in again, as
///   often as that is answered; a script's handler runs once all the same. A system that can wait no longer calls
///   `mbx_node_late` and drops the datagram: the answer is kept, and a client that sends its request again gets it.
///
/// Context: the one thread that drives the node. Programs or erases one unit of flash at most, and may check a signature.
/// Does not wait. `*len` is written with `MBX_OK` only.
///
/// Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `request`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_COAP_ENDPOINT`, `MBX_E_COAP_SECURITY`;
/// `MBX_E_OVERLAP` when the answer is to be written where the datagram is.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; the others are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_handle(
    node: *mut mbx_node,
    request: *const mbx_request,
    now: u64,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { serve(node, request, now, (out, cap, len), false) }
}

/// Says what a system sends that can no longer wait for a pending answer: nothing for CON (`MBX_SILENT`: the client sends it
/// again and gets the answer then), 5.03 with Max-Age for NON (`MBX_OK`, as with `mbx_node_handle`). Also what to answer
/// to a datagram for which there is no room to wait at all.
///
/// Context: the one thread that drives the node. Does not block. Errors as `mbx_node_handle`.
///
/// # Safety
/// As for `mbx_node_handle`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_late(
    node: *mut mbx_node,
    request: *const mbx_request,
    now: u64,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { serve(node, request, now, (out, cap, len), true) }
}

/// Writes the next notification of an observation into `out`, and where it goes into `endpoint` (room for
/// `MBX_ENDPOINT_BYTES`; what `mbx_request::endpoint` was when the peer began to observe). `MBX_OK`: send it, and ask again.
/// `MBX_SILENT`: none is due.
///
/// Context: the one thread that drives the node, after every `mbx_node_poll`. Reads flash. Does not wait. `*len` and
/// `*endpoint_len` are written with `MBX_OK` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; the others are NULL or have room for what they are for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_next_notification(
    node: *mut mbx_node,
    now: u64,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
    endpoint: *mut u8,
    endpoint_len: *mut usize,
) -> i32 {
    let work = |node: &mut Inner| {
        let (len, endpoint_len) = (place(len)?, place(endpoint_len)?);
        // SAFETY: the caller's promise.
        let (out, endpoint) = unsafe {
            (
                room(out, cap)?,
                room(place(endpoint)?.as_ptr(), MBX_ENDPOINT_BYTES)?,
            )
        };
        let Some(notification) = node.next_notification(now, out) else {
            return Ok(MBX_SILENT);
        };
        let to = notification.to.as_slice();
        endpoint.iter_mut().zip(to).for_each(|(to, from)| *to = *from);
        // SAFETY: the caller's promise.
        unsafe {
            len.write(notification.len);
            endpoint_len.write(to.len());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Takes the next request that a script made: where it goes into `*request`, whose `size` the caller has set, and the CoAP
/// message into `out`, which has room for `MBX_OUTGOING_BYTES` at least. The message is a CON with this message id and token,
/// which are the system's to choose. The system repeats it until it is acknowledged (RFC 7252, 4.2); the node waits for
/// `mbx_node_completed`, at most `request_timeout_us`. `MBX_OK`: send it, and ask again: each is given once. `MBX_SILENT`: there is
/// none.
///
/// Context: the one thread that drives the node, after every `mbx_node_poll`. Does not block. `*request` and `*len` are
/// written with `MBX_OK` only.
///
/// Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`, `MBX_E_COAP_TOKEN`, `MBX_E_SIZE` of `request` or when `cap` is less than
/// `MBX_OUTGOING_BYTES`. After an error, the request is still there.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; the others are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_next_request(
    node: *mut mbx_node,
    message_id: u16,
    token: *const u8,
    token_len: usize,
    request: *mut mbx_outgoing,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    let work = |node: &mut Inner| {
        let len = place(len)?;
        // SAFETY: the caller's promise.
        let (token, out) = unsafe {
            structure(request)?;
            (bytes(token, token_len)?, room(place(out)?.as_ptr(), cap)?)
        };
        if token.len() > 8 {
            return Err(MBX_E_COAP_TOKEN);
        }
        if out.len() < MBX_OUTGOING_BYTES {
            return Err(MBX_E_SIZE);
        }
        let Some(outgoing) = node.next_request() else {
            return Ok(MBX_SILENT);
        };
        // Token and room were checked.
        let written = outgoing.write(Kind::Con, message_id, token, out).unwrap_or(0);
        let endpoint = &outgoing.endpoint;
        let target = mbx_outgoing {
            size: size_of::<mbx_outgoing>() as u32,
            method: outgoing.method.to_code().unwrap_or(0),
            secure: endpoint.secure.into(),
            port: endpoint.port,
            id: outgoing.id.to_u64(),
            address: octets(&endpoint.address),
        };
        // SAFETY: the caller's promise.
        unsafe {
            request.write(target);
            len.write(written);
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Reports how a script's request ended: the answer's code and body, or code 0 when it failed. An id that names nothing
/// (any more), as after the script has ended, changes nothing. A body of more than 112 bytes counts as a failure.
///
/// Context: the one thread that drives the node; poll it afterwards. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`.
///
/// # Safety
/// `node` is NULL or from `mbx_node_init`; `body` is NULL or has `body_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_node_completed(
    node: *mut mbx_node,
    id: u64,
    code: u8,
    body: *const u8,
    body_len: usize,
) -> i32 {
    let work = |node: &mut Inner| {
        // SAFETY: the caller's promise.
        let body = unsafe { bytes(body, body_len) }?;
        node.completed(RequestId::from_u64(id), (code != 0).then_some((code, body)));
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(node, work) }
}

/// Parses a CoAP message into `*message`, whose `size` the caller has set: for a system without a CoAP library, to find the
/// request that an answer belongs to.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `message`, `MBX_E_COAP_MALFORMED`.
///
/// # Safety
/// `datagram` is NULL or has `datagram_len` bytes; `message` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_coap_parse(
    datagram: *const u8,
    datagram_len: usize,
    message: *mut mbx_message,
) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let datagram = unsafe {
            structure(message)?;
            bytes(datagram, datagram_len)?
        };
        let parsed = Message::parse(datagram).map_err(|_| MBX_E_COAP_MALFORMED)?;
        let (header, payload) = (parsed.header(), parsed.payload());
        // The token lies behind the four bytes of the header; there are four, since it was parsed.
        let token = datagram.get(4..).unwrap_or(&[]);
        let found = mbx_message {
            size: size_of::<mbx_message>() as u32,
            kind: header.kind as u8,
            code: header.code.0,
            id: header.id,
            token: token.as_ptr(),
            token_len: header.token.as_slice().len(),
            payload: payload.as_ptr(),
            payload_len: payload.len(),
        };
        // SAFETY: the caller's promise.
        unsafe { message.write(found) };
        DONE
    })())
}
