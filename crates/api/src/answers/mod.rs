//! Answers that both interfaces give in the same form.

mod devices;
mod statement;

pub(crate) use devices::DeviceAnswer;
pub(crate) use statement::Statement;
