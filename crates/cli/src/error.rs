//! What every command fails with: one sentence on what is wrong, one on what to do about it.

use std::fmt;
use std::path::Path;

/// A line on standard error; nobody minds when that is closed, as by `2>&1 | head`.
macro_rules! say {
    ($($text:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}
pub(crate) use say;

/// A failure, told to a person.
#[derive(Debug)]
pub(crate) struct Error {
    message: String,
    advice: Option<String>,
}

/// The result of a command.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            advice: None,
        }
    }

    /// What to do about it.
    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// The same, said of one file.
    pub(crate) fn about(mut self, subject: impl fmt::Display) -> Self {
        self.message = format!("{subject}: {}", self.message);
        self
    }

    /// Words of somebody else's become ours.
    pub(crate) fn reworded(mut self, theirs: &str, ours: &str) -> Self {
        self.message = self.message.replace(theirs, ours);
        self
    }

    /// A file could not be used.
    pub(crate) fn file(doing: &str, path: &Path, error: &std::io::Error) -> Self {
        let failure = Self::new(format!("cannot {doing} {}: {error}", path.display()));
        match error.kind() {
            std::io::ErrorKind::NotFound if doing == "write" => {
                failure.advise("its folder must be there: make it first")
            }
            std::io::ErrorKind::NotFound => failure.advise("check the path"),
            std::io::ErrorKind::PermissionDenied => {
                failure.advise("who may do that? its owner and permissions tell (`ls -l`)")
            }
            std::io::ErrorKind::AlreadyExists => {
                failure.advise("choose another name; nothing was overwritten")
            }
            std::io::ErrorKind::InvalidData if doing == "read" => {
                failure.advise("it is no text: is it the right file?")
            }
            std::io::ErrorKind::IsADirectory => failure.advise("name a file in it"),
            _ => failure,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.advice {
            Some(advice) => write!(f, "\n  {advice}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
