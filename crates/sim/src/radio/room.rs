//! Memory for the nodes of a simulation, in four long arrays: a node takes what its composition needs, and as much again
//! to exchange it for another one.

use motebox_crime::{Memory, Module, Slot, Stack, StackSpec, modules};

/// Packet slots of a node beside those that its modules may hold: a few for the radio, for the application, and for
/// what modules want sent.
const SPARE_SLOTS: usize = 6;
/// Words of a trigger.
const TRIGGER_WORDS: usize = 4;
/// Records and words of what runs, and of what comes next.
const HALVES: usize = 2;

/// What one composition takes of a node's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Records of stacks.
    pub stacks: usize,
    /// Records of modules.
    pub modules: usize,
    /// Words for parameters, timers and state.
    pub words: usize,
    /// Packet slots.
    pub slots: usize,
}

impl Size {
    /// What a composition takes, and six packet slots more than its modules may hold. `None` when a module is not
    /// in the registry.
    #[must_use]
    pub fn of(stacks: &[StackSpec<'_>]) -> Option<Self> {
        let mut size = Self {
            stacks: stacks.len(),
            slots: SPARE_SLOTS,
            ..Self::default()
        };
        for module in stacks.iter().flat_map(|stack| stack.modules) {
            let descriptor = modules::REGISTRY
                .iter()
                .find(|descriptor| descriptor.id == module.id)?;
            let (param, words) = descriptor.words_per;
            let given = module.params.iter().rev().find(|(index, _)| *index == param);
            let default = descriptor.params.get(usize::from(param));
            let entries = given
                .map(|(_, value)| *value)
                .or(default.map(|param| param.default));
            let table = entries.unwrap_or(0) as usize * usize::from(words);
            let triggered = usize::from(module.trigger.is_some());
            size.modules += 1;
            size.words += descriptor.params.len()
                + 2 * usize::from(descriptor.timers)
                + usize::from(descriptor.words)
                + TRIGGER_WORDS * triggered
                + table;
            size.slots += usize::from(descriptor.packets) + triggered;
        }
        Some(size)
    }

    /// Room for either of two compositions.
    #[must_use]
    pub fn largest(self, other: Self) -> Self {
        Self {
            stacks: self.stacks.max(other.stacks),
            modules: self.modules.max(other.modules),
            words: self.words.max(other.words),
            slots: self.slots.max(other.slots),
        }
    }

    /// Bytes of a node with room for two compositions of this size, one running and one to come.
    #[must_use]
    pub fn bytes(self) -> usize {
        HALVES * self.stacks * size_of::<Stack>()
            + HALVES * self.modules * size_of::<Module>()
            + HALVES * self.words * size_of::<u32>()
            + self.slots * size_of::<Slot>()
    }
}

/// Memory for many nodes of one size.
#[derive(Debug)]
pub struct Room {
    nodes: usize,
    size: Size,
    stacks: Vec<Stack>,
    modules: Vec<Module>,
    words: Vec<u32>,
    slots: Vec<Slot>,
}

impl Room {
    /// For `nodes` nodes with compositions of at most this size.
    #[must_use]
    pub fn new(nodes: usize, size: Size) -> Self {
        Self {
            nodes,
            size,
            stacks: vec![Stack::EMPTY; nodes * HALVES * size.stacks],
            modules: vec![Module::EMPTY; nodes * HALVES * size.modules],
            words: vec![0; nodes * HALVES * size.words],
            slots: vec![Slot::EMPTY; nodes * size.slots],
        }
    }

    /// How many nodes it is for.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The part of each node.
    pub(super) fn memories(&mut self) -> Vec<Memory<'_>> {
        let Size {
            stacks,
            modules,
            words,
            slots,
        } = self.size;
        let mut rest = Memory {
            stacks: &mut self.stacks,
            modules: &mut self.modules,
            words: &mut self.words,
            slots: &mut self.slots,
        };
        (0..self.nodes)
            .map(|_| Memory {
                stacks: take(&mut rest.stacks, HALVES * stacks),
                modules: take(&mut rest.modules, HALVES * modules),
                words: take(&mut rest.words, HALVES * words),
                slots: take(&mut rest.slots, slots),
            })
            .collect()
    }
}

/// Takes the first `count` off `rest`.
fn take<'a, T>(rest: &mut &'a mut [T], count: usize) -> &'a mut [T] {
    let (first, others) = std::mem::take(rest).split_at_mut(count);
    *rest = others;
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use motebox_crime::{ModuleSpec, modules::id};

    #[test]
    fn a_node_has_what_its_composition_takes() {
        let modules = [
            ModuleSpec::new(id::CHANNEL, &[]),
            ModuleSpec::new(id::BROADCAST, &[]).triggered(1000, 0),
            ModuleSpec::new(id::APP, &[]),
        ];
        let size = Size::of(&[StackSpec::new(&modules)]).unwrap();
        assert_eq!(
            (size.stacks, size.modules, size.words, size.slots),
            (1, 3, 2 + TRIGGER_WORDS, 7)
        );
        assert_eq!(Size::of(&[StackSpec::new(&[ModuleSpec::new(191, &[])])]), None);
        let mut room = Room::new(3, size);
        let memories = room.memories();
        assert_eq!(memories.len(), 3);
        assert!(
            memories
                .iter()
                .all(|memory| memory.modules.len() == 6 && memory.slots.len() == 7)
        );
    }
}
