//! Sign-in, identity providers, users, their API keys and groups, the IP lists and the audit log.

mod api_keys;
mod approval_policies;
pub(super) mod approvals;
mod authentication;
mod identity_providers;
mod one_time_code;
mod password_check;
mod provider_sign_in;
mod security_policies;
mod system_logs;
mod totp;
mod user_groups;
mod users;

pub(crate) use approval_policies::approvable;

use crate::back::Routes;

/// Where users sign in.
const SIGN_IN: &str = "/api/v2/signin";

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    authentication::routes(routes);
    provider_sign_in::routes(routes);
    totp::routes(routes);
    identity_providers::routes(routes);
    users::routes(routes);
    api_keys::routes(routes);
    user_groups::routes(routes);
    security_policies::routes(routes);
    system_logs::routes(routes);
    approval_policies::routes(routes);
    approvals::routes(routes);
}
