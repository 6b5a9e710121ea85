//! The description of a composition that people write: TOML, or JSON of the same shape. Names and units are those of the
//! module library.

use std::collections::BTreeMap;
use std::path::Path;

use motebox_crime::{Trigger, modules};
use serde::Deserialize;
use serde_json::Value;

use super::{Composition, Module, Stack, param_of, units};
use crate::error::{Error, Result};
use crate::excerpt;
use crate::terms::Confirm;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// Container id, for signing.
    pub(crate) id: Option<String>,
    /// How the trial ends well, for signing.
    pub(crate) confirm: Option<Confirm>,
    /// Seconds of uptime that the trial lasts, for signing.
    pub(crate) probation_s: Option<u32>,
    /// What `motebox sim --channel` replaces, where that is not the lowest channel.
    channel: Option<u16>,
    stack: Vec<StackText>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StackText {
    name: Option<String>,
    /// `stack.module`: where this stack is merged.
    into: Option<String>,
    modules: Vec<ModuleText>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ModuleText {
    Name(String),
    Table(BTreeMap<String, Value>),
}

/// `trigger = { every = "1 s", times = 3 }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggerText {
    every: Value,
    #[serde(default)]
    times: u16,
}

impl Description {
    /// Reads a file: JSON when its name ends so, else TOML.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file("read", path, &e))?;
        let json = path.extension().is_some_and(|extension| extension == "json");
        Self::parse(&path.display().to_string(), &text, json)
    }

    /// The same from the text of `subject`.
    pub(crate) fn parse(subject: &str, text: &str, json: bool) -> Result<Self> {
        excerpt::parse(subject, text, json).map_err(|error| {
            error
                .reworded(
                    "data did not match any variant of untagged enum ModuleText",
                    "a module is a name, or a table { module = \"…\", parameter = … }",
                )
                .advise("examples/stacks/mesh.toml shows what may stand there")
        })
    }

    /// The composition: names looked up, values in range. Whether it holds together is checked as motes check it.
    pub(crate) fn composition(&self) -> Result<Composition> {
        let mut stacks = Vec::new();
        for (at, text) in self.stack.iter().enumerate() {
            let name = text.name.clone().unwrap_or_else(|| at.to_string());
            if stacks.iter().any(|stack: &Stack| stack.name == name) {
                return Err(Error::new(format!("two stacks are called `{name}`")));
            }
            let modules: Result<Vec<Module>> = text
                .modules
                .iter()
                .map(|module| read_module(module).map_err(|error| error.about(format!("stack `{name}`"))))
                .collect();
            stacks.push(Stack {
                name,
                modules: modules?,
                parent: None,
            });
        }
        let parents: Result<Vec<Option<u8>>> = std::iter::zip(&self.stack, &stacks)
            .map(|(text, stack)| {
                let parent = text.into.as_deref().map(|into| find(&stacks, into)).transpose();
                parent.map_err(|error| error.about(format!("stack `{}`", stack.name)))
            })
            .collect();
        for (stack, parent) in std::iter::zip(&mut stacks, parents?) {
            stack.parent = parent;
        }
        Ok(Composition {
            stacks,
            base: self.channel,
        })
    }
}

fn read_module(text: &ModuleText) -> Result<Module> {
    let empty = BTreeMap::new();
    let (name, table) = match text {
        ModuleText::Name(name) => (name.as_str(), &empty),
        ModuleText::Table(table) => match table.get("module") {
            Some(Value::String(name)) => (name.as_str(), table),
            _ => {
                return Err(Error::new("a module has no name")
                    .advise("write { module = \"channel\", channel_no = 132 }"));
            }
        },
    };
    let Some(doc) = modules::DOCS.iter().find(|doc| doc.name == name) else {
        let names: Vec<&str> = modules::DOCS.iter().map(|doc| doc.name).collect();
        return Err(Error::new(format!("there is no module `{name}`"))
            .advise(format!("there are {}", names.join(", "))));
    };
    let mut module = Module {
        id: doc.descriptor.id,
        params: Vec::new(),
        trigger: None,
    };
    for (key, value) in table.iter().filter(|(key, _)| *key != "module") {
        let about = |error: Error| error.about(name);
        if key == "trigger" {
            module.trigger = Some(read_trigger(value).map_err(about)?);
            continue;
        }
        let (index, param, param_doc) = param_of(doc, key)?;
        module.set(index, units::read(value, param, param_doc).map_err(about)?);
    }
    Ok(module)
}

fn read_trigger(value: &Value) -> Result<Trigger> {
    let text: TriggerText = serde_json::from_value(value.clone()).map_err(|error| {
        Error::new(format!("trigger: {error}")).advise("write trigger = { every = \"1 s\", times = 3 }")
    })?;
    let interval = motebox_crime::Param::new(1, u32::MAX, 0);
    let doc = motebox_crime::ParamDoc {
        name: "every",
        unit: "ms",
        summary: "",
    };
    Ok(Trigger {
        interval_ms: units::read(&text.every, interval, doc)?,
        times: text.times,
    })
}

/// The number of `stack.module`, counted over all stacks; the module by its name, or by its place from the channel up
/// where a stack has two of that name.
fn find(stacks: &[Stack], into: &str) -> Result<u8> {
    let wrong =
        |what: String| Error::new(what).advise("write into = \"STACK.MODULE\", such as \"data.mesh\"");
    let Some((stack_name, module_name)) = into.rsplit_once('.') else {
        return Err(wrong(format!("`{into}` names no module of a stack")));
    };
    let mut before = 0;
    for stack in stacks {
        if stack.name != stack_name {
            before += stack.modules.len();
            continue;
        }
        let named: Vec<usize> = stack
            .modules
            .iter()
            .enumerate()
            .filter(|(at, module)| module.name() == module_name || at.to_string() == module_name)
            .map(|(at, _)| at)
            .collect();
        return match named.as_slice() {
            [at] => u8::try_from(before + at).map_err(|_| wrong("there are more than 255 modules".into())),
            [] => Err(wrong(format!(
                "there is no module `{module_name}` in stack `{stack_name}`"
            ))),
            [first, ..] => Err(wrong(format!(
                "there are {} modules `{module_name}` in stack `{stack_name}`: say \"{stack_name}.{first}\"",
                named.len()
            ))),
        };
    }
    Err(wrong(format!("there is no stack `{stack_name}`")))
}
