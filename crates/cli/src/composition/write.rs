//! A composition as a description that reads as the same composition.

use std::fmt::Write;

use super::{Composition, Module, units};

impl Composition {
    /// TOML, with what each module is for beside it.
    pub(crate) fn to_toml(&self) -> String {
        let mut text = String::new();
        for stack in &self.stacks {
            if !text.is_empty() {
                text.push('\n');
            }
            // Writing to a string does not fail.
            let _ = writeln!(text, "[[stack]]\nname = \"{}\"", stack.name);
            if let Some(parent) = stack.parent {
                let _ = writeln!(text, "into = \"{}\"", self.place(parent));
            }
            text.push_str("modules = [\n");
            let lines: Vec<String> = stack.modules.iter().map(module).collect();
            let width = lines.iter().map(String::len).max().unwrap_or(0);
            for (line, module) in std::iter::zip(&lines, &stack.modules) {
                let summary = module.doc().map_or("", |doc| doc.summary);
                let _ = writeln!(text, "    {line:width$} # {summary}");
            }
            text.push_str("]\n");
        }
        text
    }

    /// A module's place as `into` has it.
    fn place(&self, number: u8) -> String {
        let mut before = 0;
        for stack in &self.stacks {
            let at = usize::from(number) - before;
            if let Some(module) = stack.modules.get(at) {
                let name = module.name();
                let alone = stack.modules.iter().filter(|other| other.name() == name).count() == 1;
                return match alone {
                    true => format!("{}.{name}", stack.name),
                    false => format!("{}.{at}", stack.name),
                };
            }
            before += stack.modules.len();
        }
        format!("module {number}")
    }
}

fn module(module: &Module) -> String {
    let name = module.name();
    let mut parts = vec![format!("module = \"{name}\"")];
    for (index, value) in &module.params {
        let doc = module.doc().and_then(|doc| doc.params.get(usize::from(*index)));
        parts.push(match doc {
            Some(doc) => format!("{} = {}", doc.name, units::toml(*value, doc.unit)),
            None => format!("\"parameter {index}\" = {value}"),
        });
    }
    if let Some(trigger) = module.trigger {
        let every = units::toml(trigger.interval_ms, "ms");
        parts.push(format!(
            "trigger = {{ every = {every}, times = {} }}",
            trigger.times
        ));
    }
    match parts.as_slice() {
        [_] => format!("\"{name}\","),
        parts => format!("{{ {} }},", parts.join(", ")),
    }
}
