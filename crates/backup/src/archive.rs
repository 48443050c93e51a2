//! The archive: what stands in it, in which order, and how it is written. [`crate::unpack`] reads it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write};

use age::stream::StreamWriter;
use domain::files::{FileKey, StorageId};
use domain::value::Timestamp;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::checksums::Summing;
use crate::passphrase::Passphrase;

/// The work that a passphrase costs, as age's own program has it: about a second and 256 MiB.
const SCRYPT_LOG_N: u8 = 18;

/// An entry of an archive. They stand in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Manifest,
    /// The secret that was made beside the database, in a sealed archive alone.
    Secret,
    File {
        storage: StorageId,
        key: FileKey,
    },
    Database,
    Checksums,
}

impl Part {
    pub fn name(&self) -> String {
        match self {
            Self::Manifest => "manifest.json".to_owned(),
            Self::Secret => "secret".to_owned(),
            Self::File { storage, key } => format!("files/{storage}/{key}"),
            Self::Database => "database".to_owned(),
            Self::Checksums => "SHA256SUMS".to_owned(),
        }
    }

    /// The part of this name; none of any other, such as one that leads elsewhere.
    pub fn named(name: &str) -> Option<Self> {
        let part = match name {
            "manifest.json" => Self::Manifest,
            "secret" => Self::Secret,
            "database" => Self::Database,
            "SHA256SUMS" => Self::Checksums,
            _ => {
                let (storage, key) = name.strip_prefix("files/")?.split_once('/')?;
                let storage: i64 = storage.parse().ok()?;
                Self::File { storage: storage.into(), key: key.parse().ok()? }
            }
        };
        (part.name() == name).then_some(part)
    }

    /// Whether it may stand behind this one.
    pub fn follows(&self, earlier: Option<&Self>) -> bool {
        match (earlier, self) {
            (None, Self::Manifest) => true,
            (None, _) => false,
            (Some(Self::Manifest), part) => matches!(part, Self::Secret | Self::File { .. } | Self::Database),
            (Some(Self::Secret | Self::File { .. }), part) => matches!(part, Self::File { .. } | Self::Database),
            (Some(Self::Database), part) => *part == Self::Checksums,
            (Some(Self::Checksums), _) => false,
        }
    }
}

/// What an archive is written to, sealed or not.
enum Out<W: Write> {
    Open(W),
    Sealed(StreamWriter<W>),
}

impl<W: Write> Out<W> {
    fn new(out: W, passphrase: Option<&Passphrase>) -> io::Result<Self> {
        let Some(passphrase) = passphrase else { return Ok(Self::Open(out)) };
        let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
        recipient.set_work_factor(SCRYPT_LOG_N);
        let recipients = std::iter::once::<&dyn age::Recipient>(&recipient);
        let encryptor = age::Encryptor::with_recipients(recipients).map_err(io::Error::other)?;
        Ok(Self::Sealed(encryptor.wrap_output(out)?))
    }

    fn finish(self) -> io::Result<W> {
        match self {
            Self::Open(out) => Ok(out),
            Self::Sealed(out) => out.finish(),
        }
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Open(out) => out.write(bytes),
            Self::Sealed(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Open(out) => out.flush(),
            Self::Sealed(out) => out.flush(),
        }
    }
}

/// An archive that is being written.
pub(crate) struct ArchiveWriter<W: Write> {
    tar: tar::Builder<GzEncoder<Out<W>>>,
    /// The list of checksums: not in memory, since there may be millions of files.
    checksums: BufWriter<File>,
    taken_at: Timestamp,
}

impl<W: Write> ArchiveWriter<W> {
    pub fn new(out: W, passphrase: Option<&Passphrase>, taken_at: Timestamp) -> io::Result<Self> {
        let tar = tar::Builder::new(GzEncoder::new(Out::new(out, passphrase)?, Compression::fast()));
        Ok(Self { tar, checksums: BufWriter::new(tempfile::tempfile()?), taken_at })
    }

    /// Writes an entry of this length.
    pub fn add(&mut self, part: &Part, length: u64, content: impl Read) -> io::Result<()> {
        let line = append(&mut self.tar, self.taken_at, part, length, content)?;
        self.checksums.write_all(line.as_bytes())
    }

    /// Writes the end.
    pub fn finish(self) -> io::Result<W> {
        let Self { mut tar, checksums, taken_at } = self;
        let mut list = checksums.into_inner().map_err(io::IntoInnerError::into_error)?;
        let length = list.stream_position()?;
        list.rewind()?;
        append(&mut tar, taken_at, &Part::Checksums, length, BufReader::new(list))?;
        tar.into_inner()?.finish()?.finish()
    }
}

/// Writes an entry, and gives its line in the list of checksums.
fn append(
    tar: &mut tar::Builder<impl Write>,
    taken_at: Timestamp,
    part: &Part,
    length: u64,
    content: impl Read,
) -> io::Result<String> {
    let name = part.name();
    let mut header = tar::Header::new_gnu();
    header.set_path(&name)?;
    header.set_size(length);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(taken_at.unix_seconds()).unwrap_or_default());
    header.set_cksum();
    let mut content = Summing::new(content.take(length));
    tar.append(&header, &mut content)?;
    if content.length() < length {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, format!("{name} became shorter while it was read")));
    }
    Ok(content.line(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_its_part_and_nowhere_else() {
        let key = FileKey::of([0xab; 20]);
        let file = Part::File { storage: 3.into(), key: key.clone() };
        for part in [Part::Manifest, Part::Secret, file, Part::Database, Part::Checksums] {
            assert_eq!(Part::named(&part.name()), Some(part));
        }
        for name in [
            "",
            "/etc/passwd",
            "files/1/../../secret",
            "files/../1",
            "./database",
            &format!("files/+1/{key}"),
            &format!("files/1/./{key}"),
            &format!("files/1/{key}/"),
        ] {
            assert_eq!(Part::named(name), None, "{name}");
        }
    }
}
