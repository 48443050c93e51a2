//! An identity provider on this machine: it vouches for whom the test says, in the form that the test says.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::{Url, form_urlencoded};

use super::with;

pub const CLIENT_ID: &str = "backoffice";
pub const CLIENT_SECRET: &str = "a secret, of the client";
pub const REDIRECT_URI: &str = "https://office.example.com/signed-in";
/// When the clock of tests begins.
const BEGIN: i64 = 1_767_225_600;

/// By what an ID token is signed.
#[derive(Clone, Copy, Debug)]
pub enum SignedBy {
    /// The key that the provider publishes.
    Key,
    /// Another key that has its name.
    AnotherOfItsName,
    /// A key of another name.
    Unpublished,
    /// The secret of the client.
    Secret,
    /// Nothing: `alg` is `none`.
    Nothing,
}

/// For whom the provider vouches, and how.
#[derive(Clone, Debug)]
pub struct Vouch {
    /// Claims over the usual ones; null leaves one out.
    pub claims: Value,
    pub signed: SignedBy,
    /// Whether there is an ID token at all.
    pub has_token: bool,
}

impl Vouch {
    /// For somebody of this subject and address, which it has verified.
    pub fn of(subject: &str, email: &str) -> Self {
        let claims = json!({"sub": subject, "email": email, "email_verified": true});
        Self { claims, signed: SignedBy::Key, has_token: true }
    }

    /// With these claims, too.
    pub fn with(self, claims: &Value) -> Self {
        Self { claims: with(self.claims, claims), ..self }
    }

    /// With these values of the claim that holds groups.
    pub fn in_groups(self, groups: &[&str]) -> Self {
        self.with(&json!({"groups": groups}))
    }

    pub fn signed(self, signed: SignedBy) -> Self {
        Self { signed, ..self }
    }
}

/// What the provider leads a browser back with.
#[derive(Clone, Debug)]
pub struct Redirect {
    pub state: String,
    pub code: String,
}

/// A code that was given, and for what.
struct Given {
    nonce: String,
    challenge: String,
    vouch: Vouch,
}

#[derive(Default)]
struct Inside {
    /// How often its key was changed.
    key: u8,
    /// Whether it answers at all.
    is_down: bool,
    /// Fields over what it publishes.
    published: Value,
    given: HashMap<String, Given>,
    /// The paths that were asked for.
    asked: Vec<String>,
}

pub struct IdentityProvider {
    pub issuer: String,
    inside: Arc<Mutex<Inside>>,
}

/// A key pair, made of one byte: a seed of 32 bytes in PKCS #8 (RFC 8410).
fn key(seed: u8, name: &str) -> CoreEdDsaPrivateSigningKey {
    let mut der = vec![0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    der.extend([seed; 32]);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(name.to_owned()))).expect("a key")
}

impl IdentityProvider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let inside: Arc<Mutex<Inside>> = Arc::default();
        inside.lock().expect("the inside").published = json!({});
        let (served, named) = (Arc::clone(&inside), issuer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &named, &served);
            }
        });
        Self { issuer, inside }
    }

    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().expect("the inside")
    }

    /// Signs with another key from now on, and publishes that one alone.
    pub fn change_key(&self) {
        self.inside().key += 1;
    }

    /// Gives up every connection from now on, or not any more.
    pub fn go_down(&self, is_down: bool) {
        self.inside().is_down = is_down;
    }

    /// Publishes these fields from now on.
    pub fn publish(&self, fields: Value) {
        self.inside().published = fields;
    }

    /// How often it was asked for what it publishes.
    pub fn discoveries(&self) -> usize {
        self.inside().asked.iter().filter(|path| path.starts_with("/.well-known/")).count()
    }

    /// What it does when a browser comes and somebody signs in.
    #[track_caller]
    pub fn authorize(&self, url: &str, vouch: Vouch) -> Redirect {
        let url = Url::parse(url).expect("a URL");
        let sent: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(format!("{}{}", url.origin().ascii_serialization(), url.path()), format!("{}/login", self.issuer));
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(sent.get(name).map(String::as_str), Some(value), "{name}");
        }
        let mut inside = self.inside();
        let code = format!("code-{}", inside.given.len());
        let given = Given { nonce: sent["nonce"].clone(), challenge: sent["code_challenge"].clone(), vouch };
        inside.given.insert(code.clone(), given);
        Redirect { state: sent["state"].clone(), code }
    }
}

fn serve(mut stream: TcpStream, issuer: &str, inside: &Mutex<Inside>) {
    let mut inside = inside.lock().expect("the inside");
    if inside.is_down {
        return;
    }
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut lines = reader.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let path = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    inside.asked.push(path.clone());
    let (status, answer) = match path.as_str() {
        "/.well-known/openid-configuration" => (200, with(configuration(issuer), &inside.published)),
        "/keys" => (200, json!({"keys": [key(inside.key, &name_of(inside.key)).as_verification_key()]})),
        "/token" => token(issuer, &mut inside, headers.get("authorization").map_or("", String::as_str), &body),
        _ => (404, json!({})),
    };
    let answer = answer.to_string();
    let head = format!("HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}", answer.len());
    let _ = stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{answer}").as_bytes());
}

fn name_of(key: u8) -> String {
    format!("key-{key}")
}

fn configuration(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/login"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
        // What it says of these must not make anybody believe them.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none", "ES256K"],
    })
}

/// A code works once, for the client, with the verifier that goes with it.
fn token(issuer: &str, inside: &mut Inside, authorization: &str, body: &[u8]) -> (u16, Value) {
    let encoded: String = form_urlencoded::byte_serialize(CLIENT_SECRET.as_bytes()).collect();
    if authorization != format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{encoded}"))) {
        return (401, json!({"error": "invalid_client"}));
    }
    let sent: HashMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let refused = (400, json!({"error": "invalid_grant"}));
    let Some(given) = inside.given.remove(&sent["code"]) else { return refused };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sent["code_verifier"].as_bytes()));
    if challenge != given.challenge || sent["redirect_uri"] != REDIRECT_URI {
        return refused;
    }
    let mut answer = json!({"access_token": "an access token", "token_type": "Bearer", "expires_in": 3600});
    if given.vouch.has_token {
        answer["id_token"] = id_token(issuer, inside.key, &given).into();
    }
    (200, answer)
}

fn id_token(issuer: &str, current: u8, given: &Given) -> String {
    let usual = json!({
        "iss": issuer, "aud": CLIENT_ID, "exp": BEGIN + 3600, "iat": BEGIN, "nonce": given.nonce, "auth_time": BEGIN,
        "updated_at": BEGIN, "name": "Somebody", "custom": {"number": 1.5},
    });
    let mut claims = with(usual, &given.vouch.claims);
    if let Some(claims) = claims.as_object_mut() {
        claims.retain(|_, value| !value.is_null());
    }
    let unpublished = 200;
    let (algorithm, name) = match given.vouch.signed {
        SignedBy::Key | SignedBy::AnotherOfItsName => ("EdDSA", name_of(current)),
        SignedBy::Unpublished => ("EdDSA", name_of(unpublished)),
        SignedBy::Secret => ("HS256", name_of(current)),
        SignedBy::Nothing => ("none", name_of(current)),
    };
    let header = json!({"alg": algorithm, "typ": "JWT", "kid": name});
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let message = format!("{header}.{claims}");
    let by = |seed| key(seed, "any").sign(&CoreJwsSigningAlgorithm::EdDsa, message.as_bytes()).expect("a signature");
    let signature = match given.vouch.signed {
        SignedBy::Key => by(current),
        SignedBy::AnotherOfItsName | SignedBy::Unpublished => by(unpublished),
        SignedBy::Secret => {
            let mut mac = Hmac::<Sha256>::new_from_slice(CLIENT_SECRET.as_bytes()).expect("a key");
            mac.update(message.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        SignedBy::Nothing => Vec::new(),
    };
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}
