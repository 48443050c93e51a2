//! A population for demonstration and measurement: clients with accounts and a year of transactions. What moves is
//! decided by the ledger's own rules; only the writing goes in bulk.

use chrono::TimeDelta;
use domain::catalog::{PlatformId, ProductGroupId, ProductId, ProductPermission, ProductType};
use domain::clients::{ClientId, ClientStatus, ClientTypeId, Locality, Profile, RiskLevel, VerificationLevelId};
use domain::content::CountryId;
use domain::ledger::{
    AccountFacts, AccountId, Amount, Approvals, Books, CurrencyUnit, DepartmentStatus, EntryId, Figures, Meta,
    MethodId, Movement, RequestId, Rounding, Terms, TransactionId, TransactionKind, TransactionStatus, USD,
    VerificationStatus, usd_worth,
};
use domain::payments::{
    MethodDirection, MethodFacts, Payout, ask_withdrawal, balance_change, transfer, user_deposit, user_withdrawal,
};
use domain::value::Timestamp;
use storage::bulk::{self, Batch, Counts, Ids, NewAccount, NewClient, NewTransaction};
use storage::catalog::products;
use storage::clients::levels;
use storage::clients::types;
use storage::payments::methods;
use storage::{DbConnection, Direction, Error, Paging, Tx};

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
pub(super) struct Home {
    pub(super) product: ProductId,
    platform: PlatformId,
    group: ProductGroupId,
    kind: ProductType,
    caption: &'static str,
}

fn all<S>(sort: S) -> Paging<S> {
    Paging { sort, direction: Direction::Ascending, limit: i64::MAX, offset: 0, counts: false }
}

pub(super) fn home(conn: &mut DbConnection, name: &str, caption: &'static str) -> Result<Home, Error> {
    let products = products::list(conn, &products::Filter::default(), &all(products::Sort::Id))?.data;
    let product = products.into_iter().find(|product| product.data.name == name).ok_or(Error::NotFound)?;
    let (platform, group, kind) = (product.data.platform, product.data.group, product.data.kind);
    Ok(Home { product: product.id, platform, group, kind, caption })
}

/// The method of this name, if there is one.
fn method(conn: &mut DbConnection, way: MethodDirection, name: &str) -> Result<Option<MethodId>, Error> {
    let named = methods::Filter { name: Some(name.to_owned()), ..methods::Filter::default() };
    let found = methods::list(conn, way, &named, &all(methods::Sort::CreateTime))?.data;
    Ok(found.into_iter().find(|method| method.data.name == name).map(|method| method.id))
}

fn world(conn: &mut DbConnection) -> Result<World, Error> {
    let mut manual = |way: MethodDirection| -> Result<(MethodId, MethodFacts), Error> {
        let id = method(conn, way, "manual")?.ok_or(Error::NotFound)?;
        Ok((id, methods::facts(conn, way, id)?.0))
    };
    let (deposit, withdrawal) = (manual(MethodDirection::Deposit)?, manual(MethodDirection::Withdrawal)?);
    Ok(World {
        kind: types::default(conn)?,
        level: levels::default(conn)?,
        wallet: home(conn, "wallet", "Wallet")?,
        trading: home(conn, "mt5_live", "MT5 Live")?,
        deposit,
        withdrawal,
        bank: method(conn, MethodDirection::Withdrawal, "bank_transfer")?,
    })
}

/// What so many clients and their transactions need.
fn counts(clients: usize, transactions_each: usize) -> Counts {
    let transactions = clients * transactions_each;
    Counts { clients, accounts: clients * 2, transactions, requests: clients }
}

/// The ids of a population, taken at once: whoever loads its chunks side by side gives the same clients the same ids as
/// one who loads them in turn.
#[derive(Debug)]
pub struct Reserved {
    ids: Ids,
    transactions_each: usize,
}

impl Reserved {
    /// Takes ids for so many clients, each with a wallet, a trading account and up to so many transactions.
    ///
    /// # Errors
    /// Those of the database.
    pub fn of(tx: &mut Tx<'_>, clients: usize, transactions_each: usize) -> Result<Self, Error> {
        Ok(Self { ids: bulk::reserve(tx, counts(clients, transactions_each))?, transactions_each })
    }

    /// The next so many clients, or as many as are left; none when all were taken.
    pub fn chunk(&mut self, clients: usize) -> Option<Self> {
        let ids = self.ids.take(counts(clients, self.transactions_each));
        (!ids.clients.is_empty()).then_some(Self { ids, transactions_each: self.transactions_each })
    }

    /// How many clients these are.
    #[must_use]
    pub fn clients(&self) -> usize {
        self.ids.clients.len()
    }
}

/// Adds so many clients, each with a wallet, a trading account and up to so many transactions. Answers how many
/// transactions there are.
///
/// # Errors
/// Those of [`load_reserved`].
pub fn populate(tx: &mut Tx<'_>, clients: usize, transactions_each: usize) -> Result<usize, Error> {
    let reserved = Reserved::of(tx, clients, transactions_each)?;
    load_reserved(tx, &reserved)
}

/// Adds the clients of these ids with their accounts and transactions. Answers how many transactions there are.
///
/// # Errors
/// [`Error::NotFound`] where the demonstration products are missing.
pub fn load_reserved(tx: &mut Tx<'_>, reserved: &Reserved) -> Result<usize, Error> {
    let world = world(tx.conn)?;
    let transactions_each = reserved.transactions_each;
    let Ids { clients, accounts, transactions, requests } = &reserved.ids;
    let (mut ids, mut requests) = (transactions.iter().copied(), requests.iter().copied());
    let mut batch = Batch::default();
    for (&client, pair) in clients.iter().zip(accounts.chunks(2)) {
        let [wallet, trading] = pair else { break };
        let mut dice = Dice(client.get().unsigned_abs());
        let mut life = Life {
            client,
            now: tx.now,
            begun: tx.now.plus(-YEAR),
            wallet: facts(client, *wallet, &world.wallet),
            trading: facts(client, *trading, &world.trading),
        };
        batch.clients.push(new_client(&life, &world, &mut dice)?);
        for number in 0..transactions_each {
            let at = life.moment(number, transactions_each, &mut dice);
            let is_last = number + 1 == transactions_each;
            let Some(done) = life.next(&world, &mut dice, is_last) else { continue };
            let Some(pair) = ids.next() else { break };
            life.post(&done.movement)?;
            let waits = done.status == TransactionStatus::Pending;
            let request = if waits { requests.next() } else { None };
            batch.transactions.push(life.transaction(done, pair, request, at));
        }
        batch.accounts.push(life.account(&life.wallet, &world.wallet));
        batch.accounts.push(life.account(&life.trading, &world.trading));
    }
    bulk::load(tx, &batch)?;
    Ok(batch.transactions.len())
}

fn facts(client: ClientId, id: AccountId, home: &Home) -> AccountFacts {
    AccountFacts {
        id,
        client,
        client_status: ClientStatus::Active,
        platform: home.platform,
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
                let terms = Terms::held(None);
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

    /// When the client's transaction of this number takes place, if so many fill their year.
    fn moment(&self, number: usize, of: usize, dice: &mut Dice) -> Timestamp {
        let step = TimeDelta::seconds(YEAR.num_seconds() / i64::try_from(of.max(1)).unwrap_or(1));
        let later = i64::try_from(dice.roll(step.num_seconds().unsigned_abs())).unwrap_or(0);
        let at = self.begun.plus(step * i32::try_from(number).unwrap_or(0)).plus(TimeDelta::seconds(later));
        at.min(self.now)
    }

    fn transaction(
        &self,
        done: Done,
        (id, entry): (TransactionId, EntryId),
        request: Option<RequestId>,
        at: Timestamp,
    ) -> NewTransaction {
        // What has no method and yet facts is a balance that was changed by hand: it counts in no limit.
        let counts = done.method.is_some() || done.approvals.is_none();
        NewTransaction {
            id,
            entry,
            request,
            client: self.client,
            status: done.status,
            method: done.method,
            meta: done.approvals.map(|approvals| Meta::of(approvals, Amount::ZERO, at)),
            terms: done.terms,
            usd_worth: usd_worth(done.movement.debit.amount, Amount::ONE).filter(|_| counts),
            movement: done.movement,
            user: None,
            create_time: at,
            post_time: at,
        }
    }

    fn account(&self, facts: &AccountFacts, home: &Home) -> NewAccount {
        NewAccount {
            facts: facts.clone(),
            number: None,
            product: home.product,
            group: home.group,
            caption: home.caption.to_owned(),
            name: home.caption.to_lowercase(),
            leverage: None,
            platform_group: None,
            create_time: self.begun,
        }
    }
}

fn new_client(life: &Life, world: &World, dice: &mut Dice) -> Result<NewClient, Error> {
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
    let email = format!("client{}@example.com", life.client);
    let email = email.parse().map_err(|_| Error::Broken(format!("{email} is no e-mail address")))?;
    let (first_name, last_name) = (dice.pick(&FIRST_NAMES).to_owned(), dice.pick(&LAST_NAMES).to_owned());
    let profile = Profile {
        country: i64::try_from(dice.roll(200) + 1).ok().map(CountryId::new),
        city: Some(dice.pick(&CITIES).to_owned()),
        risk_level,
        status,
        ..Profile::named(first_name, last_name, Locality::default())
    };
    Ok(NewClient {
        id: life.client,
        email,
        profile,
        kind: world.kind,
        level: world.level,
        manager: None,
        phone: None,
        address: None,
        create_time: life.begun.plus(-day),
    })
}
