//! Secrets: tokens, codes and sealed texts.
//!
//! One secret of the installation signs the tokens and API keys and seals what is stored: an app's secret, the text of
//! a mail, the answer to a repeated call. If it is lost, everybody signs in again, makes their API keys anew and sets
//! up their app again; stolen together with the database, it opens those.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::identity::{ApiKey, Password};
use domain::value::Email;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use storage::Error;
use storage::identity::api_keys::KeyText;
use storage::identity::callers::Shown;
use storage::identity::sessions::TokenHash;

/// The shortest secret, in bytes.
pub const MIN_SECRET_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;
/// The length of an empty text that is sealed.
pub(crate) const SEALED_BYTES_MIN: usize = NONCE_BYTES + TAG_BYTES;
const TOKEN_RANDOM_BYTES: usize = 16;
/// Of the 32 bytes of an API key so many are random, and the others sign these. The signature keeps forged keys from
/// the database; what a key is worth are its random bytes, also to somebody who knows the secret and how the key
/// begins.
const KEY_RANDOM_BYTES: usize = 20;
const KEY_SIGNATURE_BYTES: usize = 12;
/// How many characters of an API key are kept, to recognise it by.
const KEY_SHOWN_CHARS: usize = 8;

/// Why a text cannot be the secret of an installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is too short.
    #[error("the secret must have at least {MIN_SECRET_BYTES} bytes")]
    TooShort,
}

/// The secret of the installation, split into a key for each use.
#[derive(Clone)]
pub struct SecretKey {
    tokens: [u8; 32],
    keys: [u8; 32],
    codes: [u8; 32],
    fingerprints: [u8; 32],
    sealing: XChaCha20Poly1305,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

/// A token for a caller, and the hash under which it is stored.
pub struct NewToken {
    /// The token.
    pub text: String,
    /// Its hash.
    pub hash: TokenHash,
}

/// An API key for a user, and what is kept of it.
pub struct NewApiKey {
    /// The key.
    pub text: String,
    /// What is kept.
    pub kept: KeyText,
}

impl SecretKey {
    /// From the text of `BACKOFFICE_SECRET`.
    ///
    /// # Errors
    /// [`SecretError::TooShort`].
    pub fn new(secret: &str) -> Result<Self, SecretError> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(SecretError::TooShort);
        }
        let key = |purpose: &str| mac(secret.as_bytes(), &[purpose.as_bytes()]);
        Ok(Self {
            tokens: key("tokens"),
            keys: key("API keys"),
            codes: key("codes"),
            fingerprints: key("fingerprints"),
            sealing: XChaCha20Poly1305::new(&key("sealing").into()),
        })
    }

    /// A secret that nobody knows yet.
    pub fn generate() -> Result<String, Error> {
        Ok(URL_SAFE_NO_PAD.encode(random::<48>()?))
    }

    /// A fresh token: random bytes and their signature.
    pub fn token(&self) -> Result<NewToken, Error> {
        loop {
            let random = random::<TOKEN_RANDOM_BYTES>()?;
            let bytes: Vec<u8> = random.into_iter().chain(mac(&self.tokens, &[&random])).collect();
            let text = URL_SAFE_NO_PAD.encode(bytes);
            // One in millions would be taken for an API key.
            if !text.starts_with(ApiKey::PREFIX) {
                let hash = token_hash(&text);
                return Ok(NewToken { text, hash });
            }
        }
    }

    /// The hash of a token that was signed here; anything else costs no look at the database.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<TokenHash> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (random, signature) = bytes.split_at_checked(TOKEN_RANDOM_BYTES)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.tokens).ok()?;
        mac.update(random);
        mac.verify_slice(signature).ok()?;
        Some(token_hash(token))
    }

    /// A fresh API key: random bytes and the beginning of their signature.
    ///
    /// # Errors
    /// A server without randomness.
    pub fn api_key(&self) -> Result<NewApiKey, Error> {
        let random = random::<KEY_RANDOM_BYTES>()?;
        let signature = mac(&self.keys, &[&random]);
        let bytes: Vec<u8> = random.into_iter().chain(signature.into_iter().take(KEY_SIGNATURE_BYTES)).collect();
        let characters = URL_SAFE_NO_PAD.encode(bytes);
        let prefix = ApiKey::PREFIX.chars().chain(characters.chars().take(KEY_SHOWN_CHARS)).collect();
        let text = format!("{}{characters}", ApiKey::PREFIX);
        let kept = KeyText { prefix, hash: token_hash(&text) };
        Ok(NewApiKey { text, kept })
    }

    /// What a bearer token is, where it was signed here.
    #[must_use]
    pub fn recognize(&self, token: &str) -> Option<Shown> {
        match token.strip_prefix(ApiKey::PREFIX) {
            Some(characters) => self.is_signed_key(characters).then(|| Shown::ApiKey(token_hash(token))),
            None => self.verify(token).map(Shown::AccessToken),
        }
    }

    fn is_signed_key(&self, characters: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(characters) else { return false };
        let Some((random, signature)) = bytes.split_at_checked(KEY_RANDOM_BYTES) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.keys) else { return false };
        mac.update(random);
        signature.len() == KEY_SIGNATURE_BYTES && mac.verify_truncated_left(signature).is_ok()
    }

    /// The hash of a code, bound to the token that it goes with: six digits alone are guessed.
    #[must_use]
    pub fn code_hash(&self, token: &TokenHash, code: &str) -> [u8; 32] {
        mac(&self.codes, &[token, code.as_bytes()])
    }

    /// Whether the code is the one of this hash, in constant time.
    #[must_use]
    pub fn is_code(&self, token: &TokenHash, code: &str, hash: &[u8]) -> bool {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.codes) else { return false };
        mac.update(token);
        mac.update(code.as_bytes());
        mac.verify_slice(hash).is_ok()
    }

    /// What tells one call from another, without telling what it held.
    #[must_use]
    pub fn fingerprint(&self, parts: &[&[u8]]) -> Vec<u8> {
        let lengths: Vec<[u8; 8]> =
            parts.iter().map(|part| u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes()).collect();
        let framed: Vec<&[u8]> =
            lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]).collect();
        mac(&self.fingerprints, &framed).to_vec()
    }

    /// What tells an e-mail address from others once a client's data is removed.
    #[must_use]
    pub fn email_fingerprint(&self, email: &Email) -> Vec<u8> {
        self.fingerprint(&[b"e-mail", email.key().as_bytes()])
    }

    /// Encrypts what is stored.
    pub fn seal(&self, text: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce = random::<NONCE_BYTES>()?;
        let too_long = |_| Error::Broken("a text is too long to be sealed".into());
        let sealed = self.sealing.encrypt(&XNonce::from(nonce), text).map_err(too_long)?;
        Ok(nonce.into_iter().chain(sealed).collect())
    }

    /// Decrypts what was stored; none where it was sealed with another secret.
    #[must_use]
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        self.sealing.decrypt(&XNonce::from(*nonce), sealed).ok()
    }
}

/// The hash under which a token is looked up.
#[must_use]
pub fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Random bytes of the operating system.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Broken(format!("there are no random bytes: {error}")))?;
    Ok(bytes)
}

/// A code of six digits.
pub fn six_digits() -> Result<String, Error> {
    const CODES: u32 = 1_000_000;
    // Numbers beyond the largest multiple would make some codes likelier than others.
    let limit = u32::MAX - u32::MAX % CODES;
    loop {
        let number = u32::from_le_bytes(random()?);
        if number < limit {
            return Ok(format!("{:06}", number % CODES));
        }
    }
}

/// A password of 16 characters that satisfies the rules of passwords.
pub fn password() -> Result<Password, Error> {
    loop {
        // Few lack a digit or a case.
        if let Ok(password) = URL_SAFE_NO_PAD.encode(random::<12>()?).parse() {
            return Ok(password);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SecretKey {
        SecretKey::new("0123456789abcdef0123456789abcdef").unwrap()
    }

    #[test]
    fn a_token_with_a_changed_character_is_refused() {
        let token = key().token().unwrap();
        assert_eq!(key().verify(&token.text), Some(token.hash));
        for place in 0..token.text.len() {
            let mut bytes = token.text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(key().verify(&String::from_utf8(bytes).unwrap()), None, "{place}");
        }
    }

    #[test]
    fn a_token_of_another_installation_is_refused() {
        let other = SecretKey::new("another secret of another installation").unwrap();
        assert_eq!(key().verify(&other.token().unwrap().text), None);
    }

    #[test]
    fn an_api_key_has_the_documented_form_and_is_known_by_its_hash() {
        let NewApiKey { text, kept } = key().api_key().unwrap();
        let characters = text.strip_prefix("bok_").unwrap();
        assert_eq!((characters.len(), URL_SAFE_NO_PAD.decode(characters).unwrap().len()), (43, 32));
        assert!(text.starts_with(&kept.prefix) && kept.prefix.len() == 12);
        assert_eq!(key().recognize(&text), Some(Shown::ApiKey(kept.hash)));
        assert_ne!(text, key().api_key().unwrap().text);
    }

    #[test]
    fn an_api_key_with_a_changed_character_is_refused() {
        let key_text = key().api_key().unwrap().text;
        for place in 0..key_text.len() {
            let mut bytes = key_text.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(key().recognize(&String::from_utf8(bytes).unwrap()), None, "{place}");
        }
        let longer = format!("{key_text}AAAA");
        let shorter = key_text.strip_suffix(|_: char| true).unwrap();
        for other in [shorter, &longer, &format!("{key_text}="), &key_text.to_uppercase(), "bok_", ""] {
            assert_eq!(key().recognize(other), None, "{other}");
        }
    }

    #[test]
    fn neither_an_access_token_nor_a_key_of_another_installation_is_an_api_key() {
        let other = SecretKey::new("another secret of another installation").unwrap();
        let token = key().token().unwrap();
        assert_eq!(key().recognize(&token.text), Some(Shown::AccessToken(token.hash)));
        assert_eq!(key().recognize(&format!("bok_{}", token.text)), None);
        assert_eq!(key().recognize(&other.api_key().unwrap().text), None);
    }

    #[test]
    fn what_was_sealed_opens_with_the_same_secret_only() {
        let sealed = key().seal(b"text").unwrap();
        let other = SecretKey::new("another secret of another installation").unwrap();
        assert_eq!(key().open(&sealed).as_deref(), Some(b"text".as_slice()));
        assert_eq!(other.open(&sealed), None);
        assert_eq!(key().open(&sealed[..10]), None);
    }

    #[test]
    fn a_code_counts_with_its_own_token_only() {
        let (one, other) = (key().token().unwrap(), key().token().unwrap());
        let hash = key().code_hash(&one.hash, "123456");
        assert!(key().is_code(&one.hash, "123456", &hash));
        assert!(!key().is_code(&one.hash, "123457", &hash));
        assert!(!key().is_code(&other.hash, "123456", &hash));
    }

    #[test]
    fn fingerprints_tell_where_one_part_ends() {
        assert_ne!(key().fingerprint(&[b"ab", b"c"]), key().fingerprint(&[b"a", b"bc"]));
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert_eq!(SecretKey::new("short").err(), Some(SecretError::TooShort));
    }
}
