//! The engine in its arena, and the jobs that it is given.

use super::*;
use crate::heap::{STATE_WORDS, Vm, reg, t};
use crate::rom;
use crate::value::Value;

/// What the engine is doing, in `Regs::job`.
pub(super) mod job {
    pub(in crate::api) const IDLE: u32 = 0;
    /// `host` is the length of the text.
    pub(in crate::api) const LOAD: u32 = 1;
    pub(in crate::api) const COMPILE: u32 = 2;
    /// A function, `this` and `host` arguments are on the stack.
    pub(in crate::api) const CALL: u32 = 3;
    pub(in crate::api) const RUN: u32 = 4;
    /// A host function asked to be called again: number and argument count in `host`, kind in `host_how`.
    pub(in crate::api) const AGAIN: u32 = 5;
    /// The answer is in the exception's register, its kind in `host_how`.
    pub(in crate::api) const RESUMED: u32 = 6;
    /// The exception is in its register.
    pub(in crate::api) const THROWING: u32 = 7;
}
/// Words of a set-aside activation before its stack: token (two), frame, handler, code offset, kind.
pub(super) const SAVED_HEAD: usize = 6;

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
    /// How far a step may overrun its fuel at most: what the costliest single operation takes in the largest arena. The time
    /// until an endless loop can be stopped is a step's fuel and this.
    pub const MAX_DEBT: u32 = 200_000;
    /// Most bytes of the arena that a waiting activation may take.
    pub const MAX_ACTIVATION_BYTES: usize = 160;

    /// Sets an engine up in an arena of at least [`Self::MIN_WORDS`]; what was in it is gone. Of an arena
    /// larger than 256 kB, the rest stays unused.
    #[inline(never)]
    pub fn new(arena: &'m mut [u32], lib: &'static Library) -> Result<Self, ArenaTooSmall> {
        if arena.len() < Self::MIN_WORDS {
            return Err(ArenaTooSmall {
                needed: Self::MIN_WORDS,
            });
        }
        let words = arena.len().min(1 << 16);
        let mut engine = Engine {
            mem: arena.get_mut(..words).unwrap_or(&mut []),
            lib,
        };
        let mut vm = engine.vm();
        vm.r[reg::heap_top] = STATE_WORDS as u32;
        vm.r[reg::exc] = Value::UNDEFINED.0;
        vm.r[reg::result] = Value::UNDEFINED.0;
        vm.set_job(job::IDLE, 0);
        if let Ok(h) = vm.alloc(t::SHADOW, 3) {
            vm.set_f(h, 1, rom::GLOBAL as u32);
            vm.r[reg::global] = h as u32;
        }
        vm.finish();
        Ok(engine)
    }
    /// Ends the engine; the arena is the caller's again.
    pub fn into_arena(self) -> &'m mut [u32] {
        self.mem
    }
    /// The seed of `Math.random`.
    pub fn seed(&mut self, seed: u32) {
        self.with(|vm| vm.r[reg::random] = seed);
    }
    /// What time it is, for `Date` and `performance.now`: milliseconds since 1970 (UTC), and since the host's start. It
    /// stands still until the host sets it again, best before each job.
    #[cfg(feature = "date")]
    pub fn set_time(&mut self, unix_ms: f64, up_ms: f64) {
        self.with(|vm| {
            let (wall, up) = (unix_ms.to_bits(), up_ms.to_bits());
            vm.r[reg::wall_lo] = wall as u32;
            vm.r[reg::wall_hi] = (wall >> 32) as u32;
            vm.r[reg::up_lo] = up as u32;
            vm.r[reg::up_hi] = (up >> 32) as u32;
        });
    }
    /// What works on the engine without a source.
    #[inline(never)]
    fn vm(&mut self) -> Vm<'_> {
        Vm::new(self.mem, self.lib, &NoSource, i32::MAX)
    }
    pub(super) fn with<T>(&mut self, f: impl FnOnce(&mut Vm<'_>) -> T) -> T {
        let mut vm = self.vm();
        vm.begin();
        let result = f(&mut vm);
        vm.finish();
        result
    }
    #[cfg(all(test, feature = "full"))]
    pub(crate) fn with_source<T>(&mut self, source: &dyn Source, f: impl FnOnce(&mut Vm<'_>) -> T) -> T {
        let mut vm = Vm::new(self.mem, self.lib, source, i32::MAX);
        vm.begin();
        let result = f(&mut vm);
        vm.finish();
        result
    }
    fn is_idle(&self) -> bool {
        self.result().reg(reg::job) == job::IDLE
    }

    /// Whether the job is still to compile: nothing of the script has run.
    pub fn is_compiling(&self) -> bool {
        matches!(self.result().reg(reg::job), job::LOAD | job::COMPILE)
    }

    /// The next job: compile a text of `len` bytes and run its top level.
    #[inline(never)]
    pub fn load(&mut self, len: u32) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| vm.set_job(job::LOAD, len));
        Ok(())
    }
    /// The next job: call a function of the script.
    #[inline(never)]
    pub fn call(&mut self, function: Root, args: &[Arg<'_>]) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| {
            let f = vm.root_value(function).ok_or(JobError::NoSuchRoot)?;
            vm.set_job(job::CALL, args.len() as u32);
            vm.push(f);
            vm.push(Value::UNDEFINED);
            for &arg in args {
                let Ok(v) = vm.value_of(arg) else {
                    vm.set_job(job::IDLE, 0);
                    return Err(JobError::OutOfMemory);
                };
                vm.push(v);
            }
            Ok(())
        })
    }
    /// The next job: the activation that waits with this token goes on.
    #[inline(never)]
    pub fn resume(&mut self, token: u32, with: Resume<'_>) -> Result<(), JobError> {
        if !self.is_idle() {
            return Err(JobError::Busy);
        }
        self.with(|vm| vm.restore(token, with))
    }
    /// Drops the activation that waits with this token; none of its code runs any more.
    #[inline(never)]
    pub fn forget(&mut self, token: u32) {
        self.with(|vm| vm.unlink_saved(token));
    }
    /// Runs the job for about `fuel` units of work. One call may overrun it by what a single operation takes, at
    /// most [`Self::MAX_DEBT`].
    #[inline(never)]
    pub fn step<H: Host>(&mut self, host: &mut H, source: &dyn Source, fuel: u32) -> Step {
        let budget = fuel.min(i32::MAX as u32) as i32;
        let mut vm = Vm::new(self.mem, self.lib, source, budget);
        vm.begin();
        let step = vm.work(host);
        let burnt = budget.wrapping_sub(vm.fuel) as u32;
        let (low, full) = vm.r[reg::fuel_lo].overflowing_add(burnt);
        vm.r[reg::fuel_lo] = low;
        vm.r[reg::fuel_hi] = vm.r[reg::fuel_hi].wrapping_add(full as u32);
        vm.finish();
        step
    }
    /// Ends the job: none of its code runs any more, no `catch` and no `finally`.
    #[inline(never)]
    pub fn abort(&mut self) {
        self.with(|vm| vm.set_job(job::IDLE, 0));
    }
    /// What the last job came to.
    pub fn result(&self) -> ResultView<'_> {
        ResultView {
            mem: self.mem,
            lib: self.lib,
        }
    }
    /// Releases a function that the host kept.
    #[inline(never)]
    pub fn unroot(&mut self, root: Root) {
        self.with(|vm| vm.release_root(root));
    }
    /// Frees what cannot be reached, now.
    #[inline(never)]
    pub fn collect(&mut self) {
        self.with(|vm| vm.collect(0));
    }
    /// Use of memory.
    #[inline(never)]
    pub fn memory(&self) -> Memory {
        let view = self.result();
        let arena = self.mem.len() as u32 * 4;
        let (mut used, mut high_water) = (arena, arena);
        if let Some(regs) = self.mem.first_chunk::<STATE_WORDS>() {
            let heap = regs[reg::heap_top.0] * 4;
            used = arena + heap - regs[reg::sp.0] * 4;
            high_water = heap.max(regs[reg::high_water.0] * 4);
        }
        Memory {
            arena,
            used,
            high_water,
            roots: view.roots(),
            waiting: view.waiting(),
        }
    }
    /// Fuel burnt since the engine was set up.
    pub fn fuel_used(&self) -> u64 {
        let view = self.result();
        view.reg(reg::fuel_lo) as u64 | (view.reg(reg::fuel_hi) as u64) << 32
    }
    /// For tests: with 1, everything moves at every allocation; with n + 1, the n-th allocation from now fails.
    #[doc(hidden)]
    pub fn stress(&mut self, mode: u32) {
        self.with(|vm| vm.r[reg::stress] = mode);
    }
}
