//! Files that clients and users hand in, and where they are stored (`docs/rules.md`, Files).

crate::value::ids! {
    /// A stored file.
    FileId,
}
