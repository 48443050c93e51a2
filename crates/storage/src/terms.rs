use chrono::NaiveDateTime;

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

/// Where the server was when a call asked: how much of its log there was, and what the caller had written last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Bytes of the write-ahead log.
    pub(crate) log_bytes: i64,
    /// By the server's clock.
    pub(crate) time: NaiveDateTime,
    /// The record of the caller's last write in the audit log.
    pub(crate) last_write: Option<i64>,
}

/// How work is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What must still stand.
    pub guard: Guard,
    /// What its reads see.
    pub view: View,
    /// Where the server was when the call asked that a replica may answer; none where none may. The guard was looked at
    /// there.
    pub behind: Option<Position>,
}
