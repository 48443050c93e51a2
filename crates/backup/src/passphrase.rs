use age::secrecy::SecretString;

/// What seals an archive.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// From a setting or a file, without the end of its line; none where nothing is left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\r', '\n']);
        (!text.is_empty()).then(|| Self(text.to_owned().into()))
    }

    pub(crate) fn secret(&self) -> SecretString {
        self.0.clone()
    }
}

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passphrase(***)")
    }
}
