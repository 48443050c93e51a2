//! Messages to users and clients.

mod bodies;
mod crash;
pub mod mail;
mod pairs;
mod templates;
mod user_notifications;
mod webhooks;
