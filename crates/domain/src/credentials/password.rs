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

    /// After somebody sets another one.
    #[must_use]
    pub const fn changed(self) -> Self {
        match self {
            Self::Missing | Self::Set | Self::ResetPrompted => Self::Set,
        }
    }

    /// Whether the client sets another one before anything else.
    #[must_use]
    pub const fn must_change(self) -> bool {
        match self {
            Self::Missing | Self::ResetPrompted => true,
            Self::Set => false,
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

    #[test]
    fn a_new_password_ends_a_prompt() {
        for state in [Missing, Set, ResetPrompted] {
            assert!(!state.changed().must_change());
        }
        assert!(Missing.must_change() && ResetPrompted.must_change());
    }
}
