//! Answers that both interfaces give in the same form.

mod devices;
mod statement;
mod tokens;

pub(crate) use devices::DeviceAnswer;
pub(crate) use statement::Statement;
pub(crate) use tokens::{IssuedTokens, Token};
