//! Tests as one client is offered them.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::{ClientId, VerificationLevelId};
use domain::verification::{ApprovalStatus, ClientTestId};

use super::tests::{self, StoredTest};
use super::{attempts, offered};
use crate::paging::ordered;
use crate::schema::client_tests as table;
use crate::{DbConnection, Error, Page, Paging};

/// What tests are ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// Their place.
    Priority,
    /// When they were made.
    CreateTime,
}

/// A test as a client is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTest {
    /// The test, with the levels that the client is shown of those that ask for it.
    pub test: StoredTest,
    /// What the client's last attempt came to; none where they have not answered it.
    pub status: Option<ApprovalStatus>,
}

/// The visible tests, a page of them.
pub fn list(conn: &mut DbConnection, client: ClientId, paging: &Paging<Sort>) -> Result<Page<ShownTest>, Error> {
    let visible = || table::table.filter(table::is_visible.eq(true));
    let total = paging.total(|| visible().count().get_result(conn))?;
    let page = visible().limit(paging.limit).offset(paging.offset).select(table::id).into_boxed();
    let page = match paging.sort {
        Sort::Priority => ordered!(page, paging.direction, table::priority, table::id),
        Sort::CreateTime => ordered!(page, paging.direction, table::create_time, table::id),
    };
    let ids: Vec<ClientTestId> = page.load(conn)?;
    let data = tests::by_ids(conn, &ids)?;
    Ok(Page { total, data: shown(conn, client, data)? })
}

/// A visible test.
///
/// # Errors
/// [`Error::NotFound`], also for one that is hidden.
pub fn get(conn: &mut DbConnection, client: ClientId, id: ClientTestId) -> Result<ShownTest, Error> {
    let test = tests::get(conn, id)?;
    if !test.data.is_visible {
        return Err(Error::NotFound);
    }
    shown(conn, client, vec![test])?.pop().ok_or(Error::NotFound)
}

fn shown(conn: &mut DbConnection, client: ClientId, tests: Vec<StoredTest>) -> Result<Vec<ShownTest>, Error> {
    let ids: Vec<ClientTestId> = tests.iter().map(|test| test.id).collect();
    let statuses: HashMap<ClientTestId, ApprovalStatus> = attempts::last_statuses(conn, client, &ids)?;
    let levels: Vec<VerificationLevelId> = offered::ids(conn, client)?;
    let shown = tests.into_iter().map(|mut test| {
        test.levels.retain(|level| levels.contains(level));
        ShownTest { status: statuses.get(&test.id).copied(), test }
    });
    Ok(shown.collect())
}
