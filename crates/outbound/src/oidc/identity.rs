//! Whom an ID token is about, once it is believed.

use std::collections::{BTreeSet, HashMap};

use domain::identity::ProviderIdentity;
use domain::value::Timestamp;
use openidconnect::core::{
    CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AdditionalClaims, ClaimsVerificationError, IdToken, IdTokenClaims, JwsSigningAlgorithm as _, Nonce,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::OidcClient;

/// The longest subject, name and value of a claim, in characters.
const MAX_CHARS: usize = 255;
/// How many values of the claim with groups are looked at.
const MAX_GROUPS: usize = 1000;

/// The claims that are not among the standard ones.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct OtherClaims(HashMap<String, Value>);

impl AdditionalClaims for OtherClaims {}

pub(super) type Token =
    IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;

/// Why an ID token is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Distrust {
    #[error("{0}{reason}", reason = of_signature(.0))]
    Claims(ClaimsVerificationError),
    #[error("its ID token is for another client, {0}")]
    AuthorizedParty(String),
    #[error("its ID token has no usable subject")]
    Subject,
}

/// What is behind a signature that is not believed.
fn of_signature(error: &ClaimsVerificationError) -> String {
    match error {
        ClaimsVerificationError::SignatureVerification(cause) => format!(": {cause}"),
        _ => String::new(),
    }
}

/// Whom the token is about: issuer, audience, signature by a published key, nonce and expiry are right.
pub(super) fn read(
    token: &Token,
    client: &OidcClient,
    metadata: &CoreProviderMetadata,
    nonce: &Nonce,
    group_claim: &str,
    now: Timestamp,
) -> Result<ProviderIdentity, Distrust> {
    // With a shared secret whoever knows it signs for anybody.
    let signed_by_key = metadata.id_token_signing_alg_values_supported().iter().filter(|alg| !alg.uses_shared_secret());
    let time = now.naive().and_utc();
    let verifier = client.id_token_verifier().set_allowed_algs(signed_by_key.cloned()).set_time_fn(move || time);
    let claims = token.claims(&verifier, nonce).map_err(Distrust::Claims)?;
    if let Some(party) = claims.authorized_party().filter(|party| *party != client.client_id()) {
        return Err(Distrust::AuthorizedParty(party.to_string()));
    }
    let subject = kept(claims.subject().as_str()).ok_or(Distrust::Subject)?;
    let has_verified = claims.email_verified() == Some(true);
    let verified_email = claims.email().filter(|_| has_verified).and_then(|email| email.as_str().parse().ok());
    Ok(ProviderIdentity {
        subject,
        verified_email,
        name: claims.name().and_then(|name| name.get(None)).and_then(|name| kept(name.trim())),
        groups: groups(claims, group_claim),
    })
}

/// A text that can be stored.
fn kept(text: &str) -> Option<String> {
    let is_kept = (1..=MAX_CHARS).contains(&text.chars().count()) && !text.contains('\0');
    is_kept.then(|| text.to_owned())
}

/// The values of the claim: one text, or a list of them.
fn groups(claims: &Claims, claim: &str) -> BTreeSet<String> {
    match claims.additional_claims().0.get(claim) {
        Some(Value::String(value)) => kept(value).into_iter().collect(),
        Some(Value::Array(values)) => {
            values.iter().take(MAX_GROUPS).filter_map(Value::as_str).filter_map(kept).collect()
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => BTreeSet::new(),
    }
}
