use crate::value::text_enum;

crate::value::ids! {
    /// A record of the level that a client got.
    VerificationId,
}

text_enum! {
    /// Why a client got a level.
    GrantReason {
        /// It is the first one.
        Registration = "registration",
        /// A request for it was approved.
        Request = "request",
        /// A user set it in the client's profile.
        Manual = "manual",
        /// An outside checker decided so.
        Provider = "provider",
        /// The client's type changed.
        TypeChange = "typeChange",
    }
}
