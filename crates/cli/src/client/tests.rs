//! The client against a scripted mote, in virtual time.

use std::collections::VecDeque;
use std::time::Duration;

use motebox_coap::msg;
use motebox_sim::packet::{Block, Code, Kind, Packet, option};

use super::Progress;
use super::block::{Download, Resume, Upload};
use super::exchange::{Client, NoAnswer, Timing};
use super::wire::Wire;
use crate::error::Result;

/// Answers each datagram by a function, and lets time pass when there is nothing to hear.
struct Script<F> {
    mote: F,
    inbox: VecDeque<Vec<u8>>,
    now: Duration,
}

impl<F: FnMut(Packet) -> Vec<Vec<u8>>> Wire for Script<F> {
    fn send(&mut self, datagram: &[u8]) -> Result<()> {
        self.inbox
            .extend((self.mote)(Packet::from_bytes(datagram).unwrap()));
        Ok(())
    }

    fn receive(&mut self, wait: Duration) -> Result<Option<Vec<u8>>> {
        let next = self.inbox.pop_front();
        if next.is_none() {
            self.now += wait;
        }
        Ok(next)
    }

    fn now(&self) -> Duration {
        self.now
    }

    fn sleep(&mut self, pause: Duration) {
        self.now += pause;
    }

    fn random(&mut self) -> Result<u32> {
        Ok(0)
    }
}

fn client<F: FnMut(Packet) -> Vec<Vec<u8>>>(mote: F) -> Client<Script<F>> {
    Client::new(
        Script {
            mote,
            inbox: VecDeque::new(),
            now: Duration::ZERO,
        },
        Timing::default(),
    )
    .unwrap()
}

fn get() -> Packet {
    Packet::request(Code::GET, "/c")
}

#[test]
fn retransmissions_back_off_and_then_the_client_gives_up() {
    let mut sent = 0;
    let mut client = client(|_| {
        sent += 1;
        vec![]
    });
    let Err(NoAnswer::Timeout(waited)) = client.request(get()) else {
        panic!("it must time out")
    };
    // 2 + 4 + 8 + 16 + 32 s: MAX_TRANSMIT_WAIT of RFC 7252 without its random factor.
    assert_eq!(waited, Duration::from_secs(62));
    assert_eq!(client.air.retransmissions, 4);
    assert_eq!(sent, 5);
}

#[test]
fn the_answer_to_a_retransmission_counts_and_the_message_id_stays() {
    let mut ids = Vec::new();
    let mut client = client(|request| {
        ids.push(request.header.id);
        if ids.len() < 3 {
            vec![]
        } else {
            vec![request.answer(Code::CONTENT, 0).to_bytes()]
        }
    });
    assert_eq!(client.request(get()).unwrap().code(), Code::CONTENT);
    assert_eq!(client.wire.now(), Duration::from_secs(6));
    assert!(ids.iter().all(|id| *id == ids[0]) && ids.len() == 3);
}

#[test]
fn a_separate_response_is_acknowledged_and_strangers_are_reset() {
    let mut heard = Vec::new();
    let mut client = client(|request| {
        heard.push((request.header.kind, request.header.id));
        if !request.code().is_request() {
            return vec![];
        }
        let mut separate = request.answer(Code::CONTENT, 0).with_payload(b"late");
        separate.header.kind = Kind::Con;
        separate.header.id = 77;
        let mut stranger = separate.clone();
        stranger.header.id = 78;
        stranger.header.token = msg::Token::new(b"other");
        vec![
            msg::ack(request.header.id).to_vec(),
            stranger.to_bytes(),
            separate.to_bytes(),
        ]
    });
    assert_eq!(client.request(get()).unwrap().payload, b"late");
    assert_eq!(heard[1..], [(Kind::Rst, 78), (Kind::Ack, 77)]);
}

#[test]
fn a_reset_ends_the_exchange() {
    let mut client = client(|request| vec![msg::reset(request.header.id).to_vec()]);
    assert!(matches!(client.request(get()), Err(NoAnswer::Reset)));
}

/// A mote that takes an upload by offset, in blocks of at most `largest`, and answers 2.04 at the end.
struct Receiver {
    body: Vec<u8>,
    largest: u8,
    requests: Vec<(usize, usize)>,
}

impl Receiver {
    fn new(largest: u8) -> Self {
        Self {
            body: Vec::new(),
            largest,
            requests: Vec::new(),
        }
    }

    fn take(&mut self, request: &Packet) -> Packet {
        let Some(block) = request.get_block(option::BLOCK1) else {
            self.body = request.payload.clone();
            return request.answer(Code::CHANGED, 0);
        };
        let offset = block.offset() as usize;
        self.requests.push((offset, request.payload.len()));
        if block.size_exponent > self.largest {
            let number = block.number << (block.size_exponent - self.largest);
            return request
                .answer(Code::TOO_LARGE, 0)
                .with_block(option::BLOCK1, Block::new(number, block.more, self.largest));
        }
        if offset > self.body.len() {
            return request
                .answer(Code::INCOMPLETE, 0)
                .with_block(option::BLOCK1, block);
        }
        self.body.truncate(offset);
        self.body.extend_from_slice(&request.payload);
        let code = if block.more { Code::CONTINUE } else { Code::CHANGED };
        request.answer(code, 0).with_block(option::BLOCK1, block)
    }
}

fn upload(
    body: &[u8],
    size_exponent: u8,
    mote: impl FnMut(Packet) -> Vec<Vec<u8>>,
) -> (Packet, Vec<Progress>) {
    resumed(body, size_exponent, None, mote)
}

fn resumed(
    body: &[u8],
    size_exponent: u8,
    resume: Option<Resume>,
    mote: impl FnMut(Packet) -> Vec<Vec<u8>>,
) -> (Packet, Vec<Progress>) {
    let mut told = Vec::new();
    let request = Packet::request(Code::PUT, "/c/alarm");
    let mut client = client(mote);
    let answer = client
        .upload(
            &Upload {
                request,
                body,
                size_exponent,
                resume,
            },
            &mut |step| told.push(step),
        )
        .unwrap();
    (answer, told)
}

fn body() -> Vec<u8> {
    (0..1000u32).map(|i| (i * 7) as u8).collect()
}

#[test]
fn a_body_that_fits_goes_in_one_message() {
    let mut mote = Receiver::new(6);
    let (answer, told) = upload(b"short", 6, |request| vec![mote.take(&request).to_bytes()]);
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(
        told,
        [Progress::Sent {
            bytes: 5,
            total: 5,
            block_bytes: 1024
        }]
    );
    assert_eq!(mote.body, b"short");
    assert!(mote.requests.is_empty());
}

#[test]
fn too_large_a_block_is_sent_again_in_the_size_that_fits() {
    let mut mote = Receiver::new(2);
    let (answer, told) = upload(&body(), 5, |request| vec![mote.take(&request).to_bytes()]);
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(mote.body, body());
    assert_eq!(told[0], Progress::SmallerBlocks(64));
    assert_eq!(mote.requests[..3], [(0, 512), (0, 64), (64, 64)]);
    assert_eq!(mote.requests.last(), Some(&(960, 40)));
}

#[test]
fn a_mote_that_fits_only_in_the_last_message_says_so_as_well() {
    // A body of one block and no Block1 option at first.
    let mut mote = Receiver::new(0);
    let (answer, _) = upload(&body()[..40], 6, |request| {
        if request.get(option::BLOCK1).is_none() {
            let refusal = request
                .answer(Code::TOO_LARGE, 0)
                .with_block(option::BLOCK1, Block::new(0, false, 0));
            return vec![refusal.to_bytes()];
        }
        vec![mote.take(&request).to_bytes()]
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(mote.body, body()[..40]);
}

#[test]
fn a_mote_that_forgot_gets_everything_again() {
    let mut mote = Receiver::new(6);
    let mut count = 0;
    let (answer, told) = upload(&body(), 4, |request| {
        count += 1;
        if count == 3 {
            mote.body.clear();
        }
        vec![mote.take(&request).to_bytes()]
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(
        told.iter().filter(|step| **step == Progress::StartOver).count(),
        1
    );
    assert_eq!(mote.body, body());
}

#[test]
fn a_mote_that_always_forgets_ends_the_upload() {
    let (answer, told) = upload(&body(), 4, |request| {
        vec![request.answer(Code::INCOMPLETE, 0).to_bytes()]
    });
    assert_eq!(answer.code(), Code::INCOMPLETE);
    assert_eq!(told.len(), 3);
}

#[test]
fn a_silence_in_the_middle_starts_over_and_one_at_the_start_fails() {
    let mut mote = Receiver::new(6);
    let mut count = 0;
    let (answer, told) = upload(&body(), 4, |request| {
        count += 1;
        if (3..8).contains(&count) {
            vec![]
        } else {
            vec![mote.take(&request).to_bytes()]
        }
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert!(told.contains(&Progress::StartOver));
    assert_eq!(mote.body, body());

    let mut silent = client(|_| vec![]);
    let request = Packet::request(Code::PUT, "/c/alarm");
    let upload = Upload {
        request,
        body: b"x",
        size_exponent: 6,
        resume: None,
    };
    assert!(silent.upload(&upload, &mut |_| {}).is_err());
}

#[test]
fn an_interrupted_upload_goes_on_from_what_the_mote_has() {
    let resume = |bytes| {
        Some(Resume {
            bytes,
            query: "d=00ff".into(),
        })
    };
    let mut mote = Receiver::new(2);
    mote.body = body()[..300].to_vec();
    let mut queries = 0;
    let (answer, _) = resumed(&body(), 4, resume(300), |request| {
        queries += usize::from(request.get(option::URI_QUERY) == Some(b"d=00ff"));
        vec![mote.take(&request).to_bytes()]
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(mote.body, body());
    // 256 B blocks begin at 256; the mote wants 64 B, and the same offset goes on in those.
    assert_eq!(mote.requests[..3], [(256, 256), (256, 64), (320, 64)]);
    assert_eq!(queries, mote.requests.len());

    // A mote that knows nothing of it gets everything, without the query.
    let mut mote = Receiver::new(6);
    let mut queries = Vec::new();
    let (answer, told) = resumed(&body(), 4, resume(700), |request| {
        queries.push(request.get(option::URI_QUERY).is_some());
        vec![mote.take(&request).to_bytes()]
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(mote.body, body());
    assert_eq!(
        (queries[0], queries[1], told[1]),
        (true, false, Progress::StartOver)
    );
}

#[test]
fn a_busy_mote_is_left_alone_for_as_long_as_it_says() {
    let mut mote = Receiver::new(6);
    let mut count = 0;
    let (answer, told) = upload(&body(), 6, |request| {
        count += 1;
        match count {
            1 => vec![
                request
                    .answer(Code::UNAVAILABLE, 0)
                    .with_uint(option::MAX_AGE, 2)
                    .to_bytes(),
            ],
            _ => vec![mote.take(&request).to_bytes()],
        }
    });
    assert_eq!(answer.code(), Code::CHANGED);
    assert_eq!(told[0], Progress::Pause(Duration::from_secs(2)));
    // An hour is too long: the answer goes to the caller.
    let (answer, told) = upload(&body(), 6, |request| {
        vec![
            request
                .answer(Code::TOO_MANY_REQUESTS, 0)
                .with_uint(option::MAX_AGE, 3600)
                .to_bytes(),
        ]
    });
    assert_eq!(answer.code(), Code::TOO_MANY_REQUESTS);
    assert!(told.is_empty());
}

/// Serves a body in blocks of at most `largest`; from request `change_at` on, another one.
fn serve(request: &Packet, body: &[u8], etag: u8, largest: u8) -> Packet {
    let asked = request
        .get_block(option::BLOCK2)
        .unwrap_or(Block::new(0, false, largest));
    let exponent = asked.size_exponent.min(largest);
    let offset = asked.offset() as usize;
    let end = (offset + (16 << exponent)).min(body.len());
    request
        .answer(Code::CONTENT, 0)
        .with(option::ETAG, &[etag])
        .with_block(
            option::BLOCK2,
            Block::new((offset >> (exponent + 4)) as u32, end < body.len(), exponent),
        )
        .with_payload(&body[offset..end])
}

fn download(size: Option<u8>, mote: impl FnMut(Packet) -> Vec<Vec<u8>>) -> Result<Download> {
    client(mote).download(&get(), size)
}

#[test]
fn a_body_is_fetched_in_the_motes_or_the_clients_block_size() {
    for size in [None, Some(0), Some(6)] {
        let fetched = download(size, |request| vec![serve(&request, &body(), 1, 2).to_bytes()]).unwrap();
        assert_eq!(fetched.body, body());
        assert_eq!(fetched.last.code(), Code::CONTENT);
    }
}

#[test]
fn a_body_that_changes_on_the_way_is_fetched_anew() {
    let mut count = 0;
    let fetched = download(None, |request| {
        count += 1;
        let (text, etag) = if count < 4 {
            (vec![1; 200], 1)
        } else {
            (vec![2; 100], 2)
        };
        vec![serve(&request, &text, etag, 1).to_bytes()]
    });
    assert_eq!(fetched.unwrap().body, [2; 100]);
    let mut etag = 0;
    let restless = download(None, |request| {
        etag += 1;
        vec![serve(&request, &body(), etag, 1).to_bytes()]
    });
    assert!(restless.is_err_and(|error| error.to_string().contains("changes faster")));
}

#[test]
fn a_refusal_comes_back_as_it_is_and_a_wrong_block_is_an_error() {
    let refused = download(None, |request| {
        vec![request.answer(Code::NOT_FOUND, 0).to_bytes()]
    })
    .unwrap();
    assert_eq!(refused.last.code(), Code::NOT_FOUND);
    let wrong = download(None, |request| {
        let block = Block::new(1, false, 2);
        vec![
            request
                .answer(Code::CONTENT, 0)
                .with_block(option::BLOCK2, block)
                .with_payload(b"x")
                .to_bytes(),
        ]
    });
    assert!(wrong.is_err());
}
