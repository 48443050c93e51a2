//! The levels as one client is offered them.

use std::collections::HashMap;

use diesel::prelude::*;
use domain::clients::{ClientId, ClientTypeId, RestrictionFacts, VerificationLevelId, first_obstacle};
use domain::content::CountryId;
use domain::ledger::{RequestKind, RequestStatus};
use domain::value::Identified;
use domain::verification::{
    Climber, LevelRestriction, LevelRestrictionName, LevelStanding, OfferedLevel, VerificationLevel,
};

use super::levels;
use crate::catalog::restriction_table::RestrictionTable as _;
use crate::schema::{clients, requests};
use crate::{DbConnection, Direction, Error, Page, Paging};

/// What levels are ordered by.
#[derive(Clone, Copy, Debug)]
pub enum Sort {
    /// How far up they are.
    Index,
}

/// A level as a client is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownLevel {
    /// The level.
    pub level: Identified<VerificationLevel>,
    /// The one after it, where the client is shown that.
    pub next: Option<VerificationLevelId>,
    /// What it is to the client.
    pub standing: LevelStanding,
}

/// A client among all levels.
pub(crate) struct Offer {
    pub climber: Climber,
    pub offered: Vec<OfferedLevel>,
    levels: HashMap<VerificationLevelId, Identified<VerificationLevel>>,
}

impl Offer {
    /// The level of this id.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn level(&self, id: VerificationLevelId) -> Result<&Identified<VerificationLevel>, Error> {
        self.levels.get(&id).ok_or(Error::NotFound)
    }

    fn sees(&self, id: VerificationLevelId) -> bool {
        self.offered.iter().any(|level| level.id == id && self.climber.sees(level))
    }

    /// What the client is shown, from the lowest level up.
    fn shown(&self) -> Vec<ShownLevel> {
        let seen = self.offered.iter().filter(|level| self.climber.sees(level));
        let shown = seen.filter_map(|offered| {
            let level = self.levels.get(&offered.id)?.clone();
            let next = level.data.terms.next.filter(|next| self.sees(*next));
            Some(ShownLevel { level, next, standing: self.climber.standing(offered) })
        });
        shown.collect()
    }
}

/// The level that a client waits for.
fn asked(conn: &mut DbConnection, client: ClientId) -> Result<Option<VerificationLevelId>, Error> {
    let waiting = requests::table
        .filter(requests::client_id.eq(client))
        .filter(requests::kind.eq(RequestKind::Verification))
        .filter(requests::status.eq_any([RequestStatus::New, RequestStatus::Pending, RequestStatus::InProgress]));
    let level: Option<Option<i64>> = waiting.select(requests::subject_id).first(conn).optional()?;
    Ok(level.flatten().map(VerificationLevelId::new))
}

/// Looks up which levels there are for a client, and how far they have climbed.
///
/// # Errors
/// [`Error::NotFound`] where there is no such client.
pub(crate) fn offer(conn: &mut DbConnection, client: ClientId) -> Result<Offer, Error> {
    let columns = (clients::level_id, clients::country_id, clients::type_id);
    let (present, country, kind): (VerificationLevelId, Option<CountryId>, ClientTypeId) =
        clients::table.find(client).select(columns).first(conn)?;
    let facts = RestrictionFacts { country, client_type: Some(kind), ..RestrictionFacts::default() };
    let asked = asked(conn, client)?;
    let all = levels::by_index(conn)?;
    let mut offered = Vec::with_capacity(all.len());
    for Identified { id, data } in &all {
        let stored = LevelRestrictionName::of(conn, *id)?;
        let restrictions: Vec<LevelRestriction> = stored.into_iter().map(|restriction| restriction.data).collect();
        let is_admitted = first_obstacle(&restrictions, &facts).is_none();
        let (index, next) = (data.terms.index, data.terms.next);
        offered.push(OfferedLevel { id: *id, index, next, is_visible: data.terms.visible, is_admitted });
    }
    let own = offered.iter().find(|level| level.id == present).ok_or(Error::NotFound)?;
    let climber = Climber { present, index: own.index, next: own.next, asked };
    Ok(Offer { climber, offered, levels: all.into_iter().map(|level| (level.id, level)).collect() })
}

/// The levels that a client is shown, a page of them. They are few, and restrictions decide on each.
///
/// # Errors
/// [`Error::NotFound`] where there is no such client.
pub fn list(conn: &mut DbConnection, client: ClientId, paging: &Paging<Sort>) -> Result<Page<ShownLevel>, Error> {
    let mut shown = offer(conn, client)?.shown();
    let Sort::Index = paging.sort;
    if paging.direction == Direction::Descending {
        shown.reverse();
    }
    let total = paging.total(|| Ok::<_, Error>(i64::try_from(shown.len()).unwrap_or(i64::MAX)))?;
    let from = usize::try_from(paging.offset).unwrap_or(usize::MAX);
    let count = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    Ok(Page { total, data: shown.into_iter().skip(from).take(count).collect() })
}

/// One level that a client is shown.
///
/// # Errors
/// [`Error::NotFound`], also where it is not there for the client.
pub fn get(conn: &mut DbConnection, client: ClientId, id: VerificationLevelId) -> Result<ShownLevel, Error> {
    offer(conn, client)?.shown().into_iter().find(|shown| shown.level.id == id).ok_or(Error::NotFound)
}

/// The ids of the levels that a client is shown.
pub(super) fn ids(conn: &mut DbConnection, client: ClientId) -> Result<Vec<VerificationLevelId>, Error> {
    Ok(offer(conn, client)?.shown().into_iter().map(|shown| shown.level.id).collect())
}
