use crate::value::text_enum;

text_enum! {
    /// How a client's password was changed.
    PasswordChangeKind {
        /// By a user of the back office.
        ChangedByAdmin = "changedByAdmin",
        /// By the client.
        Restored = "restored",
    }
}

/// How a client's password stands (`docs/rules.md`, Passwords of clients).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordState {
    /// There is none; the client sets one at the first sign-in.
    Missing,
    /// The client signs in with it.
    Set,
    /// The client signs in with it, and sets another one before anything else.
    ResetPrompted,
}

impl PasswordState {
    /// After a user prompts the client to reset it. Without a password there is nothing to reset.
    #[must_use]
    pub const fn prompted(self) -> Self {
        match self {
            Self::Missing => Self::Missing,
            Self::Set | Self::ResetPrompted => Self::ResetPrompted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PasswordState::{self, Missing, ResetPrompted, Set};

    #[test]
    fn a_prompt_asks_for_another_password_where_there_is_one() {
        assert_eq!([Missing, Set, ResetPrompted].map(PasswordState::prompted), [Missing, ResetPrompted, ResetPrompted]);
    }
}
