//! Answers that both interfaces give in the same form, and bodies that both read.

mod banners;
mod client_settings;
mod countries;
mod devices;
mod documents;
mod files;
mod named;
mod permissions;
mod statement;
pub(crate) mod tickets;
mod tokens;
mod verifications;
mod widgets;

pub(crate) use banners::ShownBanner;
pub(crate) use client_settings::{COLOR_PATTERN, NewSettings, SettingsAnswer, settings_of};
pub(crate) use countries::CountryBrief;
pub(crate) use devices::DeviceAnswer;
pub(crate) use documents::{DocumentAnswer, DocumentGroupAnswer, DocumentTypeAnswer};
pub(crate) use files::path_of;
pub(crate) use named::Named;
pub(crate) use permissions::{ClientPermissionsAnswer, PermissionAnswer, switches};
pub(crate) use statement::Statement;
pub(crate) use tokens::{IssuedTokens, Token};
pub(crate) use verifications::VerificationAnswer;
pub(crate) use widgets::{TickerAnswer, WidgetAnswer};
