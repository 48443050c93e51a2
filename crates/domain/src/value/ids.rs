use super::ids;

// Named by contexts below the one that they belong to, which names them, too.
ids! {
    /// The numeric code of a currency, which identifies it: ISO 4217 for fiat, from 1000 on others.
    CurrencyCode,
    /// A client of the broker.
    ClientId,
    /// A tag of clients.
    ClientTagId,
    /// A trading platform, or the wallets.
    PlatformId,
    /// What a client answered in a test.
    TestAttemptId,
    /// A document that a client handed in.
    DocumentId,
    /// A country of ISO 3166-1. Not its ISO number.
    CountryId,
}
