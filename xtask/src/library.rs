//! `cargo xtask lib`: `libmotebox.a` for a chip, in the smallest build that this machine can make.

use std::path::PathBuf;

use crate::shell::{self, Result};
use crate::toolchain::{TARGETS, Toolchain};

/// Builds, and says where the archive is and how it was built.
///
/// # Errors
/// No toolchain for the target; cargo has something to say.
pub fn run(args: &[String]) -> Result<()> {
    let wanted = Wanted::parse(args)?;
    let toolchain = if wanted.plain {
        Toolchain::plain(wanted.target)?
    } else {
        Toolchain::find(wanted.target)?
    };
    let archive = build(&toolchain, wanted.target, &wanted.cargo)?;
    println!("{}", archive.display());
    println!("{}, {}", toolchain.build(), toolchain.version()?);
    if !toolchain.is_reference() && !wanted.plain {
        println!("smaller, without frame pointers: `rustup component add rust-src`, then the same again");
    }
    Ok(())
}

/// Builds the archive with a toolchain; `args` go to cargo.
///
/// # Errors
/// Cargo has something to say.
pub fn build<S: AsRef<str>>(toolchain: &Toolchain, target: &str, args: &[S]) -> Result<PathBuf> {
    let mut build = toolchain.cargo("build", target, &[])?;
    build.args(["--quiet", "--package", "motebox-ffi", "--profile", "chip"]);
    build.args(args.iter().map(AsRef::as_ref));
    shell::output(&mut build)?;
    let built = shell::target_dir().join("chip").join(target);
    Ok(built.join("chip/libmotebox.a"))
}

/// What was asked for.
struct Wanted<'a> {
    target: &'a str,
    plain: bool,
    /// For cargo.
    cargo: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn parse(args: &'a [String]) -> Result<Self> {
        let mut wanted = Self {
            target: TARGETS[0],
            plain: false,
            cargo: Vec::new(),
        };
        let mut words = args.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "--target" => wanted.target = words.next().ok_or("lib: --target needs a target")?,
                "--plain" => wanted.plain = true,
                "--no-default-features" => wanted.cargo.push(word),
                "--features" => {
                    wanted.cargo.push(word);
                    wanted
                        .cargo
                        .push(words.next().ok_or("lib: --features needs a list")?);
                }
                other => {
                    return Err(format!(
                        "lib: no option '{other}' (--target, --plain, --no-default-features, --features)"
                    ));
                }
            }
        }
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;
    use crate::toolchain::TARGETS;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(String::from).collect()
    }

    #[test]
    fn features_go_to_cargo_and_the_rest_stays() {
        let args = words("--target thumbv7m-none-eabi --no-default-features --features crime --plain");
        let wanted = Wanted::parse(&args).unwrap();
        assert_eq!(
            (wanted.target, wanted.plain, wanted.cargo),
            (
                TARGETS[1],
                true,
                vec!["--no-default-features", "--features", "crime"]
            )
        );
        assert_eq!(Wanted::parse(&[]).unwrap().target, TARGETS[0]);
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        for text in ["--feature crime", "--features", "--target", "thumbv6m-none-eabi"] {
            let args = words(text);
            let why = Wanted::parse(&args).err().unwrap_or_default();
            assert!(why.starts_with("lib: "), "{text}: {why}");
        }
    }
}
