//! Kinds of input that both interfaces take.

mod email;
mod raw_text;

pub(crate) use email::EmailAddress;
pub(crate) use raw_text::RawText;
