//! The deletion of users.

use domain::identity::UserId;

use crate::identity::users::{self, StoredUser};
use crate::{Error, Tx, tickets};

/// Deletes a user, whose tickets nobody looks after then, and answers what the user was.
///
/// # Errors
/// As of [`users::delete`].
pub fn delete(tx: &mut Tx<'_>, caller: UserId, id: UserId) -> Result<StoredUser, Error> {
    let user = users::delete(tx, caller, id)?;
    tickets::unassign(tx, id)?;
    Ok(user)
}
