//! What a host sees: the engine in its arena, jobs, and the functions that the host lends to scripts.

use crate::compiler::Progress;
use crate::heap::{Regs, STATE_WORDS, Vm, hi, lo, t};
use crate::names;
use crate::object::Key;
use crate::rom::{self, Args};
use crate::value::{R, Thrown, Value};
use crate::vm::Exit;

/// The text of the running script, read through a window. It must not change while the engine holds the script.
pub trait Source {
    /// Fills `buf` with the bytes from `offset` (in bytes) on; the engine asks for no byte behind the length it was given.
    fn read(&self, offset: u32, buf: &mut [u8]);
    /// The whole text, where it can be addressed. Then names and literals stay there and take no heap; the
    /// same text must be given to every later step. The answer must not change while a script is loaded.
    fn mapped(&self) -> Option<&[u8]> {
        None
    }
}
/// A text in memory: the engine leaves names and literals where they are.
pub struct Mapped<'t>(pub &'t [u8]);
impl Source for Mapped<'_> {
    fn read(&self, offset: u32, buf: &mut [u8]) {
        copy_text(self.0, offset, buf);
    }
    fn mapped(&self) -> Option<&[u8]> {
        Some(self.0)
    }
}
/// A text that the engine reads piece by piece, as it would from flash that cannot be addressed.
pub struct Windowed<'t>(pub &'t [u8]);
impl Source for Windowed<'_> {
    fn read(&self, offset: u32, buf: &mut [u8]) {
        copy_text(self.0, offset, buf);
    }
}
fn copy_text(text: &[u8], offset: u32, buf: &mut [u8]) {
    let from = text.get(offset as usize..).unwrap_or(&[]);
    for (to, from) in buf.iter_mut().zip(from) {
        *to = *from;
    }
}
struct NoSource;
impl Source for NoSource {
    fn read(&self, _: u32, _: &mut [u8]) {}
}

/// A name of the host's library, made by [`Library::name`] at compile time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Name(pub(crate) u16);

/// What an argument of a host function becomes before the function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// Handed over as it is.
    Any,
    /// Converted to a number, as JavaScript does it.
    Number,
    /// Converted to a string, as JavaScript does it.
    String,
    /// Must be a function; anything else is a TypeError.
    Callable,
}
/// A function that the host lends to scripts.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its `name`.
    pub name: Name,
    /// What [`Host::call`] is told.
    pub id: u16,
    /// A second number for the host ([`Native::index`]), for functions that differ little.
    pub index: u16,
    /// Fewer arguments than this are a TypeError.
    pub required: u8,
    /// Types of the arguments.
    pub args: &'static [Type],
    /// Type of all further arguments, if they are converted.
    pub rest: Option<Type>,
}
/// What stands behind a name of a host object.
#[derive(Clone, Copy, Debug)]
pub enum Item {
    /// A number.
    Int(i32),
    /// A function: its place in [`Library::functions`].
    Function(u16),
    /// An object: its place in [`Library::objects`].
    Object(u16),
    /// A value that is asked for at each read: the place of the function that gives it.
    Getter(u16),
}
/// A property of a host object, or a global of the host.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub item: Item,
}
/// The host's part of the global object. All of it lies in flash; what a script changes is copied.
pub struct Library {
    /// Names that the entries and functions use and the engine does not have itself, sorted, each once.
    pub names: &'static [&'static str],
    /// Properties of the global object.
    pub globals: &'static [Entry],
    /// Objects with fixed properties.
    pub objects: &'static [&'static [Entry]],
    /// Prototypes of the kinds of host objects ([`Native::ret_host`]).
    pub classes: &'static [&'static [Entry]],
    /// The functions.
    pub functions: &'static [Function],
}
impl Library {
    /// A library with nothing in it.
    pub const EMPTY: Library = Library {
        names: &[],
        globals: &[],
        objects: &[],
        classes: &[],
        functions: &[],
    };
    /// The name of a text, which must be in `names` unless the engine has it.
    ///
    /// # Panics
    /// When it is in neither; in a constant, that is an error of the compiler.
    pub const fn name(names: &[&str], text: &str) -> Name {
        Name(names::const_name(names, text))
    }
    /// Whether the engine has a name itself, so that the library must not list it.
    pub fn is_engine_name(text: &str) -> bool {
        names::find_rom(&Library::EMPTY, text.as_bytes()).is_some()
    }
}

/// Kinds of values as a host tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `undefined`, and arguments that are not there.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string.
    String,
    /// Anything that can be called.
    Function,
    /// Any other object.
    Object,
    /// An object made by [`Native::ret_host`].
    Host,
}
/// A value that the host hands to a script.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Arg<'s> {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string; bytes that are not UTF-8 become U+FFFD.
    Str(&'s [u8]),
}
/// How a call that waited comes back.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Resume<'s> {
    /// It returns this.
    Value(Arg<'s>),
    /// It throws.
    Throw(ErrorKind, &'s str),
}
/// The constructors of errors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// `Error`
    Error,
    /// `RangeError`
    RangeError,
    /// `ReferenceError`
    ReferenceError,
    /// `SyntaxError`
    SyntaxError,
    /// `TypeError`
    TypeError,
}
impl ErrorKind {
    fn proto(self) -> u16 {
        match self {
            ErrorKind::Error => rom::ERROR_PROTO,
            ErrorKind::RangeError => rom::RANGE_ERROR_PROTO,
            ErrorKind::ReferenceError => rom::REFERENCE_ERROR_PROTO,
            ErrorKind::SyntaxError => rom::SYNTAX_ERROR_PROTO,
            ErrorKind::TypeError => rom::TYPE_ERROR_PROTO,
        }
    }
}

/// A function of the script that the host keeps, in the engine's table of roots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Root {
    index: u16,
    generation: u16,
}
/// The table of roots is full: [`Engine::MAX_ROOTS`], or the arena has no room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RootsFull;
/// The arena cannot hold an engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ArenaTooSmall {
    /// Words that are needed at least.
    pub needed: usize,
}
/// Why a job was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum JobError {
    /// Another job is not over.
    Busy,
    /// The root was released, or never was.
    NoSuchRoot,
    /// No activation waits with this token.
    NoSuchToken,
    /// No room for the arguments.
    OutOfMemory,
}
/// What a step came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// There is no job.
    Idle,
    /// The job is over; see [`Engine::result`].
    Done,
    /// Nobody caught an exception; see [`Engine::result`].
    Threw,
    /// The job is not over: step again.
    OutOfFuel,
    /// The job was set aside until [`Engine::resume`] with this token; the engine is free for other jobs.
    Waiting(u32),
}
/// What a host function answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The value of the last `ret_…` (`undefined` without one).
    Return,
    /// The exception of [`Native::throw`].
    Throw,
    /// The activation waits until [`Engine::resume`] with this token. Other jobs may run. Where it does not fit
    /// ([`Engine::MAX_ACTIVATIONS`], [`Engine::MAX_ACTIVATION_BYTES`]), the call throws a RangeError and
    /// [`Host::dropped`] is told.
    Suspend(u32),
    /// Call me again with the same arguments, when there is fuel; what I have is in the state slots.
    Again,
}
/// The functions of the host.
pub trait Host {
    /// Runs a function of the library: `id` as the table has it.
    fn call(&mut self, id: u16, cx: &mut Native<'_, '_>) -> Outcome;
    /// A call that asked to wait with this token cannot wait: it threw instead.
    fn dropped(&mut self, token: u32) {
        let _ = token;
    }
}
/// A host without functions.
impl Host for () {
    fn call(&mut self, _: u16, _: &mut Native<'_, '_>) -> Outcome {
        Outcome::Return
    }
}
/// Use of the arena, in bytes, and of the engine's tables.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Memory {
    /// Its size.
    pub arena: u32,
    /// In use now: live cells, garbage that was not collected, stack, the engine's own registers.
    pub used: u32,
    /// Most that ever was in use at once.
    pub high_water: u32,
    /// Functions that the host holds.
    pub roots: u32,
    /// Activations that wait.
    pub waiting: u32,
}

/// What the engine is doing, in `Regs::job`.
mod job {
    pub(super) const IDLE: u32 = 0;
    /// `host` is the length of the text.
    pub(super) const LOAD: u32 = 1;
    pub(super) const COMPILE: u32 = 2;
    /// A function, `this` and `host` arguments are on the stack.
    pub(super) const CALL: u32 = 3;
    pub(super) const RUN: u32 = 4;
    /// A host function asked to be called again: number and argument count in `host`, kind in `host_how`.
    pub(super) const AGAIN: u32 = 5;
    /// The answer is on the stack, its kind in `host_how`.
    pub(super) const RESUMED: u32 = 6;
    /// The exception is in its register.
    pub(super) const THROWING: u32 = 7;
}
const MAGIC: u32 = 0x4d6f_7465;
/// Words of a set-aside activation before its stack: token (two), frame, handler, code offset, kind.
const SAVED_HEAD: usize = 6;

/// A JavaScript engine in memory of the caller's.
///
/// ```
/// use motebox_js::{Engine, Library, Mapped, Step};
///
/// let mut arena = [0u32; 1024];
/// let mut engine = Engine::new(&mut arena, &Library::EMPTY)?;
/// let text = Mapped(b"var n = 0; for (var i = 1; i <= 10; i++) n += i; if (n !== 55) throw n;");
/// engine.load(text.0.len() as u32).expect("no other job");
/// while engine.step(&mut (), &text, 1000) == Step::OutOfFuel {}
/// assert!(engine.memory().high_water < 4096);
/// # Ok::<(), motebox_js::ArenaTooSmall>(())
/// ```
pub struct Engine<'m> {
    mem: &'m mut [u32],
    lib: &'static Library,
}

impl<'m> Engine<'m> {
    /// The smallest arena, in words of four bytes; a script needs more.
    pub const MIN_WORDS: usize = STATE_WORDS + 64;
    /// Most functions that a host can keep.
    pub const MAX_ROOTS: usize = 64;
    /// Most activations that can wait at once.
    pub const MAX_ACTIVATIONS: usize = 2;
    /// Most bytes of the arena that a waiting activation may take.
    pub const MAX_ACTIVATION_BYTES: usize = 160;

    /// Sets an engine up in an arena of at least [`Self::MIN_WORDS`]; what was in it is gone. Of an arena
    /// larger than 256 kB, the rest stays unused.
    pub fn new(arena: &'m mut [u32], lib: &'static Library) -> Result<Self, ArenaTooSmall> {
        if arena.len() < Self::MIN_WORDS {
            return Err(ArenaTooSmall {
                needed: Self::MIN_WORDS,
            });
        }
        let words = arena.len().min(1 << 16);
        let mem = arena.get_mut(..words).unwrap_or(&mut []);
        let len = mem.len() as u32;
        let regs = Regs {
            magic: MAGIC,
            heap_base: STATE_WORDS as u32,
            heap_top: STATE_WORDS as u32,
            sp: len,
            slimit: len,
            exc: Value::UNDEFINED.0,
            result: Value::UNDEFINED.0,
            ..Regs::default()
        };
        regs.store(mem);
        let mut engine = Engine { mem, lib };
        engine.with(|vm| {
            if let Ok(h) = vm.alloc(t::SHADOW, 3) {
                vm.set_f(h, 1, rom::GLOBAL as u32);
                vm.r.global = h as u32;
            }
        });
        Ok(engine)
    }
    /// Ends the engine; the arena is the caller's again.
    pub fn into_arena(self) -> &'m mut [u32] {
        self.mem
    }
    /// The seed of `Math.random`.
    pub fn seed(&mut self, seed: u32) {
        self.with(|vm| vm.r.random = seed);
    }
    /// Works on the engine without a source.
    fn with<T>(&mut self, f: impl FnOnce(&mut Vm<'_>) -> T) -> T {
        let r = Regs::load(self.mem);
        let mut vm = Vm {
            mem: self.mem,
            lib: self.lib,
            rom: &[],
            source: &NoSource,
            fuel: i32::MAX,
            r,
            op: 0,
            mark: 0,
            pending: None,
        };
        let result = f(&mut vm);
        vm.r.store(vm.mem);
        result
    }
    #[cfg(test)]
    pub(crate) fn with_source<T>(&mut self, source: &dyn Source, f: impl FnOnce(&mut Vm<'_>) -> T) -> T {
        let r = Regs::load(self.mem);
        let rom = source.mapped().unwrap_or(&[]);
        let mut vm = Vm {
            mem: self.mem,
            lib: self.lib,
            rom,
            source,
            fuel: i32::MAX,
            r,
            op: 0,
            mark: 0,
            pending: None,
        };
        let result = f(&mut vm);
        vm.r.store(vm.mem);
        result
    }
    fn is_idle(&self) -> bool {
        Regs::load(self.mem).job == job::IDLE
    }

    /// The next job: compile a text of `len` bytes and run its top level.
    pub fn load(&mut self, len: u32) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| {
            vm.clear_stack();
            vm.r.job = job::LOAD;
            vm.r.host = len;
        });
        Ok(())
    }
    /// The next job: call a function of the script.
    pub fn call(&mut self, function: Root, args: &[Arg<'_>]) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| {
            let f = vm.root_value(function).ok_or(JobError::NoSuchRoot)?;
            vm.clear_stack();
            vm.push(f);
            vm.push(Value::UNDEFINED);
            for &arg in args {
                match vm.value_of(arg) {
                    Ok(v) => vm.push(v),
                    Err(_) => {
                        vm.clear_stack();
                        return Err(JobError::OutOfMemory);
                    }
                }
            }
            vm.r.job = job::CALL;
            vm.r.host = args.len() as u32;
            Ok(())
        })
    }
    /// The next job: the activation that waits with this token goes on.
    pub fn resume(&mut self, token: u32, with: Resume<'_>) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| vm.restore(token, with))
    }
    /// Drops the activation that waits with this token; none of its code runs any more.
    pub fn forget(&mut self, token: u32) {
        self.with(|vm| vm.unlink_saved(token));
    }
    /// Runs the job for about `fuel` units of work. One call may overrun it by what a single operation takes.
    pub fn step<H: Host>(&mut self, host: &mut H, source: &dyn Source, fuel: u32) -> Step {
        let r = Regs::load(self.mem);
        let budget = fuel.min(i32::MAX as u32) as i32;
        let mut vm = Vm {
            mem: self.mem,
            lib: self.lib,
            rom: source.mapped().unwrap_or(&[]),
            source,
            fuel: budget,
            r,
            op: 0,
            mark: 0,
            pending: None,
        };
        let step = vm.work(host);
        let burnt = (budget as i64 - vm.fuel as i64).max(0) as u64;
        let total = (vm.r.fuel_lo as u64 | (vm.r.fuel_hi as u64) << 32).wrapping_add(burnt);
        vm.r.fuel_lo = total as u32;
        vm.r.fuel_hi = (total >> 32) as u32;
        vm.r.store(vm.mem);
        step
    }
    /// Ends the job: none of its code runs any more, no `catch` and no `finally`.
    pub fn abort(&mut self) {
        self.with(|vm| {
            vm.clear_stack();
            vm.end_compiler();
            vm.r.job = job::IDLE;
        });
    }
    /// What the last job came to.
    pub fn result(&self) -> ResultView<'_> {
        ResultView {
            mem: self.mem,
            lib: self.lib,
            r: Regs::load(self.mem),
        }
    }
    /// Releases a function that the host kept.
    pub fn unroot(&mut self, root: Root) {
        self.with(|vm| vm.release_root(root));
    }
    /// Frees what cannot be reached, now.
    pub fn collect(&mut self) {
        self.with(|vm| vm.collect(0));
    }
    /// Use of memory.
    pub fn memory(&self) -> Memory {
        let r = Regs::load(self.mem);
        let view = self.result();
        Memory {
            arena: self.mem.len() as u32 * 4,
            used: (r.heap_top + self.mem.len() as u32 - r.sp) * 4,
            high_water: r.high_water.max(r.heap_top) * 4,
            roots: view.roots(),
            waiting: view.waiting(),
        }
    }
    /// Fuel burnt since the engine was set up.
    pub fn fuel_used(&self) -> u64 {
        let r = Regs::load(self.mem);
        r.fuel_lo as u64 | (r.fuel_hi as u64) << 32
    }
    /// For tests: with 1, everything moves at every allocation; with n + 1, the n-th allocation from now fails.
    #[doc(hidden)]
    pub fn stress(&mut self, mode: u32) {
        self.with(|vm| vm.r.stress = mode);
    }
}

/// The value of the last job, or the text of the exception that ended it.
pub struct ResultView<'e> {
    mem: &'e [u32],
    lib: &'static Library,
    r: Regs,
}
impl ResultView<'_> {
    fn word(&self, i: usize) -> u32 {
        self.mem.get(i).copied().unwrap_or(0)
    }
    fn value(&self) -> Value {
        Value(self.r.result)
    }
    /// Its kind; functions are told as objects.
    pub fn kind(&self) -> Kind {
        let v = self.value();
        match v {
            Value::UNDEFINED => Kind::Undefined,
            Value::NULL => Kind::Null,
            _ if v.is_bool() => Kind::Bool,
            _ if v.is_number() => Kind::Number,
            _ if v.is_str() => Kind::String,
            _ => Kind::Object,
        }
    }
    /// The number; 1 and 0 for booleans, NaN for anything else.
    pub fn number(&self) -> f64 {
        let v = self.value();
        if v.is_int() {
            return v.as_int() as f64;
        }
        if v.is_float() {
            let h = v.payload();
            if h >= crate::value::HEAP_END {
                return rom::float(h);
            }
            let low = self.word(h as usize + 1) as u64;
            return f64::from_bits(low | (self.word(h as usize + 2) as u64) << 32);
        }
        match v {
            Value::TRUE => 1.0,
            Value::FALSE => 0.0,
            _ => f64::NAN,
        }
    }
    fn str_bytes(&self) -> &[u8] {
        let v = self.value();
        if !v.is_str() {
            return &[];
        }
        let s = v.payload();
        if s >= crate::value::ROM_NAME {
            return names::rom_text(self.lib, s).as_bytes();
        }
        let bytes: &[u8] = bytemuck::cast_slice(self.mem);
        let at = (s as usize + 2) * 4;
        bytes
            .get(at..at + lo(self.word(s as usize + 1)) as usize)
            .unwrap_or(&[])
    }
    /// The bytes of a string result (UTF-8, lone surrogates as three bytes), if they fit.
    pub fn bytes<'b>(&self, buf: &'b mut [u8]) -> Option<&'b [u8]> {
        let text = self.str_bytes();
        let to = buf.get_mut(..text.len())?;
        crate::heap::copy(to, text);
        Some(to)
    }
    /// The text of the exception (`Name: message`), or of a string result, as far as it fits.
    pub fn text<'b>(&self, buf: &'b mut [u8]) -> &'b [u8] {
        let text = self.str_bytes();
        let mut len = text.len().min(buf.len());
        while len < text.len() && len > 0 && text.get(len).is_some_and(|b| b & 0xc0 == 0x80) {
            len -= 1;
        }
        for (to, from) in buf.iter_mut().zip(text) {
            *to = *from;
        }
        buf.get(..len).unwrap_or(&[])
    }
    /// Whether the job ended because the arena was full.
    pub fn is_memory(&self) -> bool {
        self.r.exc == Value::obj(rom::OUT_OF_MEMORY).0
    }
    fn roots(&self) -> u32 {
        let table = self.r.roots as usize;
        if table == 0 {
            return 0;
        }
        let cap = lo(self.word(table + 1)) as usize;
        (0..cap / 2)
            .filter(|i| self.word(table + 2 + 2 * i) != Value::HOLE.0)
            .count() as u32
    }
    fn waiting(&self) -> u32 {
        let mut n = 0;
        let mut at = self.r.saved as u16;
        while at != 0 {
            n += 1;
            at = hi(self.word(at as usize + 1));
        }
        n
    }
}

impl Vm<'_> {
    // ---- the job ----

    fn work<H: Host>(&mut self, host: &mut H) -> Step {
        loop {
            let exit = match self.r.job {
                job::IDLE => return Step::Idle,
                job::LOAD => {
                    let mapped = self.source.mapped().is_some();
                    match self.start_compiler(self.r.host, mapped) {
                        Ok(()) => {
                            self.r.job = job::COMPILE;
                            continue;
                        }
                        Err(_) => Exit::Threw,
                    }
                }
                job::COMPILE => match self.run_compiler() {
                    Ok(Progress::More) => Exit::Fuel,
                    Ok(Progress::Done(code)) => {
                        self.clear_stack();
                        self.push(Value::cell(code));
                        self.push(Value::obj(rom::GLOBAL));
                        self.r.job = job::CALL;
                        self.r.host = 0;
                        continue;
                    }
                    Err(_) => Exit::Threw,
                },
                job::CALL => {
                    self.r.job = job::RUN;
                    let started = self.start_call(self.r.host as usize);
                    match self.settle(started) {
                        Some(exit) => exit,
                        None => continue,
                    }
                }
                job::AGAIN => {
                    let count = (self.r.host >> 16) as usize;
                    let base = self.r.sp as usize + count;
                    self.r.job = job::RUN;
                    Exit::Host(
                        lo(self.r.host),
                        Args {
                            base,
                            count,
                            construct: false,
                        },
                        self.r.host_how,
                    )
                }
                job::RESUMED => {
                    self.r.job = job::RUN;
                    let v = self.pop();
                    let delivered = self.deliver(v, self.r.host_how);
                    match self.settle(delivered) {
                        Some(exit) => exit,
                        None => continue,
                    }
                }
                job::THROWING => {
                    self.r.job = job::RUN;
                    if self.catch() {
                        continue;
                    }
                    Exit::Threw
                }
                _ => self.run(),
            };
            match exit {
                Exit::Fuel => return Step::OutOfFuel,
                Exit::Done => return self.end(Step::Done),
                Exit::Threw => return self.end(Step::Threw),
                Exit::Host(function, args, how) => {
                    if let Some(step) = self.call_host(host, function, args, how) {
                        return step;
                    }
                }
            }
            if self.fuel <= 0 {
                return Step::OutOfFuel;
            }
        }
    }
    /// An exception becomes a handler's business, or the end.
    fn settle(&mut self, result: R<()>) -> Option<Exit> {
        match result {
            Ok(()) => self.pending.take(),
            Err(Thrown) => {
                if self.catch() {
                    None
                } else {
                    Some(Exit::Threw)
                }
            }
        }
    }
    fn end(&mut self, step: Step) -> Step {
        self.clear_stack();
        self.end_compiler();
        self.r.job = job::IDLE;
        if step == Step::Threw {
            let text = self.exception_text();
            self.r.result = text.unwrap_or(Value::str(names::n::OUT_OF_MEMORY)).0;
        } else {
            self.r.exc = Value::UNDEFINED.0;
            let v = Value(self.r.result);
            // The host may ask for the text when the source is not at hand.
            if v.is_str()
                && let Some(text) = self.outer_text(v.payload())
            {
                let copy = self.new_str(text);
                self.r.result = copy.unwrap_or(Value::str(names::n::OUT_OF_MEMORY)).0;
            } else if v.is_str() && v.payload() >= crate::value::HEAP_END {
                self.r.result = Value::str(self.text_cell(v.payload())).0;
            }
        }
        step
    }
    fn end_compiler(&mut self) {
        self.r.buf = 0;
        self.r.buf_len = 0;
        self.r.comp = 0;
        self.r.vars = 0;
        self.r.kids = 0;
    }
    /// `Name: message` of the exception, or its text.
    fn exception_text(&mut self) -> Option<Value> {
        let exc = Value(self.r.exc);
        self.push(exc);
        let text = self.exception_text_pushed();
        self.clear_stack();
        text.ok()
    }
    fn exception_text_pushed(&mut self) -> R<Value> {
        let exc = self.top(0);
        if !exc.is_obj() {
            let s = self.prim_to_str(exc)?;
            return self.copied(s.payload());
        }
        let mut parts = [names::n::EMPTY; 2];
        for (part, name) in parts.iter_mut().zip([names::n::NAME, names::n::MESSAGE]) {
            if let crate::object::Get::Value(v) = self.get(self.r.sp as usize, Key::Name(name))?
                && v.is_str()
            {
                *part = v.payload();
            }
        }
        let [name, message] = parts;
        let (name, message) = (Value::str(name), Value::str(message));
        self.push(message);
        self.push(name);
        let lens = [name, message].map(|v| self.str_bytes(v.payload()).len().min(120));
        if lens.iter().sum::<usize>() == 0 {
            return Ok(Value::str(names::n::OBJECT));
        }
        let gap = if lens.iter().all(|&len| len != 0) { 2 } else { 0 };
        let h = self.alloc_str(lens.iter().sum::<usize>() + gap)?;
        let [name_len, message_len] = lens;
        let name = self.pop().payload();
        let message = self.pop().payload();
        self.copy_str(h, 0, name, 0, name_len);
        if gap != 0 {
            self.fill_str(h, name_len, b": ");
        }
        self.copy_str(h, name_len + gap, message, 0, message_len);
        Ok(self.finish_str(h))
    }
    #[cfg(test)]
    pub(crate) fn test_exception(&mut self) -> std::string::String {
        let text = self.exception_text().unwrap_or(Value::str(names::n::EMPTY));
        std::string::String::from_utf8_lossy(self.str_bytes(text.payload())).into_owned()
    }
    /// A string cell with the text of any string.
    fn copied(&mut self, s: u16) -> R<Value> {
        if let Some(text) = self.outer_text(s) {
            return self.new_str(text);
        }
        Ok(Value::str(self.text_cell(s)))
    }

    // ---- the host ----

    fn call_host<H: Host>(&mut self, host: &mut H, function: u16, args: Args, how: u32) -> Option<Step> {
        let entry = self.lib.functions.get(function as usize)?;
        self.fuel -= 8;
        let mut cx = Native {
            vm: self,
            args,
            index: entry.index,
            ret: Value::UNDEFINED,
        };
        let outcome = host.call(entry.id, &mut cx);
        let ret = cx.ret;
        match outcome {
            Outcome::Again => {
                self.r.host = function as u32 | (args.count as u32) << 16;
                self.r.host_how = how;
                self.r.job = job::AGAIN;
                None
            }
            Outcome::Return => {
                self.r.again = 0;
                let delivered = self.finish_call(args.base, ret, how);
                self.finish_host(delivered)
            }
            Outcome::Throw => {
                self.r.again = 0;
                self.finish_host(Err(Thrown))
            }
            Outcome::Suspend(token) => {
                self.r.again = 0;
                self.r.sp = args.base as u32 + 2;
                match self.set_aside(token, how) {
                    Ok(()) => {
                        self.clear_stack();
                        self.r.job = job::IDLE;
                        Some(Step::Waiting(token))
                    }
                    Err(e) => {
                        host.dropped(token);
                        self.finish_host(Err(e))
                    }
                }
            }
        }
    }
    fn finish_host(&mut self, result: R<()>) -> Option<Step> {
        match self.settle(result) {
            None => None,
            Some(Exit::Done) => Some(self.end(Step::Done)),
            Some(Exit::Threw) => Some(self.end(Step::Threw)),
            Some(Exit::Host(function, args, how)) => {
                // A host function right behind another one: it is called in the next turn.
                self.r.host = function as u32 | (args.count as u32) << 16;
                self.r.host_how = how;
                self.r.job = job::AGAIN;
                None
            }
            Some(Exit::Fuel) => Some(Step::OutOfFuel),
        }
    }
    /// Copies the stack and the registers of the running job into a cell.
    fn set_aside(&mut self, token: u32, how: u32) -> R<()> {
        let words = self.mem.len() - self.r.sp as usize;
        let (mut waiting, mut at) = (0, self.r.saved as u16);
        while at != 0 {
            waiting += 1;
            at = self.f_hi(at, 1);
        }
        if waiting >= Engine::MAX_ACTIVATIONS {
            return Err(self.range_error("more than 2 calls would wait at once"));
        }
        if (2 + SAVED_HEAD + words) * 4 > Engine::MAX_ACTIVATION_BYTES {
            return Err(self.range_error("a call that waits is too deep (more than 160 bytes)"));
        }
        let pc = self.pc_offset();
        let h = self.alloc(t::SAVED, 2 + SAVED_HEAD + words)?;
        self.set_f(
            h,
            1,
            crate::heap::pack((SAVED_HEAD + words) as u16, self.r.saved as u16),
        );
        let head = [
            (token & 0xffff) as i32,
            (token >> 16) as i32,
            self.r.fp as i32,
            self.r.hp as i32,
            pc as i32,
            how as i32,
        ];
        for (i, w) in head.into_iter().enumerate() {
            self.set_v(h as usize + 2 + i, Value::int(w));
        }
        let sp = self.r.sp as usize;
        self.move_words(sp, words, h as usize + 2 + SAVED_HEAD);
        self.r.saved = h as u32;
        Ok(())
    }
    fn find_saved(&self, token: u32) -> u16 {
        let mut at = self.r.saved as u16;
        while at != 0 {
            let low = self.v(at as usize + 2).as_int() as u32;
            let high = self.v(at as usize + 3).as_int() as u32;
            if low | high << 16 == token {
                break;
            }
            at = self.f_hi(at, 1);
        }
        at
    }
    fn unlink_saved(&mut self, token: u32) {
        let found = self.find_saved(token);
        if found == 0 {
            return;
        }
        let next = self.f_hi(found, 1);
        if self.r.saved as u16 == found {
            self.r.saved = next as u32;
            return;
        }
        let mut at = self.r.saved as u16;
        while at != 0 {
            if self.f_hi(at, 1) == found {
                self.set_f_hi(at, 1, next);
                return;
            }
            at = self.f_hi(at, 1);
        }
    }
    fn restore(&mut self, token: u32, with: Resume<'_>) -> Result<(), JobError> {
        if self.find_saved(token) == 0 {
            return Err(JobError::NoSuchToken);
        }
        self.clear_stack();
        // What it comes back with is made first: it may move the cell.
        let answer = match with {
            Resume::Value(arg) => self.value_of(arg).ok(),
            Resume::Throw(kind, message) => {
                self.throw(kind.proto(), &[message.as_bytes()]);
                None
            }
        };
        if let Some(v) = answer {
            self.push(v);
        }
        // Its stack, and what its frame may push besides, must fit above the heap.
        let words = (self.f_lo(self.find_saved(token), 1) as usize).saturating_sub(SAVED_HEAD);
        if !self.ensure_stack(words + 1) {
            self.clear_stack();
            return Err(JobError::OutOfMemory);
        }
        let answer = answer.map(|_| self.pop());
        let h = self.find_saved(token);
        let sp = self.mem.len().saturating_sub(words);
        let from = h as usize + 2 + SAVED_HEAD;
        if from + words <= self.mem.len() {
            self.mem.copy_within(from..from + words, sp);
        }
        self.r.sp = sp as u32;
        self.r.slimit = sp as u32;
        let field = |vm: &Self, i: usize| vm.v(h as usize + 2 + i).as_int() as u32;
        let (fp, hp, pc, how) = (field(self, 2), field(self, 3), field(self, 4), field(self, 5));
        self.r.fp = fp;
        self.r.hp = hp;
        if fp != 0 {
            self.enter_code(pc);
        }
        let mut answer = answer;
        if self.r.slimit < self.r.heap_top {
            if let Some(v) = answer {
                self.push(v);
            }
            self.collect(0);
            answer = answer.map(|_| self.pop());
            if self.r.slimit < self.r.heap_top {
                self.clear_stack();
                return Err(JobError::OutOfMemory);
            }
        }
        self.unlink_saved(token);
        self.r.host_how = how;
        match answer {
            Some(v) => {
                self.push(v);
                self.r.job = job::RESUMED;
            }
            None => self.r.job = job::THROWING,
        }
        Ok(())
    }
    /// A value of the host's.
    pub(crate) fn value_of(&mut self, arg: Arg<'_>) -> R<Value> {
        match arg {
            Arg::Undefined => Ok(Value::UNDEFINED),
            Arg::Null => Ok(Value::NULL),
            Arg::Bool(b) => Ok(Value::bool(b)),
            Arg::Number(x) => self.number(x),
            Arg::Str(text) => self.foreign_str(text),
        }
    }
    /// A string of bytes that nobody checked: what is not UTF-8 becomes U+FFFD.
    fn foreign_str(&mut self, text: &[u8]) -> R<Value> {
        let mut len = 0;
        for chunk in text.utf8_chunks() {
            len += chunk.valid().len() + if chunk.invalid().is_empty() { 0 } else { 3 };
        }
        let h = self.alloc_str(len)?;
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            self.fill_str(h, at, chunk.valid().as_bytes());
            at += chunk.valid().len();
            if !chunk.invalid().is_empty() {
                self.fill_str(h, at, "\u{fffd}".as_bytes());
                at += 3;
            }
        }
        Ok(self.finish_str(h))
    }

    // ---- roots ----

    fn root_value(&self, root: Root) -> Option<Value> {
        let table = self.r.roots as usize;
        let at = table + 2 + 2 * root.index as usize;
        let cap = if table == 0 {
            0
        } else {
            lo(self.w(table + 1)) as usize / 2
        };
        let v = self.v(at);
        let live = (root.index as usize) < cap
            && v != Value::HOLE
            && self.v(at + 1).as_int() == root.generation as i32;
        if live { Some(v) } else { None }
    }
    fn release_root(&mut self, root: Root) {
        if self.root_value(root).is_some() {
            let at = self.r.roots as usize + 2 + 2 * root.index as usize;
            self.set_v(at, Value::HOLE);
        }
    }
    fn add_root(&mut self, slot: usize) -> Result<Root, RootsFull> {
        let table = self.r.roots as usize;
        let cap = if table == 0 {
            0
        } else {
            lo(self.w(table + 1)) as usize / 2
        };
        let mut index = (0..cap).find(|i| self.v(table + 2 + 2 * i) == Value::HOLE);
        if index.is_none() {
            if cap >= Engine::MAX_ROOTS {
                return Err(RootsFull);
            }
            let new = self.new_elems(2 * (cap + 2)).map_err(|_| RootsFull)? as usize;
            let old = self.r.roots as usize;
            if cap != 0 {
                self.move_words(old + 2, 2 * cap, new + 2);
            }
            self.r.roots = new as u32;
            index = Some(cap);
        }
        let index = index.unwrap_or(0);
        let generation = self.r.root_gen.wrapping_add(1) & 0x7fff;
        self.r.root_gen = generation;
        let at = self.r.roots as usize + 2 + 2 * index;
        let v = self.v(slot);
        self.set_v(at, v);
        self.set_v(at + 1, Value::int(generation as i32));
        Ok(Root {
            index: index as u16,
            generation: generation as u16,
        })
    }
}

/// What a host function sees of the call: its arguments, and the ways to answer.
pub struct Native<'c, 'v> {
    vm: &'c mut Vm<'v>,
    args: Args,
    index: u16,
    ret: Value,
}
impl Native<'_, '_> {
    /// The second number of the library's entry.
    pub fn index(&self) -> u16 {
        self.index
    }
    /// How many arguments there are.
    pub fn argc(&self) -> usize {
        self.args.count
    }
    fn arg(&self, i: usize) -> Value {
        self.vm.arg(self.args, i)
    }
    fn kind_of(&self, v: Value) -> Kind {
        match v {
            Value::UNDEFINED => Kind::Undefined,
            Value::NULL => Kind::Null,
            _ if v.is_bool() => Kind::Bool,
            _ if v.is_number() => Kind::Number,
            _ if v.is_str() => Kind::String,
            _ if self.vm.is_callable(v) => Kind::Function,
            _ if self.host_of(v).is_some() => Kind::Host,
            _ => Kind::Object,
        }
    }
    /// Kind of argument `i`.
    pub fn kind(&self, i: usize) -> Kind {
        self.kind_of(self.arg(i))
    }
    /// Argument `i` as a number: 1 and 0 for booleans; NaN for what is none and was not declared as one.
    pub fn number(&self, i: usize) -> f64 {
        match self.arg(i) {
            Value::TRUE => 1.0,
            Value::FALSE => 0.0,
            v => self.vm.to_f64(v),
        }
    }
    /// The bytes of argument `i`, if it is a string.
    pub fn string(&self, i: usize) -> Option<&[u8]> {
        let v = self.arg(i);
        if v.is_str() {
            Some(self.vm.str_bytes(v.payload()))
        } else {
            None
        }
    }
    fn host_of(&self, v: Value) -> Option<(u16, u32)> {
        let h = if v.is_obj() { v.heap_ref()? } else { return None };
        if self.vm.cell_type(h) == t::HOST {
            Some((lo(self.vm.f(h, 2)), self.vm.f(h, 3)))
        } else {
            None
        }
    }
    /// Class and payload of argument `i`, if it is a host object.
    pub fn host(&self, i: usize) -> Option<(u16, u32)> {
        self.host_of(self.arg(i))
    }
    /// Class and payload of `this`, if it is a host object.
    pub fn this_host(&self) -> Option<(u16, u32)> {
        self.host_of(self.vm.this_arg(self.args))
    }
    /// Keeps argument `i`, which must be there, until it is released.
    pub fn root(&mut self, i: usize) -> Result<Root, RootsFull> {
        if i >= self.args.count {
            return Err(RootsFull);
        }
        self.vm.add_root(self.args.base - 1 - i)
    }
    /// Releases a kept function.
    pub fn unroot(&mut self, root: Root) {
        self.vm.release_root(root);
    }
    /// Charges work to the script.
    pub fn charge(&mut self, fuel: u32) {
        self.vm.fuel = self.vm.fuel.saturating_sub_unsigned(fuel);
    }
    /// State slot `k` (0 to 3) of a function that was called again; 0 at first.
    pub fn state(&self, k: usize) -> f64 {
        let h = self.vm.r.again as u16;
        if h == 0 || k > 3 {
            return 0.0;
        }
        f64::from_bits(self.vm.f(h, 2 + 2 * k) as u64 | (self.vm.f(h, 3 + 2 * k) as u64) << 32)
    }
    /// Sets state slot `k`; false where the arena has no room for the slots.
    pub fn set_state(&mut self, k: usize, v: f64) -> bool {
        if k > 3 {
            return false;
        }
        if self.vm.r.again == 0 {
            match self.vm.alloc(t::WORDS, 10) {
                Ok(h) => {
                    self.vm.set_f(h, 1, crate::heap::pack(8, 8));
                    self.vm.r.again = h as u32;
                }
                Err(_) => return false,
            }
        }
        let h = self.vm.r.again as u16;
        let bits = v.to_bits();
        self.vm.set_f(h, 2 + 2 * k, bits as u32);
        self.vm.set_f(h, 3 + 2 * k, (bits >> 32) as u32);
        true
    }
    fn ret(&mut self, v: R<Value>) -> Outcome {
        match v {
            Ok(v) => {
                self.ret = v;
                Outcome::Return
            }
            Err(Thrown) => Outcome::Throw,
        }
    }
    /// Returns `undefined`.
    pub fn ret_undefined(&mut self) -> Outcome {
        self.ret(Ok(Value::UNDEFINED))
    }
    /// Returns a boolean.
    pub fn ret_bool(&mut self, b: bool) -> Outcome {
        self.ret(Ok(Value::bool(b)))
    }
    /// Returns a number.
    pub fn ret_number(&mut self, x: f64) -> Outcome {
        let v = self.vm.number(x);
        self.ret(v)
    }
    /// Returns a string; bytes that are not UTF-8 become U+FFFD.
    pub fn ret_str(&mut self, text: &[u8]) -> Outcome {
        let v = self.vm.foreign_str(text);
        self.ret(v)
    }
    /// Returns an object of the host's class with this number, which carries `payload`.
    pub fn ret_host(&mut self, class: u16, payload: u32) -> Outcome {
        let v = self.vm.alloc(t::HOST, 4).map(|h| {
            self.vm.set_f(h, 1, rom::host_class(class) as u32);
            self.vm.set_f(h, 2, class as u32);
            self.vm.set_f(h, 3, payload);
            Value::obj(h)
        });
        self.ret(v)
    }
    /// Returns a plain object with these numbers.
    pub fn ret_numbers(&mut self, members: &[(&str, f64)]) -> Outcome {
        let v = self.numbers(members);
        self.ret(v)
    }
    fn numbers(&mut self, members: &[(&str, f64)]) -> R<Value> {
        let o = self.vm.new_object(rom::OBJECT_PROTO)?;
        self.vm.push(o);
        for &(name, x) in members {
            let added = self.add_member(name, x);
            if added.is_err() {
                self.vm.drop_n(1);
                added?;
            }
        }
        Ok(self.vm.pop())
    }
    fn add_member(&mut self, name: &str, x: f64) -> R<()> {
        let v = self.vm.number(x)?;
        self.vm.push(v);
        let name = self.vm.intern_text(name.as_bytes());
        let v = self.vm.pop();
        let o = self.vm.top(0).payload();
        self.vm.define_raw(o, name?, v, crate::heap::DATA)
    }
    /// Throws an error.
    pub fn throw(&mut self, kind: ErrorKind, message: &str) -> Outcome {
        self.vm.throw(kind.proto(), &[message.as_bytes()]);
        Outcome::Throw
    }
}
