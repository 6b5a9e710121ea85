//! `mbx_script_*`: the engine alone, for a system that wants scripts without containers. It knows nothing of motes: what
//! scripts find besides the language is the table that C gives (`script_library.rs`).

use core::ffi::c_void;
use core::mem::transmute;

use motebox_js::{Arg, Engine, ErrorKind, JobError, Library, Mapped, Resume, Root, Step};

use crate::error::*;
use crate::mem::{Content, DONE, Object, apart, bytes, code, place, room, structure, words};
use crate::script_call::{Host, kind_number, mbx_dropped_callback, mbx_native_callback};
use crate::script_library::{Count, Pieces, build, mbx_native};

/// What [`mbx_script_step`] answers besides `MBX_OK` (the job is over): nobody caught an exception, the job is over.
pub const MBX_THREW: i32 = 1;
/// What [`mbx_script_step`] answers: the job was set aside until it is resumed; another one may be begun.
pub const MBX_WAITING: i32 = 3;
/// What [`mbx_script_step`] answers: there is no job.
pub const MBX_IDLE: i32 = 4;

/// Kind of a value: `undefined`, and arguments that are not there.
pub const MBX_UNDEFINED: u32 = 0;
/// Kind of a value: `null`.
pub const MBX_NULL: u32 = 1;
/// Kind of a value: `true` (its number is 1) or `false` (0).
pub const MBX_BOOL: u32 = 2;
/// Kind of a value: a number.
pub const MBX_NUMBER: u32 = 3;
/// Kind of a value: a string.
pub const MBX_TEXT: u32 = 4;
/// Kind of a value that C only sees: anything that can be called.
pub const MBX_FUNCTION: u32 = 5;
/// Kind of a value that C only sees: an object of the host's, `mbx_call_host`.
pub const MBX_HOST: u32 = 6;
/// Kind of a value that C only sees: any other object.
pub const MBX_OBJECT: u32 = 7;

/// An error to be thrown: `Error`.
pub const MBX_ERROR: u32 = 0;
/// An error to be thrown: `RangeError`.
pub const MBX_RANGE_ERROR: u32 = 1;
/// An error to be thrown: `TypeError`.
pub const MBX_TYPE_ERROR: u32 = 2;

/// A value that C hands to a script.
#[repr(C)]
pub struct mbx_value {
    /// `sizeof(mbx_value)`.
    pub size: u32,
    /// `MBX_UNDEFINED` to `MBX_TEXT`.
    pub kind: u32,
    /// Of a number, or not 0 for `true`.
    pub number: f64,
    /// Of a string; bytes that are not UTF-8 become U+FFFD. Copied during the call. Not what `mbx_call_text` gave: that moves
    /// when the engine makes room.
    pub text: *const u8,
    /// Bytes of `text`.
    pub text_len: usize,
}

impl mbx_value {
    /// # Safety
    /// `text` is as the struct says, for `'a`.
    pub(crate) unsafe fn arg<'a>(&self, arena: &Arena) -> Result<Arg<'a>, i32> {
        Ok(match self.kind {
            MBX_UNDEFINED => Arg::Undefined,
            MBX_NULL => Arg::Null,
            MBX_BOOL => Arg::Bool(self.number != 0.0),
            MBX_NUMBER => Arg::Number(self.number),
            // SAFETY: the caller's promise.
            MBX_TEXT => Arg::Str(unsafe { arena.outside(self.text, self.text_len) }?),
            _ => return Err(MBX_E_SCRIPT_KIND),
        })
    }
}

/// Where an engine's arena lies. What is in it moves when the engine makes room, so nothing of it is handed to the engine.
#[derive(Clone, Copy)]
pub(crate) struct Arena {
    first: *const u8,
    len: usize,
}

impl Arena {
    pub(crate) fn of(words: &[u32]) -> Arena {
        Arena {
            first: words.as_ptr().cast(),
            len: size_of_val(words),
        }
    }

    /// Bytes from C, as [`bytes`].
    ///
    /// # Errors
    /// `MBX_E_NULL`, `MBX_E_SIZE`; `MBX_E_SCRIPT_ALIAS` when any of them lies in the arena.
    ///
    /// # Safety
    /// As for [`bytes`].
    pub(crate) unsafe fn outside<'a>(&self, from: *const u8, len: usize) -> Result<&'a [u8], i32> {
        if !apart(from, len, self.first, self.len) {
            return Err(MBX_E_SCRIPT_ALIAS);
        }
        // SAFETY: the caller's promise.
        unsafe { bytes(from, len) }
    }
}

pub(crate) fn error_kind(number: u32) -> Result<ErrorKind, i32> {
    Ok(match number {
        MBX_ERROR => ErrorKind::Error,
        MBX_RANGE_ERROR => ErrorKind::RangeError,
        MBX_TYPE_ERROR => ErrorKind::TypeError,
        _ => return Err(MBX_E_SCRIPT_KIND),
    })
}

pub(crate) fn root_number(root: Root) -> u32 {
    // SAFETY: a root is two numbers of 16 bits, of which any bits are good: one that names nothing is an error of its use.
    unsafe { transmute::<Root, u32>(root) }
}

pub(crate) fn root_of(number: u32) -> Root {
    // SAFETY: as above.
    unsafe { transmute::<u32, Root>(number) }
}

fn job_error(error: JobError) -> i32 {
    match error {
        JobError::Busy => MBX_E_JS_JOB,
        JobError::NoSuchRoot => MBX_E_JS_ROOT,
        JobError::NoSuchToken => MBX_E_JS_TOKEN,
        _ => MBX_E_JS_MEMORY,
    }
}

/// What a script's engine is told at its birth. Zero it, set `size`, and fill in what is not called optional. The texts and
/// types that `natives` point to stay as they are for the engine's life; the struct and the table itself need not.
#[repr(C)]
pub struct mbx_script_config {
    /// `sizeof(mbx_script_config)`.
    pub size: u32,
    /// The seed of `Math.random`.
    pub seed: u32,
    /// The engine's memory, at any address: values, stack, compiler, everything.
    pub arena: *mut c_void,
    /// Its bytes; 256 kB of it are used at most.
    pub arena_len: usize,
    /// What scripts find besides the language; optional.
    pub natives: *const mbx_native,
    /// How many.
    pub native_count: usize,
    /// Runs the native functions; optional where there are none.
    pub call: mbx_native_callback,
    /// Is told of calls that cannot wait after all; optional.
    pub dropped: mbx_dropped_callback,
    /// Handed to both.
    pub user: *mut c_void,
}

impl mbx_script_config {
    /// # Safety
    /// The pointers are NULL or as the struct says, for `'a`.
    unsafe fn natives<'a>(&self) -> Result<&'a [mbx_native], i32> {
        if self.native_count == 0 {
            return Ok(&[]);
        }
        let first = place(self.natives.cast_mut())?;
        // SAFETY: the caller's promise.
        Ok(unsafe { core::slice::from_raw_parts(first.as_ptr(), self.native_count) })
    }
}

/// An engine; its memory is the caller's.
pub struct mbx_script {
    _opaque: [u8; 0],
}

/// What lies in a script's memory, the library's tables behind it. The engine borrows the library for its life.
#[repr(C)]
struct Parts {
    engine: Engine<'static>,
    host: Host,
    arena: Arena,
    text: &'static [u8],
    library: Library,
}

impl Content for Parts {
    const ALIVE: u32 = 0x4d6f_4a31; // "MoJ1"
}

/// # Safety
/// `script` is NULL or from [`mbx_script_init`], and belongs to this thread.
unsafe fn with(script: *mut mbx_script, work: impl FnOnce(&mut Engine<'static>) -> Result<i32, i32>) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { with_arena(script, |engine, _| work(engine)) }
}

/// The same for work that is given texts.
///
/// # Safety
/// As for [`with`].
unsafe fn with_arena(
    script: *mut mbx_script,
    work: impl FnOnce(&mut Engine<'static>, &Arena) -> Result<i32, i32>,
) -> i32 {
    // SAFETY: the caller's promise.
    let entered = match unsafe { Object::<Parts>::enter(script.cast()) } {
        Ok(entered) => entered,
        Err(error) => return error,
    };
    let parts = entered.inner();
    // SAFETY: who has entered has both fields to itself.
    code(unsafe { work(&mut (*parts).engine, &(*parts).arena) })
}

/// What an engine without natives takes.
pub(crate) const BYTES: usize = Object::<Parts>::bytes(0);

/// Puts the bytes of memory that an engine with these natives takes besides its arena into `*needed`.
///
/// Context: any. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `config`.
///
/// # Safety
/// The pointers are NULL or point to what their types say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_size(config: *const mbx_script_config, needed: *mut usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let natives = unsafe { structure(config)?.natives() }?;
        // SAFETY: as above.
        unsafe { place(needed)?.write(Object::<Parts>::bytes(Count::of(natives).bytes())) };
        DONE
    })())
}

/// Makes an engine in `memory` of `len` bytes, at any address, and puts it into `*script`. Memory and arena are the engine's
/// until it is used no more; there is nothing to free.
///
/// Context: the one thread that will use it. Does not block. Errors: `MBX_E_NULL`; `MBX_E_SIZE` for memory that is too small
/// (`mbx_script_size` tells) or the `size` of a struct; `MBX_E_JS_ARENA`; `MBX_E_SCRIPT_NAME`, `MBX_E_SCRIPT_NAMES`, `MBX_E_SCRIPT_KIND`.
///
/// # Safety
/// The pointers are NULL or point to what their types say; arena and what the natives point to stay for the engine's life.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_init(
    memory: *mut c_void,
    len: usize,
    config: *const mbx_script_config,
    script: *mut *mut mbx_script,
) -> i32 {
    code((|| {
        let result = place(script)?;
        // SAFETY: the caller's promise.
        let (config, natives) = unsafe { (structure(config)?, structure(config)?.natives()?) };
        if config.call.is_none() && !natives.is_empty() {
            return Err(MBX_E_NULL);
        }
        let extra = Count::of(natives).bytes();
        // SAFETY: as above.
        let object = unsafe { Object::<Parts>::place(memory, len, extra) }?;
        let parts = Object::inner(object);
        // SAFETY: the memory has room for the parts and the tables; nobody borrows the library mutably any more.
        unsafe {
            let mut pieces = Pieces::new(object.add(1).cast(), extra);
            (&raw mut (*parts).library).write(build(natives, &mut pieces)?);
            let arena = words(config.arena, config.arena_len)?;
            let place = Arena::of(arena);
            let mut engine = Engine::new(arena, &(*parts).library).map_err(|_| MBX_E_JS_ARENA)?;
            engine.seed(config.seed);
            (&raw mut (*parts).engine).write(engine);
            (&raw mut (*parts).text).write(&[]);
            (&raw mut (*parts).arena).write(place);
            (&raw mut (*parts).host).write(Host {
                arena: place,
                user: config.user,
                call: config.call,
                dropped: config.dropped,
            });
            Object::born(object);
            result.write(object.as_ptr().cast());
        }
        DONE
    })())
}

/// Begins a job: compile this text and run its top level, with `mbx_script_step`. Names and literals stay in the text, which
/// therefore must not change or go as long as functions of it are used. For another script, make the engine anew with
/// `mbx_script_init`.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`,
/// `MBX_E_JS_JOB`; `MBX_E_SIZE` for a text beyond 4 GB; `MBX_E_SCRIPT_TEXT` for another text than the first one.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `text` is NULL or has `len` bytes that stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_load(script: *mut mbx_script, text: *const u8, len: usize) -> i32 {
    code((|| {
        // SAFETY: the caller's promise.
        let (entered, text) = unsafe { (Object::<Parts>::enter(script.cast())?, bytes(text, len)?) };
        let length = u32::try_from(len).map_err(|_| MBX_E_SIZE)?;
        // SAFETY: who has entered has these two fields to itself.
        let (engine, place) = unsafe { (&mut (*entered.inner()).engine, &mut (*entered.inner()).text) };
        if !place.is_empty() && (place.as_ptr(), place.len()) != (text.as_ptr(), text.len()) {
            return Err(MBX_E_SCRIPT_TEXT);
        }
        engine.load(length).map_err(job_error)?;
        *place = text;
        DONE
    })())
}

/// Begins a job: call a function that was kept, with `count` arguments, with `mbx_script_step`.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_SCRIPT_ARGUMENT` for more than 4 arguments, `MBX_E_SCRIPT_ALIAS` for a text in
/// the engine's own memory, `MBX_E_JS_JOB`, `MBX_E_JS_ROOT`, `MBX_E_JS_MEMORY`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `arguments` is NULL or has `count` values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_call(
    script: *mut mbx_script,
    root: u32,
    arguments: *const mbx_value,
    count: usize,
) -> i32 {
    let work = |engine: &mut Engine<'_>, arena: &Arena| {
        let mut given = [Arg::Undefined; 4];
        let given = given.get_mut(..count).ok_or(MBX_E_SCRIPT_ARGUMENT)?;
        if count > 0 {
            place(arguments.cast_mut())?;
        }
        for (index, to) in given.iter_mut().enumerate() {
            // SAFETY: the caller's promise.
            *to = unsafe { structure(arguments.add(index))?.arg(arena) }?;
        }
        engine.call(root_of(root), given).map_err(job_error)?;
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with_arena(script, work) }
}

/// Begins a job: the activation that waits with this token goes on, its call returns this value.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE`, `MBX_E_BUSY`,
/// `MBX_E_OBJECT`, `MBX_E_SCRIPT_KIND`, `MBX_E_SCRIPT_ALIAS`, `MBX_E_JS_JOB`, `MBX_E_JS_TOKEN`, `MBX_E_JS_MEMORY`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `value` is NULL or as its type says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_resume(
    script: *mut mbx_script,
    token: u32,
    value: *const mbx_value,
) -> i32 {
    let work = |engine: &mut Engine<'_>, arena: &Arena| {
        // SAFETY: the caller's promise.
        let value = unsafe { structure(value)?.arg(arena) }?;
        engine.resume(token, Resume::Value(value)).map_err(job_error)?;
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with_arena(script, work) }
}

/// Begins a job as [`mbx_script_resume`] does, but the call throws an error, `MBX_ERROR` to `MBX_TYPE_ERROR`.
///
/// Context: the one thread that uses the engine. Does not block. Errors as `mbx_script_resume`;
/// `MBX_E_SCRIPT_KIND` for another kind or a message that is no UTF-8.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `message` is NULL or has `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_resume_throw(
    script: *mut mbx_script,
    token: u32,
    kind: u32,
    message: *const u8,
    len: usize,
) -> i32 {
    let work = |engine: &mut Engine<'_>, arena: &Arena| {
        // SAFETY: the caller's promise.
        let message = unsafe { arena.outside(message, len) }?;
        let message = core::str::from_utf8(message).map_err(|_| MBX_E_SCRIPT_KIND)?;
        let thrown = Resume::Throw(error_kind(kind)?, message);
        engine.resume(token, thrown).map_err(job_error)?;
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with_arena(script, work) }
}

/// Runs the job for about `fuel` units of work. `MBX_OK`: it is over, see `mbx_script_result`. `MBX_THREW`: nobody caught an
/// exception, see `mbx_script_text`. `MBX_MORE`: step again. `MBX_WAITING`: it was set aside, `*token` says with which token.
/// `MBX_IDLE`: there is no job.
///
/// Context: the one thread that uses the engine. Calls native functions. Does not wait; takes as long as the fuel, and at
/// most 200,000 units more. `*token` is written with `MBX_WAITING` only. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `token` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_step(script: *mut mbx_script, fuel: u32, token: *mut u32) -> i32 {
    code((|| {
        let token = place(token)?;
        // SAFETY: the caller's promise.
        let entered = unsafe { Object::<Parts>::enter(script.cast()) }?;
        let parts = entered.inner();
        // SAFETY: who has entered has these fields to itself.
        let (engine, host, text) = unsafe { (&mut (*parts).engine, &mut (*parts).host, (*parts).text) };
        Ok(match engine.step(host, &Mapped(text), fuel) {
            Step::Done => MBX_OK,
            Step::Threw => MBX_THREW,
            Step::OutOfFuel => MBX_MORE,
            Step::Idle => MBX_IDLE,
            Step::Waiting(with) => {
                // SAFETY: the caller's promise.
                unsafe { token.write(with) };
                MBX_WAITING
            }
        })
    })())
}

/// Ends the job: none of its code runs any more, no `catch` and no `finally`.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_abort(script: *mut mbx_script) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        engine.abort();
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}

/// Drops the activation that waits with this token; none of its code runs any more. One that is not there is no error.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_forget(script: *mut mbx_script, token: u32) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        engine.forget(token);
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}

/// Releases a function that was kept. One that is not there is no error.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_unroot(script: *mut mbx_script, root: u32) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        engine.unroot(root_of(root));
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}

/// Puts the kind of what the last job came to into `*kind` (functions are told as `MBX_OBJECT`), and its number into `*number`:
/// 1 and 0 for booleans, NaN for what is none. The result of a top level is `undefined`.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `kind` and `number` are NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_result(script: *mut mbx_script, kind: *mut u32, number: *mut f64) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        let (kind, number) = (place(kind)?, place(number)?);
        let result = engine.result();
        // SAFETY: the caller's promise.
        unsafe {
            kind.write(kind_number(result.kind()));
            number.write(result.number());
        }
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}

/// Writes the string that the last job came to, or the text of its exception (`Name: message`), as far as it fits, into `out`:
/// `*len` bytes of UTF-8.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `out` is NULL or has room for `cap` bytes; `len` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_text(
    script: *mut mbx_script,
    out: *mut u8,
    cap: usize,
    len: *mut usize,
) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        let len = place(len)?;
        // SAFETY: the caller's promise.
        unsafe { len.write(engine.result().text(room(out, cap)?).len()) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}

/// What an engine holds.
#[repr(C)]
pub struct mbx_memory {
    /// `sizeof(mbx_memory)`, set by the caller.
    pub size: u32,
    /// Bytes of the arena that the engine uses.
    pub arena_bytes: u32,
    /// Bytes in use now, garbage included.
    pub used_bytes: u32,
    /// The most that was ever in use.
    pub high_water_bytes: u32,
    /// Functions that are kept.
    pub roots: u32,
    /// Activations that wait.
    pub waiting: u32,
    /// Fuel burnt.
    pub fuel: u64,
}

/// Frees what cannot be reached, and writes what the engine holds into `*memory`, whose `size` the caller has set.
///
/// Context: the one thread that uses the engine. Does not block. Errors: `MBX_E_NULL`, `MBX_E_SIZE` of `memory`,
/// `MBX_E_BUSY`, `MBX_E_OBJECT`.
///
/// # Safety
/// `script` is NULL or from `mbx_script_init`; `memory` is NULL or a struct of the size that it says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mbx_script_memory(script: *mut mbx_script, memory: *mut mbx_memory) -> i32 {
    let work = |engine: &mut Engine<'_>| {
        // SAFETY: the caller's promise.
        unsafe { structure(memory.cast_const()) }?;
        engine.collect();
        let figures = engine.memory();
        let now = mbx_memory {
            size: size_of::<mbx_memory>() as u32,
            arena_bytes: figures.arena,
            used_bytes: figures.used,
            high_water_bytes: figures.high_water,
            roots: figures.roots,
            waiting: figures.waiting,
            fuel: engine.fuel_used(),
        };
        // SAFETY: the caller's promise.
        unsafe { memory.write(now) };
        DONE
    };
    // SAFETY: the caller's promise.
    unsafe { with(script, work) }
}
