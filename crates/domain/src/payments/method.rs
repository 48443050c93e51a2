use std::net::IpAddr;

use super::{Commission, MethodAttributeId, MethodCurrencyId, MethodGroupId, MethodRestrictionId, PaymentsFault};
use crate::clients::{ClientProperty, Restriction, RestrictionFacts, RestrictionRule};
use crate::connections::ConnectionId;
use crate::ledger::{Amount, CurrencyCode, MethodId, RateProviderId};
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, LocalizedText, Set, text_enum};

text_enum! {
    /// Which way a method moves money.
    MethodDirection {
        /// To clients' accounts.
        Deposit = "deposit",
        /// Away from them.
        Withdrawal = "withdrawal",
    }
}

/// A group under which methods are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct MethodGroup {
    /// Its name. No two groups of a direction share one.
    pub name: String,
    /// The name that clients are shown.
    pub caption: String,
    /// Its place in lists: the lowest comes first.
    pub priority: i64,
    /// Whether clients are shown it.
    pub is_enabled: bool,
    /// Its caption in other languages, under the key `caption`.
    pub resources: List<LocalizedText>,
}

impl Entity for MethodGroup {
    type Id = MethodGroupId;
    const RESOURCE: &'static str = "method_group";

    fn localize(&mut self, localizer: &mut crate::value::Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
    }
}

/// A way for money to come in or go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Its name: Latin letters, digits, `-` and `_`; one method of a direction has it.
    pub name: String,
    /// The name that is shown.
    pub caption: String,
    /// The payment system. Fixed.
    pub provider: String,
    /// The external connection of the payment system.
    pub connection: Option<ConnectionId>,
    /// Whether it can be used.
    pub is_enabled: bool,
    /// Its place, the lowest first.
    pub priority: i64,
    /// A hint on how long it takes.
    pub time_to_fund: Option<String>,
    /// Its icon.
    pub icon: Option<String>,
    /// Where the payment system reports to.
    pub result_url: Option<String>,
    /// The addresses that may report.
    pub ip_white_list: List<IpAddr>,
    /// The rate provider of its conversions; none: the general order.
    pub rate_provider: Option<RateProviderId>,
    /// Settings of the payment system, as JSON text; this crate does not look into them.
    pub options: String,
    /// The groups it is in.
    pub groups: Set<MethodGroupId>,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Method {
    /// The payment system of operations that users make.
    pub const MANUAL: &'static str = "manual";
    /// The payment system that asks clients for custom fields and waits for a user.
    pub const CONSTRUCTOR: &'static str = "Constructor";

    /// Whether a method exists for a client, whether or not it is enabled.
    #[must_use]
    pub fn exists_for(
        provider: &str,
        is_configured: bool,
        restrictions: &[MethodRestriction],
        client: &RestrictionFacts,
    ) -> bool {
        let is_kept_out = restrictions.iter().any(|restriction| !restriction.admits(client));
        provider != Self::MANUAL && is_configured && !is_kept_out
    }

    /// Whether users confirm what is paid by a payment system of this name: no program takes part.
    #[must_use]
    pub fn is_by_hand(provider: &str) -> bool {
        matches!(provider, Self::MANUAL | Self::CONSTRUCTOR)
    }

    /// Whether nothing is missing to use it: what is built in needs no connection.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        Self::has_what_it_needs(&self.provider, self.connection)
    }

    /// The same of a payment system and its connection.
    #[must_use]
    pub fn has_what_it_needs(provider: &str, connection: Option<ConnectionId>) -> bool {
        Self::is_by_hand(provider) || connection.is_some()
    }
}

impl Entity for Method {
    type Id = MethodId;
    const RESOURCE: &'static str = "payment_method";
}

text_enum! {
    /// Whose currency it is.
    MethodCurrencyKind {
        /// Of the accounts that are served.
        Account = "TR",
        /// Of the payment system.
        PaymentSystem = "PS",
    }
}

/// A currency of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodCurrency {
    /// Which. Fixed.
    pub currency: CurrencyCode,
    /// Whose. Fixed.
    pub kind: MethodCurrencyKind,
    /// Whether it can be used.
    pub is_enabled: bool,
    /// The least of one operation, in this currency; of accounts' currencies only.
    pub min_amount: Option<Amount>,
    /// The most of one operation, in this currency; of accounts' currencies only.
    pub max_amount: Option<Amount>,
}

impl Entity for MethodCurrency {
    type Id = MethodCurrencyId;
    const RESOURCE: &'static str = "method_currency";
}

impl MethodCurrency {
    /// What stands against its bounds: they are of accounts' currencies only, and the right way round.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        let is_bounded = self.min_amount.is_some() || self.max_amount.is_some();
        if self.kind == MethodCurrencyKind::PaymentSystem && is_bounded {
            return Some(PaymentsFault::LimitsOfAccountsOnly.at(Field::MinAmount));
        }
        let is_crossed = self.min_amount.zip(self.max_amount).is_some_and(|(min, max)| min > max);
        is_crossed.then(|| PaymentsFault::MinimumAboveMaximum.at(Field::MinAmount))
    }
}

text_enum! {
    /// How a custom field is filled in.
    AttributeKind {
        /// A text.
        Text = "text",
        /// One of given choices.
        Autocomplete = "autocomplete",
        /// A file.
        File = "file",
    }
}

text_enum! {
    /// What a custom field asks for.
    AttributeRule {
        /// It cannot be left out.
        Required = "required",
    }
}

/// A choice of a custom field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttributeOption {
    /// What is kept when it is chosen.
    pub key: String,
    /// What the client is shown.
    pub value: String,
}

/// A custom field of a Constructor method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct MethodAttribute {
    /// The key under which the value is kept. No two fields of a method share one.
    pub name: String,
    /// The label that clients are shown.
    pub caption: String,
    /// How clients fill it in: a `text`, a choice of the `options`, or a `file`.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: AttributeKind,
    /// What is asked of the value: `required`, or nothing.
    pub rules: Set<AttributeRule>,
    /// The choices of an `autocomplete` field; empty for the other types.
    pub options: List<AttributeOption>,
    /// Its caption in other languages, under the key `caption`.
    pub resources: List<LocalizedText>,
}

impl Entity for MethodAttribute {
    type Id = MethodAttributeId;
    const RESOURCE: &'static str = "method_attribute";

    fn localize(&mut self, localizer: &mut crate::value::Localizer<'_>) {
        localizer.localize(&self.resources, "caption", &mut self.caption);
    }
}

text_enum! {
    /// What a restriction of a method looks at.
    MethodRestrictionName {
        /// The client's country of residence.
        Country = "country",
        /// The client's type.
        ClientType = "client_type",
        /// The client's verification level.
        VerificationLevel = "verification_level_restriction",
    }
}

impl RestrictionRule for MethodRestrictionName {
    type Id = MethodRestrictionId;
    const RESOURCE: &'static str = "method_restriction";

    fn property(self) -> ClientProperty {
        match self {
            Self::Country => ClientProperty::Country,
            Self::ClientType => ClientProperty::ClientType,
            Self::VerificationLevel => ClientProperty::VerificationLevel,
        }
    }
}

/// A condition on the clients who may use a method.
pub type MethodRestriction = Restriction<MethodRestrictionName>;

/// What decides on the use of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodFacts {
    /// Its name, which names the book of its payment system.
    pub name: String,
    /// The payment system.
    pub provider: String,
    /// Whether it can be used.
    pub is_enabled: bool,
    /// Whether nothing is missing to use it.
    pub is_configured: bool,
    /// Its currencies.
    pub currencies: Vec<MethodCurrency>,
    /// Its commissions.
    pub commissions: Vec<Commission>,
    /// Its restrictions.
    pub restrictions: Vec<MethodRestriction>,
}

impl MethodFacts {
    /// Its entry for a currency, if that can be used.
    #[must_use]
    pub fn serves(&self, currency: CurrencyCode, kind: MethodCurrencyKind) -> Option<&MethodCurrency> {
        self.currencies.iter().find(|entry| entry.currency == currency && entry.kind == kind && entry.is_enabled)
    }

    /// What stands against its use by a user, who uses manual methods only.
    #[must_use]
    pub fn user_faults(&self, currency: CurrencyCode) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.provider != Method::MANUAL {
            faults.push(PaymentsFault::NotManualMethod.at(Field::Method));
        }
        faults.extend(self.shared_faults(currency));
        faults
    }

    /// Whether it exists for a client: manual methods are for users, and what is not configured or keeps the client out
    /// is not there for them.
    #[must_use]
    pub fn exists_for(&self, client: &RestrictionFacts) -> bool {
        Method::exists_for(&self.provider, self.is_configured, &self.restrictions, client)
    }

    /// What stands against its use by a client.
    #[must_use]
    pub fn client_faults(&self, currency: CurrencyCode, client: &RestrictionFacts) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.exists_for(client) {
            faults.push(CommonFault::Unknown.at(Field::Method));
        }
        faults.extend(self.shared_faults(currency));
        faults
    }

    fn shared_faults(&self, currency: CurrencyCode) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !self.is_enabled {
            faults.push(CommonFault::Disabled.at(Field::Method));
        }
        if self.serves(currency, MethodCurrencyKind::Account).is_none() {
            faults.push(PaymentsFault::AccountCurrencyNotServed.at(Field::Method));
        }
        faults
    }

    /// What stands against a client's amount: the method's smallest and largest.
    #[must_use]
    pub fn amount_fault(&self, currency: CurrencyCode, amount: Amount) -> Option<Fault> {
        let entry = self.serves(currency, MethodCurrencyKind::Account)?;
        match (entry.min_amount, entry.max_amount) {
            (Some(min), _) if amount < min => {
                Some(PaymentsFault::BelowMethodMinimum.at(Field::Amount).with("min", min.plain()))
            }
            (_, Some(max)) if amount > max => {
                Some(PaymentsFault::AboveMethodMaximum.at(Field::Amount).with("max", max.plain()))
            }
            _ => None,
        }
    }
}
