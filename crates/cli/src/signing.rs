//! Makes signed containers: for `motebox sign`, and for the demonstration.

use motebox_envelope::{
    CHUNK, CHUNK_DIGEST, Command, Confirm, Context, Encoding, Form, Kind, MAX_MANIFEST, Manifest, Payload,
    Permissions, Policy, Sha256,
};

use crate::container::Container;
use crate::error::{Error, Result};
use crate::grants;
use crate::keyfile::SigningKey;
use crate::terms::{self, Terms};
use crate::values::{CommandKind, Target};

/// Seconds of trial when nobody says otherwise.
pub(crate) const DEFAULT_PROBATION_S: u32 = 60;

/// Who a container is, and for whom.
pub(crate) struct Identity<'a> {
    pub(crate) id: &'a str,
    pub(crate) sequence: u32,
    pub(crate) target: &'a Target,
    pub(crate) context: Context,
}

/// Signs a script on the given terms.
pub(crate) fn script(
    key: &SigningKey,
    who: &Identity<'_>,
    terms: &Terms,
    source: &[u8],
) -> Result<Container> {
    if is_signed(source) {
        return Err(Error::new("the file is signed already")
            .advise("sign the source: `motebox inspect` shows what the file is"));
    }
    if source.is_empty() {
        return Err(Error::new("the script is empty"));
    }
    payload(key, who, terms, (Kind::Script, Form::Text), source)
}

/// Whether it is a signed container in either form.
pub(crate) fn is_signed(source: &[u8]) -> bool {
    source.starts_with(b"/*motebox1 ") || source.first() == Some(&0xD2)
}

/// Signs a composition message on the given terms.
pub(crate) fn composition(
    key: &SigningKey,
    who: &Identity<'_>,
    terms: &Terms,
    message: &[u8],
) -> Result<Container> {
    payload(key, who, terms, (Kind::Composition, Form::Binary), message)
}

fn payload(
    key: &SigningKey,
    who: &Identity<'_>,
    terms: &Terms,
    (kind, form): (Kind, Form),
    source: &[u8],
) -> Result<Container> {
    let sha256 = Sha256::of(source);
    let chunks: Vec<u8> = match source.len() > CHUNK as usize {
        true => source
            .chunks(CHUNK as usize)
            .flat_map(|chunk| Sha256::of(chunk)[..CHUNK_DIGEST].to_vec())
            .collect(),
        false => Vec::new(),
    };
    let permissions = grants::encode(&terms.permissions.clone().unwrap_or_default())?;
    let permissions = match permissions.as_slice() {
        [] => Permissions::NONE,
        bytes => {
            Permissions::parse(bytes).map_err(|e| Error::new(format!("the permissions are broken: {e:?}")))?
        }
    };
    let policy = match terms.confirm.unwrap_or(terms::Confirm::Auto) {
        terms::Confirm::Auto => Policy::Auto,
        terms::Confirm::Script => Policy::Script,
        terms::Confirm::Operator => Policy::Operator,
    };
    let length = source.len() as u32;
    let manifest = Manifest {
        kind,
        id: who.id.as_bytes(),
        sequence: who.sequence,
        target: target(who.target),
        payload: Some(Payload {
            length,
            sha256: &sha256,
            encoding: Encoding::Identity,
            transmitted: length,
            chunks: &chunks,
        }),
        permissions,
        limits: grants::limits(&terms.limits.clone().unwrap_or_default()),
        confirm: Some(Confirm {
            policy,
            probation_s: terms.probation_s.unwrap_or(DEFAULT_PROBATION_S),
        }),
        base: None,
        command: None,
    };
    sign(key, who.context, &manifest, form, source)
}

/// Signs a command about the version of sequence `base`.
pub(crate) fn command(
    key: &SigningKey,
    who: &Identity<'_>,
    command: CommandKind,
    base: u32,
) -> Result<Container> {
    let manifest = Manifest {
        kind: Kind::Command,
        id: who.id.as_bytes(),
        sequence: who.sequence,
        target: target(who.target),
        payload: None,
        permissions: Permissions::NONE,
        limits: motebox_envelope::Limits::default(),
        confirm: None,
        base: Some(base),
        command: Some(match command {
            CommandKind::Confirm => Command::Confirm,
            CommandKind::Revert => Command::Revert,
            CommandKind::Stop => Command::Stop,
            CommandKind::Delete => Command::Delete,
        }),
    };
    sign(key, who.context, &manifest, Form::Binary, &[])
}

fn target(target: &Target) -> motebox_envelope::Target<'_> {
    match target {
        Target::Any => motebox_envelope::Target::Any,
        Target::Class(class) => motebox_envelope::Target::Class(class.as_bytes()),
        Target::Device(id) => motebox_envelope::Target::Device(id),
    }
}

fn sign(
    key: &SigningKey,
    context: Context,
    manifest: &Manifest<'_>,
    form: Form,
    payload: &[u8],
) -> Result<Container> {
    let refused = |error: motebox_envelope::EncodeError| {
        use motebox_envelope::{EncodeError, ManifestError};
        match error {
            EncodeError::NoRoom | EncodeError::ManifestLength(_) => {
                Error::new(format!("the manifest is longer than {MAX_MANIFEST} B"))
                    .advise("ask for fewer permissions, with shorter names, or shorten the script")
            }
            EncodeError::Invalid(ManifestError::Id(_)) => Error::new(format!(
                "`{}` is no container id",
                String::from_utf8_lossy(manifest.id)
            ))
            .advise("say --id: 1 to 16 characters of a-z, 0-9 and -; `trust` is taken"),
            _ => Error::new("no mote would take this manifest")
                .advise("sequence is 1 to 4294967294, probation 1 to 604800 s"),
        }
    };
    let mut bytes = [0; 2 * MAX_MANIFEST];
    let length = manifest.encode(&mut bytes).map_err(refused)?;
    let sign1 = key.sign1(&bytes[..length], context).map_err(refused)?;
    Ok(Container::new(form, &sign1, payload.to_vec()))
}
