//! Answers that both interfaces give in the same form.

mod countries;
mod devices;
mod documents;
mod files;
mod named;
mod permissions;
mod tokens;
mod verifications;

pub(crate) use countries::CountryBrief;
pub(crate) use devices::DeviceAnswer;
pub(crate) use documents::{DocumentAnswer, DocumentGroupAnswer, DocumentTypeAnswer};
pub(crate) use files::path_of;
pub(crate) use named::Named;
pub(crate) use permissions::{ClientPermissionsAnswer, PermissionAnswer, switches};
pub(crate) use tokens::{IssuedTokens, Token};
pub(crate) use verifications::VerificationAnswer;
