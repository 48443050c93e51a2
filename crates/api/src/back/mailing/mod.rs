//! Mass mail: the services that deliver it, its templates, and what is sent.

mod delivery_services;
mod sent_emails;
mod templates;

use http::request::Text;

use crate::back::Routes;

/// The longest text of a mail, in characters.
const BODY: Text = Text { min: 1, max: 100_000 };

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    delivery_services::routes(routes);
    templates::routes(routes);
    sent_emails::routes(routes);
}
