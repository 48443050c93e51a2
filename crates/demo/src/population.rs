//! A population for demonstration and measurement: clients with accounts and a year of transactions.
//! What moves is decided by the ledger's own rules; only the writing goes in bulk.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductPermission, ProductType};
use domain::clients::{ClientId, ClientStatus, ClientTypeId, InternalType, RiskLevel, VerificationLevelId};
use domain::ledger::{
    AccountFacts, AccountId, Amount, Approvals, Book, Books, CurrencyCode, CurrencyUnit, DepartmentStatus, EntryId,
    Figures, Meta, MethodId, Movement, RequestId, RequestKind, RequestStatus, Rounding, Step, Terms, TransactionId,
    TransactionKind, TransactionStatus, USD, VerificationStatus, usd_worth,
};
use domain::payments::{
    Direction as Way, MethodFacts, Payout, ask_withdrawal, balance_change, transfer, user_deposit, user_withdrawal,
};
use domain::value::{Timestamp, folded};

use crate::clients::types;
use crate::money::Stored;
use crate::payments::methods;
use crate::schema::{
    accounts, client_search, clients, entries, methods as method, postings, products, requests, transactions,
};
use crate::verification::levels;
use crate::{DbConnection, Error, Tx, json};

const FIRST_NAMES: [&str; 16] = [
    "Anna", "Ben", "Chiara", "Dmitri", "Elena", "Farid", "Grace", "Hiroshi", "Ines", "Jonas", "Keiko", "Liam", "Maya",
    "Noah", "Olga", "Pedro",
];
const LAST_NAMES: [&str; 16] = [
    "Almeida", "Brown", "Costa", "Dubois", "Eriksson", "Fischer", "Garcia", "Haddad", "Ivanov", "Jensen", "Kim",
    "Lopez", "Meyer", "Nakamura", "Okafor", "Petrov",
];
const CITIES: [&str; 8] = ["Lisbon", "Osaka", "Nairobi", "Oslo", "Lima", "Toronto", "Prague", "Dubai"];
/// How far back transactions go.
const YEAR: TimeDelta = TimeDelta::days(365);
/// The most rows of one insert, so that its parameters stay below PostgreSQL's 65,535.
const ROWS_AN_INSERT: usize = 1_500;

/// Numbers that look random and are the same every time (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    fn pick<'a>(&mut self, names: &[&'a str]) -> &'a str {
        let place = usize::try_from(self.roll(names.len().try_into().unwrap_or(1))).unwrap_or(0);
        names.get(place).copied().unwrap_or_default()
    }

    /// From 0.01 to so many.
    fn amount(&mut self, most: u64) -> Amount {
        let cents = i64::try_from(self.roll(most * 100) + 1).unwrap_or(1);
        Amount::from(cents).over(Amount::from(100), 2, Rounding::Down).unwrap_or(Amount::ONE)
    }
}

/// Where the clients and their money go.
struct World {
    kind: ClientTypeId,
    level: VerificationLevelId,
    wallet: Home,
    trading: Home,
    deposit: (MethodId, MethodFacts),
    withdrawal: (MethodId, MethodFacts),
    bank: Option<MethodId>,
}

/// A product on which accounts are opened.
#[derive(Clone, Copy)]
struct Home {
    product: ProductId,
    platform: PlatformId,
    group: ProductGroupId,
    kind: ProductType,
}

fn home(conn: &mut DbConnection, name: &str) -> Result<Home, Error> {
    let columns = (products::id, products::platform_id, products::group_id, products::kind);
    let (product, platform, group, kind) =
        products::table.filter(products::name.eq(name)).select(columns).first(conn)?;
    Ok(Home { product, platform, group, kind })
}

fn world(conn: &mut DbConnection) -> Result<World, Error> {
    let mut manual = |way: Way| -> Result<(MethodId, MethodFacts), Error> {
        let id =
            method::table.filter(method::direction.eq(way)).filter(method::name_key.eq("manual")).select(method::id);
        let id = id.first(conn)?;
        Ok((id, methods::facts(conn, way, id)?.0))
    };
    let (deposit, withdrawal) = (manual(Way::Deposit)?, manual(Way::Withdrawal)?);
    let bank = method::table
        .filter(method::direction.eq(Way::Withdrawal))
        .filter(method::name_key.eq("bank_transfer"))
        .select(method::id);
    Ok(World {
        kind: types::default(conn)?,
        level: levels::default(conn)?,
        wallet: home(conn, "wallet")?,
        trading: home(conn, "mt5_live")?,
        deposit,
        withdrawal,
        bank: bank.first(conn).optional()?,
    })
}

#[derive(Insertable)]
#[diesel(table_name = clients)]
struct ClientRow {
    id: ClientId,
    email: String,
    email_key: String,
    first_name: String,
    last_name: String,
    country_id: Option<i64>,
    city: Option<String>,
    internal_type: InternalType,
    risk_level: RiskLevel,
    status: ClientStatus,
    type_id: ClientTypeId,
    level_id: VerificationLevelId,
    locale: String,
    analytics: String,
    create_time: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = client_search)]
struct SearchRow {
    rowid: ClientId,
    name: String,
    nickname: String,
    city: String,
    company_short: String,
    company_full: String,
}

#[derive(Insertable)]
#[diesel(table_name = accounts)]
struct AccountRow {
    id: AccountId,
    number: String,
    client_id: ClientId,
    product_id: ProductId,
    platform_id: PlatformId,
    group_id: Option<ProductGroupId>,
    currency_code: CurrencyCode,
    kind: ProductType,
    caption: String,
    name: String,
    permissions: String,
    balance: Stored,
    hold: Stored,
    credit: Stored,
    pnl: Stored,
    margin: Stored,
    statement_time: NaiveDateTime,
    create_time: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = transactions)]
struct TransactionRow {
    id: TransactionId,
    client_id: ClientId,
    kind: TransactionKind,
    status: TransactionStatus,
    debit_account_id: Option<AccountId>,
    debit_amount: Stored,
    debit_commission: Stored,
    debit_currency: CurrencyCode,
    credit_account_id: Option<AccountId>,
    credit_amount: Stored,
    credit_commission: Stored,
    credit_currency: CurrencyCode,
    rate: Stored,
    method_id: Option<MethodId>,
    meta: Option<String>,
    terms: Option<String>,
    usd_worth: Option<Stored>,
    create_time: NaiveDateTime,
    update_time: NaiveDateTime,
    processed_time: Option<NaiveDateTime>,
}

#[derive(Insertable)]
#[diesel(table_name = entries)]
struct EntryRow {
    id: EntryId,
    transaction_id: Option<TransactionId>,
    step: Step,
    create_time: NaiveDateTime,
}

#[derive(Insertable)]
#[diesel(table_name = postings)]
struct PostingRow {
    entry_id: EntryId,
    line: i64,
    book: String,
    account_id: Option<AccountId>,
    currency_code: CurrencyCode,
    amount: Stored,
}

#[derive(Insertable)]
#[diesel(table_name = requests)]
struct RequestRow {
    id: RequestId,
    client_id: ClientId,
    kind: RequestKind,
    status: RequestStatus,
    transaction_id: Option<TransactionId>,
    create_time: NaiveDateTime,
}

/// What one chunk adds.
#[derive(Default)]
struct Rows {
    clients: Vec<ClientRow>,
    searches: Vec<SearchRow>,
    accounts: Vec<AccountRow>,
    transactions: Vec<TransactionRow>,
    entries: Vec<EntryRow>,
    postings: Vec<PostingRow>,
    requests: Vec<RequestRow>,
}

/// Inserts many rows: PostgreSQL takes them together, SQLite one by one without a round trip.
macro_rules! insert_all {
    ($tx:expr, $table:expr, $rows:expr) => {
        match &mut *$tx.conn {
            DbConnection::Postgres(conn) => {
                for rows in $rows.chunks(ROWS_AN_INSERT) {
                    diesel::insert_into($table).values(rows).execute(conn)?;
                }
            }
            DbConnection::Sqlite(conn) => {
                for row in &$rows {
                    diesel::insert_into($table).values(row).execute(conn)?;
                }
            }
        }
    };
}

/// Adds so many clients, each with a wallet, a trading account and up to so many transactions.
/// Answers how many transactions there are.
///
/// # Errors
/// [`Error::NotFound`] where the demonstration products are missing.
pub fn populate(tx: &mut Tx<'_>, clients: usize, transactions_each: usize) -> Result<usize, Error> {
    let world = world(tx.conn)?;
    let client_ids = tx.conn.next_ids("clients", clients)?;
    let account_ids = tx.conn.next_ids("accounts", clients * 2)?;
    let most = clients * transactions_each;
    let mut transaction_ids = tx.conn.next_ids("transactions", most)?.into_iter().map(TransactionId::new);
    let mut entry_ids = tx.conn.next_ids("entries", most)?.into_iter().map(EntryId::new);
    let mut request_ids = tx.conn.next_ids("requests", clients)?.into_iter().map(RequestId::new);
    let mut rows = Rows::default();
    for (client, pair) in client_ids.into_iter().zip(account_ids.chunks(2)) {
        let [wallet, trading] = pair else { break };
        let mut dice = Dice(client.unsigned_abs());
        let mut life = Life {
            client: ClientId::new(client),
            now: tx.now,
            begun: tx.now.plus(-YEAR),
            wallet: facts(client, *wallet, &world.wallet),
            trading: facts(client, *trading, &world.trading),
        };
        rows.clients.push(client_row(&life, &world, &mut dice));
        rows.searches.push(search_row(&rows.clients, life.client));
        for number in 0..transactions_each {
            let step = TimeDelta::seconds(YEAR.num_seconds() / i64::try_from(transactions_each.max(1)).unwrap_or(1));
            let at = life
                .begun
                .plus(step * i32::try_from(number).unwrap_or(0))
                .plus(TimeDelta::seconds(i64::try_from(dice.roll(step.num_seconds().unsigned_abs())).unwrap_or(0)));
            let is_last = number + 1 == transactions_each;
            let Some(done) = life.next(&world, &mut dice, is_last) else { continue };
            let (Some(id), Some(entry)) = (transaction_ids.next(), entry_ids.next()) else { break };
            life.post(&done.movement)?;
            write(&mut rows, &life, &done, id, entry, at)?;
            if done.status == TransactionStatus::Pending
                && let Some(id_of_request) = request_ids.next()
            {
                rows.requests.push(RequestRow {
                    id: id_of_request,
                    client_id: life.client,
                    kind: RequestKind::of(done.movement.kind),
                    status: RequestStatus::Pending,
                    transaction_id: Some(id),
                    create_time: at.naive(),
                });
            }
        }
        rows.accounts.push(account_row(&life, &life.wallet, &world.wallet, "Wallet", tx.now)?);
        rows.accounts.push(account_row(&life, &life.trading, &world.trading, "MT5 Live", tx.now)?);
    }
    insert_all!(tx, clients::table, rows.clients);
    insert_all!(tx, client_search::table, rows.searches);
    insert_all!(tx, accounts::table, rows.accounts);
    insert_all!(tx, transactions::table, rows.transactions);
    insert_all!(tx, requests::table, rows.requests);
    insert_all!(tx, entries::table, rows.entries);
    insert_all!(tx, postings::table, rows.postings);
    Ok(rows.transactions.len())
}

fn facts(client: i64, id: i64, home: &Home) -> AccountFacts {
    AccountFacts {
        id: AccountId::new(id),
        client: ClientId::new(client),
        client_status: ClientStatus::Active,
        platform: PlatformId::new(1),
        is_outside: false,
        currency: CurrencyUnit { code: USD, minor_unit: 2 },
        currency_enabled: true,
        kind: home.kind,
        permissions: ProductPermission::ALL.iter().copied().collect(),
        is_archived: false,
        books: Books::default(),
        figures: Figures::default(),
    }
}

/// A client's year.
struct Life {
    client: ClientId,
    now: Timestamp,
    begun: Timestamp,
    wallet: AccountFacts,
    trading: AccountFacts,
}

struct Done {
    movement: Movement,
    status: TransactionStatus,
    method: Option<MethodId>,
    approvals: Option<Approvals>,
    terms: Option<Terms>,
}

impl Life {
    /// What the client does next; nothing where the rules refuse it.
    fn next(&self, world: &World, dice: &mut Dice, is_last: bool) -> Option<Done> {
        let done = |movement, method, approvals| Done {
            movement,
            status: TransactionStatus::Done,
            method,
            approvals,
            terms: None,
        };
        let paid_in = Approvals { verification: Some(VerificationStatus::Approved), ..Approvals::default() };
        let paid_out = Approvals {
            compliance: Some(DepartmentStatus::Approved),
            dealing: Some(DepartmentStatus::Approved),
            ..Approvals::default()
        };
        let one = Some(Amount::ONE);
        let zero = Amount::ZERO;
        if let Some(bank) = world.bank.filter(|_| is_last && dice.roll(20) == 0) {
            let payout = Payout { amount: dice.amount(50), unit: self.wallet.currency, rate: Amount::ONE, terms: None };
            if let Ok(movement) = ask_withdrawal(&self.wallet, &payout, true) {
                let approvals = Approvals {
                    compliance: Some(DepartmentStatus::Pending),
                    dealing: Some(DepartmentStatus::Pending),
                    ..Approvals::default()
                };
                let terms = Terms { is_held: true, is_under_way: false, commission: None };
                return Some(Done {
                    movement,
                    status: TransactionStatus::Pending,
                    method: Some(bank),
                    approvals: Some(approvals),
                    terms: Some(terms),
                });
            }
        }
        let deposit = |amount: Amount| {
            let moved = user_deposit(&self.wallet, &world.deposit.1, amount, zero, one).ok()?;
            Some(done(moved, Some(world.deposit.0), Some(paid_in)))
        };
        let moved = match dice.roll(10) {
            0..=2 => None,
            3..=5 => transfer(TransactionKind::Transfer, &self.wallet, &self.trading, dice.amount(500))
                .ok()
                .map(|moved| done(moved, None, None)),
            6 | 7 => transfer(TransactionKind::Transfer, &self.trading, &self.wallet, dice.amount(300))
                .ok()
                .map(|moved| done(moved, None, None)),
            8 => user_withdrawal(&self.wallet, &world.withdrawal.1, dice.amount(400), zero, one)
                .ok()
                .map(|moved| done(moved, Some(world.withdrawal.0), Some(paid_out))),
            _ => balance_change(&self.wallet, dice.amount(20)).ok().map(|moved| done(moved, None, Some(paid_in))),
        };
        // Whoever has no money left brings some.
        moved.or_else(|| deposit(dice.amount(2000)))
    }

    fn post(&mut self, movement: &Movement) -> Result<(), Error> {
        for account in [&mut self.wallet, &mut self.trading] {
            account.books = movement.entry.applied_to(account.id, account.books)?;
        }
        Ok(())
    }
}

fn client_row(life: &Life, world: &World, dice: &mut Dice) -> ClientRow {
    let email = format!("client{}@example.com", life.client);
    let status = match dice.roll(100) {
        0..=2 => ClientStatus::Banned,
        3..=9 => ClientStatus::Inactive,
        _ => ClientStatus::Active,
    };
    let risk_level = match dice.roll(10) {
        0 => RiskLevel::High,
        1 | 2 => RiskLevel::Middle,
        _ => RiskLevel::Low,
    };
    let day = TimeDelta::seconds(i64::try_from(dice.roll(86_400 * 30)).unwrap_or(0));
    ClientRow {
        id: life.client,
        email_key: email.clone(),
        email,
        first_name: dice.pick(&FIRST_NAMES).into(),
        last_name: dice.pick(&LAST_NAMES).into(),
        country_id: i64::try_from(dice.roll(200) + 1).ok(),
        city: Some(dice.pick(&CITIES).into()),
        internal_type: InternalType::Default,
        risk_level,
        status,
        type_id: world.kind,
        level_id: world.level,
        locale: "en_US".into(),
        analytics: "[]".into(),
        create_time: life.begun.plus(-day).naive(),
    }
}

fn search_row(rows: &[ClientRow], id: ClientId) -> SearchRow {
    let name = rows.last().map(|row| format!("{} {}", row.first_name, row.last_name)).unwrap_or_default();
    let city = rows.last().and_then(|row| row.city.clone()).unwrap_or_default();
    SearchRow {
        rowid: id,
        name: folded(&name),
        nickname: String::new(),
        city: folded(&city),
        company_short: String::new(),
        company_full: String::new(),
    }
}

fn account_row(
    life: &Life,
    facts: &AccountFacts,
    home: &Home,
    caption: &str,
    now: Timestamp,
) -> Result<AccountRow, Error> {
    let Books { balance, hold, credit } = facts.books;
    let zero = Stored(Amount::ZERO);
    Ok(AccountRow {
        id: facts.id,
        number: (1_000_000 + facts.id.get()).to_string(),
        client_id: life.client,
        product_id: home.product,
        platform_id: home.platform,
        group_id: Some(home.group),
        currency_code: facts.currency.code,
        kind: facts.kind,
        caption: caption.into(),
        name: caption.to_lowercase(),
        permissions: json(&facts.permissions)?,
        balance: Stored(balance),
        hold: Stored(hold),
        credit: Stored(credit),
        pnl: zero,
        margin: zero,
        statement_time: now.naive(),
        create_time: life.begun.naive(),
    })
}

fn write(
    rows: &mut Rows,
    life: &Life,
    done: &Done,
    id: TransactionId,
    entry: EntryId,
    at: Timestamp,
) -> Result<(), Error> {
    let at = if at > life.now { life.now } else { at };
    let Movement { kind, debit, credit, rate, step, .. } = &done.movement;
    // What has no method and yet facts is a balance that was changed by hand: it counts in no limit.
    let counts = done.method.is_some() || done.approvals.is_none();
    rows.transactions.push(TransactionRow {
        id,
        client_id: life.client,
        kind: *kind,
        status: done.status,
        debit_account_id: debit.account,
        debit_amount: Stored(debit.amount),
        debit_commission: Stored(debit.commission),
        debit_currency: debit.currency,
        credit_account_id: credit.account,
        credit_amount: Stored(credit.amount),
        credit_commission: Stored(credit.commission),
        credit_currency: credit.currency,
        rate: Stored(*rate),
        method_id: done.method,
        meta: done.approvals.map(|approvals| json(&Meta::of(approvals, Amount::ZERO, at))).transpose()?,
        terms: done.terms.as_ref().map(json).transpose()?,
        usd_worth: usd_worth(debit.amount, Amount::ONE).filter(|_| counts).map(Stored),
        create_time: at.naive(),
        update_time: at.naive(),
        processed_time: done.status.is_final().then(|| at.naive()),
    });
    rows.entries.push(EntryRow { id: entry, transaction_id: Some(id), step: *step, create_time: at.naive() });
    for (line, posting) in (1..).zip(done.movement.entry.postings()) {
        let (book, account_id) = match &posting.book {
            Book::Account(account, book) => (book.to_string(), Some(*account)),
            Book::Broker(book) => (book.to_string(), None),
        };
        let (currency_code, amount) = (posting.currency, Stored(posting.amount));
        rows.postings.push(PostingRow { entry_id: entry, line, book, account_id, currency_code, amount });
    }
    Ok(())
}
