//! The client archives an account.

use domain::ledger::AccountId;
use http::routes::Wish;
use storage::payments::client_accounts;
use storage::requests::wishes::{self, Outcome};

use crate::Problem;
use crate::front::ledger::{AskedRequest, MyAccount};
use crate::front::{Body, Requirement, Routes, Writing};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .post("my.accounts.archive", "/api/v2/my/accounts/{accountId}/archive", Requirement::SignedIn)
        .summary("Archive an account.")
        .describe(
            "Only accounts on a trading platform can be archived (422). Unless it is a demo account, it must be empty, \
             and it must have no unfinished transaction or bonus (409). An archived account is only read, for good. \
             Where the broker decides on that, the answer is 202 and nothing.",
        )
        .example_path("/api/v2/my/accounts/51/archive")
        .changed_or_asked(archive);
}

fn archive(
    writing: &mut Writing<'_, '_>,
    (id,): (AccountId,),
    body: &Body<'_, ()>,
) -> Result<Wish<(MyAccount, MyAccount), AskedRequest>, Problem> {
    let requester = writing.caller.requester(writing.call);
    let before = client_accounts::lock(writing.tx, requester.client, id)?;
    body.create()?;
    Ok(match wishes::archive_account(writing.tx, requester, &before.account)? {
        Outcome::Done(account) => {
            let after = client_accounts::shown_one(writing.tx.conn, *account)?;
            Wish::Granted((before.into(), after.into()))
        }
        Outcome::Asked(id, asked) => Wish::Asked(AskedRequest::new(id, requester.client, &asked)),
    })
}
