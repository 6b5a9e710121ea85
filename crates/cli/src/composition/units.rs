//! Values with units, as they stand in descriptions.

use motebox_crime::{Address, Param, ParamDoc};
use serde_json::Value;

use crate::error::{Error, Result};

/// Units of time, in milliseconds.
const TIMES: &[(&str, u64)] = &[
    ("ms", 1),
    ("s", 1000),
    ("min", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];

/// A number of a parameter: a bare number is in the parameter's own unit, text has a unit or is an address.
pub(crate) fn read(value: &Value, param: Param, doc: ParamDoc) -> Result<u32> {
    let wrong = || Error::new(format!("`{value}` is no value of {}", doc.name)).advise(wanted(param, doc));
    let number = match value {
        Value::Number(number) if doc.unit != "address" => number.as_u64(),
        Value::String(text) if doc.unit == "address" => {
            address(text).map(|address| u64::from(address.value()))
        }
        Value::String(text) => quantity(text, doc.unit),
        Value::Bool(flag) if param.max == 1 => Some(u64::from(*flag)),
        _ => None,
    };
    let number = number.ok_or_else(wrong)?;
    u32::try_from(number)
        .ok()
        .filter(|number| (param.min..=param.max).contains(number))
        .ok_or_else(|| {
            Error::new(format!("{} is {}", doc.name, show_wide(number, doc.unit))).advise(wanted(param, doc))
        })
}

/// What may stand there.
pub(crate) fn wanted(param: Param, doc: ParamDoc) -> String {
    match doc.unit {
        "address" => format!("{} is an address such as \"2.0\"", doc.name),
        unit => format!(
            "{} is {} to {}",
            doc.name,
            show(param.min, unit),
            show(param.max, unit)
        ),
    }
}

/// `a.b`.
pub(crate) fn address(text: &str) -> Option<Address> {
    let (a, b) = text.split_once('.')?;
    Some(Address::new(a.parse().ok()?, b.parse().ok()?))
}

/// An address as it is written.
pub(crate) fn show_address(address: Address) -> String {
    let [a, b] = address.0;
    format!("{a}.{b}")
}

/// A number and a unit that goes over into `unit` without a rest.
fn quantity(text: &str, unit: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, given) = (text[..digits].parse::<u64>().ok()?, text[digits..].trim());
    let own = TIMES.iter().find(|(name, _)| *name == unit);
    match (own, TIMES.iter().find(|(name, _)| *name == given)) {
        (Some((_, own)), Some((_, factor))) => {
            let milliseconds = number.checked_mul(*factor)?;
            (milliseconds % own == 0).then_some(milliseconds / own)
        }
        _ if given.is_empty() || given == unit || given.strip_suffix('s') == Some(unit) => Some(number),
        _ => None,
    }
}

/// A value as it stands in a description, without quotes.
pub(crate) fn show(value: u32, unit: &str) -> String {
    show_wide(u64::from(value), unit)
}

fn show_wide(value: u64, unit: &str) -> String {
    if unit == "address" && value <= u64::from(u16::MAX) {
        return show_address(Address::from_value(value as u16));
    }
    match TIMES.iter().position(|(name, _)| *name == unit) {
        Some(own) if value > 0 => {
            let milliseconds = value.saturating_mul(TIMES[own].1);
            // The longest unit that shows it without a fraction; days only where it is days.
            let (name, factor) = TIMES[own..]
                .iter()
                .rev()
                .find(|(_, factor)| milliseconds.is_multiple_of(*factor))
                .unwrap_or(&TIMES[own]);
            format!("{} {name}", milliseconds / factor)
        }
        Some(_) => format!("{value} {unit}"),
        None if unit == "1" || unit == "address" => value.to_string(),
        None => format!("{value} {unit}"),
    }
}

/// A value as TOML.
pub(crate) fn toml(value: u32, unit: &str) -> String {
    match unit {
        "address" => format!("\"{}\"", show(value, unit)),
        _ if TIMES.iter().any(|(name, _)| *name == unit) => format!("\"{}\"", show(value, unit)),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn doc(unit: &'static str) -> ParamDoc {
        ParamDoc {
            name: "x",
            unit,
            summary: "",
        }
    }

    #[test]
    fn values_have_units() {
        let any = Param::new(0, u32::MAX, 0);
        let read = |value: Value, unit| read(&value, any, doc(unit)).ok();
        assert_eq!(read(json!(7), "ms"), Some(7));
        assert_eq!(read(json!("7"), "ms"), Some(7));
        assert_eq!(read(json!("7 ms"), "ms"), Some(7));
        assert_eq!(read(json!("2s"), "ms"), Some(2000));
        assert_eq!(read(json!("2 min"), "s"), Some(120));
        assert_eq!(read(json!("1500 ms"), "s"), None, "no rest");
        assert_eq!(read(json!("3000 ms"), "s"), Some(3));
        assert_eq!(read(json!("3 hops"), "ms"), None);
        assert_eq!(read(json!("3 hops"), "hops"), Some(3));
        assert_eq!(read(json!("3 bytes"), "byte"), Some(3));
        assert_eq!(read(json!("2.1"), "address"), Some(0x0102));
        assert_eq!(read(json!(2), "address"), None);
        assert_eq!(read(json!("2.256"), "address"), None);
        assert_eq!(read(json!(-1), "1"), None);
        assert_eq!(read(json!(1.5), "ms"), None);
        assert_eq!(read(json!("99999999999 d"), "ms"), None);
    }

    #[test]
    fn what_is_shown_is_read_as_the_same() {
        for unit in ["ms", "s", "1", "hops", "packets", "byte"] {
            for value in [
                0,
                1,
                59,
                60,
                1000,
                1001,
                60_000,
                90_000,
                3_600_000,
                86_400_000,
                u32::MAX,
            ] {
                let any = Param::new(0, u32::MAX, 0);
                let shown = json!(show(value, unit));
                assert_eq!(read(&shown, any, doc(unit)).unwrap(), value, "{shown} {unit}");
            }
        }
        assert_eq!(show(60_000, "ms"), "1 min");
        assert_eq!(show(90, "s"), "90 s");
    }
}
