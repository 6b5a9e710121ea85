//! Small types that cross the border between engine and host.

use super::Native;
use crate::rom;

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
    /// An `ArrayBuffer`, a typed array or a `DataView` (cargo feature `typed-arrays`).
    Bytes,
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
    /// A plain object with these numbers.
    Numbers(&'s [(&'s str, f64)]),
    /// A `Uint8Array` with these bytes, at most 65,535.
    #[cfg(feature = "typed-arrays")]
    Bytes(&'s [u8]),
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
    pub(super) fn proto(self) -> u16 {
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
    pub(super) index: u16,
    pub(super) generation: u16,
}
/// The table of roots is full: [`Engine::MAX_ROOTS`](crate::Engine::MAX_ROOTS), or the arena has no room.
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
    /// The job is over; see [`Engine::result`](crate::Engine::result).
    Done,
    /// Nobody caught an exception; see [`Engine::result`](crate::Engine::result).
    Threw,
    /// The job is not over: step again.
    OutOfFuel,
    /// The job was set aside until [`Engine::resume`](crate::Engine::resume) with this token; the engine is free for other jobs.
    Waiting(u32),
}
/// What a host function answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The value of the last `ret_…` (`undefined` without one).
    Return,
    /// The exception of [`Native::throw`].
    Throw,
    /// The activation waits until [`Engine::resume`](crate::Engine::resume) with this token. Other jobs may run. Where it does not fit
    /// ([`Engine::MAX_ACTIVATIONS`](crate::Engine::MAX_ACTIVATIONS), [`Engine::MAX_ACTIVATION_BYTES`](crate::Engine::MAX_ACTIVATION_BYTES)), the call throws a RangeError and
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
