use super::{Bonus, BonusTerms};
use crate::catalog::{PlatformType, ProductPermission, ProductStatus};
use crate::clients::ClientStatus;
use crate::ledger::{AccountFacts, Amount, Books};
use crate::value::{Fault, Refusal};

/// Something that a bonus rests on and that is out of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The client was removed.
    ClientDeleted,
    /// The client is banned.
    ClientBanned,
    /// Something is wrong with the client's registration.
    ClientInactive,
    /// The account is archived.
    AccountArchived,
    /// The account does not have the permission `enabled`.
    AccountDisabled,
    /// The product of the account is disabled.
    ProductDisabled,
    /// The platform of the account is disabled.
    PlatformDisabled,
    /// The currency of the account is disabled.
    CurrencyDisabled,
    /// The amount has more places than its currency has by now.
    AmountTooFine,
}

/// How a bonus is awarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Award {
    /// A user gives it (T01).
    Given,
    /// A deposit or a transfer earns it (T02).
    Earned,
    /// A client claims it from a program (T03).
    Claimed,
}

/// What is done with a bonus, as far as obstacles make a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undertaking {
    /// It is awarded.
    Award(Award),
    /// It is credited when its turn has come (T04).
    Credit,
    /// A user gives it again (T17, T18).
    GiveAgain,
    /// A user does something else with it (T12, T14 to T16, T19 to T21, T24).
    Change,
    /// It goes on by itself (T05 to T11, T13, T23).
    Proceed,
}

/// How an obstacle stops an undertaking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// The client may not do it.
    NotAllowed,
    /// A rule refuses it.
    Rule,
    /// It collides with the state of what the bonus belongs to.
    Conflict,
}

impl Obstacle {
    /// Whether it stops an undertaking: what is disabled stops what is new, what runs or waits goes on;
    /// an archived account takes no more credit, and nothing of a removed client is written any more.
    const fn stops(self, undertaking: Undertaking) -> Option<Stop> {
        match undertaking {
            Undertaking::Award(Award::Given) => match self {
                Self::ClientDeleted => Some(Stop::Conflict),
                // Users go on working on such clients, money included.
                Self::ClientBanned | Self::ClientInactive => None,
                Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine => Some(Stop::Rule),
            },
            Undertaking::Award(Award::Earned) => match self {
                Self::ClientInactive => None,
                Self::ClientDeleted
                | Self::ClientBanned
                | Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine => Some(Stop::Rule),
            },
            Undertaking::Award(Award::Claimed) => match self {
                Self::ClientDeleted | Self::ClientBanned | Self::ClientInactive => Some(Stop::NotAllowed),
                Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine => Some(Stop::Rule),
            },
            Undertaking::Credit => match self {
                Self::ClientDeleted | Self::AccountArchived => Some(Stop::Conflict),
                // It could not be posted.
                Self::AmountTooFine => Some(Stop::Rule),
                Self::ClientBanned
                | Self::ClientInactive
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled => None,
            },
            Undertaking::GiveAgain => match self {
                Self::ClientDeleted | Self::AccountArchived => Some(Stop::Conflict),
                Self::ClientBanned | Self::ClientInactive => None,
                Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine => Some(Stop::Rule),
            },
            Undertaking::Change => match self {
                Self::ClientDeleted => Some(Stop::Conflict),
                Self::ClientBanned
                | Self::ClientInactive
                | Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine => None,
            },
            Undertaking::Proceed => None,
        }
    }

    /// What the caller is told. A new bonus names its account, later calls name nothing.
    fn fault(self, undertaking: Undertaking) -> Fault {
        let is_new = matches!(undertaking, Undertaking::Award(_));
        let of_account = |issue: &str| {
            if is_new { Fault::of("accountId", issue) } else { Fault::general(format!("The account {issue}.")) }
        };
        match self {
            Self::ClientDeleted | Self::ClientBanned | Self::ClientInactive
                if undertaking == Undertaking::Award(Award::Claimed) =>
            {
                Fault::general("The client is not active.")
            }
            // It is no fault of the request: the record itself takes no writes.
            Self::ClientDeleted => Fault::general("The account belongs to a client who was removed."),
            Self::ClientBanned => of_account("belongs to a client who is banned"),
            Self::ClientInactive => of_account("belongs to a client who is not active"),
            Self::AccountArchived => of_account("is archived"),
            Self::AccountDisabled => of_account("does not have the permission enabled"),
            Self::ProductDisabled => of_account("is on a product that is out of use"),
            Self::PlatformDisabled => of_account("is on a platform that is out of use"),
            Self::CurrencyDisabled => of_account("is in a currency that is out of use"),
            Self::AmountTooFine if is_new => Fault::of("amount", "has more places than the currency"),
            Self::AmountTooFine => Fault::general("The amount has more places than the currency."),
        }
    }
}

/// Whether obstacles let an undertaking pass; further `faults` are told with theirs.
///
/// # Errors
/// A refusal with everything that stands against it.
pub(super) fn check(obstacles: &[Obstacle], undertaking: Undertaking, mut faults: Vec<Fault>) -> Result<(), Refusal> {
    let found = |stop: Stop| {
        let stopping = obstacles.iter().filter(move |obstacle| obstacle.stops(undertaking) == Some(stop));
        stopping.map(move |obstacle| obstacle.fault(undertaking)).collect::<Vec<_>>()
    };
    let forbidden = found(Stop::NotAllowed);
    if !forbidden.is_empty() {
        return Err(Refusal::NotAllowed(forbidden));
    }
    faults.extend(found(Stop::Rule));
    Refusal::unless_empty(faults)?;
    let conflicts = found(Stop::Conflict);
    if conflicts.is_empty() { Ok(()) } else { Err(Refusal::Conflict(conflicts)) }
}

/// An account that gets a bonus, with what stands behind it.
#[derive(Clone, Copy, Debug)]
pub struct AccountForBonus<'a> {
    /// The account.
    pub account: &'a AccountFacts,
    /// The status of its product.
    pub product: ProductStatus,
    /// The software behind its platform.
    pub platform: PlatformType,
    /// Whether its platform is in use.
    pub platform_is_enabled: bool,
}

impl AccountForBonus<'_> {
    /// A new bonus on this account; `faults` are what stands against it for other reasons.
    ///
    /// # Errors
    /// A refusal with everything that stands against it.
    pub fn award(
        &self,
        award: Award,
        amount: Amount,
        terms: BonusTerms,
        mut faults: Vec<Fault>,
    ) -> Result<Bonus, Refusal> {
        let bonus = Bonus::awarded(amount, terms);
        faults.extend(self.unfit());
        faults.extend(self.sum_fault(amount));
        faults.extend(bonus.as_ref().err().map(|reason| Fault::from(*reason)));
        check(&self.obstacles(amount), Undertaking::Award(award), faults)?;
        Ok(bonus?)
    }

    /// What of it is out of use, for a bonus of so much.
    #[must_use]
    pub fn obstacles(&self, amount: Amount) -> Vec<Obstacle> {
        let client = match self.account.client_status {
            ClientStatus::Active => None,
            ClientStatus::Banned => Some(Obstacle::ClientBanned),
            ClientStatus::Deleted => Some(Obstacle::ClientDeleted),
            ClientStatus::Inactive => Some(Obstacle::ClientInactive),
        };
        let found = [
            (self.account.is_archived, Obstacle::AccountArchived),
            (!self.account.permissions.contains(&ProductPermission::Enabled), Obstacle::AccountDisabled),
            (self.product == ProductStatus::Disabled, Obstacle::ProductDisabled),
            (!self.platform_is_enabled, Obstacle::PlatformDisabled),
            (!self.account.currency_enabled, Obstacle::CurrencyDisabled),
            (amount.scale() > self.account.currency.minor_unit, Obstacle::AmountTooFine),
        ];
        client.into_iter().chain(found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, it)| it)).collect()
    }

    /// Bonuses exist for live trading accounts, on some platforms.
    fn unfit(&self) -> impl Iterator<Item = Fault> {
        let fault = |is_wrong: bool, issue: &str| is_wrong.then(|| Fault::of("accountId", issue));
        let trades = self.account.trades() && !self.account.is_demo();
        let faults = [
            fault(!trades, "is no trading account"),
            fault(!self.platform.takes_bonuses(), "is on a platform without bonuses"),
        ];
        faults.into_iter().flatten()
    }

    fn sum_fault(&self, amount: Amount) -> Option<Fault> {
        let Books { balance, hold, credit } = self.account.books;
        let sum = [hold, credit, amount].into_iter().try_fold(balance, Amount::plus);
        sum.err().map(|_| Fault::of("amount", "is more than the account can hold"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bonuses::machine::tests::terms;
    use crate::catalog::ProductType;
    use crate::ledger::account::tests::account;
    use crate::value::Set;
    use crate::value::amount::tests::amount;

    const UNDERTAKINGS: [Undertaking; 7] = [
        Undertaking::Award(Award::Given),
        Undertaking::Award(Award::Earned),
        Undertaking::Award(Award::Claimed),
        Undertaking::Credit,
        Undertaking::GiveAgain,
        Undertaking::Change,
        Undertaking::Proceed,
    ];

    /// What each obstacle does to each undertaking, as a status: 0 where it does not stop it.
    #[rustfmt::skip]
    const TABLE: [(Obstacle, [u16; 7]); 9] = [
        //                             T01  T02  T03  T04 T17f user self
        (Obstacle::ClientDeleted,    [409, 422, 403, 409, 409, 409, 0]),
        (Obstacle::ClientBanned,     [  0, 422, 403,   0,   0,   0, 0]),
        (Obstacle::ClientInactive,   [  0,   0, 403,   0,   0,   0, 0]),
        (Obstacle::AccountArchived,  [422, 422, 422, 409, 409,   0, 0]),
        (Obstacle::AccountDisabled,  [422, 422, 422,   0, 422,   0, 0]),
        (Obstacle::ProductDisabled,  [422, 422, 422,   0, 422,   0, 0]),
        (Obstacle::PlatformDisabled, [422, 422, 422,   0, 422,   0, 0]),
        (Obstacle::CurrencyDisabled, [422, 422, 422,   0, 422,   0, 0]),
        (Obstacle::AmountTooFine,    [422, 422, 422, 422, 422,   0, 0]),
    ];

    #[test]
    fn each_obstacle_stops_what_the_table_says() {
        for (obstacle, row) in TABLE {
            for (undertaking, status) in UNDERTAKINGS.into_iter().zip(row) {
                let told = match check(&[obstacle], undertaking, Vec::new()) {
                    Ok(()) => 0,
                    Err(Refusal::NotAllowed(_)) => 403,
                    Err(Refusal::Unprocessable(_)) => 422,
                    Err(Refusal::Conflict(_)) => 409,
                };
                assert_eq!(told, status, "{obstacle:?} against {undertaking:?}");
            }
        }
    }

    fn live(account: &AccountFacts) -> AccountForBonus<'_> {
        AccountForBonus {
            account,
            product: ProductStatus::Enabled,
            platform: PlatformType::MetaTrader5,
            platform_is_enabled: true,
        }
    }

    #[test]
    fn every_obstacle_is_seen() {
        let trading = AccountFacts { kind: ProductType::Trade, ..account(1, 840, "0") };
        let hundred = amount("100");
        assert_eq!(live(&trading).obstacles(hundred), []);
        let seen = |facts: AccountForBonus<'_>| facts.obstacles(hundred);
        let client = |status| seen(live(&AccountFacts { client_status: status, ..trading.clone() }));
        assert_eq!(client(ClientStatus::Banned), [Obstacle::ClientBanned]);
        assert_eq!(client(ClientStatus::Deleted), [Obstacle::ClientDeleted]);
        assert_eq!(client(ClientStatus::Inactive), [Obstacle::ClientInactive]);
        let archived = AccountFacts { is_archived: true, ..trading.clone() };
        assert_eq!(seen(live(&archived)), [Obstacle::AccountArchived]);
        let disabled = AccountFacts { permissions: Set::default(), ..trading.clone() };
        assert_eq!(seen(live(&disabled)), [Obstacle::AccountDisabled]);
        for status in ProductStatus::ALL {
            let product = seen(AccountForBonus { product: *status, ..live(&trading) });
            let is_out = *status == ProductStatus::Disabled;
            assert_eq!(product, if is_out { vec![Obstacle::ProductDisabled] } else { Vec::new() });
        }
        let platform = AccountForBonus { platform_is_enabled: false, ..live(&trading) };
        assert_eq!(seen(platform), [Obstacle::PlatformDisabled]);
        let currency = AccountFacts { currency_enabled: false, ..trading.clone() };
        assert_eq!(seen(live(&currency)), [Obstacle::CurrencyDisabled]);
        assert_eq!(live(&trading).obstacles(amount("0.001")), [Obstacle::AmountTooFine]);
    }

    #[test]
    fn all_faults_of_a_new_bonus_are_told_together() {
        let wallet = AccountFacts { is_archived: true, ..account(1, 840, "0.01") };
        let facts = AccountForBonus { platform: PlatformType::Personal, platform_is_enabled: false, ..live(&wallet) };
        let much = amount("9999999999999999999999999999");
        let least = BonusTerms { dynamic_lots: amount("0.000000000000000001"), ..terms() };
        let refused = facts.award(Award::Given, much, least, vec![Fault::general("The program has ended.")]);
        let Err(Refusal::Unprocessable(faults)) = refused else { panic!("{refused:?}") };
        let fields: Vec<Option<String>> = faults.iter().map(|fault| Some(fault.at.as_ref()?.path.join("."))).collect();
        let account = Some("accountId");
        assert_eq!(
            fields,
            [None, account, account, Some("amount"), Some("dynamicLots"), account, account]
                .map(|field| field.map(str::to_owned))
        );
    }

    #[test]
    fn only_a_live_trading_account_of_a_platform_with_bonuses_gets_one() {
        let trading = AccountFacts { kind: ProductType::Trade, ..account(1, 840, "0") };
        let gets = |account: &AccountFacts, platform| {
            let facts = AccountForBonus { platform, ..live(account) };
            facts.award(Award::Given, amount("100"), terms(), Vec::new()).is_ok()
        };
        assert!(gets(&trading, PlatformType::MetaTrader5));
        assert!(!gets(&trading, PlatformType::B2Trader));
        for kind in [ProductType::Demo, ProductType::Personal] {
            assert!(!gets(&AccountFacts { kind, ..trading.clone() }, PlatformType::MetaTrader4), "{kind}");
        }
    }
}
