use super::ProductRestrictionId;
use crate::clients::{ClientProperty, Restriction, RestrictionRule};
use crate::value::text_enum;

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

/// A condition on the clients who may use a product.
pub type ProductRestriction = Restriction<RestrictionName>;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clients::{RestrictionFacts, RestrictionMode, first_obstacle};
    use crate::content::CountryId;

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
