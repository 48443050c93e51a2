//! What moved on an account: its postings, its balances at any time, and statements of periods.

use domain::identity::{Permission, masked_name};
use domain::ledger::{
    AccountBook, AccountId, AccountPosting, Amount, BonusId, Books, KindTotal, MovementKind, PostingId,
    StatementPeriod, Step, Sum, TransactionId, check_not_ahead,
};
use domain::value::{Enumeration, Locale, Timestamp};
use http::request::{FilterSet, Filters, ListQuery, SortKey};
use http::routes::{Form, Resource};
use http::{CSV_TYPE, Fault, csv_of};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use storage::ledger::account_postings::{self, Filter, Sort, StoredStatement};
use storage::ledger::accounts::StoredAccount;
use storage::platform::settings;
use storage::{Direction, Page};

use super::statement_paper::{self, Facts};
use super::statement_words::{Movements, Word};
use crate::Problem;
use crate::back::{Back, Reading, Routes};

pub(super) fn routes(routes: &mut Routes) {
    use Permission as P;
    const POSTINGS: &str = "/api/v2/accounts/{accountId}/postings";
    const BALANCES: &str = "/api/v2/accounts/{accountId}/balances";
    const STATEMENT: &str = "/api/v2/accounts/{accountId}/statement";
    routes
        .get("account-statements.postings", POSTINGS, P::AccountsRead)
        .summary("List the postings of an account, each with the balance after it.")
        .describe(
            "The newest come first. The filter `from` is included and `to` is not, so that adjoining periods share no \
             posting. `balanceAfter` is the balance of the same book.",
        )
        .extension()
        .example_path("/api/v2/accounts/1/postings")
        .list(list);
    routes
        .get("account-statements.balance-at", BALANCES, P::AccountsRead)
        .summary("Read the balance, hold and credit of an account as they stood at a time.")
        .describe(
            "What was posted at that time counts; a time without a fraction stands for its whole second, as times are shown. \
             Without the filter `at` they are told as they stand now; a time in the future is refused.",
        )
        .extension()
        .example_path("/api/v2/accounts/1/balances")
        .filtered(balances);
    routes
        .get("account-statements.statement", STATEMENT, P::AccountsRead)
        .summary("Read the statement of an account over a period.")
        .describe(
            "Lists what was posted on the book `balance`, oldest first, between the opening and the closing balance. \
             `Accept` chooses JSON, CSV, or a PDF that a client can be sent: it is in the client's language. The period \
             has at most 366 days, its end is not included, and a statement has at most 20,000 lines: longer ones are \
             refused (422 `statementTooLong`), and are asked for in parts.",
        )
        .extension()
        .example_path("/api/v2/accounts/1/statement")
        .filtered_in_forms(statement, FORMS);
}

/// A posting on a book of an account.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Posting")]
#[serde(rename_all = "camelCase")]
struct PostingAnswer {
    /// Tells it from all others. Later postings of an account have larger ids.
    id: PostingId,
    /// When it was posted; never before an earlier posting of the account.
    time: Timestamp,
    /// The book: `balance` is free money, `hold` blocked money, `credit` bonus money.
    book: AccountBook,
    /// How much, in the currency of the account; negative where it left the book.
    amount: Amount,
    /// What was in the same book then.
    balance_after: Amount,
    /// The transaction that it was posted for; null for bonuses and results of trading.
    transaction_id: Option<TransactionId>,
    /// The bonus that it was posted for; null for anything else.
    bonus_id: Option<BonusId>,
    /// What was done for the transaction or the bonus.
    #[schemars(schema_with = "step_schema")]
    step: Step,
    /// The kind of movement in words, in the language of the caller.
    description: String,
    #[serde(skip)]
    kind: MovementKind,
}

/// Steps of other things are called so in the document, too.
fn step_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "title": "PostingStep", "description": <Step as Enumeration>::description(), "type": "string",
        "enum": Step::TEXTS,
    })
}

impl PostingAnswer {
    fn of(posting: &AccountPosting, movements: &mut Movements<'_>) -> Self {
        let AccountPosting { id, time, book, amount, balance_after, transaction, bonus, kind, step } = *posting;
        let description = movements.say(kind, step);
        let (transaction_id, bonus_id) = (transaction, bonus);
        Self { id, time, book, amount, balance_after, transaction_id, bonus_id, step, description, kind }
    }
}

impl Resource<Back> for PostingAnswer {
    const NAME: &'static str = "posting";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl FilterSet<Back> for Filter {
    fn read(filters: &mut Filters) -> Self {
        let (book, from) = (filters.choice("book"), filters.moment("from"));
        filters.about("Keeps what was posted at this time or later.");
        let to = filters.moment("to");
        filters.about("Keeps what was posted before this time.");
        Self { book, from, to, transaction: filters.id("transactionId") }
    }
}

impl SortKey<Back> for Sort {
    const KEYS: &'static [(&'static str, Self)] = &[("time", Self::Time)];
    const DEFAULT_DIRECTION: Direction = Direction::Descending;
}

fn list(
    reading: &mut Reading<'_>,
    (account,): (AccountId,),
    query: &ListQuery<Filter, Sort>,
) -> Result<Page<PostingAnswer>, Problem> {
    let (scope, mut movements) = (&reading.caller.rights.scope, Movements::of(&reading.call.locale));
    let page = account_postings::list(reading.conn, scope, account, &query.filter, &query.paging)?;
    Ok(page.map(|posting| PostingAnswer::of(&posting, &mut movements)))
}

/// The books of an account at a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "BalancesAt")]
#[serde(rename_all = "camelCase")]
struct BalancesAnswer {
    /// The account.
    account_id: AccountId,
    /// The alphabetic code of its currency.
    currency: String,
    /// The time; now where none was asked for.
    at: Timestamp,
    /// Free money at that time.
    balance: Amount,
    /// Blocked money at that time.
    hold: Amount,
    /// Bonus money at that time.
    credit: Amount,
}

impl Resource<Back> for BalancesAnswer {
    const NAME: &'static str = "account_balances";

    fn id(&self) -> i64 {
        self.account_id.get()
    }
}

/// The time that is asked for.
struct At(Option<Timestamp>);

impl FilterSet<Back> for At {
    fn read(filters: &mut Filters) -> Self {
        let at = filters.moment("at");
        filters.about("The time; now where it is left out.");
        Self(at)
    }
}

fn balances(
    reading: &mut Reading<'_>,
    (account,): (AccountId,),
    filter: Result<At, Problem>,
) -> Result<BalancesAnswer, Problem> {
    let (scope, now) = (&reading.caller.rights.scope, reading.context.now());
    let asked = filter.and_then(|At(at)| match at.map(|at| check_not_ahead(at, now)) {
        Some(Err(fault)) => Err(Problem::bad_request(vec![Fault::sent("filter[at]", fault)])),
        Some(Ok(())) | None => Ok(at),
    });
    // An account that does not exist is told before faults of the filter.
    let at = asked.as_ref().ok().copied().flatten();
    let (stored, Books { balance, hold, credit }) = account_postings::balances_at(reading.conn, scope, account, at)?;
    let at = asked?.unwrap_or(now);
    Ok(BalancesAnswer { account_id: account, currency: stored.currency.alphabetic_code, at, balance, hold, credit })
}

/// What a kind of movement comes to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StatementTotal")]
struct TotalAnswer {
    /// The kind of movement.
    kind: MovementKind,
    /// How many lines there are of it.
    count: usize,
    /// What they sum to.
    amount: Sum,
}

/// How the free money of an account moved in a period.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "AccountStatement")]
#[serde(rename_all = "camelCase")]
struct StatementAnswer {
    /// The account.
    account_id: AccountId,
    /// The number that the client is shown.
    account_number: String,
    /// The alphabetic code of its currency.
    currency: String,
    /// The beginning of the period, which is included.
    from: Timestamp,
    /// Its end, which is not.
    to: Timestamp,
    /// The balance when the period began.
    opening_balance: Amount,
    /// The balance when it ended: the opening balance and all lines.
    closing_balance: Amount,
    /// What was blocked when it ended.
    hold: Amount,
    /// The bonus money when it ended.
    credit: Amount,
    /// What each kind of movement comes to, for those that there were.
    totals: Vec<TotalAnswer>,
    /// What was posted on the book `balance`, oldest first.
    lines: Vec<PostingAnswer>,
    /// Of the page that the client is sent.
    #[serde(skip)]
    client: String,
    #[serde(skip)]
    rest: Rest,
}

/// What the other forms need beside the answer.
#[derive(Clone, Debug)]
struct Rest {
    company: String,
    caption: String,
    places: u32,
    issued: Timestamp,
    /// The languages of the client, and of the caller.
    locales: [Locale; 2],
}

impl StatementAnswer {
    fn of(
        stored: StoredStatement,
        period: StatementPeriod,
        (company, issued): (String, Timestamp),
        locale: &Locale,
    ) -> Self {
        let StoredStatement { account, client, figures } = stored;
        let StoredAccount { id, data, currency, .. } = account;
        let rest = Rest {
            company,
            caption: data.caption,
            places: account.facts.currency.minor_unit,
            issued,
            locales: [Locale::from_accept_language(&client.locale), locale.clone()],
        };
        let total = |KindTotal { kind, count, amount }| TotalAnswer { kind, count, amount };
        let mut movements = Movements::of(locale);
        Self {
            account_id: id,
            account_number: data.number,
            currency: currency.alphabetic_code,
            from: period.from(),
            to: period.to(),
            opening_balance: figures.opening,
            closing_balance: figures.at_end.balance,
            hold: figures.at_end.hold,
            credit: figures.at_end.credit,
            totals: figures.totals.into_iter().map(total).collect(),
            lines: figures.lines.iter().map(|line| PostingAnswer::of(line, &mut movements)).collect(),
            client: client.name,
            rest,
        }
    }

    /// The file's name without its ending.
    fn file_name(&self) -> String {
        format!("statement-{}-{}-{}", self.account_number, self.from.day(), self.to.day())
    }
}

impl Resource<Back> for StatementAnswer {
    const NAME: &'static str = "account_statement";

    fn id(&self) -> i64 {
        self.account_id.get()
    }

    fn mask(&mut self) {
        self.client = masked_name(&self.client);
    }
}

/// The period that is asked for.
struct Period(Option<StatementPeriod>);

impl FilterSet<Back> for Period {
    fn read(filters: &mut Filters) -> Self {
        let from = filters.required_moment("from", "2025-12-01T00:00:00Z");
        filters.about("The beginning of the period, which is included.");
        let to = filters.required_moment("to", "2026-12-01T00:00:00Z");
        filters.about("Its end, which is not included: at most 366 days later.");
        let period = from.zip(to).map(|(from, to)| StatementPeriod::between(from, to));
        Self(period.and_then(|period| period.map_err(|fault| filters.refuse("to", fault)).ok()))
    }
}

fn statement(
    reading: &mut Reading<'_>,
    (account,): (AccountId,),
    filter: Result<Period, Problem>,
) -> Result<StatementAnswer, Problem> {
    let scope = &reading.caller.rights.scope;
    let period = match filter {
        Ok(Period(period)) => {
            period.ok_or_else(|| Problem::internal("a period was read without faults, and is none"))?
        }
        Err(problem) => {
            // An account that does not exist is told first.
            storage::ledger::accounts::get(reading.conn, scope, account)?;
            return Err(problem);
        }
    };
    let stored = account_postings::statement(reading.conn, scope, account, period)?;
    let company = settings::get(reading.conn)?.data.company_name;
    Ok(StatementAnswer::of(stored, period, (company, reading.context.now()), &reading.call.locale))
}

const FORMS: &[Form<StatementAnswer>] = &[
    Form { media_type: CSV_TYPE, name: |statement| format!("{}.csv", statement.file_name()), make: csv },
    Form { media_type: "application/pdf", name: |statement| format!("{}.pdf", statement.file_name()), make: pdf },
];

/// A line of the CSV: a posting, or a balance that is only told.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CsvLine {
    id: Option<PostingId>,
    time: Timestamp,
    book: AccountBook,
    amount: Option<Amount>,
    balance_after: Amount,
    transaction_id: Option<TransactionId>,
    bonus_id: Option<BonusId>,
    #[schemars(with = "String")]
    step: Option<Step>,
    description: String,
}

impl CsvLine {
    fn balance(time: Timestamp, balance_after: Amount, description: String) -> Self {
        Self {
            id: None,
            time,
            book: AccountBook::Balance,
            amount: None,
            balance_after,
            transaction_id: None,
            bonus_id: None,
            step: None,
            description,
        }
    }

    fn posting(line: &PostingAnswer) -> Self {
        Self {
            id: Some(line.id),
            time: line.time,
            book: line.book,
            amount: Some(line.amount),
            balance_after: line.balance_after,
            transaction_id: line.transaction_id,
            bonus_id: line.bonus_id,
            step: Some(line.step),
            description: line.description.clone(),
        }
    }
}

/// The columns of the list of postings, with the opening balance before them and the closing balance behind.
fn csv(statement: &StatementAnswer) -> Result<Vec<u8>, Problem> {
    let [_, locale] = &statement.rest.locales;
    let opening = CsvLine::balance(statement.from, statement.opening_balance, Word::Opening.said(locale));
    let closing = CsvLine::balance(statement.to, statement.closing_balance, Word::Closing.said(locale));
    let lines = statement.lines.iter().map(CsvLine::posting);
    csv_of(&[opening].into_iter().chain(lines).chain([closing]).collect::<Vec<_>>())
}

fn pdf(statement: &StatementAnswer) -> Result<Vec<u8>, Problem> {
    let [locale, _] = &statement.rest.locales;
    let mut movements = Movements::of(locale);
    let line = |line: &PostingAnswer| statement_paper::Line {
        time: line.time,
        transaction: line.transaction_id,
        description: movements.say(line.kind, line.step),
        amount: line.amount,
        balance: line.balance_after,
    };
    let total = |total: &TotalAnswer| (total.kind, total.count, total.amount.clone());
    statement_paper::draw(&Facts {
        company: &statement.rest.company,
        client: &statement.client,
        account: format!("{}, {}", statement.account_number, statement.rest.caption),
        currency: &statement.currency,
        places: statement.rest.places,
        from: statement.from,
        to: statement.to,
        issued: statement.rest.issued,
        opening: statement.opening_balance,
        closing: statement.closing_balance,
        hold: statement.hold,
        credit: statement.credit,
        lines: statement.lines.iter().map(line).collect(),
        totals: statement.totals.iter().map(total).collect(),
        locale,
    })
}
