use super::{ClientId, ClientTypeId, VerificationLevelId};
use crate::content::CountryId;
use crate::value::{Entity, Set, text_enum};

text_enum! {
    /// Whether the clients that match are allowed or denied.
    RestrictionMode {
        /// Clients that match one of the ids are allowed, nobody else; an empty list allows nobody.
        Allow = "allow",
        /// Clients that match one of the ids are denied; an empty list denies nobody.
        Deny = "deny",
    }
}

impl RestrictionMode {
    /// Whether a client is allowed who matches one of the ids, or none.
    #[must_use]
    pub const fn admits(self, matches: bool) -> bool {
        match self {
            Self::Allow => matches,
            Self::Deny => !matches,
        }
    }
}

/// What restrictions look at in a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientProperty {
    /// Their country of residence.
    Country,
    /// Their type.
    ClientType,
    /// Their verification level.
    VerificationLevel,
    /// The partner who brought them.
    Partner,
}

/// What a restriction of each name does. Products have names of their own, and so have payment methods.
pub trait RestrictionRule: Copy + Eq {
    /// The id of a restriction.
    type Id: Copy + Into<i64>;

    /// What a restriction is called in the audit log.
    const RESOURCE: &'static str;

    /// The property that the restriction looks at, whose ids it lists.
    fn property(self) -> ClientProperty;

    /// Whether it decides on access at all.
    fn decides_on_access(self) -> bool {
        true
    }
}

/// A condition on the clients who may use something, such as a product or a payment method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct Restriction<N> {
    /// What it looks at; a record has at most one restriction of a name. Fixed.
    pub name: N,
    /// Whether it counts.
    pub is_enabled: bool,
    /// Whether clients that match are allowed or denied.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub mode: RestrictionMode,
    /// Countries, client types, levels and so on, by the name.
    pub ids: Set<i64>,
}

impl<N: RestrictionRule> Entity for Restriction<N> {
    type Id = N::Id;
    const RESOURCE: &'static str = N::RESOURCE;
}

/// What restrictions look at in a client; a property that the client does not have matches nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestrictionFacts {
    /// Their country of residence.
    pub country: Option<CountryId>,
    /// Their type.
    pub client_type: Option<ClientTypeId>,
    /// Their verification level.
    pub verification_level: Option<VerificationLevelId>,
    /// The partner who brought them.
    pub ib_parent: Option<ClientId>,
}

impl RestrictionFacts {
    fn id_of(&self, property: ClientProperty) -> Option<i64> {
        match property {
            ClientProperty::Country => self.country.map(i64::from),
            ClientProperty::ClientType => self.client_type.map(i64::from),
            ClientProperty::VerificationLevel => self.verification_level.map(i64::from),
            ClientProperty::Partner => self.ib_parent.map(i64::from),
        }
    }
}

impl<N: RestrictionRule> Restriction<N> {
    /// Whether this restriction allows the client.
    #[must_use]
    pub fn admits(&self, client: &RestrictionFacts) -> bool {
        let matches = client.id_of(self.name.property()).is_some_and(|id| self.ids.contains(&id));
        !self.is_enabled || !self.name.decides_on_access() || self.mode.admits(matches)
    }
}

/// The first restriction that denies the client access: all enabled ones must allow it
/// (`docs/rules.md`, Restrictions).
#[must_use]
pub fn first_obstacle<N: RestrictionRule>(restrictions: &[Restriction<N>], client: &RestrictionFacts) -> Option<N> {
    restrictions.iter().find(|restriction| !restriction.admits(client)).map(|restriction| restriction.name)
}
