//! What bonuses and positions say should be posted for them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use domain::catalog::PlatformId;
use domain::ledger::{AccountId, Amount, BonusId};

use super::CHUNK;
use crate::connection::on_each;
use crate::money::Stored;
use crate::schema::{bonuses, positions};
use crate::{DbConnection, Error};

/// The bonuses that there are, and what they have on the credit, by account.
pub(crate) struct Bonuses {
    pub ids: HashSet<BonusId>,
    pub credited: HashMap<AccountId, Amount>,
}

impl Bonuses {
    pub fn load(conn: &mut DbConnection) -> Result<Self, Error> {
        let mut all = Self { ids: HashSet::new(), credited: HashMap::new() };
        let mut after = BonusId::new(0);
        loop {
            let next = bonuses::table.filter(bonuses::id.gt(after)).order(bonuses::id).limit(CHUNK);
            let next = next.select((bonuses::id, bonuses::account_id, bonuses::credited));
            let rows: Vec<(BonusId, AccountId, Stored)> = on_each!(conn, conn => next.load(conn))?;
            let Some((last, ..)) = rows.last() else { return Ok(all) };
            after = *last;
            for (id, account, Stored(amount)) in rows {
                all.ids.insert(id);
                let sum = all.credited.entry(account).or_default();
                *sum = sum.plus(amount)?;
            }
        }
    }
}

/// What platforms reported that positions came to, by account.
pub(crate) fn reported_positions(conn: &mut DbConnection) -> Result<HashMap<AccountId, Amount>, Error> {
    let mut reported: HashMap<AccountId, Amount> = HashMap::new();
    let mut after = (PlatformId::new(0), String::new());
    loop {
        let (platform, external_id) = after;
        let is_next = positions::platform_id
            .gt(platform)
            .or(positions::platform_id.eq(platform).and(positions::external_id.gt(&external_id)));
        let next = positions::table
            .filter(is_next)
            .filter(positions::platform_id.ge(platform))
            .order((positions::platform_id, positions::external_id))
            .limit(CHUNK)
            .select((positions::platform_id, positions::external_id, positions::account_id, positions::profit));
        let rows: Vec<(PlatformId, String, AccountId, Option<Stored>)> = on_each!(conn, conn => next.load(conn))?;
        let Some((last_platform, last_id, ..)) = rows.last() else { return Ok(reported) };
        after = (*last_platform, last_id.clone());
        for (_, _, account, profit) in rows {
            if let Some(Stored(profit)) = profit {
                let sum = reported.entry(account).or_default();
                *sum = sum.plus(profit)?;
            }
        }
    }
}
