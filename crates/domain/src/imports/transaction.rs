use super::account::account_number;
use super::{Cells, Column, ImportsFault};
use crate::ledger::{AccountFacts, AccountId, Amount, Books, Movement, MovementError, Unbalanced};
use crate::payments::balance_change;
use crate::value::{CommonFault, Fault, FaultCode as _, TextRule, Timestamp, text_enum};

/// The columns of a file of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they are")]
pub enum TransactionColumn {
    ExternalReference,
    AccountNumber,
    Type,
    Amount,
    Time,
    Comment,
}

impl Column for TransactionColumn {
    const ALL: &'static [Self] =
        &[Self::ExternalReference, Self::AccountNumber, Self::Type, Self::Amount, Self::Time, Self::Comment];

    fn name(self) -> &'static str {
        match self {
            Self::ExternalReference => "externalReference",
            Self::AccountNumber => "accountNumber",
            Self::Type => "type",
            Self::Amount => "amount",
            Self::Time => "time",
            Self::Comment => "comment",
        }
    }

    fn is_required(self) -> bool {
        !matches!(self, Self::Comment)
    }
}

text_enum! {
    /// What a line of a file of transactions was in the earlier system.
    ImportedTransactionType {
        /// What an account had when the system was left.
        OpeningBalance = "openingBalance",
        /// Money came in.
        Deposit = "deposit",
        /// Money went out.
        Withdrawal = "withdrawal",
    }
}

impl ImportedTransactionType {
    /// What it does to a balance.
    #[must_use]
    pub fn signed(self, amount: Amount) -> Amount {
        match self {
            Self::OpeningBalance | Self::Deposit => amount,
            Self::Withdrawal => amount.negated(),
        }
    }
}

/// A line of a file of transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRow {
    /// What the earlier system knows it by.
    pub reference: String,
    /// The number of its account.
    pub number: String,
    /// What it was.
    pub kind: ImportedTransactionType,
    /// Its amount, above 0, in the currency of the account.
    pub amount: Amount,
    /// When it took place.
    pub time: Timestamp,
    /// What else is said of it, such as the method.
    pub comment: Option<String>,
}

impl TransactionRow {
    /// Reads a line.
    #[must_use]
    pub fn read(cells: &mut Cells<'_, TransactionColumn>, now: Timestamp) -> Option<Self> {
        use TransactionColumn as C;
        let reference = cells.required(C::ExternalReference, |text| TextRule::NAME.parse(text));
        let number = cells.required(C::AccountNumber, account_number);
        let kind = cells.required(C::Type, |text| {
            let values = || ImportedTransactionType::TEXTS.join(", ");
            text.parse().map_err(|_| ImportsFault::UnknownTransactionType.with("values", values()))
        });
        let amount = cells.required(C::Amount, |text| {
            let amount: Amount = text.parse()?;
            if amount.is_positive() { Ok(amount) } else { Err(CommonFault::NotPositive.fault()) }
        });
        let time = cells.required(C::Time, |text| {
            let time: Timestamp = text.parse()?;
            if !time.is_writable() {
                return Err(CommonFault::NotDateTime.fault());
            }
            if time <= now { Ok(time) } else { Err(ImportsFault::TimeToCome.fault()) }
        });
        let comment = cells.optional(C::Comment, |text| TextRule::SHORT.parse(text));
        Some(Self {
            reference: reference?,
            number: number?,
            kind: kind?,
            amount: amount?,
            time: time?,
            comment: comment?,
        })
    }

    /// What it does to the balance of its account.
    #[must_use]
    pub fn change(&self) -> Amount {
        self.kind.signed(self.amount)
    }

    /// The note that its transaction keeps: what it was, its reference, its time and its comment.
    #[must_use]
    pub fn note(&self) -> String {
        let Self { kind, reference, time, comment, .. } = self;
        let comment = comment.as_ref().map(|comment| format!(": {comment}")).unwrap_or_default();
        format!("{kind} {reference} of {time}{comment}")
    }
}

/// What an earlier import brought under a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EarlierTransaction {
    /// On which account.
    pub account: AccountId,
    /// What it did to the balance.
    pub change: Amount,
    /// When it took place in the earlier system.
    pub time: Timestamp,
}

impl EarlierTransaction {
    /// Whether it is the transaction of this line, so that there is nothing to add.
    ///
    /// # Errors
    /// The reference is another transaction's.
    pub fn check_same(&self, account: AccountId, row: &TransactionRow) -> Result<(), Fault> {
        let same = Self { account, change: row.change(), time: row.time };
        if *self == same { Ok(()) } else { Err(ImportsFault::ImportedDifferently.fault()) }
    }
}

/// What a line is in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedTransaction {
    /// What is posted.
    pub movement: Movement,
    /// The books of the account after it.
    pub books: Books,
}

impl ImportedTransaction {
    /// Decides on a line as on a correction of the balance by a user: the earlier system's money comes from the book of
    /// corrections and goes there, and nothing is taken that the account does not have.
    ///
    /// # Errors
    /// Every rule that refuses it, with its column; the outer error is a fault of the program.
    pub fn decide(
        account: &AccountFacts,
        row: &TransactionRow,
    ) -> Result<Result<Self, Vec<(TransactionColumn, Fault)>>, Unbalanced> {
        use TransactionColumn as C;
        let of_account = account.check_client().and_then(|()| account.check_not_archived());
        let mut faults = faults_in(C::AccountNumber, of_account.err().map(MovementError::from))?;
        let moved = balance_change(account, row.change()).and_then(|movement| {
            let books = movement.entry.applied_to(account.id, account.books)?;
            Ok(Self { movement, books })
        });
        match moved {
            Ok(moved) if faults.is_empty() => Ok(Ok(moved)),
            moved => {
                faults.extend(faults_in(C::Amount, moved.err())?);
                Ok(Err(faults))
            }
        }
    }
}

/// What an error says against a cell.
fn faults_in(
    column: TransactionColumn,
    error: Option<MovementError>,
) -> Result<Vec<(TransactionColumn, Fault)>, Unbalanced> {
    match error {
        None => Ok(Vec::new()),
        Some(MovementError::Unbalanced(unbalanced)) => Err(unbalanced),
        Some(MovementError::Refused(refusal)) => {
            let faults = refusal.faults().iter().cloned();
            Ok(faults.map(|fault| (column, Fault { at: None, ..fault })).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::{PlatformId, ProductType};
    use crate::clients::{ClientId, ClientStatus};
    use crate::imports::Columns;
    use crate::ledger::{CurrencyCode, CurrencyUnit, Figures};
    use crate::value::Set;

    type Codes = Vec<(&'static str, &'static str)>;

    const HEADER: [&str; 6] = ["externalReference", "accountNumber", "type", "amount", "time", "comment"];

    fn now() -> Timestamp {
        "2026-01-01T00:00:00Z".parse().unwrap()
    }

    fn read(line: &[&str]) -> Result<TransactionRow, Codes> {
        let columns = Columns::of(1, HEADER).unwrap();
        let mut cells = Cells::of(&columns, 2, line).unwrap();
        let row = TransactionRow::read(&mut cells, now());
        let told = |cells: Cells<'_, TransactionColumn>| {
            let faults = cells.into_faults();
            faults.into_iter().map(|fault| (fault.column.unwrap(), fault.fault.code.as_str())).collect()
        };
        row.ok_or_else(|| told(cells))
    }

    fn row(kind: &str, amount: &str) -> TransactionRow {
        read(&["r1", "7", kind, amount, "2020-05-06T07:08:09Z", "card"]).unwrap()
    }

    fn account(balance: &str) -> AccountFacts {
        AccountFacts {
            id: AccountId::new(1),
            client: ClientId::new(1),
            client_status: ClientStatus::Active,
            platform: PlatformId::new(1),
            is_outside: true,
            currency: CurrencyUnit { code: CurrencyCode::new(840), minor_unit: 2 },
            currency_enabled: true,
            kind: ProductType::Personal,
            permissions: Set::default(),
            is_archived: false,
            books: Books { balance: balance.parse().unwrap(), ..Books::default() },
            figures: Figures::default(),
        }
    }

    fn refused(account: &AccountFacts, row: &TransactionRow) -> Codes {
        let faults = ImportedTransaction::decide(account, row).unwrap().unwrap_err();
        faults.into_iter().map(|(column, fault)| (column.name(), fault.code.as_str())).collect()
    }

    #[test]
    fn a_line_keeps_its_time_and_reference_in_its_note() {
        assert_eq!(row("deposit", "10.50").note(), "deposit r1 of 2020-05-06T07:08:09+00:00: card");
    }

    #[test]
    fn everything_that_is_wrong_with_a_line_is_told_at_once() {
        let faults = read(&["", "7 8", "profit", "-1", "2026-01-01T00:00:01Z", ""]).unwrap_err();
        let expected = [
            ("externalReference", "empty"),
            ("accountNumber", "notAccountNumber"),
            ("type", "unknownTransactionType"),
            ("amount", "notPositive"),
            ("time", "timeToCome"),
        ];
        assert_eq!(faults, expected);
        let faults = read(&["r", "7", "deposit", "ten", "yesterday", ""]).unwrap_err();
        assert_eq!(faults, [("amount", "notNumber"), ("time", "notDateTime")]);
    }

    #[test]
    fn money_comes_from_the_corrections_and_goes_there() {
        let deposit = ImportedTransaction::decide(&account("1"), &row("openingBalance", "10.50")).unwrap().unwrap();
        assert_eq!(deposit.books.balance, "11.50".parse().unwrap());
        let withdrawal = ImportedTransaction::decide(&account("1"), &row("withdrawal", "1")).unwrap().unwrap();
        assert_eq!(withdrawal.books.balance, Amount::ZERO);
        assert_eq!(withdrawal.movement.entry.postings().len(), 2);
    }

    #[test]
    fn nothing_is_taken_that_is_not_there() {
        assert_eq!(refused(&account("0.99"), &row("withdrawal", "1")), [("amount", "insufficientFunds")]);
        assert_eq!(refused(&account("1"), &row("deposit", "0.001")), [("amount", "tooManyPlaces")]);
    }

    #[test]
    fn archived_accounts_and_those_of_removed_clients_take_nothing() {
        let archived = AccountFacts { is_archived: true, ..account("1") };
        assert_eq!(refused(&archived, &row("deposit", "1")), [("accountNumber", "archived")]);
        let removed = AccountFacts { client_status: ClientStatus::Deleted, ..account("1") };
        assert_eq!(refused(&removed, &row("deposit", "1")), [("accountNumber", "clientRemoved")]);
    }

    #[test]
    fn a_reference_is_of_one_transaction() {
        let row = row("withdrawal", "1.50");
        let id = AccountId::new(1);
        let earlier = EarlierTransaction { account: id, change: "-1.5".parse().unwrap(), time: row.time };
        assert_eq!(earlier.check_same(id, &row), Ok(()));
        assert!(earlier.check_same(AccountId::new(2), &row).is_err());
        assert!(EarlierTransaction { change: "1.5".parse().unwrap(), ..earlier }.check_same(id, &row).is_err());
        assert!(EarlierTransaction { time: now(), ..earlier }.check_same(id, &row).is_err());
    }

    proptest! {
        #[test]
        fn what_is_brought_in_is_what_the_lines_come_to(lines in prop::collection::vec((any::<bool>(), 1_i64..100_000), 1..30)) {
            let (mut facts, mut sum) = (account("0"), 0_i64);
            for (is_deposit, cents) in lines {
                let kind = if is_deposit { "deposit" } else { "withdrawal" };
                let line = row(kind, &format!("{}.{:02}", cents / 100, cents % 100));
                let is_covered = is_deposit || cents <= sum;
                match ImportedTransaction::decide(&facts, &line).unwrap() {
                    Ok(brought) => {
                        prop_assert!(is_covered);
                        sum += if is_deposit { cents } else { -cents };
                        facts.books = brought.books;
                    }
                    Err(_) => prop_assert!(!is_covered),
                }
                let expected: Amount = format!("{}.{:02}", sum / 100, sum % 100).parse().unwrap();
                prop_assert_eq!(facts.books.balance, expected);
            }
        }
    }
}
