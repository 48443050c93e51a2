//! What a user's credentials opened.

use diesel::prelude::*;
use domain::identity::UserId;

use super::{second_factor, sessions};
use crate::schema::users;
use crate::{Error, Tx};

/// Ends everything that the user's former credentials opened: the sessions with their tokens, the codes that are
/// awaited, and the authenticator app that is being set up.
pub(super) fn end_all(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    sessions::end_all(tx, user)?;
    second_factor::forget_challenges(tx, user)?;
    let pending = users::table.find(user).filter(users::totp_pending.is_not_null());
    diesel::update(pending).set(users::totp_pending.eq(None::<Vec<u8>>)).execute(tx.conn)?;
    Ok(())
}
