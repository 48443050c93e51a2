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
        /// Keeps nobody out: a client who reaches one of the levels gets an account.
        VerificationAutoCreate = "product_verification_auto_create",
        /// The partner who brought the client.
        IbParent = "client_ib_parent",
    }
}

text_enum! {
    /// Whether the clients that match are let in or kept out.
    RestrictionMode {
        /// Those who match one id are let in, nobody else; an empty list lets nobody in.
        Allow = "allow",
        /// Those who match one id are kept out, everybody else is let in.
        Deny = "deny",
    }
}

impl RestrictionMode {
    /// Whether a client is let in who matches one of the ids, or none.
    #[must_use]
    pub const fn admits(self, matches: bool) -> bool {
        match self {
            Self::Allow => matches,
            Self::Deny => !matches,
        }
    }
}

/// A condition on the clients who may use a product.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "diesel", derive(diesel::Queryable))]
pub struct ProductRestriction {
    /// What it looks at; one of a name per product. Fixed.
    pub name: RestrictionName,
    /// Whether it counts.
    pub is_enabled: bool,
    /// Whether those who match are let in or kept out.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub mode: RestrictionMode,
    /// Countries, client types, levels and so on, by the name.
    pub ids: Set<i64>,
}

impl Entity for ProductRestriction {
    type Id = ProductRestrictionId;
    const RESOURCE: &'static str = "product_restriction";
}

/// What restrictions look at in a client; none where he does not have it, which matches nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RestrictionFacts {
    /// His country of residence.
    pub country: Option<CountryId>,
    /// His type.
    pub client_type: Option<ClientTypeId>,
    /// His verification level.
    pub verification_level: Option<VerificationLevelId>,
    /// The partner who brought him.
    pub ib_parent: Option<ClientId>,
}

impl ProductRestriction {
    /// Whether this restriction lets the client in.
    #[must_use]
    pub fn admits(&self, client: &RestrictionFacts) -> bool {
        let property = match self.name {
            RestrictionName::Country | RestrictionName::ProductCountry => client.country.map(i64::from),
            RestrictionName::ClientType => client.client_type.map(i64::from),
            RestrictionName::VerificationLevel => client.verification_level.map(i64::from),
            RestrictionName::IbParent => client.ib_parent.map(i64::from),
            RestrictionName::VerificationAutoCreate => return true,
        };
        let matches = property.is_some_and(|id| self.ids.contains(&id));
        !self.is_enabled || self.mode.admits(matches)
    }
}

/// The first restriction that keeps the client out: all enabled ones must let him in
/// (`docs/rules.md`, Restrictions).
#[must_use]
pub fn first_obstacle(restrictions: &[ProductRestriction], client: &RestrictionFacts) -> Option<RestrictionName> {
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
    fn an_empty_allow_lets_nobody_in_and_an_empty_deny_everybody() {
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
    fn automatic_opening_keeps_nobody_out() {
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
        fn one_more_restriction_never_lets_anybody_in(all in restrictions(), country in 1..4_i64) {
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
