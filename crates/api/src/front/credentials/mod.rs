//! What clients sign in with, and from where.

mod anti_phishing;
mod devices;
mod fingerprint;
mod password_check;
mod passwords;
mod qr_sign_ins;
mod second_factors;
mod sessions;
mod sign_in;
mod sign_ins;

pub(super) use fingerprint::{DeviceFingerprint, SentFingerprint};
pub(super) use sessions::{TokenPair, begin as begin_session};
pub(super) use sign_in::{SentCode, read_new_password};
mod push_tokens;

use crate::front::Routes;

impl http::request::Input<crate::front::Front> for () {
    type Current = ();

    fn read(_: &mut http::request::Fields<'_, ()>) -> Option<Self> {
        Some(())
    }
}

/// The routes of this context.
pub fn routes(routes: &mut Routes) {
    sign_in::routes(routes);
    sessions::routes(routes);
    passwords::routes(routes);
    qr_sign_ins::routes(routes);
    second_factors::routes(routes);
    anti_phishing::routes(routes);
    sign_ins::routes(routes);
    devices::routes(routes);
    push_tokens::routes(routes);
}
