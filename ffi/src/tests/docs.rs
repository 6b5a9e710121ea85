//! The header says of each function what a caller must know, without making him read another one's comment first.

use std::collections::BTreeSet;
use std::vec::Vec;

const HEADER: &str = include_str!("../../../include/motebox.h");

/// The comment and the declaration of each function.
fn functions() -> Vec<(&'static str, &'static str)> {
    let parts = HEADER.split("/*\n").skip(1);
    let parts = parts.filter_map(|part| part.split_once("*/"));
    let declared = parts.map(|(comment, code)| (comment, code.split(';').next().unwrap().trim_start()));
    declared
        .filter(|(_, code)| {
            ["int32_t mbx_", "const char *mbx_"]
                .iter()
                .any(|begins| code.starts_with(begins))
        })
        .collect()
}

fn name(declaration: &str) -> &str {
    let (head, _) = declaration.split_once('(').unwrap();
    head.rsplit([' ', '*']).next().unwrap()
}

#[test]
fn each_function_says_who_may_call_it_whether_it_blocks_and_which_errors_there_are() {
    let functions = functions();
    // None stands there without a comment of its own.
    assert_eq!(functions.len(), HEADER.matches("\nint32_t mbx_").count() + 1);
    assert!(functions.len() > 100);
    for (comment, declaration) in functions {
        let name = name(declaration);
        assert!(comment.contains("Context: "), "{name}: in which context?");
        assert!(
            ["not block", "not wait", "**Blocks**", "takes as long as"]
                .iter()
                .any(|says| comment.contains(says)),
            "{name}: does it block?"
        );
        // These two answer no error number.
        if !["mbx_strerror", "mbx_ed25519_verify"].contains(&name) {
            assert!(comment.contains("Errors"), "{name}: which errors?");
        }
        assert!(
            !comment.contains("here and below"),
            "{name}: functions are read alone"
        );
        if declaration.contains('*') && declaration.starts_with("int32_t") {
            assert!(comment.contains("# Safety"), "{name}: what may the pointers be?");
        }
    }
}

#[test]
fn what_comments_name_exists() {
    let words = |text: &'static str| {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .filter(|word| word.starts_with("MBX_") || word.starts_with("mbx_"))
    };
    let (mut comments, mut code) = (BTreeSet::new(), BTreeSet::new());
    for part in HEADER.split("/*").skip(1) {
        let (comment, behind) = part.split_once("*/").unwrap();
        comments.extend(words(comment));
        code.extend(words(behind));
    }
    for word in comments {
        // `MBX_SLOT_…` is all that begin so.
        let known = match word.ends_with('_') {
            true => code.iter().any(|other| other.starts_with(word)),
            false => code.contains(word),
        };
        assert!(known, "a comment of motebox.h names {word}, which is not there");
    }
}

#[test]
fn every_struct_that_crosses_begins_with_its_size_and_has_no_type_that_compilers_differ_in() {
    let code = HEADER
        .split("/*")
        .skip(1)
        .filter_map(|part| part.split_once("*/"));
    let code: std::string::String = code.map(|(_, behind)| behind).collect();
    for word in ["bool", "enum", "long", "int ", "char ", "wchar_t"] {
        // The one exception is a text that C reads as its own.
        let found = code.match_indices(word).find(|(at, _)| {
            !code[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
                && !code[*at..].starts_with("char *mbx_strerror")
        });
        assert!(found.is_none(), "motebox.h has {word}");
    }
    let structs: Vec<&str> = code.split("typedef struct ").skip(1).collect();
    let structs = structs.iter().filter_map(|text| text.split_once('{'));
    let mut count = 0;
    for (name, members) in structs.filter(|(name, _)| !name.contains(';')) {
        count += 1;
        assert!(members.trim_start().starts_with("uint32_t size;"), "{name}");
        let members = members.split('}').next().unwrap();
        assert!(!members.contains(':'), "{name} has a bit-field");
    }
    assert!(count > 20, "{count}");
}
