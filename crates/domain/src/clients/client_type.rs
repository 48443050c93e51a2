use super::{ClientTypeId, ClientsFault};
use crate::value::{Entity, FaultCode as _, Field, List, LocalizedText, Refusal, text_enum};

text_enum! {
    /// Who clients of a type are.
    ClientTypeGroup {
        /// Persons.
        Individual = "individual",
        /// Companies.
        Corporative = "corporative",
    }
}

/// A type of clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientType {
    /// Whether new clients get it; exactly one type is the default.
    pub default: bool,
    /// Whether clients can be given it.
    pub enabled: bool,
    /// Its name; no other type has it, whatever its case.
    pub name: String,
    /// Who its clients are.
    pub group: ClientTypeGroup,
    /// Whether its clients are shown wizard pages.
    pub wizard: bool,
    /// Its texts in other languages.
    pub resources: List<LocalizedText>,
}

impl Entity for ClientType {
    type Id = ClientTypeId;
    const RESOURCE: &'static str = "client_type";
}

impl ClientType {
    /// The default type is never deleted.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check_deletable(&self) -> Result<(), Refusal> {
        if self.default { Err(ClientsFault::DefaultTypeMissing.conflict()) } else { Ok(()) }
    }
}

/// A client asks for another type than their own.
///
/// # Errors
/// [`Refusal::Unprocessable`].
pub fn check_another_type(present: ClientTypeId, wished: ClientTypeId) -> Result<(), Refusal> {
    if present == wished { Err(ClientsFault::SameType.at(Field::ClientType).unprocessable()) } else { Ok(()) }
}

/// A change of a type, or a new type.
#[derive(Clone, Copy, Debug)]
pub struct ClientTypeChange<'a> {
    /// As it is; none for a new one.
    pub before: Option<&'a ClientType>,
    /// As it shall be.
    pub after: &'a ClientType,
}

impl ClientTypeChange<'_> {
    /// There is always one default type, and it can be given.
    ///
    /// # Errors
    /// [`Refusal::Conflict`].
    pub fn check(self) -> Result<(), Refusal> {
        let was_default = self.before.is_some_and(|before| before.default);
        if self.after.default && !self.after.enabled {
            Err(ClientsFault::DefaultTypeDisabled.conflict())
        } else if was_default && !self.after.default {
            Err(ClientsFault::DefaultTypeMissing.conflict())
        } else {
            Ok(())
        }
    }
}
