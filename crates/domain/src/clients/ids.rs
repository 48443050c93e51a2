use crate::value::ids;

ids! {
    /// A type of client, such as individual or corporate.
    ClientTypeId,
    /// A verification level.
    VerificationLevelId,
    /// A user to whom clients are assigned.
    ManagerId,
    /// What clients of a verification level may do.
    PermissionLevelId,
    /// A client's address.
    AddressId,
    /// A client's phone number.
    PhoneId,
    /// A change of a client's profile.
    ProfileChangeId,
}
