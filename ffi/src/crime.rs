//! `mbx_crime_*`: radio stacks composed at run time, on one node. Here: the object, its memory, and what stacks it has. What
//! goes through them is in `crime_traffic.rs`; modules in C are in `crime_module.rs` and `crime_call.rs`.
//!
//! A system takes frames from its radio and gives them to `mbx_crime_receive`; after each call it pulls the frames to send
//! (`mbx_crime_next_frame`) and the events for the application (`mbx_crime_next_event`), and asks `mbx_crime_poll` when it wants
//! to be called next.

use core::ffi::c_void;
use core::ptr::NonNull;
use core::slice::from_raw_parts_mut;

use motebox_crime::modules::REGISTRY;
use motebox_crime::{
    Address, Config, Descriptor, Framing, Mac, Memory, Module, Network, Refused, Slot, Stack,
};

use crate::crime_module::{Own, mbx_crime_module};
use crate::error::*;
use crate::mem::{Content, DONE, Object, bytes, code, place, structure};

/// [`mbx_crime_config::mac`]: none; a frame is a Rime packet, and link addresses come and go beside it.
pub const MBX_CRIME_MAC_RAW: u8 = 0;
/// [`mbx_crime_config::mac`]: IEEE 802.15.4 data frames with short addresses, without FCS.
pub const MBX_CRIME_MAC_802154: u8 = 1;
/// [`mbx_crime_config::mac`]: Contiki's nullmac, receiver and sender in four bytes.
pub const MBX_CRIME_MAC_NULL: u8 = 2;

/// The network of one node; its memory is the caller's.
pub struct mbx_crime {
    _opaque: [u8; 0],
}

/// What a network is made of. Of stacks, modules, words and slots it says what one composition takes at most; the library takes
/// stacks, modules and words twice, for the exchange. `mbx_crime_check` and `motebox compose` tell what a composition takes.
#[repr(C)]
pub struct mbx_crime_config {
    /// `sizeof(mbx_crime_config)`.
    pub size: u32,
    /// Seeds the delays that modules choose; nodes of one network need different ones.
    pub seed: u32,
    /// The node's address `a.b`: `a + 256 * b`.
    pub address: u16,
    /// PAN identifier, with `MBX_CRIME_MAC_802154`.
    pub pan: u16,
    /// What is around a Rime packet: `MBX_CRIME_MAC_…`. All nodes of a network must agree on this and the next.
    pub mac: u8,
    /// 1: sender and receiver travel in the MAC header only, or beside a raw frame. 0: in the Rime header.
    pub link_addresses: u8,
    /// Stacks, 1 to 127.
    pub stacks: u8,
    /// Modules in all stacks together, 1 to 127.
    pub modules: u8,
    /// Words for parameters, timers and state, up to 32,767.
    pub words: u16,
    /// Packets on their way, 2 or more.
    pub slots: u16,
    /// Modules in C that compositions may name, besides those of the library; NULL where there are none.
    pub own: *const *const mbx_crime_module,
    /// How many, up to 64.
    pub own_count: usize,
}

/// What a composition takes of a network's memory: the numbers of `mbx_crime_config`.
#[repr(C)]
pub struct mbx_crime_cost {
    /// `sizeof(mbx_crime_cost)`.
    pub size: u32,
    /// Words for parameters, timers and state.
    pub words: u16,
    /// Packets on their way.
    pub slots: u16,
    /// Stacks.
    pub stacks: u8,
    /// Modules.
    pub modules: u8,
    /// 0.
    pub reserved: u16,
}

/// What lies in a network's memory, before its records.
pub(crate) struct Parts {
    pub(crate) network: Network<'static>,
    /// Module and value of the last refusal.
    detail: (u8, u32),
}

impl Content for Parts {
    const ALIVE: u32 = 0x4d6f_4331; // "MoC1"
}

/// One entry of the registry: it is made anew behind the object, with the modules in C at its end.
type Entry = &'static Descriptor;

// The records lie behind an object, one kind after the other, those with the greatest alignment first.
const _: () = assert!(
    align_of::<Object<Parts>>() >= align_of::<Module>()
        && align_of::<Module>() >= align_of::<Own>()
        && align_of::<Own>() >= align_of::<Entry>()
        && align_of::<Entry>() >= align_of::<Stack>()
        && align_of::<Stack>() >= align_of::<Slot>()
        && align_of::<Slot>() >= align_of::<u32>()
        && align_of::<u32>() == 4
);

/// Bytes for a network without anything in it.
pub(crate) const BYTES: usize = Object::<Parts>::bytes(REGISTRY_LEN * size_of::<Entry>());
/// Bytes for one stack, one module, one word, one slot, and one module in C.
pub(crate) const EACH: [usize; 5] = [
    2 * size_of::<Stack>(),
    2 * size_of::<Module>(),
    8,
    size_of::<Slot>(),
    size_of::<Own>() + size_of::<Entry>(),
];
const REGISTRY_LEN: usize = REGISTRY.len();

impl mbx_crime_config {
    /// # Errors
    /// `MBX_E_CRIME_CONFIG`.
    fn checked(&self) -> Result<Framing, i32> {
        let mac = match self.mac {
            MBX_CRIME_MAC_RAW => Mac::Raw,
            MBX_CRIME_MAC_802154 => Mac::Ieee802154 { pan: self.pan },
            MBX_CRIME_MAC_NULL => Mac::NullMac,
            _ => return Err(MBX_E_CRIME_CONFIG),
        };
        let sane = self.link_addresses <= 1
            && (1..=127).contains(&self.stacks)
            && (1..=127).contains(&self.modules)
            && self.words <= 32_767
            && self.slots >= 2
            && self.own_count <= 64;
        sane.then_some(Framing {
            mac,
            link_addresses: self.link_addresses == 1,
        })
        .ok_or(MBX_E_CRIME_CONFIG)
    }

    /// Bytes behind the object.
    fn records(&self) -> usize {
        let counts = [
            usize::from(self.stacks),
            usize::from(self.modules),
            usize::from(self.words),
            usize::from(self.slots),
            self.own_count,
        ];
        let records = counts.iter().zip(EACH).map(|(count, each)| count * each);
        REGISTRY_LEN * size_of::<Entry>() + records.sum::<usize>()
    }
}

/// Puts the bytes of memory that a network of this configuration takes into `*needed`, wherever the memory begins. Only the
/// numbers are looked at. `MBX_CRIME_SIZE(stacks, modules, words, slots, own)` are enough.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of the configuration, `MBX_E_CRIME_CONFIG`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_size(config: *const mbx_crime_config, needed: *mut usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        config.checked()?;
        // SAFETY: as above.
        unsafe { place(needed)?.write(Object::<Parts>::bytes(config.records())) };
        DONE
    })())
}

/// Where the next records lie.
struct Records(NonNull<u8>);

impl Records {
    /// So many records of a kind, all alike.
    ///
    /// # Safety
    /// There is room for them, which is theirs for `'static`.
    unsafe fn take<T>(&mut self, count: usize, empty: impl Fn() -> T) -> &'static mut [T] {
        let first = self.0.cast::<T>();
        // SAFETY: the caller's promise.
        unsafe {
            for index in 0..count {
                first.add(index).write(empty());
            }
            self.0 = first.add(count).cast();
            from_raw_parts_mut(first.as_ptr(), count)
        }
    }
}

/// Makes the network of one node in `memory` of `len` bytes, at any address, and puts it into `*crime`. It has no stacks yet:
/// `mbx_crime_compose`.
///
/// The memory is the network's until it is used no more; there is nothing to free. The modules of `config->own`, and what they
/// point to, stay as they are for the network's life; the configuration need not.
///
/// Context: the one thread that will use the network. Does not block. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for memory that is too
/// small, or the `size` of a struct; `MBX_E_CRIME_CONFIG`, `MBX_E_CRIME_MODULE`.
///
/// # Safety
/// The pointers are NULL or point to what their types say; `memory` has `len` bytes, and `config->own` as many pointers as it
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_init(
    memory: *mut c_void,
    len: usize,
    config: *const mbx_crime_config,
    crime: *mut *mut mbx_crime,
) -> i32 {
    code((|| {
        let result = place(crime)?;
        // SAFETY: the caller's promise.
        let config = unsafe { structure(config) }?;
        let framing = config.checked()?;
        if config.own.is_null() && config.own_count > 0 {
            return Err(MBX_E_NULL);
        }
        // SAFETY: the caller's promise.
        let object = unsafe { Object::<Parts>::place(memory, len, config.records()) }?;
        // SAFETY: behind the object is room for the records, of which nobody else knows; the order is that of `EACH`'s
        // alignments.
        unsafe {
            let mut records = Records(object.add(1).cast());
            let modules = records.take(2 * usize::from(config.modules), || Module::EMPTY);
            let registry = own(&mut records, config)?;
            let memory = Memory {
                stacks: records.take(2 * usize::from(config.stacks), || Stack::EMPTY),
                modules,
                slots: records.take(usize::from(config.slots), || Slot::EMPTY),
                words: records.take(2 * usize::from(config.words), || 0),
            };
            let config = Config {
                address: Address::from_value(config.address),
                seed: config.seed,
                framing,
            };
            let parts = Object::inner(object);
            (&raw mut (*parts).network).write(Network::new(memory, registry, config));
            (&raw mut (*parts).detail).write((0, 0));
            Object::born(object);
            result.write(object.as_ptr().cast());
        }
        DONE
    })())
}

/// The modules in C, checked, and the registry with them at its end.
///
/// # Safety
/// As for [`mbx_crime_init`], and there is room for the records.
unsafe fn own(records: &mut Records, config: &mbx_crime_config) -> Result<&'static [Entry], i32> {
    let first = records.0.cast::<Own>();
    for index in 0..config.own_count {
        // SAFETY: the caller's promise.
        unsafe { first.add(index).write(Own::new(config.own.add(index).read())?) };
    }
    // SAFETY: they were written; an own one takes the place of any that there is.
    let registry = unsafe {
        records.0 = first.add(config.own_count).cast();
        records.take::<Entry>(REGISTRY_LEN + config.own_count, || Own::NONE)
    };
    for (index, entry) in registry.iter_mut().enumerate() {
        *entry = match REGISTRY.get(index) {
            Some(entry) => entry,
            // SAFETY: those behind the library's are as many as were written.
            None => unsafe { Own::descriptor(first.as_ptr().add(index - REGISTRY_LEN)) },
        };
    }
    let registry = &*registry;
    for (index, entry) in registry.iter().enumerate().skip(REGISTRY_LEN) {
        if registry.iter().take(index).any(|other| other.id == entry.id) {
            return Err(MBX_E_CRIME_MODULE);
        }
    }
    Ok(registry)
}

/// Runs `work` with the network.
///
/// # Safety
/// `crime` is NULL or from [`mbx_crime_init`], and belongs to this thread.
pub(crate) unsafe fn with(crime: *mut mbx_crime, work: impl FnOnce(&mut Parts) -> Result<i32, i32>) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(crime.cast()) }?;
        // SAFETY: who has entered has the parts to itself.
        work(unsafe { &mut *entered.inner() })
    })())
}

impl Parts {
    fn refused(&mut self, Refused { module, why }: Refused) -> i32 {
        let (number, value) = why.number();
        self.detail = (module, value);
        -i32::from(number)
    }
}

/// Exchanges all stacks for those of a composition message (`docs/spec/composition.md`): prepared beside the old ones, checked as
/// a whole, and switched to in one step. The old ones get two seconds to finish what they have begun, and are closed. When the
/// message is refused, the old ones go on. `now`: microseconds, as everywhere.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`; `MBX_E_COMPOSITION_…`, of which `mbx_crime_detail` tells more.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `message` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_compose(
    crime: *mut mbx_crime,
    now: u64,
    message: *const u8,
    len: usize,
) -> i32 {
    let work = |parts: &mut Parts| {
        // SAFETY: the caller's promise.
        let message = unsafe { bytes(message, len) }?;
        let composed = parts.network.compose_message(now, message);
        composed
            .map(|()| MBX_OK)
            .map_err(|refused| parts.refused(refused))
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Whether `mbx_crime_compose` would take this message, as far as that is known before its modules are opened, and what it would
/// take of the memory. Nothing changes, but a composition that is still draining ends.
///
/// Context: the one thread that uses the network. Does not block. Errors: as `mbx_crime_compose`; `MBX_E_SIZE` also for the
/// `size` of `cost`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `message` is NULL or has `len` bytes; `cost` is NULL or points to what its type
/// says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_check(
    crime: *mut mbx_crime,
    now: u64,
    message: *const u8,
    len: usize,
    cost: *mut mbx_crime_cost,
) -> i32 {
    let work = |parts: &mut Parts| {
        let to = place(cost)?;
        // SAFETY: the caller's promise, for both.
        let message = unsafe {
            structure(cost)?;
            bytes(message, len)?
        };
        let checked = parts.network.check_message(now, message);
        let cost = checked.map_err(|refused| parts.refused(refused))?;
        let cost = mbx_crime_cost {
            size: size_of::<mbx_crime_cost>() as u32,
            words: cost.words,
            slots: cost.slots,
            stacks: cost.stacks,
            modules: cost.modules,
            reserved: 0,
        };
        // SAFETY: as above.
        unsafe { to.write(cost) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Ends all stacks, as when a composition takes their place. What they still receive is left alone.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_dissolve(crime: *mut mbx_crime, now: u64) -> i32 {
    let work = |parts: &mut Parts| {
        parts.network.dissolve(now);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}

/// Puts the offending module of the last refused composition, counted over all its stacks from 0, into `*module`, and the number
/// that matters (`docs/spec/composition.md`, section 4) into `*value`. For what is no module, `*module` is the number of those
/// before it.
///
/// Context: the one thread that uses the network. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `crime` is NULL or from `mbx_crime_init`; `module` and `value` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_crime_detail(crime: *mut mbx_crime, module: *mut u8, value: *mut u32) -> i32 {
    let work = |parts: &mut Parts| {
        let (to, value) = (place(module)?, place(value)?);
        // SAFETY: the caller's promise.
        unsafe {
            to.write(parts.detail.0);
            value.write(parts.detail.1);
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(crime, work) }
}
