//! Clients' attempts to sign in.

use std::net::IpAddr;

use domain::clients::ClientId;
use domain::credentials::{SignInId, SignInStatus, browser_of};
use domain::identity::{Permission, masked_email, masked_name};
use domain::value::Timestamp;
use http::request::{FilterSet, Filters, IP_PATTERN, ListQuery, SortKey};
use http::routes::Resource;
use schemars::JsonSchema;
use serde::Serialize;
use storage::credentials::sign_ins::{self, Filter, SignIn, Sort};
use storage::{Direction, Page};

use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    routes
        .get("authorization-history.list", "/api/v2/clients/authorizations", P::AuthorizationHistoryRead)
        .summary("List clients' attempts to sign in.")
        .describe("Those of clients whom the caller sees; the newest come first. They never change.")
        .list(list);
    routes
        .get(
            "authorization-history.get",
            "/api/v2/clients/authorizations/{authorizationId}",
            P::AuthorizationHistoryRead,
        )
        .summary("Read a client's attempt to sign in.")
        .describe("A sign-in with a second factor is a success once its code is confirmed.")
        .record(get);
}

/// Who a record is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuthorizedClient")]
#[serde(rename_all = "camelCase")]
struct PersonAnswer {
    id: ClientId,
    /// First, middle and last name.
    full_name: String,
    /// The e-mail address.
    #[schemars(extend("format" = "email"))]
    email: String,
}

/// A client's attempt to sign in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuthorizationRecord")]
#[serde(rename_all = "camelCase")]
struct SignInAnswer {
    id: SignInId,
    /// Who tried.
    client: PersonAnswer,
    /// From where.
    ip: String,
    /// When.
    auth_date_time: Timestamp,
    /// How it ended.
    status: SignInStatus,
    /// Ours: the browser; null where it was another program or is not known.
    browser: Option<&'static str>,
    /// Ours: the program as it names itself.
    user_agent: Option<String>,
    /// Ours: where the address is; always null, since no database of places is part of the server.
    country: Option<String>,
}

impl Resource<Back> for SignInAnswer {
    const NAME: &'static str = "client_sign_in";

    fn id(&self) -> i64 {
        self.id.get()
    }

    fn mask(&mut self) {
        self.client.full_name = masked_name(&self.client.full_name);
        self.client.email = masked_email(&self.client.email);
    }
}

impl From<SignIn> for SignInAnswer {
    fn from(sign_in: SignIn) -> Self {
        let SignIn { id, client, person, ip, status, user_agent, create_time } = sign_in;
        Self {
            id,
            client: PersonAnswer { id: client, full_name: person.name, email: person.email },
            ip,
            auth_date_time: create_time,
            status,
            browser: user_agent.as_deref().and_then(browser_of),
            user_agent,
            country: None,
        }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("authDateTime", Self::Time)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        Self {
            client: filters.id("clientId"),
            ip: filters.canonical::<IpAddr>("ip", IP_PATTERN),
            status: filters.choice("status"),
        }
    }
}

fn list(reading: &mut Reading<'_>, (): (), query: &ListQuery<Filter, Sort>) -> Result<Page<SignInAnswer>, Problem> {
    let scope = &reading.caller.rights.scope;
    Ok(sign_ins::list(reading.conn, scope, &query.filter, &query.paging)?.map(SignInAnswer::from))
}

fn get(reading: &mut Reading<'_>, (id,): (SignInId,)) -> Result<SignInAnswer, Problem> {
    Ok(sign_ins::get(reading.conn, &reading.caller.rights.scope, id)?.into())
}
