crate::value::ids! {
    /// A back-office user.
    UserId,
    /// A group of back-office users.
    UserGroupId,
    /// One sign-in of a user, from the password to sign-out or expiry.
    SessionId,
    /// A security policy: an entry of the IP lists.
    SecurityPolicyId,
    /// A record of the audit log.
    SystemLogId,
}
