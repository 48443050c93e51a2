//! Accounts are opened.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use domain::catalog::{
    Availability, CatalogFault, ClientFacts, Offer, Opener, Opening, PlatformId, Product, ProductGroupId, ProductId,
    ProductPermission, ProductStatus, ProductType,
};
use domain::clients::{ClientId, ClientStatus};
use domain::identity::Scope;
use domain::ledger::{Account, AccountId, Amount, CurrencyCode};
use domain::messaging::EventName;
use domain::payments::PaymentsFault;
use domain::value::{CommonFault, Fault, FaultCode as _, Field, Refusal, Set};

use super::balance_changes::change_balance;
use super::client_gate::client_side;
use crate::catalog::product_currencies::{self, StoredProductCurrency};
use crate::catalog::{offered, products, restrictions};
use crate::client_scope::sees;
use crate::clients::settings;
use crate::credentials::sign_ins;
use crate::ledger::accounts::{StoredAccount, by_ids};
use crate::ledger::currencies;
use crate::messaging::events;
use crate::money::Stored;
use crate::schema::{accounts as table, clients, product_currencies as of_product, product_groups};
use crate::{DbConnection, Error, Tx, json};

/// An account to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// For whom.
    pub client: ClientId,
    /// On what.
    pub product: ProductId,
    /// In which currency; none where the product has one only.
    pub currency: Option<CurrencyCode>,
    /// The name that the client is shown, if it was given.
    pub caption: Option<String>,
    /// The leverage, if it was given.
    pub leverage: Option<i64>,
    /// Demo accounts: the amount to begin with, if it was given.
    pub start_amount: Option<Amount>,
    /// The permissions, if they were given.
    pub permissions: Option<Set<ProductPermission>>,
}

/// The currencies in which a product opens accounts.
pub fn currencies_of(conn: &mut DbConnection, id: ProductId) -> Result<Vec<CurrencyCode>, Error> {
    let offered = of_product::table.filter(of_product::product_id.eq(id)).filter(of_product::is_enabled.eq(true));
    Ok(offered.order(of_product::priority).select(of_product::currency_code).load(conn)?)
}

/// The currencies in which a product opens accounts for a client who opens them themselves; none where the product does
/// not exist for the client.
pub fn offered_currencies(
    conn: &mut DbConnection,
    client: ClientId,
    product: ProductId,
) -> Result<Vec<CurrencyCode>, Error> {
    offered::currencies_of(conn, client, product)
}

fn group_status(conn: &mut DbConnection, product: &Product) -> Result<Availability, Error> {
    Ok(product_groups::table.find(product.group).select(product_groups::status).first(conn)?)
}

/// What becomes of the wish of a client for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// It is open.
    Account(Box<StoredAccount>),
    /// A user is to be asked first, for one in this currency.
    NeedsRequest(CurrencyCode),
}

/// A user opens an account for a client.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub fn open(tx: &mut Tx<'_>, scope: &Scope, new: &NewAccount) -> Result<StoredAccount, Error> {
    let decided = decide(tx, scope, Opener::User, new)?;
    carry_out(tx, new, decided)
}

/// A client opens an account for themselves.
///
/// # Errors
/// A refusal with every rule that it breaks; a product that the client is not offered is told apart from no other.
pub fn open_own(tx: &mut Tx<'_>, new: &NewAccount) -> Result<Opened, Error> {
    let offered = offered_currencies(tx.conn, new.client, new.product)?;
    if offered.is_empty() {
        return Err(CatalogFault::ProductNotOffered.at(Field::Product).unprocessable().into());
    }
    let currency = new.currency.or_else(|| offered.first().copied().filter(|_| offered.len() == 1));
    let Some(currency) = currency.filter(|currency| offered.contains(currency)) else {
        return Err(PaymentsFault::NotProductCurrency.at(Field::Currency).unprocessable().into());
    };
    let new = NewAccount { currency: Some(currency), permissions: None, ..new.clone() };
    let decided = decide(tx, &Scope::Client(new.client), Opener::Client, &new)?;
    if decided.opening.needs_request {
        return Ok(Opened::NeedsRequest(currency));
    }
    Ok(Opened::Account(Box::new(carry_out(tx, &new, decided)?)))
}

/// Opens what a client, who is held and has just signed in, gets at their first sign-in: an account in each currency that is
/// opened by itself. What the rules refuse is left out. Answers whether it is the first one.
pub fn open_at_sign_in(tx: &mut Tx<'_>, client: ClientId) -> Result<bool, Error> {
    if !sign_ins::note_first(tx, client)? {
        return Ok(false);
    }
    for (product, currency) in offered::opened_by_themselves(tx.conn, client)? {
        let new = NewAccount {
            client,
            product,
            currency: Some(currency),
            caption: None,
            leverage: None,
            start_amount: None,
            permissions: None,
        };
        match decide(tx, &Scope::Client(client), Opener::FirstSignIn, &new) {
            Ok(decided) => drop(carry_out(tx, &new, decided)?),
            Err(Error::Refused(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// What an account is opened with.
struct Decided {
    product: Product,
    entry: StoredProductCurrency,
    opening: Opening,
    start_amount: Option<Amount>,
}

fn decide(tx: &mut Tx<'_>, scope: &Scope, opener: Opener, new: &NewAccount) -> Result<Decided, Error> {
    // Two openings for one client are counted one after the other.
    tx.lock("clients", new.client)?;
    let mut faults: Vec<Fault> = client_fault(tx.conn, scope, new.client)?.into_iter().collect();
    let product = match products::get(tx.conn, new.product) {
        Ok(product) => product.data,
        Err(Error::NotFound) => {
            faults.push(CommonFault::Unknown.at(Field::Product));
            return Err(Refusal::Unprocessable(faults).into());
        }
        Err(error) => return Err(error),
    };
    let Some(entry) = offered_currency(tx, new)? else {
        faults.push(if product.status == ProductStatus::Disabled {
            CommonFault::Disabled.at(Field::Product)
        } else {
            PaymentsFault::NotProductCurrency.at(Field::Currency)
        });
        return Err(Refusal::Unprocessable(faults).into());
    };
    if currencies::usable(tx.conn, &[entry.currency.code])?.is_empty() {
        faults.push(CommonFault::Disabled.at(Field::Currency));
    }
    let own = faults.is_empty() && opener != Opener::User;
    let client = client_facts(tx.conn, new, &product, entry.currency.code, own)?;
    let restrictions = if own { restrictions::all(tx.conn, new.product)? } else { Vec::new() };
    let group_status = group_status(tx.conn, &product)?;
    let offer = Offer { product: &product, group_status, currency: &entry.data, restrictions: &restrictions };
    match (offer.open(opener, &client, new.leverage), offer.start_amount(new.start_amount)) {
        (Ok(opening), Ok(start_amount)) if faults.is_empty() => Ok(Decided { product, entry, opening, start_amount }),
        (opening, start_amount) => {
            faults.extend(opening.err().map(Fault::from));
            faults.extend(start_amount.err().map(Fault::from));
            Err(Refusal::Unprocessable(faults).into())
        }
    }
}

fn carry_out(tx: &mut Tx<'_>, new: &NewAccount, decided: Decided) -> Result<StoredAccount, Error> {
    let Decided { product, entry, opening, start_amount } = decided;
    let (id, number) = next_number(tx)?;
    let caption = new.caption.clone().or_else(|| entry.data.caption.clone());
    let account = Account {
        number,
        client: new.client,
        product: new.product,
        platform: product.platform,
        group: Some(product.group),
        currency: entry.currency.code,
        kind: product.kind,
        caption: caption.unwrap_or(product.caption),
        name: product.name,
        permissions: new.permissions.clone().unwrap_or(opening.permissions),
        leverage: opening.leverage,
        is_favourite: false,
    };
    insert(tx, id, &account, entry.data.platform_groups.first().map(String::as_str))?;
    events::put(tx, EventName::AccountCreated, Some(new.client), events::facts([("accountId", id.get().into())]))?;
    let opened = by_ids(tx.conn, &[id])?.remove(&id).ok_or(Error::NotFound)?;
    match start_amount.filter(|amount| amount.is_positive()) {
        Some(amount) => Ok(change_balance(tx, None, &opened, amount, None)?.0),
        None => Ok(opened),
    }
}

/// What the client says against a new account.
fn client_fault(conn: &mut DbConnection, scope: &Scope, client: ClientId) -> Result<Option<Fault>, Error> {
    let status = clients::table.find(client).select(clients::status);
    let status: Option<ClientStatus> = status.first(conn).optional()?;
    Ok(match status {
        Some(status) if sees(conn, scope, client)? => (!status.takes_accounts())
            .then(|| PaymentsFault::ClientCannotOpenAccounts.at(Field::Client).with("status", status.as_str())),
        _ => Some(CommonFault::Unknown.at(Field::Client)),
    })
}

/// The currency of the product that the account is opened in, held.
fn offered_currency(tx: &mut Tx<'_>, new: &NewAccount) -> Result<Option<StoredProductCurrency>, Error> {
    let offered = match new.currency {
        Some(code) => Some(code),
        None => currencies_of(tx.conn, new.product)?.first().copied(),
    };
    match offered {
        Some(code) => product_currencies::hold(tx, new.product, code),
        None => Ok(None),
    }
}

/// What the client has already; restrictions and limits are those of one who opens it themselves.
fn client_facts(
    conn: &mut DbConnection,
    new: &NewAccount,
    product: &Product,
    currency: CurrencyCode,
    is_own: bool,
) -> Result<ClientFacts, Error> {
    let of_client = || table::table.filter(table::client_id.eq(new.client)).filter(table::archive_time.is_null());
    let of_product = || of_client().filter(table::product_id.eq(new.product));
    let in_currency = of_product().filter(table::currency_code.eq(currency));
    let facts = ClientFacts {
        accounts_on_product: of_product().count().get_result(conn)?,
        accounts_in_currency: in_currency.count().get_result(conn)?,
        ..ClientFacts::default()
    };
    if !is_own {
        return Ok(facts);
    }
    Ok(ClientFacts {
        restrictions: client_side(conn, new.client)?.restrictions,
        accounts_of_type: of_client().filter(table::kind.eq(product.kind)).count().get_result(conn)?,
        limits: settings::limits(conn, &Scope::Client(new.client), new.client)?,
        ..facts
    })
}

/// The id and the number of a new account. Imported accounts keep the numbers that they had, which our sequence meets: it
/// goes on behind them in steps that double, so that a million of them in a row cost twenty looks.
fn next_number(tx: &mut Tx<'_>) -> Result<(AccountId, String), Error> {
    const MAX_LOOKS: u32 = 24;
    let mut id = AccountId::new(tx.conn.next_id("accounts")?);
    for look in 0..MAX_LOOKS {
        let number = number_of(id);
        let same = table::table.filter(table::number.eq(&number));
        if !diesel::select(diesel::dsl::exists(same)).get_result::<bool>(tx.conn)? {
            return Ok((id, number));
        }
        id = AccountId::new(tx.conn.skip_ids("accounts", 1_i64 << look)?);
    }
    Err(Error::Broken("no account number is free".into()))
}

/// Numbers are our own, one sequence for all platforms.
pub(crate) fn number_of(id: AccountId) -> String {
    const FIRST: i64 = 1_000_000;
    (FIRST + id.get()).to_string()
}

#[derive(Insertable)]
#[diesel(table_name = table, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: AccountId,
    number: &'a str,
    client_id: ClientId,
    product_id: ProductId,
    platform_id: PlatformId,
    group_id: Option<ProductGroupId>,
    currency_code: CurrencyCode,
    kind: ProductType,
    caption: &'a str,
    name: &'a str,
    permissions: String,
    leverage: Option<i64>,
    platform_group: Option<&'a str>,
    balance: Stored,
    hold: Stored,
    credit: Stored,
    pnl: Stored,
    margin: Stored,
    statement_time: NaiveDateTime,
    create_time: NaiveDateTime,
}

fn insert(tx: &mut Tx<'_>, id: AccountId, account: &Account, platform_group: Option<&str>) -> Result<(), Error> {
    let zero = Stored(Amount::ZERO);
    let now = tx.now.naive();
    let row = NewRow {
        id,
        number: &account.number,
        client_id: account.client,
        product_id: account.product,
        platform_id: account.platform,
        group_id: account.group,
        currency_code: account.currency,
        kind: account.kind,
        caption: &account.caption,
        name: &account.name,
        permissions: json(&account.permissions)?,
        leverage: account.leverage,
        platform_group,
        balance: zero,
        hold: zero,
        credit: zero,
        pnl: zero,
        margin: zero,
        statement_time: now,
        create_time: now,
    };
    diesel::insert_into(table::table).values(row).execute(tx.conn)?;
    Ok(())
}
