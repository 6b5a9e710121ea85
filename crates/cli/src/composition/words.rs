//! What is wrong with a composition, in words.

use motebox_crime::{Refused, Why, interface};

use super::{Composition, units};
use crate::error::Error;

/// A message that cannot be read.
pub(crate) fn broken(why: Why, length: usize) -> Error {
    let what = match why {
        Why::Truncated(at) => format!("it ends after {at} B, in the middle"),
        Why::Encoding(at) => format!("byte {at} is not in the one encoding that is allowed"),
        Why::Type(at) => format!("at byte {at} something else belongs"),
        Why::KeyOrder(at) => format!("the parameter at byte {at} is given twice, or out of order"),
        Why::Trailing(at) => format!("it ends at byte {at}, and has {length} B"),
        Why::Version(version) => format!("it is of version {version}, which is not known here"),
        other => format!("{other:?}"),
    };
    Error::new(format!("this is no composition message: {what}"))
}

/// A composition that no mote would take.
pub(crate) fn refused(refused: Refused, composition: &Composition) -> Error {
    let Some((stack, module)) = composition.module(refused.module) else {
        return Error::new(match refused.why {
            Why::Empty => "the composition is empty".into(),
            other => format!("{other:?}"),
        });
    };
    let name = module.name();
    let at = stack
        .modules
        .iter()
        .position(|other| std::ptr::eq(other, module))
        .unwrap_or(0);
    let below = at.checked_sub(1).and_then(|below| stack.modules.get(below));
    let below = below.map_or_else(|| "nothing".into(), |module| module.name());
    let descriptor = module.doc().map(|doc| doc.descriptor);
    let doc = |index: u8| module.doc().and_then(|doc| doc.params.get(usize::from(index)));
    let (what, advice) = match refused.why {
        Why::Empty => ("the stack has no modules".into(), "begin it with channel".into()),
        Why::UnknownModule(id) => (format!("there is no module with id {id}"), String::new()),
        Why::UnknownParameter(index) => (format!("{name} has no parameter {index}"), String::new()),
        Why::OutOfRange(value) => {
            // The parameter is the first one that cannot have its value; when there is none, it is the trigger.
            let param_of = |index: u8| descriptor?.params.get(usize::from(index));
            let wrong = module.params.iter().find(|(index, value)| {
                param_of(*index).is_some_and(|param| !(param.min..=param.max).contains(value))
            });
            match wrong.map(|(index, _)| (doc(*index), param_of(*index))) {
                Some((Some(doc), Some(param))) => (
                    format!("{} is {}", doc.name, units::show(value, doc.unit)),
                    units::wanted(*param, *doc),
                ),
                _ if value == 0 => ("a trigger's interval is 1 ms or more".into(), String::new()),
                _ => (format!("a trigger cannot have {value} times"), String::new()),
            }
        }
        Why::NoChannel => ("a stack begins with a channel".into(), "put channel first".into()),
        // Nothing has a channel below it.
        Why::Interface if descriptor.is_some_and(|descriptor| descriptor.needs == interface::NONE) => (
            format!("{name} goes over nothing, and stands on {below}"),
            "put it first".into(),
        ),
        Why::Interface => (
            format!("{name} does not go over {below}"),
            format!(
                "it goes over what offers {}",
                interfaces(descriptor.map_or(0, |descriptor| descriptor.needs))
            ),
        ),
        Why::Scope => (
            format!("{name} talks to neighbours, and {below} below it talks over many hops"),
            "put it further down".into(),
        ),
        Why::OpenTop => (
            format!("{name} ends a stack that is merged nowhere"),
            "put app on top, or say into what the stack is merged".into(),
        ),
        Why::ChannelTaken(channel) => (
            format!("channel {channel} is another stack's already"),
            "give each stack a channel of its own".into(),
        ),
        Why::NoParent(number) => (
            format!("there is no module {number} to merge into"),
            String::new(),
        ),
        Why::Cycle => ("the stack is merged into itself".into(), String::new()),
        Why::MergeInterface => (
            format!("what {name} offers is not what the module takes that it is merged into"),
            "mesh takes a stack with route_discovery on top, route_discovery one with unicast".into(),
        ),
        Why::NothingMerged => (
            format!("no stack is merged into {name}"),
            format!(
                "it takes a stack whose top offers {}",
                interfaces(descriptor.map_or(0, |descriptor| descriptor.merges))
            ),
        ),
        Why::Stacks(stacks) => (
            format!("{stacks} stacks are needed, and there is room for fewer"),
            "leave out a stack".into(),
        ),
        Why::Modules(modules) => (
            format!("{modules} modules are needed, and there is room for fewer"),
            "leave out a module".into(),
        ),
        Why::Slots(slots) => (
            format!("{slots} packet slots are needed, and there are fewer"),
            "leave out a trigger, or a module that keeps packets".into(),
        ),
        Why::Words(words) => (
            format!("{words} words of memory are needed, and there are fewer"),
            "make tables smaller".into(),
        ),
        Why::Open => (format!("{name} cannot be opened"), String::new()),
        other => (format!("{other:?}"), String::new()),
    };
    let error = Error::new(format!("stack `{}`, module {at}: {what}", stack.name));
    if advice.is_empty() {
        error
    } else {
        error.advise(advice)
    }
}

/// Names of the interfaces in a mask.
pub(crate) fn interfaces(mask: u16) -> String {
    let names = [
        (interface::LINK, "link"),
        (interface::ANONYMOUS, "anonymous"),
        (interface::BROADCAST, "broadcast"),
        (interface::UNICAST, "unicast"),
        (interface::RELIABLE, "reliable"),
        (interface::RELAY, "relay"),
        (interface::MULTIHOP, "multihop"),
        (interface::FLOOD, "flood"),
        (interface::ROUTES, "routes"),
        (interface::CHUNKS, "chunks"),
        (interface::ANNOUNCE, "announce"),
    ];
    let named: Vec<&str> = names
        .into_iter()
        .filter(|(bit, _)| mask & bit != 0)
        .map(|(_, name)| name)
        .collect();
    match named.as_slice() {
        [] => "nothing".into(),
        names => names.join(" or "),
    }
}
