/// What must still stand when work begins: else it is not done, and its caller is told [`crate::Error::Stale`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Guard {
    /// Nothing.
    #[default]
    Nothing,
    /// The access version of PostgreSQL under which the caller's rights were read
    /// ([`crate::identity::callers::access_version`]). The caches of SQLite are void after any write.
    AccessVersion(i64),
}

/// What the statements of a read see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// All the same snapshot.
    #[default]
    Snapshot,
    /// What stands when it is sent: for a read of one statement, which needs no transaction. Its guard is what the
    /// statement told, else it is asked afterwards: what stands then stood while it was read.
    Statement,
}

/// How work is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What must still stand.
    pub guard: Guard,
    /// What its reads see.
    pub view: View,
}
