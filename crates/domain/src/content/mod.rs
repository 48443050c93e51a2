//! What clients are shown; here: the countries they come from.

crate::value::ids! {
    /// A country of ISO 3166-1. Not its ISO number.
    CountryId,
}
