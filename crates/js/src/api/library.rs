//! What the host lends to scripts, as tables in flash.

use crate::names;

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
    /// What [`Host::call`](crate::Host::call) is told.
    pub id: u16,
    /// A second number for the host ([`Native::index`](crate::Native::index)), for functions that differ little.
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
    /// Prototypes of the kinds of host objects ([`Native::ret_host`](crate::Native::ret_host)).
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
