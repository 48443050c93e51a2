//! Accounts are archived.

use domain::identity::Permission;
use domain::ledger::AccountId;
use http::routes::Change;
use storage::ledger::account_locks;
use storage::payments::archiving;

use super::empty_body::EmptyBody;
use crate::Problem;
use crate::back::ledger::accounts::AccountAnswer;
use crate::back::{Body, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const ARCHIVE: &str = "/api/v2/accounts/{accountId}/archive";
    routes
        .post("accounts.archive", ARCHIVE, P::AccountsDelete)
        .summary("Archive a trading account.")
        .describe(
            "Only accounts on a trading platform can be archived (422). Unless it is a demo account, it must \
             be empty, and it must have no unfinished transaction or bonus (409). An archived account stays \
             listed but is read-only, and archiving cannot be undone.",
        )
        .example_path("/api/v2/accounts/12/archive")
        .changed(archive);
}

fn archive(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, EmptyBody>,
) -> Result<Change<AccountAnswer>, Problem> {
    let before = account_locks::lock(writing.tx, &writing.caller.rights.scope, id)?;
    body.create()?;
    let after = archiving::archive(writing.tx, &before)?;
    Ok(Change::Made { before: before.into(), after: after.into() })
}
