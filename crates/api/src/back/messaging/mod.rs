//! Mail and its texts, SMTP servers, and who hears of events.

mod deliveries;
mod event_notifications;
mod listeners;
mod notification_templates;
mod notification_types;
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
}
