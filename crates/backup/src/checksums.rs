use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// Reads through, and remembers what went by.
pub(crate) struct Summing<R> {
    inner: R,
    hasher: Sha256,
    length: u64,
    /// Why it could not be read any further.
    pub failed: Option<String>,
}

impl<R: Read> Summing<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), length: 0, failed: None }
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The line of an entry in the list of checksums, as `sha256sum --check` reads it.
    pub fn line(self, name: &str) -> String {
        format!("{}  {name}\n", hexadecimal(&self.hasher.finalize()))
    }
}

impl<R: Read> Read for Summing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        match &read {
            Ok(count) => {
                self.hasher.update(buffer.get(..*count).unwrap_or_default());
                self.length += u64::try_from(*count).unwrap_or(u64::MAX);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => self.failed = Some(error.to_string()),
        }
        read
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_what_sha256sum_writes() {
        let mut summing = Summing::new(&b"abc"[..]);
        io::copy(&mut summing, &mut io::sink()).unwrap();
        assert_eq!(summing.length(), 3);
        let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(summing.line("files/1/x"), format!("{sum}  files/1/x\n"));
    }
}
