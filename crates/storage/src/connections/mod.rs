//! Connections to services outside, what sends SMS, and the texts of codes.

pub mod balances;
pub mod external;
pub mod sms_providers;
pub mod templates;
