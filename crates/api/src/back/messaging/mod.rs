//! Mail and its texts, SMTP servers, who hears of events, and the texts that messages take in.

mod deliveries;
mod event_notifications;
mod listeners;
mod notification_templates;
mod notification_types;
mod pair_tags;
mod pairs;
mod smtp_providers;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    notification_types::routes(routes);
    notification_templates::routes(routes);
    smtp_providers::routes(routes);
    event_notifications::routes(routes);
    listeners::routes(routes);
    deliveries::routes(routes);
    pairs::routes(routes);
    pair_tags::routes(routes);
}
