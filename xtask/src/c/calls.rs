//! What the C programs call: every function of the archive, and every pointer of each once with NULL.
//!
//! Read from the sources, as far as that needs no C compiler: comments are left out, a call is a name with `(` behind it, and
//! its arguments lie between the commas. That a call is reached, the programs say themselves: each `CHECK` must hold.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::shell::{self, Result};

/// What checks.h makes two arguments of: a pointer and its length.
const TWO: &str = "BYTES(";

/// Fails unless the programs call every function that `archive` gives, and pass NULL for every pointer that it takes.
pub fn check(archive: &Path, programs: &[&str]) -> Result<()> {
    let header = without_comments(&read(&crate::header::folder().join("motebox.h"))?);
    let mut sources = String::new();
    for name in programs {
        sources += &without_comments(&read(&shell::root().join("ffi/tests").join(format!("{name}.c")))?);
    }
    let symbols = shell::output(Command::new("nm").arg("--defined-only").arg(archive))?;
    let functions = symbols
        .lines()
        .filter_map(|line| line.split_once(" T "))
        .map(|(_, name)| name)
        .filter(|name| name.starts_with("mbx_"));
    let declared = declared(&header);
    let (mut count, mut pointers, mut wrong) = (0, 0, Vec::new());
    for name in functions {
        count += 1;
        let Some(parameters) = declared.get(name) else {
            wrong.push(format!("the header does not declare {name}"));
            continue;
        };
        let calls: Vec<Vec<&str>> = calls(&sources, name).collect();
        if calls.is_empty() {
            wrong.push(format!("no program calls {name}"));
        }
        for (at, parameter) in parameters.iter().enumerate() {
            if parameter.contains('*') {
                pointers += 1;
                if !calls.iter().any(|call| call.get(at) == Some(&"NULL")) {
                    wrong.push(format!("no program passes NULL to {name} for `{parameter}`"));
                }
            }
        }
    }
    if count == 0 {
        wrong.push(format!("{} has no functions", archive.display()));
    }
    if !wrong.is_empty() {
        return Err(format!("c: {}", wrong.join("\nc: ")));
    }
    println!("all {count} functions of the library are called, and all {pointers} pointers are NULL once");
    Ok(())
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut code = parts.next().unwrap_or_default().to_string();
    for part in parts {
        code += part.split_once("*/").map_or("", |(_, behind)| behind);
    }
    code
}

/// The header's functions and their parameters.
fn declared(header: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut found = BTreeMap::new();
    for declaration in header.split(';').filter(|part| !part.contains("typedef")) {
        // What stands before the name belongs to the declaration, or to a struct or macro before it.
        let Some(start) = declaration.find("mbx_").and_then(|_| declaration.find('(')) else {
            continue;
        };
        let name = declaration[..start]
            .rsplit(|c: char| !(c.is_alphanumeric() || c == '_'))
            .next()
            .unwrap_or_default();
        if name.starts_with("mbx_") {
            found.insert(name, arguments(&declaration[start + 1..]));
        }
    }
    found
}

/// The arguments of each call of a function.
fn calls<'s>(sources: &'s str, name: &'s str) -> impl Iterator<Item = Vec<&'s str>> {
    sources.match_indices(name).filter_map(move |(at, _)| {
        let whole = !sources[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let behind = sources[at + name.len()..].strip_prefix('(')?;
        whole.then(|| arguments(behind))
    })
}

/// What lies between the commas, up to the `)` that closes what was open at the beginning.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, byte) in text.bytes().enumerate() {
        let ends = match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                continue;
            }
            b')' | b']' | b'}' if depth > 0 => {
                depth -= 1;
                continue;
            }
            b')' => true,
            b',' if depth == 0 => false,
            _ => continue,
        };
        let argument = text[from..at].trim();
        found.push(argument);
        if argument.starts_with(TWO) {
            found.push("");
        }
        if ends {
            break;
        }
        from = at + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{arguments, calls, declared, without_comments};

    #[test]
    fn calls_are_found_with_their_arguments() {
        let source = "x = mbx_a(f(1, 2), NULL /* NULL, */); // \nCHECK(mbx_a(NULL, BYTES(\"a\"), y[1, 2]) == 0 && not_mbx_a(NULL));\nmbx_ab(NULL)";
        let source = without_comments(source);
        let found: Vec<Vec<&str>> = calls(&source, "mbx_a").collect();
        assert_eq!(
            found,
            [
                vec!["f(1, 2)", "NULL"],
                vec!["NULL", "BYTES(\"a\")", "", "y[1, 2]"]
            ]
        );
    }

    #[test]
    fn the_header_is_read() {
        let header = "typedef int32_t (*mbx_verify)(void *user);\nstruct mbx_s {\n  int32_t (*read)(void *user);\n  uint32_t size;\n};\n#endif\nint32_t mbx_a(struct mbx_s *s, uint32_t n,\n  uint8_t *out);\nconst char *mbx_b(int32_t error);\n";
        let found = declared(header);
        assert_eq!(found.keys().collect::<Vec<_>>(), [&"mbx_a", &"mbx_b"]);
        assert_eq!(found["mbx_a"], ["struct mbx_s *s", "uint32_t n", "uint8_t *out"]);
        assert_eq!(found["mbx_b"], ["int32_t error"]);
    }

    #[test]
    fn an_open_call_ends_with_the_text() {
        assert_eq!(arguments("a, b"), ["a"]);
        assert!(arguments("").is_empty());
    }
}
