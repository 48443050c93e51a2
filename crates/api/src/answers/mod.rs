//! Answers that both interfaces give in the same form.

mod devices;
pub(crate) mod tickets;
mod tokens;

pub(crate) use devices::DeviceAnswer;
pub(crate) use tokens::{IssuedTokens, Token};
