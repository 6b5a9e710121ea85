//! A signed container as a file: read from either form, written in either form.

use std::path::Path;

use motebox_envelope::{
    ChunkCheck, Encoding, Form, Header, HeaderReader, MAX_SIGN1, MAX_TEXT_HEADER, Manifest, PayloadCheck,
    Sha256, Sign1, write_text_header,
};

use crate::error::{Error, Result};
use crate::words;

/// A container whose form, manifest and payload fit each other. Its signature has not been looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Container {
    /// The form it was read from, or is to be written in.
    pub(crate) form: Form,
    sign1: Vec<u8>,
    /// As transmitted; empty for a command.
    pub(crate) payload: Vec<u8>,
}

impl Container {
    /// Reads a file and checks all that can be checked without a key.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let file = std::fs::read(path).map_err(|e| Error::file("read", path, &e))?;
        Self::parse(&file).map_err(|error| error.about(path.display()))
    }

    /// The same from bytes: binary form begins with tag 18, everything else is taken for text.
    pub(crate) fn parse(file: &[u8]) -> Result<Self> {
        let form = if file.first() == Some(&0xD2) {
            Form::Binary
        } else {
            Form::Text
        };
        let mut reader = HeaderReader::new(form);
        let (header, payload) = reader.read(file).map_err(|error| words::form(error, file))?;
        check_payload(&header, payload)?;
        Ok(Self {
            form,
            sign1: header.sign1_bytes.to_vec(),
            payload: payload.to_vec(),
        })
    }

    /// From a signature that was just made.
    pub(crate) fn new(form: Form, sign1: &[u8], payload: Vec<u8>) -> Self {
        Self {
            form,
            sign1: sign1.to_vec(),
            payload,
        }
    }

    /// The COSE_Sign1.
    pub(crate) fn sign1(&self) -> Result<Sign1<'_>> {
        Sign1::parse(&self.sign1).map_err(|error| words::form(error.into(), &self.sign1))
    }

    /// What the container says of itself.
    pub(crate) fn manifest(&self) -> Result<Manifest<'_>> {
        Manifest::parse(self.sign1()?.manifest).map_err(|error| words::form(error.into(), &self.sign1))
    }

    /// Its id as text.
    pub(crate) fn id(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(self.manifest()?.id).into_owned())
    }

    /// SHA-256 of the manifest: what a mote tells versions apart by.
    pub(crate) fn digest(&self) -> Result<[u8; 32]> {
        Ok(Sha256::of(self.sign1()?.manifest))
    }

    /// The bytes of `self.form`.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>> {
        let manifest = self.manifest()?;
        let mut out = Vec::with_capacity(self.sign1.len() + self.payload.len() + 8);
        match (self.form, manifest.payload) {
            (Form::Binary, None) => out.extend_from_slice(&self.sign1),
            (Form::Binary, Some(_)) => {
                out.extend_from_slice(&self.sign1);
                out.extend_from_slice(&byte_string_head(self.payload.len()));
                out.extend_from_slice(&self.payload);
            }
            (Form::Text, Some(payload)) if payload.encoding == Encoding::Identity && is_script(&manifest) => {
                let mut line = [0; MAX_TEXT_HEADER];
                let length = write_text_header(&self.sign1, payload.sha256, &mut line)
                    .map_err(|_| Error::new(format!("the COSE_Sign1 is longer than {MAX_SIGN1} B")))?;
                out.extend_from_slice(&line[..length]);
                out.extend_from_slice(&self.payload);
            }
            (Form::Text, _) => {
                return Err(
                    Error::new("only an uncompressed script has a text form").advise("use --form binary")
                );
            }
        }
        Ok(out)
    }
}

fn is_script(manifest: &Manifest<'_>) -> bool {
    manifest.kind == motebox_envelope::Kind::Script
}

fn check_payload(header: &Header<'_>, payload: &[u8]) -> Result<()> {
    let Some(announced) = header.manifest.payload else {
        return Ok(());
    };
    let mut chunks = ChunkCheck::new();
    let mut whole = PayloadCheck::new();
    whole.update(payload);
    let checked = match announced.encoding {
        Encoding::Identity => whole.finish(header.manifest.kind, &announced),
        _ => chunks
            .push(&announced, payload)
            .and_then(|()| chunks.finish(&announced)),
    };
    checked.map_err(|error| words::payload(error, &announced, payload))
}

/// The shortest CBOR head of a byte string.
fn byte_string_head(length: usize) -> Vec<u8> {
    let length = length as u32;
    let [a, b, c, d] = length.to_be_bytes();
    match length {
        0..24 => vec![0x40 | d],
        24..0x100 => vec![0x58, d],
        0x100..0x1_0000 => vec![0x59, c, d],
        _ => vec![0x5A, a, b, c, d],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_shortest() {
        assert_eq!(byte_string_head(23), [0x57]);
        assert_eq!(byte_string_head(24), [0x58, 24]);
        assert_eq!(byte_string_head(255), [0x58, 255]);
        assert_eq!(byte_string_head(256), [0x59, 1, 0]);
        assert_eq!(byte_string_head(65_535), [0x59, 255, 255]);
        assert_eq!(byte_string_head(65_536), [0x5A, 0, 1, 0, 0]);
    }
}
