//! What is done over connections to services outside: SMS, and tokens for phone calls.

mod custom;
mod sms;
mod twilio;
pub mod voice_token;
mod vonage;

pub use sms::{SmsDelivery, SmsError, SmsFailure, SmsSender, balance_of, send_sms, sender_of};
