//! Keys as files: `NAME.key` with the secret, `NAME.pub` without. Both are TOML of a few lines, so that a person can
//! see which key it is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use motebox_envelope::{Context, EncodeError, MAX_SIGN1, key_id};
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::excerpt;
use crate::hex::{hex, unhex};

const SECRET_NOTE: &str =
    "# Motebox signing key. Whoever has this file can sign for every mote that trusts it.\n";
const PUBLIC_NOTE: &str = "# Motebox public key: give it to motes and to whoever verifies.\n";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyText {
    algorithm: String,
    key_id: String,
    public: String,
    secret: Option<String>,
}

/// A key that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VerifyingKey {
    /// What containers name it by (COSE's `kid`).
    pub(crate) key_id: Vec<u8>,
    /// The Ed25519 public key.
    pub(crate) public: [u8; 32],
}

/// A key that signs.
pub(crate) struct SigningKey {
    pub(crate) verifying: VerifyingKey,
    seed: [u8; 32],
}

impl SigningKey {
    /// The key of 32 random bytes.
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        let public = motebox_envelope::SigningKey::from_seed(&seed).public_key();
        Self {
            verifying: VerifyingKey {
                key_id: key_id(&public).to_vec(),
                public,
            },
            seed,
        }
    }

    /// A new key from the operating system's randomness.
    pub(crate) fn generate() -> Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|e| Error::new(format!("the system gives no random bytes: {e}")))?;
        Ok(Self::from_seed(seed))
    }

    /// The COSE_Sign1 over a manifest.
    pub(crate) fn sign1(&self, manifest: &[u8], context: Context) -> Result<Vec<u8>, EncodeError> {
        let mut sign1 = vec![0; MAX_SIGN1];
        let key = motebox_envelope::SigningKey::from_seed(&self.seed);
        let length = key.sign1(manifest, &self.verifying.key_id, context, &mut sign1)?;
        sign1.truncate(length);
        Ok(sign1)
    }

    /// Writes `NAME.key` (for the owner alone) and `NAME.pub`; neither may exist.
    pub(crate) fn write(&self, name: &Path) -> Result<(PathBuf, PathBuf)> {
        let (secret_path, public_path) = (with_suffix(name, "key"), with_suffix(name, "pub"));
        let public_lines = format!(
            "algorithm = \"Ed25519\"\nkey_id = \"{}\"\npublic = \"{}\"\n",
            hex(&self.verifying.key_id),
            hex(&self.verifying.public)
        );
        let secret_line = format!("secret = \"{}\"\n", hex(&self.seed));
        if public_path.exists() {
            let exists = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(Error::file("write", &public_path, &exists));
        }
        create(
            &secret_path,
            0o600,
            &format!("{SECRET_NOTE}{public_lines}{secret_line}"),
        )?;
        create(&public_path, 0o644, &format!("{PUBLIC_NOTE}{public_lines}"))?;
        Ok((secret_path, public_path))
    }

    /// Reads a `.key` file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = parse(path)?;
        let verifying = verifying(path, &text)?;
        let Some(secret) = text.secret else {
            return Err(Error::new(format!("{} holds only a public key", path.display()))
                .advise("sign with the .key file that `motebox keygen` wrote beside it"));
        };
        let seed = key_bytes(path, "secret", &secret)?;
        if Self::from_seed(seed).verifying.public != verifying.public {
            return Err(Error::new(format!(
                "the two keys in {} do not belong together",
                path.display()
            )));
        }
        Ok(Self { verifying, seed })
    }
}

impl VerifyingKey {
    /// Reads a `.pub` file, or the public half of a `.key` file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        verifying(path, &parse(path)?)
    }
}

fn with_suffix(name: &Path, suffix: &str) -> PathBuf {
    let mut path = name.as_os_str().to_owned();
    path.push(".");
    path.push(suffix);
    PathBuf::from(path)
}

fn create(path: &Path, mode: u32, text: &str) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| Error::file("write", path, &e))
}

fn parse(path: &Path) -> Result<KeyText> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::file("read", path, &e))?;
    let key: KeyText = toml::from_str(&text).map_err(|e| {
        Error::new(format!(
            "{} is no key file: {}",
            path.display(),
            excerpt::short(e.message())
        ))
        .advise("`motebox keygen --out NAME` makes one")
    })?;
    if key.algorithm != "Ed25519" {
        return Err(Error::new(format!(
            "{}: algorithm {} is not known, only Ed25519",
            path.display(),
            key.algorithm
        )));
    }
    Ok(key)
}

fn verifying(path: &Path, text: &KeyText) -> Result<VerifyingKey> {
    let key_id = unhex(&text.key_id)
        .filter(|id| (1..=8).contains(&id.len()))
        .ok_or_else(|| Error::new(format!("{}: key_id is not 1 to 8 bytes in hex", path.display())))?;
    Ok(VerifyingKey {
        key_id,
        public: key_bytes(path, "public", &text.public)?,
    })
}

fn key_bytes(path: &Path, field: &str, text: &str) -> Result<[u8; 32]> {
    unhex(text)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Error::new(format!("{}: {field} is not 64 hex digits", path.display())))
}
