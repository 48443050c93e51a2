//! What clients and users are told; here: mail.

crate::value::ids! {
    /// A mail.
    MailId,
}
