//! A module of the network that is written in C: its descriptor and callbacks, and how the engine calls them.
//!
//! To the engine it is a module as any other. What is shared by all of them is one handler, which finds the module's table
//! behind its descriptor.

use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

use motebox_crime::{Attr, Cx, Descriptor, Field, Flow, Op, Param, Scope, interface};

use crate::crime_call::mbx_crime_call;
use crate::error::{MBX_E_CRIME_MODULE, MBX_E_NULL};
use crate::mem::{bytes, structure};

/// The first registry id of modules of an application; the last one is 255.
pub const MBX_CRIME_OWN_ID: u8 = 192;

/// Scope: talks to neighbours; never over a multihop module.
pub const MBX_CRIME_SINGLE_HOP: u8 = 0;
/// Scope: talks over several hops.
pub const MBX_CRIME_MULTI_HOP: u8 = 1;
/// Scope: the application, the top of a stack.
pub const MBX_CRIME_INPUT: u8 = 2;

/// Interface: frames on a channel.
pub const MBX_CRIME_LINK: u16 = 1;
/// Interface: packets to everybody, from nobody in particular.
pub const MBX_CRIME_ANONYMOUS: u16 = 2;
/// Interface: packets to everybody, with their sender.
pub const MBX_CRIME_BROADCAST: u16 = 4;
/// Interface: packets to one neighbour.
pub const MBX_CRIME_UNICAST: u16 = 8;
/// Interface: packets to one neighbour, acknowledged.
pub const MBX_CRIME_RELIABLE: u16 = 16;
/// Interface: packets that carry two ends and hops, and need somebody above who knows the next hop.
pub const MBX_CRIME_RELAY: u16 = 32;
/// Interface: packets to a node anywhere.
pub const MBX_CRIME_MULTIHOP: u16 = 64;
/// Interface: packets to every node of the network.
pub const MBX_CRIME_FLOOD: u16 = 128;
/// Interface: routes on demand.
pub const MBX_CRIME_ROUTES: u16 = 256;
/// Interface: objects of many chunks.
pub const MBX_CRIME_CHUNKS: u16 = 512;
/// Interface: values that neighbours announce.
pub const MBX_CRIME_ANNOUNCE: u16 = 1024;
/// All interfaces over which an application sends and receives.
pub const MBX_CRIME_DATA: u16 = 1759;
/// Of `offers`: what the module below offers, for modules that only look on, drop or delay.
pub const MBX_CRIME_SAME: u16 = 32768;

const _: () = assert!(
    MBX_CRIME_LINK == interface::LINK
        && MBX_CRIME_ANONYMOUS == interface::ANONYMOUS
        && MBX_CRIME_BROADCAST == interface::BROADCAST
        && MBX_CRIME_UNICAST == interface::UNICAST
        && MBX_CRIME_RELIABLE == interface::RELIABLE
        && MBX_CRIME_RELAY == interface::RELAY
        && MBX_CRIME_MULTIHOP == interface::MULTIHOP
        && MBX_CRIME_FLOOD == interface::FLOOD
        && MBX_CRIME_ROUTES == interface::ROUTES
        && MBX_CRIME_CHUNKS == interface::CHUNKS
        && MBX_CRIME_ANNOUNCE == interface::ANNOUNCE
        && MBX_CRIME_DATA == interface::DATA
        && MBX_CRIME_SAME == interface::SAME
);

/// Operation, up: the stack begins to live. State is zero, timers are off, there is no packet. `MBX_CRIME_STOP` refuses the
/// composition (`MBX_E_COMPOSITION_OPEN`).
pub const MBX_CRIME_OPEN: u8 = 0;
/// Operation, up: a packet came in from the air.
pub const MBX_CRIME_RECV: u8 = 1;
/// Operation, up: a packet went out.
pub const MBX_CRIME_SENT: u8 = 2;
/// Operation, up: a packet was given up.
pub const MBX_CRIME_DROPPED: u8 = 3;
/// Operation, up: what was waited for did not come.
pub const MBX_CRIME_TIMED_OUT: u8 = 4;
/// Operation, up: there is a route to the address in `MBX_CRIME_ERECEIVER`.
pub const MBX_CRIME_NEW_ROUTE: u8 = 5;
/// Operation, up: the chunk with number `MBX_CRIME_CHUNK` is wanted.
pub const MBX_CRIME_READ_CHUNK: u8 = 6;
/// Operation, up: the payload is the chunk with number `MBX_CRIME_CHUNK`.
pub const MBX_CRIME_WRITE_CHUNK: u8 = 7;
/// Operation, down: a packet of this node goes out.
pub const MBX_CRIME_SEND: u8 = 8;
/// Operation, down: a packet of another node goes on to `MBX_CRIME_RECEIVER`.
pub const MBX_CRIME_FORWARD: u8 = 9;
/// Operation, down: a route to the address in `MBX_CRIME_ERECEIVER` is wanted.
pub const MBX_CRIME_DISCOVER: u8 = 10;
/// Operation, down: the stack ends. Timers are off already, there is no packet.
pub const MBX_CRIME_CLOSE: u8 = 11;
/// No walk: a timer of the module has expired, `mbx_crime_call_timer` tells which. There is no packet.
pub const MBX_CRIME_TIMER: u8 = 12;
/// How many operations there are.
pub const MBX_CRIME_OPERATIONS: usize = 13;

/// By number.
pub(crate) const OPERATIONS: [Op; MBX_CRIME_OPERATIONS] = [
    Op::Open,
    Op::Recv,
    Op::Sent,
    Op::Dropped,
    Op::TimedOut,
    Op::NewRoute,
    Op::ReadChunk,
    Op::WriteChunk,
    Op::Send,
    Op::Forward,
    Op::Discover,
    Op::Close,
    Op::Timer,
];

/// Attribute: the node that transmitted this frame. Addresses `a.b` are `a + 256 * b`; what is not there is 0.
pub const MBX_CRIME_SENDER: u8 = 0;
/// Attribute: the node that this frame is for, 0 for everybody.
pub const MBX_CRIME_RECEIVER: u8 = 1;
/// Attribute: the node where the packet comes from, end to end.
pub const MBX_CRIME_ESENDER: u8 = 2;
/// Attribute: the node where the packet goes to, end to end.
pub const MBX_CRIME_ERECEIVER: u8 = 3;
/// Attribute: hops travelled so far.
pub const MBX_CRIME_HOPS: u8 = 4;
/// Attribute: data (0) or acknowledgement (1).
pub const MBX_CRIME_PACKET_TYPE: u8 = 5;
/// Attribute: number of the packet on one hop.
pub const MBX_CRIME_PACKET_ID: u8 = 6;
/// Attribute: number of the packet end to end.
pub const MBX_CRIME_EPACKET_ID: u8 = 7;
/// Attribute: hops left.
pub const MBX_CRIME_TTL: u8 = 8;
/// Attribute: the most retransmissions wanted.
pub const MBX_CRIME_MAX_REXMIT: u8 = 9;
/// Attribute, not on the air: received signal strength in dBm, an `int16_t` in two's complement.
pub const MBX_CRIME_RSSI: u8 = 10;
/// Attribute, not on the air: link quality, 0 to 255.
pub const MBX_CRIME_LQI: u8 = 11;
/// Attribute, not on the air: 1 asks modules that delay packets to send this one at once.
pub const MBX_CRIME_URGENT: u8 = 12;
/// Attribute, not on the air: number of a chunk.
pub const MBX_CRIME_CHUNK: u8 = 13;
/// Attribute, not on the air: how long modules that delay packets delay this one, in milliseconds; 0 leaves it to them.
pub const MBX_CRIME_INTERVAL: u8 = 14;
/// Attribute: number of the frame on this link, whatever it carries.
pub const MBX_CRIME_FRAME_ID: u8 = 15;

/// By number.
pub(crate) const ATTRIBUTES: [Attr; 16] = [
    Attr::Sender,
    Attr::Receiver,
    Attr::ESender,
    Attr::EReceiver,
    Attr::Hops,
    Attr::PacketType,
    Attr::PacketId,
    Attr::EPacketId,
    Attr::Ttl,
    Attr::MaxRexmit,
    Attr::Rssi,
    Attr::Lqi,
    Attr::Urgent,
    Attr::Chunk,
    Attr::Interval,
    Attr::FrameId,
];

// A number is where it stands in these lists, and the enum's own: what C writes down is read as it is.
const _: () = {
    let (mut op, mut attr) = (0, 0);
    while op < OPERATIONS.len() {
        #[allow(clippy::indexing_slicing)] // while compiling
        let number = OPERATIONS[op] as usize;
        assert!(number == op);
        op += 1;
    }
    while attr < ATTRIBUTES.len() {
        #[allow(clippy::indexing_slicing)] // while compiling
        let number = ATTRIBUTES[attr] as usize;
        assert!(number == attr);
        attr += 1;
    }
};

/// Answer of a module: on to the next module of the walk. After `MBX_CRIME_TIMER`: nothing more.
pub const MBX_CRIME_GO: i32 = 0;
/// Answer of a module: the walk ends here, and the packet is gone unless `mbx_crime_call_hold` keeps it.
pub const MBX_CRIME_STOP: i32 = 1;
/// What `MBX_CRIME_TURN(operation)` adds to an operation: the walk goes on as that one, from the neighbour of this module in its
/// direction. `MBX_CRIME_RECV` to `MBX_CRIME_DISCOVER` can be turned to.
pub const MBX_CRIME_TURNED: i32 = 256;
/// What `MBX_CRIME_INTO(operation)` adds to an operation: it goes on so down the first stack that is merged into this module.
pub const MBX_CRIME_MERGED: i32 = 512;

/// An operation that comes past a module: it looks at the packet or changes it through `mbx_crime_call_…`, and answers
/// `MBX_CRIME_GO`, `MBX_CRIME_STOP`, `MBX_CRIME_TURN(operation)` or `MBX_CRIME_INTO(operation)`; what is none of these is
/// `MBX_CRIME_STOP`. It does not wait, may not call `mbx_crime_*` with the network that it is called from (`MBX_E_BUSY`), and
/// must not leave by `longjmp`. NULL: `MBX_CRIME_GO`.
pub type mbx_crime_operation =
    Option<unsafe extern "C" fn(user: *mut c_void, call: *mut mbx_crime_call) -> i32>;

/// A module in C. It stays as it is for the life of the networks that have it; several may.
#[repr(C)]
pub struct mbx_crime_module {
    /// `sizeof(mbx_crime_module)`.
    pub size: u32,
    /// Registry id, which compositions name it by: `MBX_CRIME_OWN_ID` or more, and no other module's.
    pub id: u8,
    /// Where it may stand: `MBX_CRIME_SINGLE_HOP`, `…_MULTI_HOP`, `…_INPUT`.
    pub scope: u8,
    /// Interfaces of which the module below must offer one, a sum; not 0: the bottom of a stack is the library's channel.
    pub needs: u16,
    /// The interface that it offers to the module above, or `MBX_CRIME_SAME`; 0 for a top.
    pub offers: u16,
    /// Interfaces of which the top of a stack that is merged into it must offer one, a sum; 0: none is merged into it.
    pub merges: u16,
    /// Words of state for each instance, of 32 bits; all 0 when it is opened.
    pub words: u16,
    /// A table, added to `words`: words of one entry; 0 for none.
    pub entry_words: u8,
    /// The parameter that counts the table's entries, by index.
    pub entries: u8,
    /// How many timers it has.
    pub timers: u8,
    /// Packets that it may keep at one time.
    pub packets: u8,
    /// How many parameters it has.
    pub param_count: u8,
    /// How many attributes it puts into the header.
    pub field_count: u8,
    /// 0.
    pub reserved: u16,
    /// Three numbers for each parameter: the smallest value, the largest, and the one when none is given.
    pub params: *const u32,
    /// Two bytes for each attribute in the header: which (`MBX_CRIME_SENDER`, …), and its bits, 1 to 8 or 16.
    pub fields: *const u8,
    /// Handed to all callbacks. State of an instance is better off in its words.
    pub user: *mut c_void,
    /// What it does, by operation: `MBX_CRIME_OPEN` to `MBX_CRIME_TIMER`.
    pub on: [mbx_crime_operation; MBX_CRIME_OPERATIONS],
}

/// What the engine knows of a module in C, and the way back to its table.
#[repr(C)]
pub(crate) struct Own {
    descriptor: Descriptor,
    table: *const mbx_crime_module,
}

// The numbers of C lie as the engine has its own.
const _: () = assert!(
    size_of::<Param>() == 12
        && align_of::<Param>() == align_of::<u32>()
        && offset_of!(Param, min) == 0
        && offset_of!(Param, max) == 4
        && offset_of!(Param, default) == 8
        && size_of::<Field>() == 2
        && offset_of!(Field, attr) == 0
        && offset_of!(Field, bits) == 1
        && offset_of!(Own, descriptor) == 0
);

/// Of no module.
static NONE: Descriptor = Descriptor::PLAIN;

impl Own {
    /// What stands in a registry before its modules do.
    pub(crate) const NONE: &'static Descriptor = &NONE;

    /// Checks a table.
    ///
    /// # Errors
    /// `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_CRIME_MODULE`.
    ///
    /// # Safety
    /// NULL, or a table that stays as it is, with what it points to, for as long as the answer is used.
    pub(crate) unsafe fn new(table: *const mbx_crime_module) -> Result<Own, i32> {
        // SAFETY: the caller's promise.
        let it: &'static mbx_crime_module = unsafe { structure(table) }?;
        // SAFETY: as above.
        let (params, header) = unsafe { (it.params()?, it.header()?) };
        let scope = match it.scope {
            MBX_CRIME_SINGLE_HOP => Scope::SingleHop,
            MBX_CRIME_MULTI_HOP => Scope::MultiHop,
            MBX_CRIME_INPUT => Scope::Input,
            _ => return Err(MBX_E_CRIME_MODULE),
        };
        let sane = it.id >= MBX_CRIME_OWN_ID
            && it.needs != interface::NONE
            && it.reserved == 0
            && (it.entry_words == 0 || it.entries < it.param_count);
        if !sane {
            return Err(MBX_E_CRIME_MODULE);
        }
        let descriptor = Descriptor {
            id: it.id,
            scope,
            needs: it.needs,
            offers: it.offers,
            merges: it.merges,
            params,
            timers: it.timers,
            words: it.words,
            words_per: (it.entries, it.entry_words),
            packets: it.packets,
            header,
            ops: it.operations(),
            handler: Some(handle),
        };
        Ok(Own { descriptor, table })
    }

    /// For the registry. What refers to it finds its way back to all of it.
    ///
    /// # Safety
    /// It is there, and stays as it is, for `'m`.
    pub(crate) unsafe fn descriptor<'m>(own: *const Own) -> &'m Descriptor {
        let _ = own.expose_provenance();
        // SAFETY: the caller's promise.
        unsafe { &(*own).descriptor }
    }
}

impl mbx_crime_module {
    /// The operations that it has a callback for.
    fn operations(&self) -> u16 {
        let on = self.on.iter().zip(OPERATIONS);
        on.filter(|(callback, _)| callback.is_some())
            .fold(0, |operations, (_, op)| operations | op.bit())
    }

    /// # Safety
    /// `params` is NULL or has three numbers for each parameter, which stay.
    unsafe fn params(&self) -> Result<&'static [Param], i32> {
        let count = usize::from(self.param_count);
        if count == 0 {
            return Ok(&[]);
        }
        if self.params.is_null() {
            return Err(MBX_E_NULL);
        }
        // SAFETY: the caller's promise; any three numbers are a `Param`.
        let params: &'static [Param] =
            unsafe { core::slice::from_raw_parts(self.params.cast::<Param>(), count) };
        let sane = |param: &Param| param.min <= param.default && param.default <= param.max;
        params
            .iter()
            .all(sane)
            .then_some(params)
            .ok_or(MBX_E_CRIME_MODULE)
    }

    /// # Safety
    /// `fields` is NULL or has two bytes for each attribute, which stay.
    unsafe fn header(&self) -> Result<&'static [Field], i32> {
        let count = usize::from(self.field_count);
        // SAFETY: the caller's promise.
        let numbers: &'static [u8] = unsafe { bytes(self.fields, 2 * count) }?;
        let (fields, _) = numbers.as_chunks::<2>();
        let sane =
            |[attr, bits]: &[u8; 2]| usize::from(*attr) < ATTRIBUTES.len() && matches!(bits, 1..=8 | 16);
        if !fields.iter().all(sane) {
            return Err(MBX_E_CRIME_MODULE);
        }
        // SAFETY: two bytes each, of which the first is an attribute's number.
        Ok(unsafe { core::slice::from_raw_parts(fields.as_ptr().cast::<Field>(), fields.len()) })
    }
}

/// The handler of all modules in C.
fn handle(cx: &mut Cx<'_, '_>, op: Op) -> Flow {
    let address = ptr::from_ref(cx.descriptor()).addr();
    // SAFETY: only descriptors of `Own`s have this handler; its provenance was exposed, and its table stays.
    let table = unsafe { &*(*ptr::with_exposed_provenance::<Own>(address)).table };
    let Some(Some(operation)) = table.on.get(op as usize) else {
        return Flow::Go;
    };
    // SAFETY: a callback of the application's, called as its type says; the call lives longer than it.
    flow(unsafe { operation(table.user, ptr::from_mut(cx).cast()) })
}

/// What a module's answer is to the engine.
pub(crate) fn flow(answer: i32) -> Flow {
    let turned = OPERATIONS
        .get((answer & 0xff) as usize)
        .copied()
        .filter(|op| !matches!(op, Op::Open | Op::Close | Op::Timer));
    match (answer & !0xff, turned) {
        (0, _) if answer == MBX_CRIME_GO => Flow::Go,
        (MBX_CRIME_TURNED, Some(op)) => Flow::Turn(op),
        (MBX_CRIME_MERGED, Some(op)) => Flow::Merged(op),
        _ => Flow::Stop,
    }
}
