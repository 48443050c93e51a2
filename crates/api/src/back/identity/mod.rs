//! Sign-in, users, their groups, the IP lists and the audit log.

mod authentication;
mod one_time_code;
mod password_check;
mod security_policies;
mod system_logs;
mod totp;
mod user_groups;
mod users;

use crate::back::Routes;

/// Where users sign in.
const SIGN_IN: &str = "/api/v2/signin";

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    authentication::routes(routes);
    totp::routes(routes);
    users::routes(routes);
    user_groups::routes(routes);
    security_policies::routes(routes);
    system_logs::routes(routes);
}
