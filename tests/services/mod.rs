//! Paid services.

mod bodies;
mod subscriptions;
