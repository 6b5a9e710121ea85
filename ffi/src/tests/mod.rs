//! The functions as C calls them: a node on flash in RAM takes a signed container block by block, runs it, and sends what it
//! asks for; interrupts post; what must not be is refused and changes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::undocumented_unsafe_blocks
)]

mod docs;
mod errors;
#[cfg(feature = "script")]
mod script;

use core::ffi::c_void;
use core::mem::zeroed;
use core::ptr::{null, null_mut};
use std::{format, string::String, vec, vec::Vec};

use motebox::coap::msg::{Block, Code, Header, Kind as Type, Message, Writer, option};
use motebox_envelope as envelope;

use crate::{clock32::*, error::*, event::*, flash::*, keys::*, node::*, node_board::*, node_coap::*};

const SCRIPT: &[u8] = br#"
var light = saul.get_by_name("brightness"), buzzer = saul.get_one(saul.type.ACT_DIMMER);
light.on_threshold(800, function () {
    buzzer.write(30);
    print("answer", coap.request("coap://[2001:db8::1]/coap", coap.method.POST, "ALARM!"));
}, saul.op.GE, 60000000);
coap.register_handler("/alarm", coap.method.PUT, function () { buzzer.write(0); return coap.code.CHANGED; });
"#;

/// The machine around the node; callbacks get it as their `user`.
struct Machine {
    flash: Vec<u8>,
    brightness: i16,
    buzzer: Vec<i16>,
    log: String,
    node: *mut mbx_node,
    met: i32,
}

unsafe extern "C" fn read_flash(user: *mut c_void, offset: u32, to: *mut u8, len: usize) -> i32 {
    unsafe {
        (&*user.cast::<Machine>())
            .flash
            .as_ptr()
            .add(offset as usize)
            .copy_to(to, len)
    };
    0
}
unsafe extern "C" fn program(user: *mut c_void, offset: u32, from: *const u8, len: usize) -> i32 {
    let machine = unsafe { &mut *user.cast::<Machine>() };
    let cells = &mut machine.flash[offset as usize..][..len];
    assert!(cells.iter().all(|cell| *cell == 0xff) && offset.is_multiple_of(16) && len.is_multiple_of(16));
    unsafe { from.copy_to(cells.as_mut_ptr(), len) };
    0
}
unsafe extern "C" fn erase(user: *mut c_void, from: u32, to: u32) -> i32 {
    unsafe { &mut *user.cast::<Machine>() }.flash[from as usize..to as usize].fill(0xff);
    0
}
unsafe extern "C" fn list(_: *mut c_void, device: u16, out: *mut mbx_device) -> i32 {
    let out = unsafe { &mut *out };
    assert_eq!(out.size as usize, size_of::<mbx_device>());
    let (name, kind): (&'static str, u8) = match device {
        0 => ("brightness", 10),
        1 => ("buzzer", 5),
        _ => return 1,
    };
    (out.name, out.name_len, out.kind) = (name.as_ptr(), name.len(), kind);
    out.safe_count = u8::from(device == 1);
    0
}
unsafe extern "C" fn read_device(user: *mut c_void, device: u16, _: u8, value: *mut i16, _: *mut i8) -> i32 {
    if device != 0 {
        return MBX_DEVICE_UNSUPPORTED;
    }
    unsafe { *value = (*user.cast::<Machine>()).brightness };
    0
}
unsafe extern "C" fn write_device(user: *mut c_void, _: u16, values: *const i16, _: u8, _: i8) -> i32 {
    let machine = unsafe { &mut *user.cast::<Machine>() };
    machine.buzzer.push(unsafe { *values });
    // What a callback must not do.
    let mut deadline = 77;
    machine.met = unsafe { mbx_node_poll(machine.node, 0, &mut deadline) };
    assert_eq!(deadline, 77);
    0
}
unsafe extern "C" fn log(user: *mut c_void, _: *const u8, _: usize, piece: *const u8, len: usize) {
    let text = unsafe { core::slice::from_raw_parts(piece, len) };
    unsafe { &mut *user.cast::<Machine>() }.log += core::str::from_utf8(text).unwrap();
}

/// A container in binary form, and the key that signed it.
fn container() -> (Vec<u8>, [u8; 32], Vec<u8>) {
    use envelope::*;
    let device = |name, read, write| Device {
        name,
        read,
        write,
        per_minute: 0,
        range: None,
    };
    let cloud = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    let (mut permissions, mut manifest, mut out) = ([0; 256], [0; 256], [0; 400]);
    let spec = PermissionsSpec {
        devices: &[device(b"brightness", true, false), device(b"buzzer", false, true)],
        paths: &[Path {
            path: b"alarm",
            secured: false,
        }],
        peers: &[Peer {
            secured: false,
            host: Host::V6(&cloud),
            port: 5683,
            methods: 2,
            prefix: b"coap",
        }],
        reboot: false,
        radio: None,
        data: false,
    };
    let digest = Sha256::of(SCRIPT);
    let length = SCRIPT.len() as u32;
    let full = Manifest {
        kind: Kind::Script,
        id: b"alarm",
        sequence: 3,
        target: Target::Any,
        payload: Some(Payload {
            length,
            sha256: &digest,
            encoding: Encoding::Identity,
            transmitted: length,
            chunks: &[],
        }),
        permissions: spec.encode(&mut permissions).unwrap(),
        limits: Limits::default(),
        confirm: Some(Confirm {
            policy: Policy::Auto,
            probation_s: 10,
        }),
        base: None,
        command: None,
    };
    let len = full.encode(&mut manifest).unwrap();
    let key = SigningKey::from_seed(&[9; 32]);
    let id = key_id(&key.public_key());
    let len = key
        .sign1(&manifest[..len], &id, Context::Production, &mut out)
        .unwrap();
    let mut bytes = out[..len].to_vec();
    bytes.extend([0x59, (SCRIPT.len() >> 8) as u8, SCRIPT.len() as u8]);
    bytes.extend(SCRIPT);
    (bytes, key.public_key(), id.to_vec())
}

fn leak<T>(value: T) -> &'static mut T {
    std::boxed::Box::leak(std::boxed::Box::new(value))
}

struct Mote {
    machine: *mut Machine,
    config: &'static mut mbx_node_config,
    node: *mut mbx_node,
    now: u64,
    id: u16,
}

impl Mote {
    /// Its configuration, not the node yet.
    fn new(public_key: [u8; 32], key_id: Vec<u8>) -> Mote {
        let machine: *mut Machine = leak(Machine {
            flash: vec![0xff; 32 * 1024],
            brightness: 0,
            buzzer: vec![],
            log: String::new(),
            node: null_mut(),
            met: 0,
        });
        let user = machine.cast::<c_void>();
        let sized = |len: usize| len as u32;
        let key_id: &'static [u8] = key_id.leak();
        unsafe {
            let flash = leak(mbx_flash {
                size: sized(size_of::<mbx_flash>()),
                write_size: 16,
                erase_size: 256,
                capacity: 32 * 1024,
                payload_max: 2048,
                user,
                read: Some(read_flash),
                program: Some(program),
                erase: Some(erase),
                ..zeroed()
            });
            let board = leak(mbx_board {
                size: sized(size_of::<mbx_board>()),
                user,
                list: Some(list),
                read: Some(read_device),
                write: Some(write_device),
                log: Some(log),
                ..zeroed()
            });
            let key = leak(mbx_key {
                size: sized(size_of::<mbx_key>()),
                kinds: MBX_KINDS_ALL,
                id: key_id.as_ptr(),
                id_len: key_id.len(),
                public_key: leak(public_key).as_ptr(),
                ..zeroed()
            });
            let arenas = leak([(); MBX_CONTAINERS].map(|()| mbx_arena {
                size: sized(size_of::<mbx_arena>()),
                memory: vec![0u8; 4099].leak().as_mut_ptr().add(1).cast(),
                len: 4098,
            }));
            let config = leak(mbx_node_config {
                size: sized(size_of::<mbx_node_config>()),
                open_read: 1,
                device: b"mote".as_ptr(),
                device_len: 4,
                class_name: b"test".as_ptr(),
                class_len: 4,
                keys: key,
                key_count: 1,
                flash,
                board,
                arenas: arenas.as_ptr(),
                arena_count: MBX_CONTAINERS,
                seed: 5,
                boots: 1,
                ..zeroed()
            });
            Mote {
                machine,
                config,
                node: null_mut(),
                now: u64::from(u32::MAX) - 3,
                id: 0,
            }
        }
    }

    fn init(&mut self) -> i32 {
        let mut needed = 0;
        assert_eq!(unsafe { mbx_node_size(self.config, &mut needed) }, MBX_OK);
        let memory = vec![0xa5u8; needed + 1].leak();
        let odd = unsafe { memory.as_mut_ptr().add(1) }.cast();
        unsafe { mbx_node_init(odd, needed, self.config, &mut self.node) }
    }

    fn boot(&mut self) {
        assert_eq!(self.init(), MBX_OK);
        unsafe { (*self.machine).node = self.node };
        self.settle();
    }

    fn poll(&mut self) -> u64 {
        let mut deadline = 0;
        assert_eq!(
            unsafe { mbx_node_poll(self.node, self.now, &mut deadline) },
            MBX_OK
        );
        deadline
    }

    fn settle(&mut self) {
        while self.poll() <= self.now {
            self.now += 1;
        }
    }

    fn message(&mut self, kind: Type, code: Code, options: &[(u16, Vec<u8>)], payload: &[u8]) -> Vec<u8> {
        self.id += 1;
        let mut out = vec![0; 600];
        let mut writer = Writer::new(&mut out, Header::new(kind, code, self.id, &[1, 2])).unwrap();
        for (number, value) in options {
            writer.option(*number, value).unwrap();
        }
        writer.payload(payload).unwrap();
        let len = writer.finish();
        out.truncate(len);
        out
    }

    fn handle(&mut self, datagram: &[u8], late: bool) -> (i32, Vec<u8>) {
        let request = mbx_request {
            size: size_of::<mbx_request>() as u32,
            datagram: datagram.as_ptr(),
            datagram_len: datagram.len(),
            endpoint: [7u8; 18].as_ptr(),
            endpoint_len: 18,
            ..unsafe { zeroed() }
        };
        let (mut out, mut len) = ([0; 256], 0);
        let call = if late { mbx_node_late } else { mbx_node_handle };
        let code = unsafe {
            call(
                self.node,
                &request,
                self.now,
                out.as_mut_ptr(),
                out.len(),
                &mut len,
            )
        };
        (code, out[..len].to_vec())
    }

    fn exchange(&mut self, datagram: &[u8]) -> (u8, Vec<u8>) {
        for _ in 0..10_000 {
            match self.handle(datagram, false) {
                (MBX_OK, bytes) => {
                    let mut message: mbx_message = unsafe { zeroed() };
                    message.size = size_of::<mbx_message>() as u32;
                    let parsed = unsafe { mbx_coap_parse(bytes.as_ptr(), bytes.len(), &mut message) };
                    assert_eq!((parsed, message.id, message.token_len), (MBX_OK, self.id, 2));
                    let body = unsafe { core::slice::from_raw_parts(message.payload, message.payload_len) };
                    return (message.code, body.to_vec());
                }
                (MBX_PENDING, _) => {
                    self.poll();
                    self.now += 10;
                }
                (code, _) => panic!("{code}"),
            }
        }
        panic!("pending for ever");
    }

    fn push(&mut self, bytes: &[u8]) -> u8 {
        let blocks: Vec<_> = bytes.chunks(64).collect();
        let mut last = 0;
        for (number, block) in blocks.iter().enumerate() {
            let value = Block::new(number as u32, number + 1 < blocks.len(), 2).value();
            let value: Vec<u8> = value
                .to_be_bytes()
                .into_iter()
                .skip_while(|byte| *byte == 0)
                .collect();
            let options = [
                (option::URI_PATH, b"c".to_vec()),
                (option::URI_PATH, b"alarm".to_vec()),
                (option::CONTENT_FORMAT, vec![63]),
                (option::BLOCK1, value),
            ];
            let datagram = self.message(Type::Con, Code::PUT, &options, block);
            let (code, body) = self.exchange(&datagram);
            assert!(code >> 5 == 2, "{code:x} {}", String::from_utf8_lossy(&body));
            last = code;
        }
        last
    }

    fn next_request(&mut self, cap: usize) -> (i32, mbx_outgoing, Vec<u8>) {
        let mut request = mbx_outgoing {
            size: size_of::<mbx_outgoing>() as u32,
            ..unsafe { zeroed() }
        };
        let (mut out, mut len) = ([0; MBX_OUTGOING_BYTES], 0);
        let token = [1, 2, 3];
        let (node, out_at) = (self.node, out.as_mut_ptr());
        let code = unsafe {
            mbx_node_next_request(node, 99, token.as_ptr(), 3, &mut request, out_at, cap, &mut len)
        };
        (code, request, out[..len].to_vec())
    }

    fn status(&mut self, index: usize) -> mbx_container {
        let mut status = mbx_container {
            size: size_of::<mbx_container>() as u32,
            ..unsafe { zeroed() }
        };
        assert_eq!(unsafe { mbx_node_status(self.node, index, &mut status) }, MBX_OK);
        status
    }
}

#[test]
fn a_node_plays_the_alarm() {
    let (bytes, key, id) = container();
    let mut mote = Mote::new(key, id);
    mote.boot();
    assert_eq!(mote.push(&bytes), 0x41, "2.01 Created");
    mote.settle();
    let status = mote.status(0);
    assert_eq!(
        (status.state, status.sequence, &status.id[..5], status.id_len),
        (3, 3, &b"alarm"[..], 5)
    );
    assert!(status.high_water_bytes > 500 && status.high_water_bytes <= status.arena_bytes);

    // An interrupt sees the light; the script looks at once, though its period is a minute.
    unsafe { (*mote.machine).brightness = 900 };
    assert_eq!(
        unsafe { mbx_node_post(mote.node, MBX_EVENT_DEVICE, 0, mote.now) },
        MBX_OK
    );
    mote.settle();
    assert_eq!(
        unsafe { (&(*mote.machine).buzzer, (*mote.machine).met) },
        (&vec![30], MBX_E_BUSY)
    );
    assert_eq!(mote.next_request(MBX_OUTGOING_BYTES - 1).0, MBX_E_SIZE);
    let (code, request, datagram) = mote.next_request(MBX_OUTGOING_BYTES);
    assert_eq!(
        (code, request.method, request.secure, request.port),
        (MBX_OK, 2, 0, 5683)
    );
    assert_eq!((request.address[0], request.address[15]), (0x20, 1));
    let message = Message::parse(&datagram).unwrap();
    assert_eq!((message.payload(), message.header().id), (&b"ALARM!"[..], 99));
    assert_eq!(mote.next_request(MBX_OUTGOING_BYTES).0, MBX_SILENT);

    // The guard comes while the script waits for the cloud.
    let path = [(option::URI_PATH, b"alarm".to_vec())];
    let datagram = mote.message(Type::Con, Code::PUT, &path, b"off");
    assert_eq!(mote.exchange(&datagram).0, 0x44, "2.04 Changed");
    assert_eq!(unsafe { &(*mote.machine).buzzer }, &[30, 0]);

    // Nobody can wait: nothing for CON, 5.03 for NON; the handler runs once, and who asks again is answered.
    let con = mote.message(Type::Con, Code::PUT, &path, b"");
    assert_eq!(mote.handle(&con, false).0, MBX_PENDING);
    assert_eq!(mote.handle(&con, true).0, MBX_SILENT);
    mote.settle();
    assert_eq!((mote.exchange(&con).0, mote.exchange(&con).0), (0x44, 0x44));
    assert_eq!(unsafe { &(*mote.machine).buzzer }, &[30, 0, 0]);
    let non = mote.message(Type::Non, Code::PUT, &path, b"");
    assert_eq!(mote.handle(&non, false).0, MBX_PENDING);
    let (code, answer) = mote.handle(&non, true);
    assert_eq!((code, answer[1]), (MBX_OK, 0xa3));
    mote.settle();

    assert_eq!(
        unsafe { mbx_node_completed(mote.node, request.id, 0x44, b"ok".as_ptr(), 2) },
        MBX_OK
    );
    mote.settle();
    assert_eq!(unsafe { &(*mote.machine).log }, "answer ok\n");
    assert_eq!(unsafe { mbx_node_take_reboot(mote.node) }, 0);
    assert_eq!(unsafe { mbx_node_shut_down(mote.node) }, MBX_OK);
    assert_eq!(unsafe { (*mote.machine).buzzer.last() }, Some(&0));
    assert_eq!(mote.status(0).state, 6);

    // After a reset, flash has it all.
    mote.boot();
    assert_eq!(mote.status(0).sequence, 3);
}

#[test]
fn what_must_not_be_is_refused() {
    let (_, key, id) = container();
    let mut mote = Mote::new(key, id);
    let mut wrong = |change: &dyn Fn(&mut mbx_node_config)| {
        let before = unsafe { core::ptr::read(&*mote.config) };
        change(mote.config);
        let code = mote.init();
        assert!(mote.node.is_null(), "untouched on error");
        *mote.config = before;
        code
    };
    assert_eq!(wrong(&|c| c.device_len = 17), MBX_E_NODE_NAME);
    assert_eq!(wrong(&|c| c.class_len = 0), MBX_E_NODE_NAME);
    assert_eq!(
        wrong(&|c| (c.alias, c.alias_len) = (b"A".as_ptr(), 1)),
        MBX_E_NODE_NAME
    );
    assert_eq!(wrong(&|c| c.device = null()), MBX_E_NULL);
    assert_eq!(wrong(&|c| c.keys = null()), MBX_E_NULL);
    assert_eq!(wrong(&|c| c.flash = null()), MBX_E_NULL);
    assert_eq!(wrong(&|c| c.board = null()), MBX_E_NULL);
    assert_eq!(wrong(&|c| c.arenas = null()), MBX_E_NULL);
    assert_eq!(wrong(&|c| c.arena_count = 1), MBX_E_NODE_ARENAS);
    assert_eq!(
        wrong(&|c| c.arenas = leak([(); 2].map(|()| mbx_arena {
            size: size_of::<mbx_arena>() as u32,
            memory: leak(0u64).cast_void(),
            len: 8
        }))
        .as_ptr()),
        MBX_E_JS_ARENA
    );
    let code = wrong(&|c| {
        let flash = leak(unsafe { core::ptr::read(c.flash) });
        flash.erase_size = 100;
        c.flash = flash;
    });
    assert_eq!(code, MBX_E_STORE_LAYOUT);

    let (mut needed, mut bytes) = (0, 0);
    unsafe {
        assert_eq!(mbx_node_flash_bytes(mote.config.flash, &mut bytes), MBX_OK);
        assert!((8 * 1024..32 * 1024).contains(&bytes), "{bytes}");
        mbx_node_size(mote.config, &mut needed);
        let memory = vec![0u8; needed].leak();
        assert_eq!(
            mbx_node_init(
                memory.as_mut_ptr().cast(),
                needed - 64,
                mote.config,
                &mut mote.node
            ),
            MBX_E_SIZE
        );
        assert_eq!(
            mbx_node_init(null_mut(), needed, mote.config, &mut mote.node),
            MBX_E_NULL
        );
        assert_eq!(mbx_node_shut_down(memory.as_mut_ptr().cast()), MBX_E_OBJECT);
        assert_eq!(mbx_node_shut_down(null_mut()), MBX_E_NULL);
        mote.config.size -= 4;
        assert_eq!(mbx_node_size(mote.config, &mut needed), MBX_E_SIZE);
        mote.config.size += 4;
    }
    mote.boot();
    unsafe {
        assert_eq!(
            mbx_node_set_addresses(mote.node, [1; 112].as_ptr(), 7),
            MBX_E_NODE_ADDRESSES
        );
        assert_eq!(mbx_node_set_addresses(mote.node, [1; 96].as_ptr(), 6), MBX_OK);
        assert_eq!(mbx_node_post(mote.node, 2, 0, 0), MBX_E_NODE_EVENT);
        assert_eq!(
            mbx_node_post(mote.node, MBX_EVENT_APPLICATION, 0, 0),
            MBX_NOT_MINE
        );
        assert_eq!(
            mbx_node_status(mote.node, 2, &mut mote.status(0)),
            MBX_E_NODE_INDEX
        );
    }
}

trait CastVoid {
    fn cast_void(self) -> *mut c_void;
}
impl CastVoid for &'static mut u64 {
    fn cast_void(self) -> *mut c_void {
        (&raw mut *self).cast()
    }
}

unsafe extern "C" fn enter(user: *mut c_void) -> u32 {
    let depth = unsafe { &mut *user.cast::<u32>() };
    *depth += 1;
    assert_eq!(*depth % 2, 1, "sections are not nested");
    *depth
}
unsafe extern "C" fn leave(user: *mut c_void, before: u32) {
    let depth = unsafe { &mut *user.cast::<u32>() };
    assert_eq!(*depth, before, "it gets what enter answered");
    *depth += 1;
}

#[test]
fn events_come_out_in_order_and_what_is_lost_is_counted() {
    let sections = leak(0u32);
    let user = (&raw mut *sections).cast();
    let critical = mbx_critical {
        size: size_of::<mbx_critical>() as u32,
        user,
        enter: Some(enter),
        leave: Some(leave),
    };
    let memory = vec![0u8; 1 + MBX_EVENT_QUEUE_BYTES + 3 * MBX_EVENT_BYTES].leak();
    let (odd, len) = (unsafe { memory.as_mut_ptr().add(1) }, memory.len() - 1);
    let mut queue = null_mut();
    unsafe {
        assert_eq!(mbx_event_init(odd.cast(), 40, &critical, &mut queue), MBX_E_SIZE);
        let half = mbx_critical {
            leave: None,
            ..critical
        };
        assert_eq!(mbx_event_init(odd.cast(), len, &half, &mut queue), MBX_E_NULL);
        assert_eq!(mbx_event_post(queue, 1, 1), MBX_E_NULL);
        assert_eq!(mbx_event_init(odd.cast(), len, &critical, &mut queue), MBX_OK);
    }
    let (mut kind, mut value, mut lost) = (9, 9, 9);
    let mut next = 0;
    for round in 0..10 {
        let mut posted = 0;
        while unsafe { mbx_event_post(queue, 300, round * 100 + posted) } == MBX_OK {
            posted += 1;
        }
        assert!((3..=5).contains(&posted));
        for number in 0..posted {
            assert_eq!(unsafe { mbx_event_take(queue, &mut kind, &mut value) }, MBX_OK);
            assert_eq!((kind, value), (300, round * 100 + number));
        }
        assert_eq!(unsafe { mbx_event_take(queue, &mut kind, &mut value) }, MBX_EMPTY);
        next += 1;
        assert_eq!(unsafe { mbx_event_lost(queue, &mut lost) }, MBX_OK);
        assert_eq!(lost, next);
        // The ring begins elsewhere in the next round.
        unsafe { mbx_event_post(queue, 300, 0) };
        unsafe { mbx_event_take(queue, &mut kind, &mut value) };
    }
    assert!(
        sections.is_multiple_of(2) && *sections > 100,
        "every section was left"
    );
}

#[test]
fn a_clock_goes_on_over_the_wrap() {
    let mut clock = mbx_clock32 {
        size: size_of::<mbx_clock32>() as u32,
        last: 0,
        wraps: 0,
    };
    let mut now = 5;
    let mut at = |counter: u32| {
        assert_eq!(unsafe { mbx_clock32_us(&mut clock, counter, &mut now) }, MBX_OK);
        now
    };
    assert_eq!(at(u32::MAX - 1), u64::from(u32::MAX) - 1);
    assert_eq!(at(3), (1 << 32) + 3);
    assert_eq!(at(2), (2 << 32) + 2);
    clock.size = 4;
    assert_eq!(unsafe { mbx_clock32_us(&mut clock, 1, &mut now) }, MBX_E_SIZE);
    assert_eq!(now, (2 << 32) + 2);
    assert!(!format!("{now}").is_empty());
}
