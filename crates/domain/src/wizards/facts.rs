use super::CountryCode;
use crate::clients::ClientTypeId;
use crate::platform::TwoFactorProvider;
use crate::value::Set;

/// What decides which steps somebody takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct RunFacts {
    /// Their country, once it is known.
    pub country: Option<CountryCode>,
    /// Their client type, once it is known.
    pub client_type: Option<ClientTypeId>,
    /// The second factors that they have set up.
    pub second_factors: Set<TwoFactorProvider>,
    /// Whether codes can be sent to a phone of theirs.
    pub has_phone: bool,
    /// Whether the installation has a captcha service.
    pub has_captcha: bool,
    /// Whether they must set a new password before they sign in.
    pub must_reset_password: bool,
}
