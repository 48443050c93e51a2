//! Answers that both interfaces give in the same form.

mod devices;

pub(crate) use devices::DeviceAnswer;
