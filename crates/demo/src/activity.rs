//! What users have done with a few clients: bonuses in several states, and a transaction that was monitored.

use domain::bonuses::{BonusEvent, BonusTerms};
use domain::identity::{Scope, UserId};
use domain::ledger::{AccountId, Amount, TransactionStatus};
use domain::payments::{MonitoringDirection, ReviewStatus};
use storage::bonuses::{awarding, engine};
use storage::identity::users;
use storage::ledger::{accounts, transactions};
use storage::payments::monitorings::{self, Review};
use storage::{ById, ByTime, DbConnection, Direction, Error, Paging, Tx};

use crate::population::home;
use crate::{antifraud, requests, tickets};

/// Does it, in the name of the first user, after the clients were added.
///
/// # Errors
/// [`Error::NotFound`] where the demonstration products or a user are missing.
pub fn act(tx: &mut Tx<'_>) -> Result<(), Error> {
    let user = first_user(tx.conn)?;
    let accounts = trading_accounts(tx.conn)?;
    // Two have expired, one is on hold, and two run.
    let events = [Some(BonusEvent::Revoke), Some(BonusEvent::Revoke), Some(BonusEvent::Hold), None, None];
    for (account, event) in accounts.into_iter().zip(events) {
        let bonus = awarding::award(tx, &Scope::System, user, account, Amount::from(100), terms())?;
        if let Some(event) = event {
            engine::act(tx, &Scope::System, user, bonus.id, &event)?;
        }
    }
    requests::ask(tx)?;
    requests::folders(tx, user)?;
    antifraud::find(tx, &[1.into(), 2.into()])?;
    tickets::submit(tx, user)?;
    monitor(tx)
}

fn first_user(conn: &mut DbConnection) -> Result<UserId, Error> {
    let first = Paging { sort: ById::Id, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let page = users::list(conn, &users::Filter::default(), &first)?;
    page.data.first().map(|user| user.id).ok_or(Error::NotFound)
}

/// The accounts of the first clients on the trading product.
fn trading_accounts(conn: &mut DbConnection) -> Result<Vec<AccountId>, Error> {
    let product = home(conn, "mt5_live", "")?.product;
    let filter = accounts::Filter { product: Some(product), ..accounts::Filter::default() };
    let first =
        Paging { sort: ByTime::CreateTime, direction: Direction::Ascending, limit: 5, offset: 0, counts: false };
    let page = accounts::list(conn, &Scope::System, &filter, &first)?;
    Ok(page.data.into_iter().map(|account| account.id).collect())
}

fn terms() -> BonusTerms {
    BonusTerms {
        lifetime: 30,
        dynamic_lots: 2.into(),
        enable_auto_credit: false,
        scalping_threshold: 60,
        enable_trade: true,
        disabled_groups: vec!["USDCZK".to_owned()].into(),
    }
}

/// The result of a check of a withdrawal that waits.
fn monitor(tx: &mut Tx<'_>) -> Result<(), Error> {
    let filter = transactions::Filter { status: Some(TransactionStatus::Pending), ..transactions::Filter::default() };
    let sort = transactions::Sort::CreateTime;
    let first = Paging { sort, direction: Direction::Ascending, limit: 1, offset: 0, counts: false };
    let waiting = transactions::list(tx.conn, &Scope::System, &filter, &first)?.data;
    for transaction in waiting {
        let direction = MonitoringDirection::of(transaction.kind)?;
        let review = Review {
            status: ReviewStatus::Green,
            risk_score: "12".to_owned(),
            provider: "demonstration".to_owned(),
            data: r#"{"rules":["amount","country"],"hits":0}"#.to_owned(),
        };
        monitorings::insert(tx, &Scope::System, (transaction.client, transaction.id, direction), &review)?;
    }
    Ok(())
}
