//! What a host sees: the engine in its arena, jobs, and the functions that the host lends to scripts.

mod engine;
mod fault;
mod job;
mod library;
mod native;
mod result;
mod source;
mod types;
mod wait;

pub use engine::Engine;
pub use library::{Entry, Function, Item, Library, Name, Type};
pub use native::Native;
pub use result::ResultView;
use source::NoSource;
pub use source::{Mapped, Source, Windowed};
pub use types::{
    ArenaTooSmall, Arg, ErrorKind, Host, JobError, Kind, Memory, Outcome, Resume, Root, RootsFull, Step,
};
