//! What providers publish of themselves: their endpoints and keys, kept for a while.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use domain::identity::SecureUrl;
use domain::value::Timestamp;
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{DiscoveryError, HttpRequest, IssuerUrl};

use super::OidcError;
use super::transport::{CallError, Transport, is_secure_text};

/// How long what a provider publishes is kept.
const KEPT_FOR: TimeDelta = TimeDelta::minutes(10);
/// How long it is kept where it lacks a key: a provider may have new ones, and whoever shows a forged one must not have us
/// ask each time.
const KEPT_WITHOUT_KEY: TimeDelta = TimeDelta::seconds(30);
/// How long a provider that does not answer is not asked again, so that those who wait for it do not take all threads.
const LEFT_ALONE_FOR: TimeDelta = TimeDelta::seconds(10);
/// How many providers are known at most.
const MAX_KNOWN: usize = 100;

/// What one provider published.
pub(super) struct Published {
    pub metadata: CoreProviderMetadata,
    /// When.
    at: Timestamp,
}

/// What providers publish, as it was last asked for.
#[derive(Default)]
pub(super) struct Publications {
    known: Mutex<HashMap<SecureUrl, Result<Arc<Published>, (OidcError, Timestamp)>>>,
}

impl Publications {
    /// What a provider publishes.
    pub fn of(&self, issuer: &SecureUrl, transport: &Transport, now: Timestamp) -> Result<Arc<Published>, OidcError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        match known {
            Some(Ok(published)) if now.since(published.at) < KEPT_FOR => Ok(published),
            Some(Err((error, at))) if now.since(at) < LEFT_ALONE_FOR => Err(error),
            Some(_) | None => self.ask(issuer, transport, now),
        }
    }

    /// The same once more, where it lacks a key; none where it is too new for that.
    pub fn renewed(
        &self,
        published: &Published,
        issuer: &SecureUrl,
        transport: &Transport,
        now: Timestamp,
    ) -> Result<Option<Arc<Published>>, OidcError> {
        if now.since(published.at) < KEPT_WITHOUT_KEY {
            return Ok(None);
        }
        self.ask(issuer, transport, now).map(Some)
    }

    fn ask(&self, issuer: &SecureUrl, transport: &Transport, now: Timestamp) -> Result<Arc<Published>, OidcError> {
        let asked = discover(issuer, transport).map(|metadata| Arc::new(Published { metadata, at: now }));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN && !known.contains_key(issuer) {
            known.clear();
        }
        known.insert(issuer.clone(), asked.clone().map_err(|error| (error, now)));
        asked
    }
}

/// Asks a provider, now.
pub(super) fn discover(issuer: &SecureUrl, transport: &Transport) -> Result<CoreProviderMetadata, OidcError> {
    let unusable = |cause: String| OidcError::Unanswered(format!("{issuer}: {cause}"));
    let url = IssuerUrl::new(issuer.to_string()).map_err(|error| unusable(error.to_string()))?;
    let call = |request: HttpRequest| transport.call(request);
    let metadata = CoreProviderMetadata::discover(&url, &call).map_err(|error| unusable(reason(&error)))?;
    let login = metadata.authorization_endpoint().as_str();
    if !is_secure_text(login) {
        return Err(unusable("users would sign in without TLS".to_owned()));
    }
    if metadata.token_endpoint().is_none() {
        return Err(unusable("it has no token endpoint".to_owned()));
    }
    Ok(metadata)
}

fn reason(error: &DiscoveryError<CallError>) -> String {
    match error {
        DiscoveryError::Request(cause) => cause.to_string(),
        DiscoveryError::Parse(cause) => cause.to_string(),
        DiscoveryError::UrlParse(cause) => cause.to_string(),
        other => other.to_string(),
    }
}
