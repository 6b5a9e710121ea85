//! Places in texts that people wrote: `line:column`, and the line around it, however long that is.

use serde::de::DeserializeOwned;

use crate::error::Error;

/// Characters of a line that are shown around a column.
const WINDOW: usize = 72;
/// Characters of somebody else's message that are shown: it may quote the text.
const MESSAGE: usize = 240;

/// Where something is wrong: both count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Place {
    /// Of a byte of the text.
    fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte.min(text.len())).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or("");
        Self {
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
        }
    }
}

/// `FILE:LINE:COLUMN: message`, and below it what stands there.
pub(crate) fn error_at(subject: &str, text: &str, place: Place, message: &str) -> Error {
    let line = text.lines().nth(place.line.saturating_sub(1)).unwrap_or("");
    let (shown, caret) = window(line, place.column);
    let head = format!("{subject}:{}:{}: {}", place.line, place.column, short(message));
    Error::new(match shown.trim().is_empty() {
        true => head,
        false => format!("{head}\n  {shown}\n  {:caret$}^", ""),
    })
}

/// A table that a person wrote: JSON or TOML.
pub(crate) fn parse<T: DeserializeOwned>(subject: &str, text: &str, json: bool) -> Result<T, Error> {
    if json {
        return serde_json::from_str(text).map_err(|error| {
            let (place, said) = (
                Place {
                    line: error.line(),
                    column: error.column().max(1),
                },
                error.to_string(),
            );
            let suffix = format!(" at line {} column {}", error.line(), error.column());
            error_at(subject, text, place, said.strip_suffix(&suffix).unwrap_or(&said))
        });
    }
    toml::from_str(text).map_err(|error| match error.span() {
        Some(span) => error_at(subject, text, Place::of(text, span.start), error.message()),
        None => Error::new(format!("{subject}: {}", short(error.message()))),
    })
}

/// The part of a line around a column, and how far from its start the column is.
fn window(line: &str, column: usize) -> (String, usize) {
    let at = column.saturating_sub(1);
    let length = line.chars().count();
    let start = at.saturating_sub(WINDOW / 2).min(length.saturating_sub(WINDOW));
    let part = line.chars().skip(start).take(WINDOW);
    // One column each, and nothing that moves the cursor.
    let part: String = part.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let (left, right) = (start > 0, start + WINDOW < length);
    let shown = format!(
        "{}{part}{}",
        if left { "…" } else { "" },
        if right { "…" } else { "" }
    );
    (shown, (at - start).min(WINDOW) + usize::from(left))
}

/// A message of at most so many characters, its end kept: reasons stand there.
pub(crate) fn short(message: &str) -> String {
    let message: Vec<char> = message.trim().chars().collect();
    if message.len() <= MESSAGE {
        return message.into_iter().collect();
    }
    let (start, end) = (MESSAGE / 2, message.len() - MESSAGE / 2);
    message[..start]
        .iter()
        .chain(&['…'])
        .chain(&message[end..])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_around_the_column() {
        let line = format!("{}X{}", "a".repeat(50_000), "b".repeat(50_000));
        let (shown, caret) = window(&line, 50_001);
        assert_eq!(shown.chars().nth(caret), Some('X'));
        assert_eq!(shown.chars().count(), WINDOW + 2);
        let (shown, caret) = window("short = tru", 9);
        assert_eq!((shown.as_str(), caret), ("short = tru", 8));
        let (shown, caret) = window(&line, 100_002);
        assert!(shown.starts_with("…b") && caret == WINDOW + 1, "{shown} {caret}");
        assert_eq!(window("", 1), (String::new(), 0));
        assert_eq!(window("ab", 90).1, WINDOW);
    }

    #[test]
    fn both_languages_tell_the_place() {
        type Table = std::collections::BTreeMap<String, u8>;
        let said = |text: &str, json| parse::<Table>("t", text, json).unwrap_err().to_string();
        let toml = said("a = 1\nb = 'é' x\n", false);
        assert!(
            toml.starts_with("t:2:") && toml.contains("\n  b = 'é' x\n"),
            "{toml}"
        );
        let json = said("{\"a\": 1,\n \"b\": 700}", true);
        assert!(json.starts_with("t:2:9: ") && !json.contains("at line"), "{json}");
        let huge = format!("a = \"{}\"", "x".repeat(100_000));
        for json in [false, true] {
            let text = if json {
                format!("{{\"a\": \"{}\"}}", "x".repeat(100_000))
            } else {
                huge.clone()
            };
            let said = said(&text, json);
            assert!(said.len() < 700 && said.starts_with("t:1:"), "{said}");
        }
    }
}
