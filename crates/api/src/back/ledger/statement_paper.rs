//! The statement of an account as a page that its client is sent, in the client's language.

use domain::ledger::{Amount, MovementKind, Sum, TransactionId};
use domain::value::{Locale, Timestamp};

use super::statement_words::{self as words, Word};
use crate::Problem;
use crate::paper::{Align, Column, Paper, Row, Table, draw as draw_paper};
use crate::texts::TEXTS;

/// What stands on the page.
pub(super) struct Facts<'a> {
    pub company: &'a str,
    /// The name, masked for who may not see it.
    pub client: &'a str,
    /// The number of the account and what the client calls it.
    pub account: String,
    pub currency: &'a str,
    /// The decimal places of the currency.
    pub places: u32,
    pub from: Timestamp,
    pub to: Timestamp,
    /// When it was made: what is posted later in the period is not on it.
    pub issued: Timestamp,
    pub opening: Amount,
    pub closing: Amount,
    pub hold: Amount,
    pub credit: Amount,
    pub lines: Vec<Line>,
    pub totals: Vec<(MovementKind, usize, Sum)>,
    pub locale: &'a Locale,
}

/// One posting.
pub(super) struct Line {
    pub time: Timestamp,
    pub transaction: Option<TransactionId>,
    pub description: String,
    pub amount: Amount,
    pub balance: Amount,
}

/// Draws the page, or as many as it takes.
///
/// # Errors
/// A 500 where it cannot be made.
pub(super) fn draw(facts: &Facts<'_>) -> Result<Vec<u8>, Problem> {
    let locale = facts.locale;
    let said = |word: Word| word.said(locale);
    let mark = said(Word::DecimalMark);
    let money = |plain: &str| figure(plain, facts.places, &mark);
    let balance = |amount: Amount| format!("{} {}", money(&amount.plain()), facts.currency);
    let period = [("from", clock(facts.from).into()), ("to", clock(facts.to).into())];
    let facts_shown = vec![
        (said(Word::Client), facts.client.to_owned()),
        (said(Word::Account), facts.account.clone()),
        (said(Word::Currency), facts.currency.to_owned()),
        (said(Word::Period), Word::PeriodValue.with(locale, &period)),
        (said(Word::Issued), format!("{} UTC", clock(facts.issued))),
        (said(Word::Opening), balance(facts.opening)),
        (said(Word::Closing), balance(facts.closing)),
        (said(Word::Hold), balance(facts.hold)),
        (said(Word::Credit), balance(facts.credit)),
    ];
    let only_balance = |word: Word, time: Timestamp, amount: Amount| Row {
        cells: vec![clock(time), String::new(), said(word), String::new(), money(&amount.plain())],
        is_bold: true,
    };
    let line = |line: &Line| Row {
        cells: vec![
            clock(line.time),
            line.transaction.map(|id| id.to_string()).unwrap_or_default(),
            line.description.clone(),
            money(&line.amount.plain()),
            money(&line.balance.plain()),
        ],
        is_bold: false,
    };
    let mut rows = vec![only_balance(Word::Opening, facts.from, facts.opening)];
    rows.extend(facts.lines.iter().map(line));
    rows.push(only_balance(Word::Closing, facts.to, facts.closing));
    let column = |word: Word, width: f32, align: Align| Column { title: said(word), width, align };
    let postings = Table {
        title: None,
        columns: vec![
            column(Word::Time, 96.0, Align::Left),
            column(Word::Transaction, 62.0, Align::Right),
            column(Word::Description, 173.0, Align::Left),
            column(Word::Amount, 90.0, Align::Right),
            column(Word::Balance, 90.0, Align::Right),
        ],
        rows,
    };
    let total = |(kind, count, amount): &(MovementKind, usize, Sum)| Row {
        cells: vec![words::kind(*kind, locale), count.to_string(), money(&amount.plain())],
        is_bold: false,
    };
    let totals = Table {
        title: Some(said(Word::Totals)),
        columns: vec![
            column(Word::Kind, 173.0, Align::Left),
            column(Word::Count, 90.0, Align::Right),
            column(Word::Amount, 110.0, Align::Right),
        ],
        rows: facts.totals.iter().map(total).collect(),
    };
    let tables = if totals.rows.is_empty() { vec![postings] } else { vec![postings, totals] };
    let page = |page: usize, pages: usize| Word::Page.with(locale, &[("page", page.into()), ("pages", pages.into())]);
    draw_paper(&Paper {
        language: TEXTS.language(locale),
        head: facts.company.to_owned(),
        title: said(Word::Title),
        facts: facts_shown,
        tables,
        foot: format!("{} \u{b7} {} \u{b7} {}", facts.company, said(Word::Title), facts.account),
        page: &page,
    })
}

/// A moment in UTC, to the second.
fn clock(time: Timestamp) -> String {
    time.naive().format("%Y-%m-%d %H:%M:%S").to_string()
}

/// A figure with the places of its currency at least, its thousands set apart by blanks that do not break.
fn figure(plain: &str, places: u32, mark: &str) -> String {
    let (sign, unsigned) = plain.strip_prefix('-').map_or(("", plain), |unsigned| ("-", unsigned));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let mut shown = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            shown.push('\u{a0}');
        }
        shown.push(digit);
    }
    let places = usize::try_from(places).unwrap_or(0);
    if places > 0 || !fraction.is_empty() {
        shown.push_str(mark);
        shown.push_str(fraction);
        shown.extend(std::iter::repeat_n('0', places.saturating_sub(fraction.len())));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_has_the_places_of_its_currency_and_loses_no_digit() {
        for (plain, places, expected) in [
            ("0", 2, "0.00"),
            ("-12.5", 2, "-12.50"),
            ("1234567.891", 2, "1\u{a0}234\u{a0}567.891"),
            ("123", 0, "123"),
            ("-1000", 0, "-1\u{a0}000"),
            ("999999.1", 18, "999\u{a0}999.100000000000000000"),
        ] {
            assert_eq!(figure(plain, places, "."), expected);
        }
        assert_eq!(figure("1234.5", 2, ","), "1\u{a0}234,50");
    }
}
