//! Stack compositions on the PC: read from a description that people write (`examples/stacks`), turned into the message
//! that motes take, and back.

pub(crate) mod cost;
pub(crate) mod describe;
mod flash;
pub(crate) mod presets;
pub(crate) mod units;
pub(crate) mod words;
pub(crate) mod write;

use motebox_crime::composition::{Item, encode, items};
use motebox_crime::modules::{self, id};
use motebox_crime::{Doc, ModuleSpec, Param, ParamDoc, StackSpec, Trigger, interface};

use crate::error::{Error, Result};

/// Longest message that is made: more than any mote keeps.
const MESSAGE_BYTES: usize = 4096;

/// Channels below this one are the system's by convention.
const FIRST_FREE_CHANNEL: u16 = 128;

/// Stacks, each from the channel to its top.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Composition {
    pub(crate) stacks: Vec<Stack>,
    /// The channel that other ones count from, where that is not the lowest of them. Not in the message.
    pub(crate) base: Option<u16>,
}

/// One stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Stack {
    /// Not in the message.
    pub(crate) name: String,
    pub(crate) modules: Vec<Module>,
    /// The module that it is merged into, counted over all stacks.
    pub(crate) parent: Option<u8>,
}

/// One module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Module {
    pub(crate) id: u8,
    /// Index and value, in the order of the indices.
    pub(crate) params: Vec<(u8, u32)>,
    pub(crate) trigger: Option<Trigger>,
}

impl Module {
    /// The module in words, if there is one with its id.
    pub(crate) fn doc(&self) -> Option<&'static Doc> {
        modules::DOCS
            .iter()
            .copied()
            .find(|doc| doc.descriptor.id == self.id)
    }

    pub(crate) fn name(&self) -> String {
        self.doc()
            .map_or_else(|| format!("module {}", self.id), |doc| doc.name.to_string())
    }

    /// The value of a parameter: given, or by default.
    pub(crate) fn param(&self, index: u8) -> Option<u32> {
        let given = self.params.iter().find(|(given, _)| *given == index);
        let default = || Some(self.doc()?.descriptor.params.get(usize::from(index))?.default);
        given.map(|(_, value)| *value).or_else(default)
    }

    /// Sets a parameter. It goes into the message even where it is the default, which a mote's may not be.
    pub(crate) fn set(&mut self, index: u8, value: u32) {
        self.params.retain(|(given, _)| *given != index);
        self.params.push((index, value));
        self.params.sort_unstable();
    }
}

/// A parameter of a module by its name, or what the module has.
pub(crate) fn param_of(doc: &'static Doc, name: &str) -> Result<(u8, Param, ParamDoc)> {
    let index = doc.params.iter().position(|param| param.name == name);
    match index.and_then(|at| Some((at as u8, *doc.descriptor.params.get(at)?, *doc.params.get(at)?))) {
        Some(found) => Ok(found),
        None => {
            let names: Vec<&str> = doc.params.iter().map(|param| param.name).collect();
            let known = match names.as_slice() {
                [] => "it has none".into(),
                names => format!("it has {}", names.join(", ")),
            };
            Err(Error::new(format!("{} has no parameter `{name}`", doc.name)).advise(known))
        }
    }
}

impl Composition {
    /// Hands the stacks to `f` as the crate takes them.
    pub(crate) fn with_specs<R>(&self, f: impl FnOnce(&[StackSpec<'_>]) -> R) -> R {
        let modules: Vec<Vec<ModuleSpec<'_>>> = self
            .stacks
            .iter()
            .map(|stack| stack.modules.iter().map(spec).collect())
            .collect();
        let stacks: Vec<StackSpec<'_>> = std::iter::zip(&self.stacks, &modules)
            .map(|(stack, modules)| StackSpec {
                modules,
                parent: stack.parent,
            })
            .collect();
        f(&stacks)
    }

    /// The message.
    pub(crate) fn message(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; MESSAGE_BYTES];
        let length = self
            .with_specs(|stacks| encode(stacks, &mut bytes))
            .ok_or_else(|| Error::new(format!("the message is longer than {MESSAGE_BYTES} B")))?;
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Reads a message. Stacks get names after what they are for.
    pub(crate) fn from_message(message: &[u8]) -> Result<Self> {
        let mut composition = Self::default();
        let mut added = Ok(());
        let read = items(message, |item| {
            if added.is_ok() {
                added = composition.add(item);
            }
        });
        added?;
        read.map_err(|why| words::broken(why, message.len()))?;
        composition.name_stacks();
        Ok(composition)
    }

    fn add(&mut self, item: Item) -> Result<()> {
        let small = |number: u32, what: &str| {
            u8::try_from(number).map_err(|_| Error::new(format!("{what} {number} is above 255")))
        };
        let last = self.stacks.last_mut();
        match item {
            Item::Stack { parent } => self.stacks.push(Stack {
                parent: parent.map(|parent| small(parent, "module")).transpose()?,
                ..Stack::default()
            }),
            Item::Module { id } => {
                let id = small(id, "module id")?;
                let module = Module {
                    id,
                    params: Vec::new(),
                    trigger: None,
                };
                last.into_iter()
                    .for_each(|stack| stack.modules.push(module.clone()));
            }
            Item::Param { index, value } => {
                let index = small(index, "parameter")?;
                let module = last.and_then(|stack| stack.modules.last_mut());
                module
                    .into_iter()
                    .for_each(|module| module.params.push((index, value)));
            }
            Item::Trigger { interval_ms, times } => {
                let times = u16::try_from(times)
                    .map_err(|_| Error::new(format!("a trigger repeats 65535 times at most, not {times}")))?;
                let module = last.and_then(|stack| stack.modules.last_mut());
                module.into_iter().for_each(|module| {
                    module.trigger = Some(Trigger { interval_ms, times });
                });
            }
        }
        Ok(())
    }

    /// A stack is called after its highest module that is no application; its number tells equal names apart.
    fn name_stacks(&mut self) {
        let mut taken: Vec<String> = Vec::new();
        for (at, stack) in self.stacks.iter_mut().enumerate() {
            let telling = stack
                .modules
                .iter()
                .rev()
                .find(|module| ![id::APP, id::ECHO_APP].contains(&module.id));
            let mut name = telling.map_or_else(|| "stack".into(), Module::name);
            if taken.contains(&name) || name.contains(' ') {
                name = format!("{}-{at}", name.replace(' ', "-"));
            }
            taken.push(name.clone());
            stack.name = name;
        }
    }

    /// Stack and module, by the module's number over all stacks.
    pub(crate) fn module(&self, number: u8) -> Option<(&Stack, &Module)> {
        self.stacks
            .iter()
            .flat_map(|stack| stack.modules.iter().map(move |module| (stack, module)))
            .nth(usize::from(number))
    }

    /// Every module, to change.
    pub(crate) fn modules_mut(&mut self) -> impl Iterator<Item = &mut Module> {
        self.stacks.iter_mut().flat_map(|stack| &mut stack.modules)
    }

    /// The channels, stack by stack.
    pub(crate) fn channels(&self) -> impl Iterator<Item = u16> + '_ {
        self.stacks
            .iter()
            .filter_map(|stack| Some(stack.modules.first()?.param(0)? as u16))
    }

    /// Moves the channels so that they count from `base`. The system's own stay where they are, unless there are
    /// no others.
    pub(crate) fn move_channels(&mut self, base: u16) -> Result<()> {
        let moves = |channel: u16| channel >= FIRST_FREE_CHANNEL;
        let all = !self.channels().any(moves);
        let lowest = self.channels().filter(|channel| all || moves(*channel)).min();
        let now = i64::from(self.base.or(lowest).unwrap_or(base));
        for stack in &mut self.stacks {
            let Some(module) = stack
                .modules
                .first_mut()
                .filter(|module| module.id == id::CHANNEL)
            else {
                continue;
            };
            let channel = module.param(0).unwrap_or(0) as u16;
            if !all && !moves(channel) {
                continue;
            }
            let moved = i64::from(channel) - now + i64::from(base);
            let moved = u16::try_from(moved).map_err(|_| {
                Error::new(format!("the stacks would need a channel {moved}"))
                    .advise("channels are 0 to 65535, and a composition takes one for each stack")
            })?;
            module.set(0, u32::from(moved));
        }
        self.base = self.base.map(|_| base);
        Ok(())
    }

    /// The channel that applications use: that of the first stack with one on top.
    pub(crate) fn application_channel(&self) -> Option<u16> {
        Some(self.application()?.modules.first()?.param(0)? as u16)
    }

    /// Whether that stack carries objects in chunks.
    pub(crate) fn carries_objects(&self) -> bool {
        let modules = self.application().map_or(&[][..], |stack| &stack.modules);
        modules
            .iter()
            .filter_map(Module::doc)
            .any(|doc| doc.descriptor.offers == interface::CHUNKS)
    }

    fn application(&self) -> Option<&Stack> {
        self.stacks.iter().find(|stack| {
            let top = stack.modules.last();
            top.is_some_and(|module| [id::APP, id::ECHO_APP].contains(&module.id))
        })
    }
}

fn spec(module: &Module) -> ModuleSpec<'_> {
    ModuleSpec {
        id: module.id,
        params: &module.params,
        trigger: module.trigger,
    }
}
