//! Who users are at the providers with which they sign in.

use diesel::dsl::exists;
use diesel::prelude::*;
use domain::identity::{IdentityProviderId, KnownUser, ProviderIdentity, UserId};

use crate::schema::{user_identities as table, users};
use crate::{DbConnection, Error, Tx};

/// What is known of the user for whom a provider vouches.
pub(super) fn known(
    conn: &mut DbConnection,
    provider: IdentityProviderId,
    identity: &ProviderIdentity,
) -> Result<KnownUser, Error> {
    let linked = table::table.find((provider, &identity.subject)).select(table::user_id);
    if let Some(user) = linked.first(conn).optional()? {
        return Ok(KnownUser::Linked(user));
    }
    let Some(email) = &identity.verified_email else { return Ok(KnownUser::Unknown) };
    let of_email = users::table.filter(users::email_key.eq(email.key())).filter(users::deleted_at.is_null());
    let user: Option<UserId> = of_email.select(users::id).first(conn).optional()?;
    let Some(user) = user else { return Ok(KnownUser::Unknown) };
    let other = table::table.filter(table::user_id.eq(user)).filter(table::provider_id.eq(provider));
    let has_other_subject = diesel::select(exists(other)).get_result(conn)?;
    Ok(KnownUser::OfEmail { user, has_other_subject })
}

/// Keeps who a user is at a provider.
///
/// # Errors
/// [`Error::Taken`] where the provider knows the user, or the subject is another user, by now.
pub(super) fn link(tx: &mut Tx<'_>, provider: IdentityProviderId, subject: &str, user: UserId) -> Result<(), Error> {
    let values = (
        table::provider_id.eq(provider),
        table::subject.eq(subject),
        table::user_id.eq(user),
        table::create_time.eq(tx.now.naive()),
    );
    diesel::insert_into(table::table).values(values).execute(tx.conn)?;
    Ok(())
}

/// Forgets who a user is at all providers: they are linked anew at the next sign-in.
pub(super) fn forget_user(tx: &mut Tx<'_>, user: UserId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::user_id.eq(user))).execute(tx.conn)?;
    Ok(())
}

/// Forgets who is known to a provider.
pub(super) fn forget_provider(tx: &mut Tx<'_>, provider: IdentityProviderId) -> Result<(), Error> {
    diesel::delete(table::table.filter(table::provider_id.eq(provider))).execute(tx.conn)?;
    Ok(())
}
