//! Writes manifests, for tools on a PC and for tests. What it writes is read back before it is handed out, so nothing
//! leaves that a device would not take.

use minicbor::Encoder;
use minicbor::encode::write::Cursor;

use crate::manifest::{VERSION, key};
use crate::permissions::{KEY_DATA, KEY_DEVICES, KEY_OPEN, KEY_PEERS, KEY_RADIO, KEY_REBOOT, KEY_SECURED};
use crate::{
    Device, Encoding, Host, Limits, Manifest, ManifestError, Path, Peer, Permissions, Radio, Target,
};

/// Why a manifest, a permissions map or a COSE_Sign1 was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The buffer is too small.
    NoRoom,
    /// A device would refuse it, for this reason.
    Invalid(ManifestError),
    /// The key id is not 1 to 8 bytes.
    KeyIdLength(u32),
    /// The manifest is not 1 to 256 bytes.
    ManifestLength(u32),
}

impl From<ManifestError> for EncodeError {
    fn from(error: ManifestError) -> Self {
        Self::Invalid(error)
    }
}

/// Room ran out, which is all that can go wrong in a cursor.
type WriteError = minicbor::encode::Error<minicbor::encode::write::EndOfSlice>;

impl From<WriteError> for EncodeError {
    fn from(_: WriteError) -> Self {
        Self::NoRoom
    }
}

type Writer<'b> = Encoder<Cursor<&'b mut [u8]>>;

/// Permissions as lists, to be encoded.
#[derive(Clone, Copy, Debug, Default)]
pub struct PermissionsSpec<'a> {
    /// Devices, in any order, no name twice.
    pub devices: &'a [Device<'a>],
    /// Paths, open and secured.
    pub paths: &'a [Path<'a>],
    /// Peers.
    pub peers: &'a [Peer<'a>],
    /// May reboot.
    pub reboot: bool,
    /// May use the radio so.
    pub radio: Option<Radio>,
    /// May offer samples.
    pub data: bool,
}

impl PermissionsSpec<'_> {
    /// Writes the map into `out`; writes nothing when nothing is permitted.
    ///
    /// # Errors
    /// [`EncodeError`].
    pub fn encode<'b>(&self, out: &'b mut [u8]) -> Result<Permissions<'b>, EncodeError> {
        let count_of = |secured| self.paths.iter().filter(|path| path.secured == secured).count() as u64;
        let (open, secured) = (count_of(false), count_of(true));
        let present = [
            !self.devices.is_empty(),
            open > 0,
            secured > 0,
            !self.peers.is_empty(),
            self.reboot,
            self.radio.is_some(),
            self.data,
        ];
        let entries = present.into_iter().filter(|there| *there).count() as u64;
        if entries == 0 {
            return Ok(Permissions::NONE);
        }
        let mut writer = Encoder::new(Cursor::new(&mut *out));
        writer.map(entries)?;
        self.write_devices(&mut writer)?;
        self.write_paths(&mut writer, KEY_OPEN, open, false)?;
        self.write_paths(&mut writer, KEY_SECURED, secured, true)?;
        self.write_peers(&mut writer)?;
        if self.reboot {
            writer.u32(KEY_REBOOT)?.bool(true)?;
        }
        if let Some(radio) = self.radio {
            writer
                .u32(KEY_RADIO)?
                .array(3)?
                .u32(radio.channels)?
                .i8(radio.max_power_dbm)?
                .u8(u8::from(radio.scan))?;
        }
        if self.data {
            writer.u32(KEY_DATA)?.bool(true)?;
        }
        let length = writer.into_writer().position();
        Ok(Permissions::parse(out.get(..length).unwrap_or(&[]))?)
    }

    fn write_devices(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.devices.is_empty() {
            return Ok(());
        }
        writer.u32(KEY_DEVICES)?.map(self.devices.len() as u64)?;
        let order = |device: &&Device<'_>| device.name.len();
        let mut written: Option<&Device<'_>> = None;
        for _ in self.devices {
            // the next one in the order of encodings: the shorter first, then bytewise
            let after = |device: &&Device<'_>| {
                written.is_none_or(|last| (last.name.len(), last.name) < (device.name.len(), device.name))
            };
            let next = self
                .devices
                .iter()
                .filter(after)
                .min_by(|a, b| (order(a), a.name).cmp(&(order(b), b.name)));
            let Some(device) = next else {
                return Err(ManifestError::Cbor(crate::Fault::DuplicateKey { at: 0 }).into());
            };
            write_device(writer, device)?;
            written = Some(device);
        }
        Ok(())
    }

    fn write_paths(
        &self,
        writer: &mut Writer<'_>,
        key: u32,
        count: u64,
        secured: bool,
    ) -> Result<(), EncodeError> {
        if count == 0 {
            return Ok(());
        }
        writer.u32(key)?.array(count)?;
        for path in self.paths.iter().filter(|path| path.secured == secured) {
            writer.str(ascii(path.path)?)?;
        }
        Ok(())
    }

    fn write_peers(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.peers.is_empty() {
            return Ok(());
        }
        writer.u32(KEY_PEERS)?.array(self.peers.len() as u64)?;
        for peer in self.peers {
            writer.array(5)?.u8(u8::from(peer.secured))?;
            match peer.host {
                Host::V4(address) => writer.bytes(address)?,
                Host::V6(address) => writer.bytes(address)?,
                Host::Name(name) => writer.str(ascii(name)?)?,
            };
            let own_port = if peer.secured { 5684 } else { 5683 };
            let port = if peer.port == own_port { 0 } else { peer.port };
            writer.u16(port)?.u8(peer.methods)?.str(ascii(peer.prefix)?)?;
        }
        Ok(())
    }
}

/// Text fields are ASCII, which reading back makes sure of.
fn ascii(text: &[u8]) -> Result<&str, EncodeError> {
    core::str::from_utf8(text).map_err(|_| EncodeError::Invalid(ManifestError::Text(0)))
}

fn write_device(writer: &mut Writer<'_>, device: &Device<'_>) -> Result<(), EncodeError> {
    let rights = u8::from(device.read) | u8::from(device.write) << 1;
    writer.str(ascii(device.name)?)?;
    match (device.range, device.per_minute) {
        (None, 0) => writer.u8(rights)?,
        (None, rate) => writer.array(2)?.u8(rights)?.u32(rate)?,
        (Some(range), rate) => {
            writer
                .array(if range.exponent == 0 { 4 } else { 5 })?
                .u8(rights)?
                .u32(rate)?
                .i32(range.min)?
                .i32(range.max)?;
            if range.exponent == 0 {
                writer
            } else {
                writer.i8(range.exponent)?
            }
        }
    };
    Ok(())
}

/// Writes the head of the binary form's payload, which follows the COSE_Sign1, and returns its length: at most 5. The payload's bytes as
/// transmitted follow it.
///
/// # Errors
/// [`EncodeError::NoRoom`].
pub fn write_payload_head(transmitted: u32, out: &mut [u8]) -> Result<usize, EncodeError> {
    let mut writer = Encoder::new(Cursor::new(out));
    writer.bytes_len(u64::from(transmitted))?;
    Ok(writer.into_writer().position())
}

impl Manifest<'_> {
    /// Writes the manifest into `out` (256 bytes are enough for any that is accepted) and returns its length.
    ///
    /// # Errors
    /// [`EncodeError`]: no room, or not a manifest that a device would take.
    pub fn encode(&self, out: &mut [u8]) -> Result<usize, EncodeError> {
        let mut writer = Encoder::new(Cursor::new(&mut *out));
        writer.map(self.entries())?;
        writer.u32(key::VERSION)?.u32(VERSION)?;
        writer.u32(key::KIND)?.u8(self.kind as u8)?;
        writer.u32(key::ID)?.str(ascii(self.id)?)?;
        writer.u32(key::SEQUENCE)?.u32(self.sequence)?;
        writer.u32(key::TARGET)?;
        match self.target {
            Target::Device(id) => writer.bytes(id)?,
            Target::Class(class) => writer.str(ascii(class)?)?,
            Target::Any => writer.bool(true)?,
        };
        self.write_payload(&mut writer)?;
        self.write_rights(&mut writer)?;
        if let Some(confirm) = self.confirm {
            writer
                .u32(key::POLICY)?
                .u8(confirm.policy as u8)?
                .u32(key::PROBATION)?
                .u32(confirm.probation_s)?;
        }
        if let Some(base) = self.base {
            writer.u32(key::BASE)?.u32(base)?;
        }
        if let Some(command) = self.command {
            writer.u32(key::COMMAND)?.u8(command as u8)?;
        }
        let length = writer.into_writer().position();
        if length > crate::MAX_MANIFEST {
            return Err(EncodeError::ManifestLength(length as u32));
        }
        Manifest::parse(out.get(..length).unwrap_or(&[]))?;
        Ok(length)
    }

    fn entries(&self) -> u64 {
        let payload = self.payload.map_or(0, |payload| {
            let coded = if payload.encoding == Encoding::Identity {
                0
            } else {
                2
            };
            2 + coded + u64::from(!payload.chunks.is_empty())
        });
        let rights =
            u64::from(self.permissions != Permissions::NONE) + u64::from(self.limits != Limits::default());
        5 + payload
            + rights
            + if self.confirm.is_some() { 2 } else { 0 }
            + u64::from(self.base.is_some())
            + u64::from(self.command.is_some())
    }

    fn write_payload(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        let Some(payload) = self.payload else {
            return Ok(());
        };
        writer
            .u32(key::LENGTH)?
            .u32(payload.length)?
            .u32(key::SHA256)?
            .bytes(payload.sha256)?;
        if payload.encoding != Encoding::Identity {
            writer
                .u32(key::ENCODING)?
                .u8(payload.encoding as u8)?
                .u32(key::TRANSMITTED)?
                .u32(payload.transmitted)?;
        }
        if !payload.chunks.is_empty() {
            writer.u32(key::CHUNKS)?.bytes(payload.chunks)?;
        }
        Ok(())
    }

    fn write_rights(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError> {
        if self.permissions != Permissions::NONE {
            // checked bytes, copied as they are: re-encoding could only differ
            writer.u32(key::PERMISSIONS)?;
            minicbor::encode::Write::write_all(writer.writer_mut(), self.permissions.as_bytes())
                .map_err(|_| EncodeError::NoRoom)?;
        }
        let limits = [
            self.limits.heap_bytes,
            self.limits.fuel_per_event,
            self.limits.timers,
            self.limits.log_bytes,
            self.limits.messages_per_minute,
            self.limits.bytes_per_minute,
        ];
        let count = limits.iter().flatten().count() as u64;
        if count > 0 {
            writer.u32(key::LIMITS)?.map(count)?;
        }
        for (number, limit) in (1u32..).zip(limits) {
            if let Some(limit) = limit {
                writer.u32(number)?.u32(limit)?;
            }
        }
        Ok(())
    }
}
