//! The front matter of a test: the YAML between `/*---` and `---*/`, as far as test262 uses it.

/// When an expected exception comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Before any code has run.
    Parse,
    /// While modules are linked; scripts have no such tests.
    Resolution,
    /// While it runs.
    Runtime,
}

/// What a test says of itself.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Whether the key `features` is there.
    pub has_features: bool,
    pub features: Vec<String>,
    pub flags: Vec<String>,
    pub includes: Vec<String>,
    pub negative: Option<(Phase, String)>,
}

impl Meta {
    /// Reads the front matter of a test's text; a text without any is a plain test.
    pub fn parse(text: &str) -> Result<Meta, String> {
        let mut meta = Meta::default();
        let Some((_, rest)) = text.split_once("/*---") else {
            return Ok(meta);
        };
        let (yaml, _) = rest.split_once("---*/").ok_or("the front matter has no end")?;
        let (mut phase, mut kind) = (None, None);
        let mut key = "";
        for line in yaml.split(['\n', '\r']) {
            let inner = line.starts_with([' ', '\t']);
            let line = line.trim();
            let (name, value) = match line.split_once(':') {
                Some((name, value)) if !line.starts_with(['-', '#']) => (name.trim(), value.trim()),
                _ => ("", line),
            };
            if !inner && !name.is_empty() {
                key = match name {
                    "features" | "flags" | "includes" | "negative" => name,
                    _ => "",
                };
                meta.has_features |= key == "features";
            }
            match (key, name) {
                ("negative", "phase") => {
                    phase = Some(match value {
                        "parse" | "early" => Phase::Parse,
                        "resolution" => Phase::Resolution,
                        "runtime" => Phase::Runtime,
                        _ => return Err(format!("there is no phase '{value}'")),
                    });
                }
                ("negative", "type") => kind = Some(value.to_string()),
                ("features", _) => list(value, &mut meta.features),
                ("flags", _) => list(value, &mut meta.flags),
                ("includes", _) => list(value, &mut meta.includes),
                _ => {}
            }
        }
        meta.negative = match (phase, kind) {
            (Some(phase), Some(kind)) => Some((phase, kind)),
            (None, None) => None,
            _ => return Err("a negative test without phase or type".into()),
        };
        Ok(meta)
    }
    /// Whether the test has this flag.
    pub fn flag(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }
}

/// Adds `[a, b]` or `- a`.
fn list(value: &str, to: &mut Vec<String>) {
    let value = value.split(" #").next().unwrap_or_default();
    let items = value.trim_start_matches("- ").trim_matches(['[', ']', ' ']);
    to.extend(
        items
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty() && !item.starts_with('#'))
            .map(str::to_string),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_and_block_lists_are_read() {
        let text = "// copyright\n/*---\ninfo: |\n  flags: [raw]\nes5id: 1\nnegative:\n  phase: parse\n  type: SyntaxError\n\
                    flags: [onlyStrict, generated]\nfeatures:\n  - let\n  - Symbol.iterator\nincludes: [a.js,  b.js]\n---*/\nx";
        let meta = Meta::parse(text).unwrap();
        assert_eq!(meta.flags, ["onlyStrict", "generated"]);
        assert_eq!(meta.features, ["let", "Symbol.iterator"]);
        assert_eq!(meta.includes, ["a.js", "b.js"]);
        assert_eq!(meta.negative, Some((Phase::Parse, "SyntaxError".into())));
        assert!(meta.has_features && meta.flag("onlyStrict") && !meta.flag("raw"));
    }
    #[test]
    fn no_front_matter_is_a_plain_test() {
        assert_eq!(Meta::parse("var x;"), Ok(Meta::default()));
        assert!(Meta::parse("/*--- flags: [raw]").is_err());
    }
}
