//! A script's CoAP resources: which paths and methods it answers, and what its answer means.

use crate::arith::whole;
use crate::handle::{Handle, Slots};
use crate::path::Path;

/// Methods as a script writes them, bit flags: GET 1, POST 2, PUT 4, DELETE 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    /// GET.
    pub const GET: Methods = Methods(1);
    /// POST.
    pub const POST: Methods = Methods(2);
    /// PUT.
    pub const PUT: Methods = Methods(4);
    /// DELETE.
    pub const DELETE: Methods = Methods(8);

    /// The set with these flags; `None` if it is empty or has any other.
    pub fn from_flags(flags: u8) -> Option<Methods> {
        (1..=15).contains(&flags).then_some(Methods(flags))
    }

    /// The set that a script's Number names; `None` unless it is a whole number of 1..=15.
    pub fn from_number(number: f64) -> Option<Methods> {
        Methods::from_flags(whole(number, 15)? as u8)
    }

    /// The method of a CoAP request code (0.01 GET, 0.02 POST, 0.03 PUT, 0.04 DELETE).
    pub fn from_code(code: u8) -> Option<Methods> {
        match code {
            1..=4 => Some(Methods(1 << (code - 1))),
            _ => None,
        }
    }

    /// The CoAP request code, if this is one method and not several.
    pub fn to_code(self) -> Option<u8> {
        self.0
            .is_power_of_two()
            .then_some(self.0.trailing_zeros() as u8 + 1)
    }

    /// The bit flags.
    pub fn flags(self) -> u8 {
        self.0
    }

    /// Whether all methods of `other` are in this set.
    pub fn contains(self, other: Methods) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the sets have a method in common.
    pub fn overlaps(self, other: Methods) -> bool {
        self.0 & other.0 != 0
    }
}

/// Why a path was not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// The path belongs to the node (discovery, containers); see [`Path::is_reserved`].
    Reserved,
    /// A handler of the same path already answers one of the methods.
    Taken,
    /// All handlers are in use; the number says how many that are.
    Full(u8),
}

/// One registered handler.
#[derive(Clone, Debug)]
pub struct Registration<C> {
    /// The path it answers, exactly this one.
    pub path: Path,
    /// The methods it answers.
    pub methods: Methods,
    /// Whether it answers secured requests only (the manifest's grant says so).
    pub secured: bool,
    /// The script's function.
    pub callback: C,
}

/// What the registry says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<C> {
    /// Call this function; then [`Handlers::remove`] the handle if the answer says so.
    Call(Handle, C),
    /// The path is there, but answers secured requests only: 4.01.
    Unsecured,
    /// The path is there, but not for this method: 4.05.
    Method,
    /// No such path: 4.04.
    NotFound,
}

/// The handlers of one container; at most `N`.
#[derive(Debug)]
pub struct Handlers<C, const N: usize> {
    slots: Slots<Registration<C>, N>,
}

impl<C: Copy, const N: usize> Handlers<C, N> {
    /// No handlers.
    pub const fn new() -> Self {
        Handlers { slots: Slots::new() }
    }

    /// Whether a handler for this path answers one of the methods. The node asks all containers before one registers.
    #[inline(never)]
    pub fn is_taken(&self, path: &Path, methods: Methods) -> bool {
        self.slots
            .iter()
            .any(|r| r.path == *path && r.methods.overlaps(methods))
    }

    /// Registers a handler. The permission for the path has been checked before.
    ///
    /// # Errors
    /// See [`RegisterError`]; the caller throws and lets go of the callback.
    pub fn register(&mut self, registration: Registration<C>) -> Result<Handle, RegisterError> {
        if registration.path.is_reserved() {
            return Err(RegisterError::Reserved);
        }
        if self.is_taken(&registration.path, registration.methods) {
            return Err(RegisterError::Taken);
        }
        self.slots
            .insert(registration)
            .ok_or(RegisterError::Full(N as u8))
    }

    /// Ends a handler. Returns its callback to be let go of, or `None` when the handle names nothing (any more).
    pub fn remove(&mut self, handle: Handle) -> Option<C> {
        self.slots.remove(handle, |r| r.callback)
    }

    /// Finds who answers a request.
    pub fn lookup(&self, path: &Path, method: Methods, secured: bool) -> Lookup<C> {
        let mut refused = Lookup::NotFound;
        let mut callback = None;
        let handle = self.slots.find(|registration| {
            if registration.path != *path {
                return false;
            }
            if registration.secured && !secured {
                if matches!(refused, Lookup::NotFound) {
                    refused = Lookup::Unsecured;
                }
                return false;
            }
            refused = Lookup::Method;
            callback = Some(registration.callback);
            registration.methods.contains(method)
        });
        match (handle, callback) {
            (Some(handle), Some(callback)) => Lookup::Call(handle, callback),
            _ => refused,
        }
    }

    /// The function behind a handle, while it is registered.
    pub fn callback(&self, handle: Handle) -> Option<C> {
        self.slots.get(handle).map(|r| r.callback)
    }

    /// All handlers, for discovery.
    pub fn iter(&self) -> impl Iterator<Item = &Registration<C>> {
        self.slots.iter()
    }

    /// Takes out any handler and returns its callback; `None` when all are gone. For teardown.
    pub fn pop(&mut self) -> Option<C> {
        self.slots.pop(|r| r.callback)
    }

    /// Handlers in use.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<C: Copy, const N: usize> Default for Handlers<C, N> {
    fn default() -> Self {
        Self::new()
    }
}

/// What a handler's function returned, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Returned<'r> {
    /// `false`.
    False,
    /// A Number.
    Number(f64),
    /// A String, as bytes.
    Text(&'r [u8]),
    /// Anything else.
    Other,
}

/// The answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'r> {
    /// CoAP response code.
    pub code: u8,
    /// The body.
    pub body: &'r [u8],
    /// The handler is to be removed.
    pub unregister: bool,
}

/// 2.04 Changed.
pub const CHANGED: u8 = 2 << 5 | 4;
/// 2.05 Content.
pub const CONTENT: u8 = 2 << 5 | 5;
/// 5.00 Internal Server Error: the handler threw, was stopped, or returned a Number that is no response code.
pub const SERVER_ERROR: u8 = 5 << 5;

/// What a returned value answers: `false` is 2.04 and unregisters, a Number is that response code, a String is 2.05 with
/// that body, anything else 2.04.
pub fn reply(returned: Returned<'_>) -> Reply<'_> {
    let code = |code| Reply {
        code,
        body: &[],
        unregister: false,
    };
    match returned {
        Returned::False => Reply {
            unregister: true,
            ..code(CHANGED)
        },
        Returned::Number(n) => {
            let number = whole(n, 255).filter(|number| matches!(number >> 5, 2 | 4 | 5));
            code(number.map_or(SERVER_ERROR, |number| number as u8))
        }
        Returned::Text(body) => Reply {
            body,
            ..code(CONTENT)
        },
        Returned::Other => code(CHANGED),
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    fn entry(path: &str, methods: u8, callback: u8) -> Registration<u8> {
        Registration {
            path: Path::parse(path.as_bytes()).unwrap(),
            methods: Methods::from_flags(methods).unwrap(),
            secured: false,
            callback,
        }
    }

    fn path(text: &str) -> Path {
        Path::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn the_nodes_own_resources_cannot_be_shadowed() {
        let mut handlers = Handlers::<u8, 4>::new();
        for own in ["/.well-known/core", "/c", "/c/alarm", "/riot/script", "/%63"] {
            assert_eq!(
                handlers.register(entry(own, 15, 0)),
                Err(RegisterError::Reserved),
                "{own}"
            );
        }
        assert!(handlers.is_empty());
    }

    #[test]
    fn two_handlers_share_a_path_only_with_different_methods() {
        let mut handlers = Handlers::<u8, 2>::new();
        let put = handlers.register(entry("/alarm", 4, 1)).unwrap();
        assert_eq!(
            handlers.register(entry("/%61larm", 6, 2)),
            Err(RegisterError::Taken)
        );
        handlers.register(entry("/alarm", 1, 2)).unwrap();
        assert_eq!(
            handlers.register(entry("/other", 1, 2)),
            Err(RegisterError::Full(2))
        );
        assert_eq!(
            handlers.lookup(&path("/alarm"), Methods::PUT, false),
            Lookup::Call(put, 1)
        );
        assert_eq!(
            handlers.lookup(&path("/alarm"), Methods::DELETE, false),
            Lookup::Method
        );
        assert_eq!(
            handlers.lookup(&path("/alarm/x"), Methods::PUT, false),
            Lookup::NotFound
        );
        assert_eq!(handlers.remove(put), Some(1));
        assert_eq!(handlers.remove(put), None);
        assert_eq!(
            handlers.lookup(&path("/alarm"), Methods::PUT, false),
            Lookup::Method
        );
    }

    #[test]
    fn a_handler_that_unregisters_itself_does_not_take_its_successor_along() {
        let mut handlers = Handlers::<u8, 1>::new();
        let first = handlers.register(entry("/alarm", 4, 1)).unwrap();
        // Its function unregisters it, registers another, and then returns false.
        assert_eq!(handlers.remove(first), Some(1));
        handlers.register(entry("/alarm", 4, 2)).unwrap();
        assert_eq!(handlers.remove(first), None);
        assert_eq!(handlers.len(), 1);
    }

    #[test]
    fn a_secured_handler_does_not_answer_plain_requests() {
        let mut handlers = Handlers::<u8, 1>::new();
        let handle = handlers
            .register(Registration {
                secured: true,
                ..entry("/alarm", 4, 1)
            })
            .unwrap();
        assert_eq!(
            handlers.lookup(&path("/alarm"), Methods::PUT, false),
            Lookup::Unsecured
        );
        assert_eq!(
            handlers.lookup(&path("/alarm"), Methods::PUT, true),
            Lookup::Call(handle, 1)
        );
    }

    #[test]
    fn answers() {
        assert_eq!(
            reply(Returned::False),
            Reply {
                code: 68,
                body: &[],
                unregister: true
            }
        );
        assert_eq!(
            reply(Returned::Other),
            Reply {
                code: 68,
                body: &[],
                unregister: false
            }
        );
        assert_eq!(
            reply(Returned::Text(b"on")),
            Reply {
                code: 69,
                body: b"on",
                unregister: false
            }
        );
        assert_eq!(reply(Returned::Number(132.0)).code, 132);
        for no_code in [0.0, 1.0, 96.0, 69.5, 1e9, -1.0, f64::NAN, 224.0] {
            assert_eq!(reply(Returned::Number(no_code)).code, SERVER_ERROR, "{no_code}");
        }
    }

    #[test]
    fn methods() {
        assert_eq!(Methods::from_number(4.0), Some(Methods::PUT));
        for bad in [0.0, 16.0, 1.5, -1.0, f64::NAN] {
            assert_eq!(Methods::from_number(bad), None);
        }
        for code in 1..=4 {
            assert_eq!(Methods::from_code(code).unwrap().to_code(), Some(code));
        }
        assert_eq!(Methods::from_code(5), None);
        assert_eq!(Methods::from_flags(3).unwrap().to_code(), None);
    }

    proptest! {
        /// Property (model: a list of path, method, callback): lookup finds exactly what was registered and not removed.
        #[test]
        fn lookup_agrees_with_a_list(steps in prop::collection::vec((0usize..4, 1u8..16, any::<bool>()), 1..60)) {
            let names = ["/a", "/b", "/a/b", "/ab"];
            let mut handlers = Handlers::<u8, 5>::new();
            let mut list: std::vec::Vec<(usize, Methods, u8, Handle)> = std::vec::Vec::new();
            for (step, (name, flags, add)) in steps.into_iter().enumerate() {
                let methods = Methods::from_flags(flags).unwrap();
                if add {
                    let taken = list.iter().any(|(n, m, ..)| *n == name && m.overlaps(methods));
                    match handlers.register(entry(names[name], flags, step as u8)) {
                        Ok(handle) => { prop_assert!(!taken); list.push((name, methods, step as u8, handle)) }
                        Err(RegisterError::Taken) => prop_assert!(taken),
                        Err(RegisterError::Full(5)) => prop_assert_eq!(list.len(), 5),
                        Err(other) => prop_assert!(false, "{:?}", other),
                    }
                } else if !list.is_empty() {
                    let (.., callback, handle) = list.remove(name % list.len());
                    prop_assert_eq!(handlers.remove(handle), Some(callback));
                }
                for (index, name) in names.iter().enumerate() {
                    for code in 1..=4 {
                        let method = Methods::from_code(code).unwrap();
                        let expected = list.iter().find(|(n, m, ..)| *n == index && m.contains(method));
                        match handlers.lookup(&path(name), method, false) {
                            Lookup::Call(_, callback) => prop_assert_eq!(expected.map(|e| e.2), Some(callback)),
                            _ => prop_assert!(expected.is_none()),
                        }
                    }
                }
            }
        }
    }
}
