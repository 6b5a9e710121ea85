//! Which tests make up the suites, and which are set aside: rules over front matter and tokens, the same for every engine.

use super::meta::{Meta, Phase};
use super::tokens::{Token, tokens};

/// Features of suite two: those that the engine means to have. A test whose list goes beyond is not chosen.
const FEATURES: &[&str] = &[
    "Array.prototype.includes",
    "ArrayBuffer",
    "DataView",
    "DataView.prototype.getFloat32",
    "DataView.prototype.getFloat64",
    "DataView.prototype.getInt16",
    "DataView.prototype.getInt32",
    "DataView.prototype.getInt8",
    "DataView.prototype.getUint16",
    "DataView.prototype.getUint32",
    "DataView.prototype.setUint8",
    "Int8Array",
    "Object.is",
    "String.prototype.endsWith",
    "String.prototype.includes",
    "arrow-function",
    "const",
    "default-parameters",
    "destructuring-assignment",
    "destructuring-binding",
    "for-of",
    "globalThis",
    "let",
    "object-rest",
    "object-spread",
    "rest-parameters",
    "spread",
    "template",
    "TypedArray",
    "Uint8Array",
    "Uint8ClampedArray",
    "align-detached-buffer-semantics-with-web-reality",
    "stable-array-sort",
];

/// Why a test that would belong to a suite is set aside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Aside {
    With,
    DirectEval,
}
impl Aside {
    pub fn name(self) -> &'static str {
        match self {
            Aside::With => "with",
            Aside::DirectEval => "direct eval",
        }
    }
}

/// Where a test belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Suite one: as old as ES5.
    One,
    /// Suite two: what came later and the engine has.
    Two,
    /// It would belong to suite one or two (`true`: one).
    Aside(Aside, bool),
    /// It has no `features`, but its text is later than ES5 and needs what no script for the engine may use.
    Later,
    /// Not a script, or of features beyond the list.
    Elsewhere,
}

/// Decides on a test by its front matter and text.
pub fn place(meta: &Meta, text: &str) -> Place {
    if meta.flag("module")
        || meta.flag("async")
        || meta.flag("CanBlockIsFalse")
        || meta.flag("CanBlockIsTrue")
    {
        return Place::Elsewhere;
    }
    if meta
        .features
        .iter()
        .any(|name| !FEATURES.contains(&name.as_str()))
    {
        return Place::Elsewhere;
    }
    let tokens = tokens(text);
    if is_later(&tokens) {
        return if meta.has_features {
            Place::Elsewhere
        } else {
            Place::Later
        };
    }
    // A text that must be refused needs nothing but a parser that refuses it.
    let refused = matches!(meta.negative, Some((Phase::Parse, _)));
    match aside(&tokens).filter(|_| !refused) {
        Some(why) => Place::Aside(why, !meta.has_features),
        None if meta.has_features => Place::Two,
        None => Place::One,
    }
}

/// Classes, generators, async functions, Symbol, Proxy, Reflect.
fn is_later(tokens: &[Token]) -> bool {
    let none = Token::Literal;
    (0..tokens.len()).any(|i| {
        let before = i.checked_sub(1).and_then(|i| tokens.get(i)).unwrap_or(&none);
        let after = tokens.get(i + 1).unwrap_or(&none);
        let Some(Token::Name(name)) = tokens.get(i) else {
            // `{ *method() {} }`
            return tokens[i].is_punct('*')
                && (before.is_punct('{') || before.is_punct(','))
                && matches!(after, Token::Name(_));
        };
        let follows_name = matches!(after, Token::Name(_));
        match name.as_str() {
            _ if before.is_punct('.') || after.is_punct(':') => false,
            "class" => follows_name || after.is_punct('{'),
            "function" => after.is_punct('*'),
            "async" => follows_name,
            "Symbol" | "Proxy" | "Reflect" => true,
            _ => false,
        }
    })
}

fn aside(tokens: &[Token]) -> Option<Aside> {
    let mut found = None;
    for (i, token) in tokens.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        let before = i.checked_sub(1).and_then(|i| tokens.get(i));
        let defined = ["function", "get", "set"];
        let member = before.is_some_and(|t| t.is_punct('.') || defined.iter().any(|word| t.is(word)));
        let behind = |k: usize, c: char| tokens.get(i + k).is_some_and(|t| t.is_punct(c));
        // `{ eval() {} }` defines a method.
        let called = behind(1, '(') && !(behind(2, ')') && behind(3, '{'));
        let why = match name.as_str() {
            "with" if called && !member => Aside::With,
            "eval" if called && !member => Aside::DirectEval,
            _ => continue,
        };
        found = Some(found.map_or(why, |old: Aside| old.min(why)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(features: Option<&[&str]>, text: &str) -> Place {
        let meta = Meta {
            has_features: features.is_some(),
            features: features.unwrap_or(&[]).iter().map(ToString::to_string).collect(),
            ..Meta::default()
        };
        place(&meta, text)
    }

    #[test]
    fn the_token_rules() {
        let cases = [
            (
                "var x = { class: 1, with: 2 }; x.with(1); x.eval(2); (0, eval)('3')",
                Place::One,
            ),
            ("with (x) y;", Place::Aside(Aside::With, true)),
            ("eval('1')", Place::Aside(Aside::DirectEval, true)),
            ("'eval(1)' // with (x)", Place::One),
            ("x = { get with() {}, eval() {} }", Place::One),
            ("var \u{e9}, \\u00e9", Place::One),
            ("class A {}", Place::Later),
            ("var class = 1", Place::One),
            ("function* g() {}", Place::Later),
            ("x = { *g() {} }", Place::Later),
            ("Symbol()", Place::Later),
            ("var o = { Symbol: 1 }; o.Symbol", Place::One),
        ];
        for (text, expected) in cases {
            assert_eq!(of(None, text), expected, "{text}");
        }
    }
    #[test]
    fn features_decide_on_suite_two() {
        assert_eq!(of(Some(&["let"]), "let x"), Place::Two);
        assert_eq!(of(Some(&["let", "Symbol"]), "let x"), Place::Elsewhere);
        assert_eq!(of(Some(&["let"]), "class A {}"), Place::Elsewhere);
        assert_eq!(of(Some(&["let"]), "with (x) y"), Place::Aside(Aside::With, false));
    }
}
