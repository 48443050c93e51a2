use super::ProductRestrictionId;
use crate::clients::{ClientId, ClientTypeId, VerificationLevelId};
use crate::content::CountryId;
use crate::value::{Entity, Set, text_enum};

text_enum! {
    /// What a restriction of a product looks at.
    RestrictionName {
        /// The client's country of residence.
        Country = "country",
        /// The client's type.
        ClientType = "client_type",
        /// The client's country of residence, too.
        ProductCountry = "product_country",
        /// The client's verification level.
        VerificationLevel = "verification_level_restriction",
        /// Denies nobody: a client who reaches one of the levels gets an account.
        VerificationAutoCreate = "product_verification_auto_create",
        /// The partner who brought the client.
        IbParent = "client_ib_parent",
    }
}

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

impl RestrictionRule for RestrictionName {
    type Id = ProductRestrictionId;
    const RESOURCE: &'static str = "product_restriction";

    fn property(self) -> ClientProperty {
        match self {
            Self::Country | Self::ProductCountry => ClientProperty::Country,
            Self::ClientType => ClientProperty::ClientType,
            Self::VerificationLevel | Self::VerificationAutoCreate => ClientProperty::VerificationLevel,
            Self::IbParent => ClientProperty::Partner,
        }
    }

    fn decides_on_access(self) -> bool {
        match self {
            Self::VerificationAutoCreate => false,
            Self::Country | Self::ClientType | Self::ProductCountry | Self::VerificationLevel | Self::IbParent => true,
        }
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

/// A condition on the clients who may use a product.
pub type ProductRestriction = Restriction<RestrictionName>;

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn restriction(name: RestrictionName, mode: RestrictionMode, ids: &[i64]) -> ProductRestriction {
        ProductRestriction { name, is_enabled: true, mode, ids: ids.iter().copied().collect() }
    }

    fn from_country(id: i64) -> RestrictionFacts {
        RestrictionFacts { country: Some(CountryId::new(id)), ..RestrictionFacts::default() }
    }

    #[test]
    fn an_empty_allow_admits_nobody_and_an_empty_deny_everybody() {
        assert!(!restriction(RestrictionName::Country, RestrictionMode::Allow, &[]).admits(&from_country(1)));
        assert!(restriction(RestrictionName::Country, RestrictionMode::Deny, &[]).admits(&from_country(1)));
    }

    #[test]
    fn a_client_without_the_property_matches_nothing() {
        let nobody = RestrictionFacts::default();
        assert!(!restriction(RestrictionName::Country, RestrictionMode::Allow, &[1]).admits(&nobody));
        assert!(restriction(RestrictionName::Country, RestrictionMode::Deny, &[1]).admits(&nobody));
    }

    #[test]
    fn automatic_opening_denies_nobody() {
        let restriction = restriction(RestrictionName::VerificationAutoCreate, RestrictionMode::Allow, &[]);
        assert!(restriction.admits(&RestrictionFacts::default()));
    }

    fn restrictions() -> impl Strategy<Value = Vec<ProductRestriction>> {
        let restriction = (
            prop::sample::select(RestrictionName::ALL),
            any::<bool>(),
            prop::sample::select(RestrictionMode::ALL),
            prop::collection::btree_set(1..4_i64, 0..3),
        );
        prop::collection::vec(
            restriction.prop_map(|(name, is_enabled, mode, ids)| ProductRestriction {
                name,
                is_enabled,
                mode,
                ids: ids.into(),
            }),
            0..5,
        )
    }

    proptest! {
        #[test]
        fn one_more_restriction_never_admits_anybody_else(all in restrictions(), country in 1..4_i64) {
            let client = from_country(country);
            for fewer in 0..all.len() {
                if first_obstacle(&all[..fewer], &client).is_some() {
                    prop_assert!(first_obstacle(&all, &client).is_some());
                }
            }
        }

        #[test]
        fn disabled_restrictions_do_not_count(mut all in restrictions(), country in 1..4_i64) {
            for restriction in &mut all {
                restriction.is_enabled = false;
            }
            prop_assert_eq!(first_obstacle(&all, &from_country(country)), None);
        }
    }
}
