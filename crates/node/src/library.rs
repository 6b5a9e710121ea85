//! The table of the script API as the engine wants it, made at compile time: names sorted, objects and functions numbered.
//!
//! Nothing of the API is written down here; a name that is added to the table is bound by being there.
// Only the compiler runs what indexes here: an index out of bounds does not compile.
#![allow(clippy::indexing_slicing)]

use motebox_js::{Entry, Function, Item, Library, Name, Type};
use motebox_script::api::{Argument, CLASSES, Function as Call, GLOBALS, Member};

/// What a script finds on a mote: the script API as a library of the engine.
pub static LIBRARY: Library = Library {
    names: &NAMES,
    globals: group(0),
    objects: &OBJECTS,
    classes: &PROTOTYPES,
    functions: &FUNCTIONS,
};

/// Names of the table that the engine has itself.
const ENGINE_HAS: &[&str] = &[];

const fn count_objects(members: &[Member]) -> usize {
    let (mut count, mut i) = (0, 0);
    while i < members.len() {
        if let Member::Object(object) = &members[i] {
            count += 1 + count_objects(object.members);
        }
        i += 1;
    }
    count
}

/// Objects of the table, on all levels.
const OBJECT_COUNT: usize = count_objects(&GLOBALS);

/// The members of the global object, then those of each object, in the order in which they are met.
const GROUPS: [&[Member]; 1 + OBJECT_COUNT] = {
    let mut groups: [&[Member]; 1 + OBJECT_COUNT] = [&[]; 1 + OBJECT_COUNT];
    groups[0] = &GLOBALS;
    let (mut filled, mut i) = (1, 0);
    while i < filled {
        let mut k = 0;
        while k < groups[i].len() {
            if let Member::Object(object) = &groups[i][k] {
                groups[filled] = object.members;
                filled += 1;
            }
            k += 1;
        }
        i += 1;
    }
    groups
};

const fn count_members() -> usize {
    let (mut count, mut i) = (0, 0);
    while i < GROUPS.len() {
        count += GROUPS[i].len();
        i += 1;
    }
    count
}

const fn count_methods() -> usize {
    let (mut count, mut i) = (0, 0);
    while i < CLASSES.len() {
        count += CLASSES[i].methods.len();
        i += 1;
    }
    count
}

const fn count_constants() -> usize {
    let (mut count, mut i) = (0, 0);
    while i < GROUPS.len() {
        let mut k = 0;
        while k < GROUPS[i].len() {
            count += matches!(GROUPS[i][k], Member::Constant { .. }) as usize;
            k += 1;
        }
        i += 1;
    }
    count
}

const MEMBER_COUNT: usize = count_members();
const ENTRY_COUNT: usize = MEMBER_COUNT + count_methods();
const FUNCTION_COUNT: usize = ENTRY_COUNT - OBJECT_COUNT - count_constants();

/// All entries, and all functions: one pass, so that the numbers agree.
struct Tables {
    texts: [&'static str; ENTRY_COUNT],
    items: [Item; ENTRY_COUNT],
    functions: [Call; FUNCTION_COUNT],
    indices: [u16; FUNCTION_COUNT],
}

const TABLES: Tables = {
    const NOTHING: Call = Call {
        name: "",
        id: 0,
        required: &[],
        optional: &[],
        rest: None,
    };
    let mut tables = Tables {
        texts: [""; ENTRY_COUNT],
        items: [Item::Int(0); ENTRY_COUNT],
        functions: [NOTHING; FUNCTION_COUNT],
        indices: [0; FUNCTION_COUNT],
    };
    let (mut entry, mut function, mut object) = (0, 0, 0);
    let mut i = 0;
    while i < GROUPS.len() {
        let mut k = 0;
        while k < GROUPS[i].len() {
            tables.texts[entry] = GROUPS[i][k].name();
            tables.items[entry] = match &GROUPS[i][k] {
                Member::Constant { value, .. } => Item::Int(*value),
                Member::Object(_) => {
                    object += 1;
                    Item::Object(object - 1)
                }
                Member::Function(call) => {
                    tables.functions[function] = **call;
                    function += 1;
                    Item::Function(function as u16 - 1)
                }
                Member::Value { name, id, index } => {
                    tables.functions[function] = Call {
                        name,
                        id: *id,
                        ..NOTHING
                    };
                    tables.indices[function] = *index;
                    function += 1;
                    Item::Getter(function as u16 - 1)
                }
            };
            entry += 1;
            k += 1;
        }
        i += 1;
    }
    i = 0;
    while i < CLASSES.len() {
        let mut k = 0;
        while k < CLASSES[i].methods.len() {
            tables.texts[entry] = CLASSES[i].methods[k].name;
            tables.items[entry] = Item::Function(function as u16);
            tables.functions[function] = CLASSES[i].methods[k];
            function += 1;
            entry += 1;
            k += 1;
        }
        i += 1;
    }
    tables
};

// ---- names -----------------------------------------------------------------------------------------------------------

/// Whether `a` comes before `b`, byte by byte.
const fn before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut i = 0;
    while i < a.len() && i < b.len() {
        if a[i] != b[i] {
            return a[i] < b[i];
        }
        i += 1;
    }
    a.len() < b.len()
}

const fn same(a: &str, b: &str) -> bool {
    !before(a, b) && !before(b, a)
}

const fn engine_has(text: &str) -> bool {
    let mut i = 0;
    while i < ENGINE_HAS.len() {
        if same(ENGINE_HAS[i], text) {
            return true;
        }
        i += 1;
    }
    false
}

/// The texts that the library has to bring, sorted, each once; `room` says how many there may be.
const fn sorted<const ROOM: usize>() -> ([&'static str; ROOM], usize) {
    let mut names = [""; ROOM];
    let mut count = 0;
    let mut i = 0;
    while i < ENTRY_COUNT {
        let text = TABLES.texts[i];
        i += 1;
        let mut at = 0;
        while at < count && before(names[at], text) {
            at += 1;
        }
        if engine_has(text) || (at < count && same(names[at], text)) {
            continue;
        }
        let mut k = count;
        while k > at {
            names[k] = names[k - 1];
            k -= 1;
        }
        names[at] = text;
        count += 1;
    }
    (names, count)
}

const NAME_COUNT: usize = sorted::<ENTRY_COUNT>().1;
static NAMES: [&str; NAME_COUNT] = sorted::<NAME_COUNT>().0;

// ---- entries and functions ---------------------------------------------------------------------------------------------

static ENTRIES: [Entry; ENTRY_COUNT] = {
    let mut entries = [Entry {
        name: name(""),
        item: Item::Int(0),
    }; ENTRY_COUNT];
    let mut i = 0;
    while i < ENTRY_COUNT {
        entries[i] = Entry {
            name: name(TABLES.texts[i]),
            item: TABLES.items[i],
        };
        i += 1;
    }
    entries
};

const fn name(text: &str) -> Name {
    // The empty text is a name of the engine's.
    Library::name(&NAMES, text)
}

const fn entries(from: usize, count: usize) -> &'static [Entry] {
    ENTRIES.split_at(from).1.split_at(count).0
}

/// The entries of group `index` of [`GROUPS`].
const fn group(index: usize) -> &'static [Entry] {
    let (mut from, mut i) = (0, 0);
    while i < index {
        from += GROUPS[i].len();
        i += 1;
    }
    entries(from, GROUPS[index].len())
}

static OBJECTS: [&[Entry]; OBJECT_COUNT] = {
    let mut objects: [&[Entry]; OBJECT_COUNT] = [&[]; OBJECT_COUNT];
    let mut i = 0;
    while i < OBJECT_COUNT {
        objects[i] = group(i + 1);
        i += 1;
    }
    objects
};

/// Prototypes by the numbers of the kinds; number 0 is none.
static PROTOTYPES: [&[Entry]; CLASSES.len() + 1] = {
    let mut prototypes: [&[Entry]; CLASSES.len() + 1] = [&[]; CLASSES.len() + 1];
    let (mut from, mut i) = (MEMBER_COUNT, 0);
    while i < CLASSES.len() {
        let count = CLASSES[i].methods.len();
        prototypes[CLASSES[i].id as usize] = entries(from, count);
        from += count;
        i += 1;
    }
    prototypes
};

const fn type_of(argument: Argument) -> Type {
    match argument {
        Argument::Any => Type::Any,
        Argument::Number => Type::Number,
        Argument::Text => Type::String,
        Argument::Function => Type::Callable,
    }
}

const TYPE_COUNT: usize = {
    let (mut count, mut i) = (0, 0);
    while i < FUNCTION_COUNT {
        count += TABLES.functions[i].required.len() + TABLES.functions[i].optional.len();
        i += 1;
    }
    count
};

static TYPES: [Type; TYPE_COUNT] = {
    let mut types = [Type::Any; TYPE_COUNT];
    let (mut at, mut i) = (0, 0);
    while i < FUNCTION_COUNT {
        let call = TABLES.functions[i];
        let mut k = 0;
        while k < call.required.len() + call.optional.len() {
            let required = call.required.len();
            types[at] = type_of(if k < required {
                call.required[k]
            } else {
                call.optional[k - required]
            });
            at += 1;
            k += 1;
        }
        i += 1;
    }
    types
};

static FUNCTIONS: [Function; FUNCTION_COUNT] = {
    let none = Function {
        name: name(""),
        id: 0,
        index: 0,
        required: 0,
        args: &[],
        rest: None,
    };
    let mut functions = [none; FUNCTION_COUNT];
    let (mut at, mut i) = (0, 0);
    while i < FUNCTION_COUNT {
        let call = TABLES.functions[i];
        let count = call.required.len() + call.optional.len();
        functions[i] = Function {
            name: name(call.name),
            id: call.id,
            index: TABLES.indices[i],
            required: call.required.len() as u8,
            args: TYPES.split_at(at).1.split_at(count).0,
            rest: match call.rest {
                Some(argument) => Some(type_of(argument)),
                None => None,
            },
        };
        at += count;
        i += 1;
    }
    functions
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_the_engine_has_none_of_them() {
        assert!(NAMES.windows(2).all(|pair| pair[0] < pair[1]));
        // The engine's own name wins, so one that it has with some of its features only is no more than a double there.
        let doubles = NAMES.iter().filter(|name| Library::is_engine_name(name));
        for double in doubles {
            assert!(["now", "stack"].contains(double), "{double}");
        }
        assert!(ENGINE_HAS.iter().all(|name| Library::is_engine_name(name)));
    }

    #[test]
    fn every_function_of_the_table_is_there_once() {
        assert_eq!(FUNCTIONS.len(), FUNCTION_COUNT);
        let methods = CLASSES.iter().flat_map(|class| class.methods);
        for method in methods {
            assert!(
                FUNCTIONS
                    .iter()
                    .any(|f| f.id == method.id
                        && f.args.len() == method.required.len() + method.optional.len())
            );
        }
        assert_eq!(PROTOTYPES[motebox_script::api::class::DEVICE as usize].len(), 6);
        assert_eq!(OBJECTS.len(), if cfg!(feature = "stacks") { 12 } else { 9 });
    }
}
