//! The words of statements, in the languages of `locales/`.

use std::collections::HashMap;

use domain::ledger::{MovementKind, Step};
use domain::value::{Locale, Param};

use crate::texts::TEXTS;

/// A word or a sentence of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Title,
    Client,
    Account,
    Currency,
    Period,
    /// With `from` and `to`.
    PeriodValue,
    Issued,
    Opening,
    Closing,
    Hold,
    Credit,
    Time,
    Transaction,
    Description,
    Amount,
    Balance,
    Totals,
    Kind,
    Count,
    /// With `page` and `pages`.
    Page,
    DecimalMark,
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::Title => "statement-title",
            Self::Client => "statement-client",
            Self::Account => "statement-account",
            Self::Currency => "statement-currency",
            Self::Period => "statement-period",
            Self::PeriodValue => "statement-period-value",
            Self::Issued => "statement-issued",
            Self::Opening => "statement-opening",
            Self::Closing => "statement-closing",
            Self::Hold => "statement-hold",
            Self::Credit => "statement-credit",
            Self::Time => "statement-time",
            Self::Transaction => "statement-transaction",
            Self::Description => "statement-description",
            Self::Amount => "statement-amount",
            Self::Balance => "statement-balance",
            Self::Totals => "statement-totals",
            Self::Kind => "statement-kind",
            Self::Count => "statement-count",
            Self::Page => "statement-page",
            Self::DecimalMark => "statement-decimal-mark",
        }
    }

    pub(super) fn said(self, locale: &Locale) -> String {
        self.with(locale, &[])
    }

    pub(super) fn with(self, locale: &Locale, params: &[(&'static str, Param)]) -> String {
        TEXTS.text(locale, self.name(), params)
    }
}

const fn name_of(kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Deposit => "movement-deposit",
        MovementKind::Withdrawal => "movement-withdrawal",
        MovementKind::Transfer => "movement-transfer",
        MovementKind::External => "movement-external",
        MovementKind::Exchange => "movement-exchange",
        MovementKind::Partner => "movement-partner",
        MovementKind::BalanceChange => "movement-balanceChange",
        MovementKind::Bonus => "movement-bonus",
        MovementKind::Trading => "movement-trading",
    }
}

/// A sentence that says what was done for a movement.
const STEP: &str = "movement-step";

/// A kind of movement, in words.
pub(super) fn kind(kind: MovementKind, locale: &Locale) -> String {
    TEXTS.text(locale, name_of(kind), &[])
}

/// The same with what was done for it.
pub(super) fn movement(moved: MovementKind, step: Step, locale: &Locale) -> String {
    TEXTS.text(locale, STEP, &[("kind", kind(moved, locale).into()), ("step", step.as_str().into())])
}

/// Movements in words, each said once: a statement has thousands of lines and few kinds of them.
pub(super) struct Movements<'a> {
    locale: &'a Locale,
    said: HashMap<(MovementKind, Step), String>,
}

impl<'a> Movements<'a> {
    pub(super) fn of(locale: &'a Locale) -> Self {
        Self { locale, said: HashMap::new() }
    }

    pub(super) fn say(&mut self, moved: MovementKind, step: Step) -> String {
        self.said.entry((moved, step)).or_insert_with(|| movement(moved, step, self.locale)).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_every_language() {
        use Word::{
            Account, Amount, Balance, Client, Closing, Count, Credit, Currency, DecimalMark, Description, Hold, Issued,
            Kind, Opening, Page, Period, PeriodValue, Time, Title, Totals, Transaction,
        };
        let words = [
            Title,
            Client,
            Account,
            Currency,
            Period,
            PeriodValue,
            Issued,
            Opening,
            Closing,
            Hold,
            Credit,
            Time,
            Transaction,
            Description,
            Amount,
            Balance,
            Totals,
            Kind,
            Count,
            Page,
            DecimalMark,
        ];
        let names = words.into_iter().map(Word::name).chain(MovementKind::ALL.iter().copied().map(name_of));
        let missing: Vec<&str> = names.chain([STEP]).filter(|name| !TEXTS.catalogue.has(name)).collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[test]
    fn a_step_is_told_beside_its_kind_unless_it_is_the_whole_movement() {
        let english = Locale::default();
        assert_eq!(movement(MovementKind::Transfer, Step::Done, &english), "Transfer");
        let spanish = Locale::from_accept_language("es_ES");
        for step in Step::ALL.iter().filter(|step| **step != Step::Done) {
            let said = [&english, &spanish].map(|locale| movement(MovementKind::Withdrawal, *step, locale));
            assert!(said[0].starts_with("Withdrawal (") && said[1].starts_with("Retirada ("), "{said:?}");
        }
    }
}
