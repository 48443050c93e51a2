//! Answers that both interfaces give in the same form, and bodies that both read.

mod client_settings;
mod devices;
mod statement;
pub(crate) mod tickets;
mod tokens;
mod widgets;

pub(crate) use client_settings::{COLOR_PATTERN, NewSettings, SettingsAnswer, settings_of};
pub(crate) use devices::DeviceAnswer;
pub(crate) use statement::Statement;
pub(crate) use tokens::{IssuedTokens, Token};
pub(crate) use widgets::{TickerAnswer, WidgetAnswer};
