//! The terms of a container, as a person writes them: who it is, when its trial is over, what it may do and use.
//! A TOML file (`examples/alarm.toml`), or JSON of the same shape.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::excerpt;

/// The whole file. Flags of `motebox sign` win over it.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Terms {
    /// Container id, 1 to 16 of `a-z0-9-`.
    pub(crate) id: Option<String>,
    /// How the trial ends well.
    pub(crate) confirm: Option<Confirm>,
    /// Seconds of uptime that the trial lasts.
    pub(crate) probation_s: Option<u32>,
    /// What it may do; nothing when absent.
    pub(crate) permissions: Option<Permissions>,
    /// What it may use; the device's own limits when absent.
    pub(crate) limits: Option<Limits>,
}

/// Confirm policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Confirm {
    /// It ran for the probation in one go.
    Auto,
    /// The script calls `container.confirm()`.
    Script,
    /// The operator sends a command.
    Operator,
}

/// What a script may do.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Permissions {
    pub(crate) devices: BTreeMap<String, Rule>,
    /// CoAP paths it may register, answered to anybody.
    pub(crate) paths: Vec<String>,
    /// CoAP paths it may register, answered to secured requests only.
    pub(crate) secured_paths: Vec<String>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) reboot: bool,
    pub(crate) radio: Option<Radio>,
    pub(crate) data: bool,
}

/// What it may do to one device.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Rule {
    /// `"read"`, `"write"` or `"read-write"`.
    Plain(Rights),
    /// With bounds.
    Bounded(Bounds),
}

/// Rights over a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Rights {
    Read,
    Write,
    ReadWrite,
}

/// Rights with a rate and a range of values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bounds {
    pub(crate) rights: Rights,
    /// Calls a minute; no bound when absent.
    pub(crate) per_minute: Option<u32>,
    /// Lowest value it may write.
    pub(crate) min: Option<f64>,
    /// Highest value it may write.
    pub(crate) max: Option<f64>,
}

/// A peer that it may call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Peer {
    /// `coap://[2001:db8::1]:5683/prefix`; no port is the scheme's own, no path is every path.
    pub(crate) uri: String,
    pub(crate) methods: Vec<Method>,
}

/// CoAP methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// The bit in a permission.
    pub(crate) fn bit(self) -> u8 {
        match self {
            Self::Get => 1,
            Self::Post => 2,
            Self::Put => 4,
            Self::Delete => 8,
        }
    }
}

/// Use of the radio.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Radio {
    /// IEEE 802.15.4 channels, 0 to 26.
    pub(crate) channels: Vec<u8>,
    pub(crate) max_power_dbm: i8,
    #[serde(default)]
    pub(crate) energy_scan: bool,
}

/// What a script may use up.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    pub(crate) heap_bytes: Option<u32>,
    pub(crate) fuel_per_event: Option<u32>,
    pub(crate) timers: Option<u32>,
    pub(crate) log_bytes: Option<u32>,
    pub(crate) messages_per_minute: Option<u32>,
    pub(crate) bytes_per_minute: Option<u32>,
}

impl Terms {
    /// Reads a file: JSON when its name ends so, else TOML.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::file("read", path, &e))?;
        let json = path.extension().is_some_and(|extension| extension == "json");
        excerpt::parse(&path.display().to_string(), &text, json)
            .map_err(|error| error.reworded(
                "data did not match any variant of untagged enum Rule",
                "a right is \"read\", \"write\", \"read-write\" or a table { rights = \"…\", per_minute = …, min = …, max = … }",
            ).advise("examples/alarm.toml shows what may stand there"))
    }
}

/// Two numbers as integers of 32 bits with one power of ten, exact or not at all.
pub(crate) fn common_exponent(min: f64, max: f64) -> Option<(i32, i32, i8)> {
    (-9..=9i8).rev().find_map(|exponent| {
        let mantissa = |value: f64| -> Option<i32> {
            // Decimal text is exact where a quotient of doubles is not.
            let (negative, digits, places) = decimal(value)?;
            let shift = i32::from(exponent) + places;
            let scaled: i64 = if shift > 0 {
                let divisor = 10i64.checked_pow(shift.unsigned_abs())?;
                (digits % divisor == 0).then_some(digits / divisor)?
            } else {
                digits.checked_mul(10i64.checked_pow(shift.unsigned_abs())?)?
            };
            i32::try_from(if negative { -scaled } else { scaled }).ok()
        };
        // Positive exponents only where no smaller form exists, so that 0..100 stays plain.
        Some((mantissa(min)?, mantissa(max)?, exponent)).filter(|_| exponent <= 0 || needs(min, max))
    })
}

fn needs(min: f64, max: f64) -> bool {
    min.abs().max(max.abs()) > f64::from(i32::MAX)
}

/// Sign, digits and how many of them stand after the point.
fn decimal(value: f64) -> Option<(bool, i64, i32)> {
    let text = format!("{}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((value < 0.0, digits, fraction.len() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_becomes_integers_with_one_power_of_ten() {
        assert_eq!(common_exponent(0.0, 100.0), Some((0, 100, 0)));
        assert_eq!(common_exponent(-0.5, 2.25), Some((-50, 225, -2)));
        assert_eq!(common_exponent(0.0, 3e12), Some((0, 3000, 9)));
        assert_eq!(common_exponent(0.1, 3e12), None);
        assert_eq!(common_exponent(0.0, f64::INFINITY), None);
        assert_eq!(common_exponent(f64::NAN, 1.0), None);
    }

    #[test]
    fn an_unknown_word_is_refused_by_name() {
        let error = toml::from_str::<Terms>("[permissions]\ndevice = {}\n")
            .unwrap_err()
            .to_string();
        assert!(error.contains("unknown field `device`"), "{error}");
    }

    #[test]
    fn rules_are_plain_or_bounded() {
        let terms: Terms = toml::from_str(
            "[permissions.devices]\nsound = \"read\"\nbuzzer = { rights = \"write\", per_minute = 60, min = 0, max = 100 }\n",
        )
        .unwrap();
        let devices = terms.permissions.unwrap().devices;
        assert_eq!(devices["sound"], Rule::Plain(Rights::Read));
        let bounds = Bounds {
            rights: Rights::Write,
            per_minute: Some(60),
            min: Some(0.0),
            max: Some(100.0),
        };
        assert_eq!(devices["buzzer"], Rule::Bounded(bounds));
    }
}
