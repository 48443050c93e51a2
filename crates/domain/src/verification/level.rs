use super::{ClientTestId, LevelRestrictionId, Rung, VerificationLevelId};
use crate::clients::{ClientProperty, PermissionLevelId, Restriction, RestrictionRule};
use crate::payments::LevelLimits;
use crate::value::{Entity, Set, text_enum};

text_enum! {
    /// How clients of a level are checked.
    VerificationWizard {
        /// They hand in documents, and a user decides.
        Documents = "DocumentsWizard",
        /// An outside checker looks at them; a user decides on those whom it does not approve.
        External = "ExternalWizard",
    }
}

/// A verification level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationLevel {
    /// What its clients may do.
    pub role: PermissionLevelId,
    /// All else that can be set.
    pub terms: LevelTerms,
}

/// What a level asks of clients, and how much money it lets them move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelTerms {
    /// How far up it is: 0 for the default level, more for the others; no two have the same.
    pub index: i64,
    /// Its name, unique whatever its case.
    pub name: String,
    /// What clients are told of it, which may be HTML.
    pub description: String,
    /// What mails say of it.
    pub mail_description: String,
    /// The level that may be granted after it.
    pub next: Option<VerificationLevelId>,
    /// How clients are checked.
    pub wizard: VerificationWizard,
    /// Whether new clients get it; exactly one level is the default.
    pub default: bool,
    /// Whether clients who do not have it are shown it.
    pub visible: bool,
    /// The names of the groups that documents are handed in for.
    pub groups: Set<String>,
    /// The tests to be passed first.
    pub required_tests: Set<ClientTestId>,
    /// How much money its clients move.
    pub limits: LevelLimits,
}

impl Entity for VerificationLevel {
    type Id = VerificationLevelId;
    const RESOURCE: &'static str = "verification_level";
}

impl LevelTerms {
    /// Its place among the others.
    #[must_use]
    pub const fn rung(&self) -> Rung {
        Rung { index: self.index, is_default: self.default, next: self.next }
    }
}

text_enum! {
    /// What a restriction of a level looks at.
    LevelRestrictionName {
        /// The client's country of residence.
        Country = "country",
        /// The client's type.
        ClientType = "client_type",
    }
}

impl RestrictionRule for LevelRestrictionName {
    type Id = LevelRestrictionId;

    const RESOURCE: &'static str = "level_restriction";

    fn property(self) -> ClientProperty {
        match self {
            Self::Country => ClientProperty::Country,
            Self::ClientType => ClientProperty::ClientType,
        }
    }
}

/// A condition on the clients who are offered a level.
pub type LevelRestriction = Restriction<LevelRestrictionName>;
