//! The client's attempts to sign in.

use std::net::IpAddr;

use domain::credentials::{SignInId, SignInStatus, browser_of};
use domain::value::Timestamp;
use http::request::{FilterSet, Filters, IP_PATTERN, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::credentials::sign_ins::{self, Filter, SignIn, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::front::{Front, Reading, Requirement, Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes
        .get("my.authorizations.list", "/api/v2/my/authorizations", Requirement::SignedIn)
        .summary("List the client's attempts to sign in.")
        .describe("The newest come first. They never change.")
        .list(list);
    routes
        .get("my.authorizations.get", "/api/v2/my/authorizations/{authorizationId}", Requirement::SignedIn)
        .summary("Read an attempt of the client to sign in.")
        .describe("A sign-in with a second factor is a success once its code is confirmed.")
        .record(get);
}

/// An attempt of the client to sign in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyAuthorizationRecord")]
#[serde(rename_all = "camelCase")]
struct SignInAnswer {
    id: SignInId,
    /// From where.
    ip: String,
    /// When.
    auth_date_time: Timestamp,
    /// How it ended.
    status: SignInStatus,
    /// Ours: the browser; null where it was another program or is not known.
    browser: Option<&'static str>,
}

impl Resource<Front> for SignInAnswer {
    const NAME: &'static str = "client_sign_in";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl From<SignIn> for SignInAnswer {
    fn from(sign_in: SignIn) -> Self {
        let SignIn { id, ip, status, user_agent, create_time, .. } = sign_in;
        let browser = user_agent.as_deref().and_then(browser_of);
        Self { id, ip, auth_date_time: create_time, status, browser }
    }
}

impl SortKey<Front> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("authDateTime", Self::Time)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

/// What a list is narrowed to.
#[derive(Clone, Debug, Default)]
struct Narrowed(Filter);

impl FilterSet<Front> for Narrowed {
    fn read(filters: &mut Filters) -> Self {
        Self(Filter {
            client: None,
            ip: filters.canonical::<IpAddr>("ip", IP_PATTERN),
            status: filters.choice("status"),
        })
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Narrowed, Sort>) -> Result<Page<SignInAnswer>, Problem> {
    let caller = reading.caller;
    let filter = Filter { client: Some(caller.client()), ..query.filter.0.clone() };
    Ok(sign_ins::list(reading.conn, &caller.scope(), &filter, &query.paging)?.map(SignInAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SignInId,)) -> Result<SignInAnswer, Problem> {
    Ok(sign_ins::get(reading.conn, &reading.caller.scope(), id)?.into())
}
