//! Paid services.

mod subscriptions;
