//! Mass mail: the services that deliver it, its templates, and what is sent.

pub mod delivery_services;
mod recipients;
pub mod sending;
pub mod sent_emails;
pub mod templates;
