//! Connections to services outside, what sends SMS, the texts of codes, and calls to clients.

mod external;
mod settings;
mod sms_providers;
mod templates;
mod voice_token;

use crate::back::Routes;

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    external::routes(routes);
    sms_providers::routes(routes);
    templates::routes(routes);
    voice_token::routes(routes);
}
