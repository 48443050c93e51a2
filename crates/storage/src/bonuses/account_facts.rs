use diesel::prelude::*;
use domain::bonuses::AccountForBonus;

use crate::ledger::accounts::StoredAccount;
use crate::schema::{accounts as account, platforms, products};
use crate::{DbConnection, Error};

/// An account as its bonuses see it, while it is held.
pub(super) fn for_bonus<'a>(conn: &mut DbConnection, held: &'a StoredAccount) -> Result<AccountForBonus<'a>, Error> {
    let query = account::table.inner_join(products::table).inner_join(platforms::table);
    let columns = (products::status, platforms::is_enabled);
    let (product, platform_is_enabled) = query.filter(account::id.eq(held.id)).select(columns).first(conn)?;
    Ok(AccountForBonus { account: &held.facts, product, platform: held.platform_kind, platform_is_enabled })
}
