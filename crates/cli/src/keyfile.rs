//! Keys as files: `NAME.key` with the secret, `NAME.pub` without. Both are TOML of a few lines, so that a person can
//! see which key it is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use ed25519_compact::{KeyPair, Noise, PublicKey, Seed};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::textform::{hex, unhex};

/// Bytes of the key id that `keygen` chooses: the first of the public key's SHA-256.
const KEY_ID_BYTES: usize = 4;

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
#[derive(Clone)]
pub(crate) struct SigningKey {
    pub(crate) verifying: VerifyingKey,
    pair: KeyPair,
}

impl SigningKey {
    /// A new key from 32 random bytes.
    pub(crate) fn from_seed(seed: [u8; 32]) -> Self {
        let pair = KeyPair::from_seed(Seed::new(seed));
        let public = *pair.pk;
        let key_id = Sha256::digest(public)[..KEY_ID_BYTES].to_vec();
        Self {
            verifying: VerifyingKey { key_id, public },
            pair,
        }
    }

    /// A new key from the operating system's randomness.
    pub(crate) fn generate() -> Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|e| Error::new(format!("the system gives no random bytes: {e}")))?;
        Ok(Self::from_seed(seed))
    }

    /// The Ed25519 signature of a message (RFC 8032, deterministic).
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        *self.pair.sk.sign(message, None::<Noise>)
    }

    /// Writes `NAME.key` (for the owner alone) and `NAME.pub`; neither may exist.
    pub(crate) fn write(&self, name: &Path) -> Result<(PathBuf, PathBuf)> {
        let (secret_path, public_path) = (with_suffix(name, "key"), with_suffix(name, "pub"));
        let public_lines = format!(
            "algorithm = \"Ed25519\"\nkey_id = \"{}\"\npublic = \"{}\"\n",
            hex(&self.verifying.key_id),
            hex(&self.verifying.public)
        );
        let secret_line = format!("secret = \"{}\"\n", hex(&*self.pair.sk.seed()));
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
        let pair = KeyPair::from_seed(Seed::new(seed));
        if *pair.pk != verifying.public {
            return Err(Error::new(format!(
                "the two keys in {} do not belong together",
                path.display()
            )));
        }
        Ok(Self { verifying, pair })
    }
}

impl VerifyingKey {
    /// Reads a `.pub` file, or the public half of a `.key` file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        verifying(path, &parse(path)?)
    }

    /// Whether the signature is this key's over the message.
    pub(crate) fn as_ed25519(&self) -> PublicKey {
        PublicKey::new(self.public)
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
        Error::new(format!("{} is no key file: {}", path.display(), e.message()))
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
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Error::new(format!("{}: key_id is not hex", path.display())))?;
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
