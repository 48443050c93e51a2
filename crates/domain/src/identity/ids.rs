crate::value::ids! {
    /// A back-office user.
    UserId,
    /// A group of back-office users.
    UserGroupId,
    /// One sign-in of a user, from the password to sign-out or expiry.
    SessionId,
    /// A key with which programs of a user call.
    ApiKeyId,
    /// A provider by which users sign in.
    IdentityProviderId,
    /// A security policy: an entry of the IP lists.
    SecurityPolicyId,
    /// A policy by which an operation waits for a second user.
    ApprovalPolicyId,
    /// A change that waits, or waited, for a second user.
    ApprovalId,
    /// A record of the audit log.
    SystemLogId,
}
