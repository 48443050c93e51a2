//! An archive as it is read: from its beginning to its end, entry by entry, and nothing that is not as it was written.

use std::io::{self, BufRead, BufReader, Read};

use age::DecryptError;
use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};

use crate::archive::Part;
use crate::checksums::Summing;
use crate::error::Error;
use crate::passphrase::Passphrase;

const AGE_MAGIC: &[u8] = b"age-encryption.org/";
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];
/// The most work that a passphrase may cost, whoever made the archive: 1 GiB of memory.
const MAX_SCRYPT_LOG_N: u8 = 20;

fn damaged(error: &dyn std::fmt::Display) -> Error {
    Error::Damaged(error.to_string())
}

/// Reads an archive and hands each entry out. Once it returns, the archive is whole and each entry is as it was written; an
/// entry that is handed out may be damaged still.
pub(crate) fn unpack(
    source: impl Read,
    passphrase: Option<&Passphrase>,
    take: &mut dyn FnMut(&Part, &mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut archive = tar::Archive::new(GzDecoder::new(opened(BufReader::new(source), passphrase)?));
    let mut last: Option<Part> = None;
    // Of the lines of the entries so far: the list of checksums must be the same.
    let mut expected = Sha256::new();
    // Raw: an entry that changes the name of the next one is none of ours.
    for entry in archive.entries().map_err(|error| damaged(&error))?.raw(true) {
        let entry = entry.map_err(|error| if last.is_none() { Error::Foreign } else { damaged(&error) })?;
        let is_file = entry.header().entry_type().is_file();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let part = Part::named(&name).filter(|part| is_file && part.follows(last.as_ref()));
        let Some(part) = part else {
            return Err(if last.is_none() {
                Error::Foreign
            } else {
                Error::Damaged(format!("{name:?} does not belong there"))
            });
        };
        let length = entry.size();
        let mut content = Summing::new(entry);
        if part == Part::Checksums {
            compare(&mut content, &expected)?;
        } else {
            let taken = take(&part, &mut content);
            if let Some(failed) = &content.failed {
                return Err(damaged(failed));
            }
            taken?;
        }
        io::copy(&mut content, &mut io::sink()).map_err(|error| damaged(&error))?;
        if content.length() != length {
            return Err(Error::Damaged(format!("{name} is cut off")));
        }
        expected.update(content.line(&name).as_bytes());
        last = Some(part);
    }
    if last != Some(Part::Checksums) {
        return Err(if last.is_none() { Error::Foreign } else { Error::Damaged("its end is missing".into()) });
    }
    ended(archive.into_inner())
}

/// The archive without its seal.
fn opened<'a>(mut source: impl BufRead + 'a, passphrase: Option<&Passphrase>) -> Result<Box<dyn BufRead + 'a>, Error> {
    let head = source.fill_buf().map_err(|error| damaged(&error))?;
    match (head.starts_with(AGE_MAGIC), passphrase) {
        (true, None) => Err(Error::PassphraseNeeded),
        (true, Some(passphrase)) => {
            let mut identity = age::scrypt::Identity::new(passphrase.secret());
            identity.set_max_work_factor(MAX_SCRYPT_LOG_N);
            let decryptor = age::Decryptor::new_buffered(source).map_err(|error| damaged(&error))?;
            let opened = decryptor.decrypt(std::iter::once::<&dyn age::Identity>(&identity));
            let opened = opened.map_err(|error| match error {
                DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => Error::WrongPassphrase,
                // Sealed for somebody's key.
                DecryptError::NoMatchingKeys => Error::Foreign,
                error => damaged(&error),
            });
            Ok(Box::new(BufReader::new(opened?)))
        }
        (false, _) if !head.starts_with(GZIP_MAGIC) => Err(Error::Foreign),
        (false, Some(_)) => Err(Error::NotEncrypted),
        (false, None) => Ok(Box::new(source)),
    }
}

/// Holds that the list of checksums is that of the entries before it.
fn compare(list: &mut impl Read, expected: &Sha256) -> Result<(), Error> {
    let mut found = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = list.read(&mut buffer).map_err(|error| damaged(&error))?;
        if count == 0 {
            break;
        }
        found.update(buffer.get(..count).unwrap_or_default());
    }
    if found.finalize() != expected.clone().finalize() {
        return Err(Error::Damaged("its checksums do not match".into()));
    }
    Ok(())
}

/// Reads what follows the last entry: the checks of gzip and of the seal, and nothing behind them.
fn ended(mut gzip: GzDecoder<impl BufRead>) -> Result<(), Error> {
    io::copy(&mut gzip, &mut io::sink()).map_err(|error| damaged(&error))?;
    let rest = io::copy(&mut gzip.into_inner(), &mut io::sink()).map_err(|error| damaged(&error))?;
    if rest > 0 {
        return Err(Error::Damaged("something follows its end".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use domain::files::FileKey;
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::archive::ArchiveWriter;

    fn parts() -> Vec<(Part, Vec<u8>)> {
        let file = |n: u8| Part::File { storage: 1.into(), key: FileKey::of([n; 20]) };
        let noise: Vec<u8> = (0..100_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        vec![
            (Part::Manifest, b"{}".to_vec()),
            (Part::Secret, b"a secret".to_vec()),
            (file(2), noise.clone()),
            (file(1), Vec::new()),
            (Part::Database, noise),
        ]
    }

    fn archive(passphrase: Option<&Passphrase>) -> Vec<u8> {
        let mut writer = ArchiveWriter::new(Vec::new(), passphrase, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
        for (part, content) in parts() {
            writer.add(&part, content.len().try_into().unwrap(), content.as_slice()).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(archive: Vec<u8>, passphrase: Option<&Passphrase>) -> Result<Vec<(Part, Vec<u8>)>, Error> {
        let mut found = Vec::new();
        unpack(io::Cursor::new(archive), passphrase, &mut |part, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes).map_err(Error::Unwritable)?;
            found.push((part.clone(), bytes));
            Ok(())
        })?;
        Ok(found)
    }

    /// A tar in gzip of these entries, whatever they are called.
    fn made(entries: &[(&[u8], &str)]) -> Vec<u8> {
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, content) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_old_mut().name[..name.len()].copy_from_slice(name);
            header.set_size(content.len().try_into().unwrap());
            header.set_cksum();
            tar.append(&header, content.as_bytes()).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap()
    }

    #[test]
    fn what_was_written_is_read() {
        let passphrase = Passphrase::new("correct horse\n").unwrap();
        assert_eq!(read(archive(None), None).unwrap(), parts());
        assert_eq!(read(archive(Some(&passphrase)), Some(&passphrase)).unwrap(), parts());
    }

    #[test]
    fn an_archive_that_is_cut_off_anywhere_is_not_whole() {
        let whole = archive(None);
        for length in (2..whole.len()).step_by(997).chain([whole.len() - 1]) {
            let error = read(whole[..length].to_vec(), None).unwrap_err();
            assert!(matches!(error, Error::Damaged(_) | Error::Foreign), "{length}: {error}");
        }
    }

    #[test]
    fn an_archive_with_a_changed_byte_is_damaged() {
        let whole = archive(None);
        for place in (10..whole.len()).step_by(4_999).chain([whole.len() - 5]) {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(read(changed, None).is_err(), "{place}");
        }
        let mut longer = whole;
        longer.push(0);
        assert!(matches!(read(longer, None), Err(Error::Damaged(_))));
    }

    #[test]
    fn a_sealed_archive_that_is_cut_off_is_not_whole() {
        let passphrase = Passphrase::new("correct horse").unwrap();
        let mut sealed = archive(Some(&passphrase));
        // Exactly at the end of a chunk of age, of 64 KiB and a tag, too: the header is of no fixed length.
        sealed.truncate(sealed.len() - 70_000);
        assert!(matches!(read(sealed, Some(&passphrase)), Err(Error::Damaged(_))));
    }

    #[test]
    fn a_passphrase_is_needed_and_must_be_the_right_one() {
        let passphrase = Passphrase::new("correct horse").unwrap();
        let sealed = archive(Some(&passphrase));
        assert!(matches!(read(sealed.clone(), None), Err(Error::PassphraseNeeded)));
        let wrong = Passphrase::new("battery staple").unwrap();
        assert!(matches!(read(sealed, Some(&wrong)), Err(Error::WrongPassphrase)));
        assert!(matches!(read(archive(None), Some(&passphrase)), Err(Error::NotEncrypted)));
    }

    #[test]
    fn what_is_no_backup_is_foreign() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"some text").unwrap();
        for foreign in [Vec::new(), b"PK".to_vec(), gzip.finish().unwrap(), made(&[(b"etc/passwd", "root")])] {
            assert!(matches!(read(foreign, None), Err(Error::Foreign)));
        }
    }

    #[test]
    fn an_entry_that_does_not_belong_there_is_refused() {
        for (name, content) in [
            (&b"../../etc/passwd"[..], "root"),
            (b"/etc/passwd", "root"),
            (b"files/1/../../../etc/passwd", "root"),
            (b"manifest.json", "{}"),
            (b"SHA256SUMS", ""),
        ] {
            let error = read(made(&[(b"manifest.json", "{}"), (name, content)]), None).unwrap_err();
            assert!(matches!(error, Error::Damaged(_)), "{error}");
        }
    }
}
