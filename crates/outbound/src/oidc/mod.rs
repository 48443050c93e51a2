//! Sign-in with providers: the authorization code flow of OIDC with PKCE. What is believed of a user stands in the ID token
//! that the provider has signed, and nowhere else.

mod identity;
mod metadata;
mod transport;

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::identity::{IdentityProvider, ProviderIdentity, SecureUrl};
use domain::value::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, IdTokenFields, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use storage::Error;

use self::identity::{OtherClaims, Token};
use self::metadata::Publications;
use self::transport::{CallError, Transport};
use crate::metrics::{Answered, CallOutcome};
use crate::options::opened;
use crate::secrets::{SecretKey, random};

/// How many random bytes a state, a nonce and a code verifier have.
const RANDOM_BYTES: usize = 32;

/// Why nobody signs in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider vouches for nobody, or not in a form that is believed.
    #[error("{0}")]
    Refused(String),
    /// The provider does not answer as one does.
    #[error("{0}")]
    Unanswered(String),
}

impl Answered for OidcError {
    fn outcome(&self) -> CallOutcome {
        match self {
            Self::Refused(_) => CallOutcome::Refused,
            Self::Unanswered(_) => CallOutcome::Failed,
        }
    }
}

/// What a provider must show, and is shown, when a sign-in ends. It is kept sealed.
#[derive(Deserialize, Serialize)]
struct Secrets {
    nonce: String,
    verifier: String,
}

/// A sign-in that is asked for.
pub struct SignInRequest {
    /// Where the browser goes.
    pub url: String,
    /// What it comes back with.
    pub state: String,
    /// What is needed to end it, sealed.
    pub sealed: Vec<u8>,
}

/// A browser that came back.
#[derive(Clone, Debug)]
pub struct CodeExchange {
    /// Where it came back to.
    pub redirect_uri: SecureUrl,
    /// What was sealed when it went.
    pub sealed: Vec<u8>,
    /// What the provider gave it.
    pub code: String,
}

type TokenAnswer = StandardTokenResponse<
    IdTokenFields<
        OtherClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type OidcClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    TokenAnswer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The providers, with what they publish.
#[derive(Default)]
pub struct Oidc {
    publications: Publications,
}

impl Oidc {
    /// Asks a provider to sign a user in: where the browser goes, and what is kept meanwhile. May block until the
    /// provider answers.
    ///
    /// # Errors
    /// [`OidcError::Unanswered`].
    pub fn begin(
        &self,
        secret: &SecretKey,
        provider: &IdentityProvider,
        redirect_uri: &SecureUrl,
        now: Timestamp,
    ) -> Result<SignInRequest, OidcError> {
        let published = self.publications.of(&provider.issuer, &Transport::open(), now)?;
        let client = client(secret, provider, &published.metadata, redirect_uri)?;
        let [state, nonce, verifier] = [text()?, text()?, text()?];
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let (sent_state, sent_nonce) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        // The library asks for this one by itself.
        let scopes = provider.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new);
        let (url, _, _) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || sent_state, move || sent_nonce)
            .set_pkce_challenge(challenge)
            .add_scopes(scopes)
            .url();
        let secrets = serde_json::to_vec(&Secrets { nonce, verifier }).map_err(|error| internal(&error))?;
        let sealed = secret.seal(&secrets).map_err(|error| internal(&error))?;
        Ok(SignInRequest { url: url.into(), state, sealed })
    }

    /// Whom a provider vouches for, by the code that it gave a browser. Blocks until the provider answers.
    ///
    /// # Errors
    /// Why nobody.
    pub fn end(
        &self,
        secret: &SecretKey,
        provider: &IdentityProvider,
        exchange: CodeExchange,
        now: Timestamp,
    ) -> Result<ProviderIdentity, OidcError> {
        let transport = Transport::open();
        let published = self.publications.of(&provider.issuer, &transport, now)?;
        let client = client(secret, provider, &published.metadata, &exchange.redirect_uri)?;
        let unsealed = secret.open(&exchange.sealed).and_then(|text| serde_json::from_slice::<Secrets>(&text).ok());
        let refused = |cause: &str| OidcError::Refused(format!("{}: {cause}", provider.issuer));
        let secrets = unsealed.ok_or_else(|| refused("the sign-in was begun with another secret"))?;
        let call = |request: HttpRequest| transport.call(request);
        let answer = client
            .exchange_code(AuthorizationCode::new(exchange.code))
            .map_err(|error| internal(&error))?
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier))
            .request(&call)
            .map_err(|error| not_exchanged(provider, &error))?;
        let token: &Token = answer.id_token().ok_or_else(|| refused("it gave no ID token"))?;
        let nonce = Nonce::new(secrets.nonce);
        let read = |client: &OidcClient, metadata: &CoreProviderMetadata| {
            identity::read(token, client, metadata, &nonce, &provider.group_claim, now)
        };
        let verified = match read(&client, &published.metadata) {
            Err(identity::Distrust::Claims(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            ))) => match self.publications.renewed(&published, &provider.issuer, &transport, now)? {
                Some(renewed) => {
                    let client = self::client(secret, provider, &renewed.metadata, &exchange.redirect_uri)?;
                    read(&client, &renewed.metadata)
                }
                None => return Err(refused("it signed with a key that it does not publish")),
            },
            verified => verified,
        };
        verified.map_err(|distrust| refused(&distrust.to_string()))
    }

    /// Asks a provider, now, for what it publishes: whether users can be sent there.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, secret: &SecretKey, provider: &IdentityProvider) -> Result<(), OidcError> {
        let metadata = metadata::discover(&provider.issuer, &Transport::open())?;
        client(secret, provider, &metadata, &provider.issuer).map(drop)
    }
}

/// The client of a provider, which sends users back there.
fn client(
    secret: &SecretKey,
    provider: &IdentityProvider,
    metadata: &CoreProviderMetadata,
    redirect_uri: &SecureUrl,
) -> Result<OidcClient, OidcError> {
    let unusable = |cause: String| OidcError::Unanswered(format!("{}: {cause}", provider.issuer));
    let sealed = provider.client_secret.as_deref();
    let client_secret = match sealed.map(|sealed| opened(secret, sealed)) {
        None => None,
        Some(Some(client_secret)) => Some(ClientSecret::new(client_secret)),
        Some(None) => return Err(unusable("the secret of the client cannot be opened".to_owned())),
    };
    let redirect_uri = RedirectUrl::new(redirect_uri.to_string()).map_err(|error| unusable(error.to_string()))?;
    let client =
        OidcClient::from_provider_metadata(metadata.clone(), ClientId::new(provider.client_id.clone()), client_secret);
    Ok(client.set_redirect_uri(redirect_uri).set_auth_type(auth_type(metadata)))
}

/// How the client shows its secret: by HTTP Basic, as is the default, unless the provider takes it in the body alone.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method: &CoreClientAuthMethod| methods.is_some_and(|methods| methods.contains(method));
    if takes(&CoreClientAuthMethod::ClientSecretPost) && !takes(&CoreClientAuthMethod::ClientSecretBasic) {
        AuthType::RequestBody
    } else {
        AuthType::BasicAuth
    }
}

fn text() -> Result<String, OidcError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<RANDOM_BYTES>().map_err(|error: Error| internal(&error))?))
}

fn internal(error: &dyn std::error::Error) -> OidcError {
    OidcError::Unanswered(error.to_string())
}

/// Why a code gave no token. A provider that does not know the code, or not from us, says so.
fn not_exchanged(
    provider: &IdentityProvider,
    error: &RequestTokenError<CallError, StandardErrorResponse<CoreErrorResponseType>>,
) -> OidcError {
    let told = |cause: Cow<'_, str>| format!("{}: {cause}", provider.issuer);
    match error {
        RequestTokenError::ServerResponse(answer) if *answer.error() == CoreErrorResponseType::InvalidGrant => {
            OidcError::Refused(told(answer.to_string().into()))
        }
        RequestTokenError::ServerResponse(answer) => OidcError::Unanswered(told(answer.to_string().into())),
        RequestTokenError::Request(cause) => OidcError::Unanswered(told(cause.to_string().into())),
        // What it answered may hold tokens.
        RequestTokenError::Parse(cause, _) => {
            OidcError::Unanswered(told(format!("its answer: {}", cause.path()).into()))
        }
        RequestTokenError::Other(cause) => OidcError::Unanswered(told(cause.into())),
    }
}
