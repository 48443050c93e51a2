use crate::value::text_enum;

text_enum! {
    /// What a client tried too often.
    BlockKind {
        /// To give a code.
        Confirmation = "confirmation",
        /// To sign in.
        SignIn = "signIn",
    }
}

impl BlockKind {
    /// Why the client is blocked, for users.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Confirmation => "Too many wrong codes",
            Self::SignIn => "Too many attempts to sign in",
        }
    }
}
