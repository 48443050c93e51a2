use super::{ClientId, ProfileChangeId};
use crate::identity::UserId;
use crate::value::{Entity, text_enum};

text_enum! {
    /// What of a profile was changed.
    ProfileChangeKind {
        /// The e-mail address.
        Email = "email",
    }
}

/// A record of a change of a profile, which never changes itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileChange {
    /// The client whose profile was changed.
    pub client: ClientId,
    /// What it was changed to.
    pub current_value: String,
    /// What it was before.
    pub previous_value: String,
    /// What was changed.
    pub kind: ProfileChangeKind,
    /// The user who did; none where the client did.
    pub user: Option<UserId>,
}

impl Entity for ProfileChange {
    type Id = ProfileChangeId;
    const RESOURCE: &'static str = "profile_change";
}
