use super::{Bonus, BonusTerms, BonusesFault};
use crate::catalog::{PlatformType, ProductPermission, ProductStatus};
use crate::clients::{ClientStatus, ClientsFault};
use crate::ledger::{AccountFacts, Amount, Books, LedgerFault};
use crate::value::{CommonFault, Fault, FaultCode as _, Field, Refusal};

/// A reason why a bonus cannot be awarded or changed: something that it depends on is not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The client was removed.
    ClientDeleted,
    /// The client is banned.
    ClientBanned,
    /// The client's registration is not complete.
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
    AmountTooFine {
        /// How many the currency has.
        places: u32,
    },
}

/// How a bonus is awarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Award {
    /// A user awards it (T01).
    Manual,
    /// A deposit or a transfer earns it (T02).
    Earned,
    /// A client claims it from a program (T03).
    Claimed,
}

/// What is done with a bonus, as far as obstacles make a difference to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BonusAction {
    /// It is awarded.
    Award(Award),
    /// It is credited when its turn has come (T04).
    Credit,
    /// A user reactivates it (T17, T18).
    Reactivate,
    /// A user does something else with it (T12, T14 to T16, T19 to T21, T24).
    Change,
    /// It goes on by itself (T05 to T11, T13, T23).
    Proceed,
}

/// How an obstacle stops an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// The client may not do it.
    NotAllowed,
    /// A rule refuses it.
    Rule,
    /// The state of the client or account does not allow it.
    Conflict,
}

impl Obstacle {
    /// Whether it stops an action: what is disabled stops new bonuses, while running and waiting ones go on;
    /// an archived account takes no more credit, and nothing of a removed client is changed any more.
    const fn stops(self, action: BonusAction) -> Option<Stop> {
        match action {
            BonusAction::Award(Award::Manual) => match self {
                Self::ClientDeleted => Some(Stop::Conflict),
                // Users go on working on such clients, money included.
                Self::ClientBanned | Self::ClientInactive => None,
                Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine { .. } => Some(Stop::Rule),
            },
            BonusAction::Award(Award::Earned) => match self {
                Self::ClientInactive => None,
                Self::ClientDeleted
                | Self::ClientBanned
                | Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine { .. } => Some(Stop::Rule),
            },
            BonusAction::Award(Award::Claimed) => match self {
                Self::ClientDeleted | Self::ClientBanned | Self::ClientInactive => Some(Stop::NotAllowed),
                Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine { .. } => Some(Stop::Rule),
            },
            BonusAction::Credit => match self {
                Self::ClientDeleted | Self::AccountArchived => Some(Stop::Conflict),
                // It could not be posted.
                Self::AmountTooFine { .. } => Some(Stop::Rule),
                Self::ClientBanned
                | Self::ClientInactive
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled => None,
            },
            BonusAction::Reactivate => match self {
                Self::ClientDeleted | Self::AccountArchived => Some(Stop::Conflict),
                Self::ClientBanned | Self::ClientInactive => None,
                Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine { .. } => Some(Stop::Rule),
            },
            BonusAction::Change => match self {
                Self::ClientDeleted => Some(Stop::Conflict),
                Self::ClientBanned
                | Self::ClientInactive
                | Self::AccountArchived
                | Self::AccountDisabled
                | Self::ProductDisabled
                | Self::PlatformDisabled
                | Self::CurrencyDisabled
                | Self::AmountTooFine { .. } => None,
            },
            BonusAction::Proceed => None,
        }
    }

    /// The fault that is reported. A new bonus names its account, later calls name no field.
    fn fault(self, action: BonusAction) -> Fault {
        let is_new = matches!(action, BonusAction::Award(_));
        let named = |fault: Fault, field: Field| if is_new { fault.at(field) } else { fault };
        let of_account = |fault: Fault| named(fault, Field::Account);
        match self {
            Self::ClientDeleted | Self::ClientBanned | Self::ClientInactive
                if action == BonusAction::Award(Award::Claimed) =>
            {
                ClientsFault::ClientNotActive.fault()
            }
            // The request is not at fault: nothing of a removed client is changed.
            Self::ClientDeleted => ClientsFault::ClientRemoved.fault(),
            Self::ClientBanned | Self::ClientInactive => of_account(ClientsFault::ClientNotActive.fault()),
            Self::AccountArchived => of_account(CommonFault::Archived.fault()),
            Self::AccountDisabled => {
                let permission = ProductPermission::Enabled.as_str();
                of_account(LedgerFault::AccountPermissionMissing.with("permission", permission))
            }
            Self::ProductDisabled => of_account(BonusesFault::AccountProductDisabled.fault()),
            Self::PlatformDisabled => of_account(BonusesFault::AccountPlatformDisabled.fault()),
            Self::CurrencyDisabled => of_account(LedgerFault::AccountCurrencyDisabled.fault()),
            Self::AmountTooFine { places } => named(CommonFault::TooManyPlaces.with("places", places), Field::Amount),
        }
    }
}

/// Whether obstacles allow an action; `faults` are reported together with theirs.
///
/// # Errors
/// A refusal with every rule that it breaks.
pub(super) fn check(obstacles: &[Obstacle], action: BonusAction, mut faults: Vec<Fault>) -> Result<(), Refusal> {
    let found = |stop: Stop| {
        let stopping = obstacles.iter().filter(move |obstacle| obstacle.stops(action) == Some(stop));
        stopping.map(move |obstacle| obstacle.fault(action)).collect::<Vec<_>>()
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
    /// A new bonus on this account; `faults` are other reasons to refuse it.
    ///
    /// # Errors
    /// A refusal with every rule that it breaks.
    pub fn award(
        &self,
        award: Award,
        amount: Amount,
        terms: BonusTerms,
        mut faults: Vec<Fault>,
    ) -> Result<Bonus, Refusal> {
        let bonus = Bonus::awarded(amount, terms);
        faults.extend(unfit(self.account, self.platform));
        faults.extend(self.sum_fault(amount));
        faults.extend(bonus.as_ref().err().cloned());
        check(&self.obstacles(amount), BonusAction::Award(award), faults)?;
        bonus.map_err(Fault::unprocessable)
    }

    /// The obstacles to a bonus of this amount.
    #[must_use]
    pub fn obstacles(&self, amount: Amount) -> Vec<Obstacle> {
        let client = match self.account.client_status {
            ClientStatus::Active => None,
            ClientStatus::Banned => Some(Obstacle::ClientBanned),
            ClientStatus::Deleted => Some(Obstacle::ClientDeleted),
            ClientStatus::Inactive => Some(Obstacle::ClientInactive),
        };
        let places = self.account.currency.minor_unit;
        let found = [
            (self.account.is_archived, Obstacle::AccountArchived),
            (!self.account.permissions.contains(&ProductPermission::Enabled), Obstacle::AccountDisabled),
            (self.product == ProductStatus::Disabled, Obstacle::ProductDisabled),
            (!self.platform_is_enabled, Obstacle::PlatformDisabled),
            (!self.account.currency_enabled, Obstacle::CurrencyDisabled),
            (amount.scale() > places, Obstacle::AmountTooFine { places }),
        ];
        client.into_iter().chain(found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, it)| it)).collect()
    }

    fn sum_fault(&self, amount: Amount) -> Option<Fault> {
        let Books { balance, hold, credit } = self.account.books;
        let sum = [hold, credit, amount].into_iter().try_fold(balance, Amount::plus);
        sum.err().map(|_| CommonFault::AmountTooLarge.at(Field::Amount))
    }
}

/// Whether bonuses exist for an account: for live trading accounts, on some platforms.
#[must_use]
pub fn takes_bonuses(account: &AccountFacts, platform: PlatformType) -> bool {
    unfit(account, platform).next().is_none()
}

fn unfit(account: &AccountFacts, platform: PlatformType) -> impl Iterator<Item = Fault> {
    let fault = |is_wrong: bool, fault: Fault| is_wrong.then(|| fault.at(Field::Account));
    let trades = account.trades() && !account.is_demo();
    let faults = [
        fault(!trades, LedgerFault::NotTradingAccount.fault()),
        fault(!platform.takes_bonuses(), BonusesFault::BonusesNotSupported.fault()),
    ];
    faults.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bonuses::machine::tests::terms;
    use crate::catalog::ProductType;
    use crate::ledger::account::tests::account;
    use crate::value::Set;
    use crate::value::amount::tests::amount;

    const ACTIONS: [BonusAction; 7] = [
        BonusAction::Award(Award::Manual),
        BonusAction::Award(Award::Earned),
        BonusAction::Award(Award::Claimed),
        BonusAction::Credit,
        BonusAction::Reactivate,
        BonusAction::Change,
        BonusAction::Proceed,
    ];

    /// What each obstacle does to each action, as a status: 0 where it does not stop it.
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
        (Obstacle::AmountTooFine { places: 2 }, [422, 422, 422, 422, 422,   0, 0]),
    ];

    #[test]
    fn each_obstacle_stops_what_the_table_says() {
        for (obstacle, row) in TABLE {
            for (action, status) in ACTIONS.into_iter().zip(row) {
                let told = match check(&[obstacle], action, Vec::new()) {
                    Ok(()) => 0,
                    Err(Refusal::NotAllowed(_)) => 403,
                    Err(Refusal::Unprocessable(_)) => 422,
                    Err(Refusal::Conflict(_)) => 409,
                };
                assert_eq!(told, status, "{obstacle:?} against {action:?}");
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
        assert_eq!(live(&trading).obstacles(amount("0.001")), [Obstacle::AmountTooFine { places: 2 }]);
    }

    #[test]
    fn all_faults_of_a_new_bonus_are_reported_together() {
        let wallet = AccountFacts { is_archived: true, ..account(1, 840, "0.01") };
        let facts = AccountForBonus { platform: PlatformType::Personal, platform_is_enabled: false, ..live(&wallet) };
        let much = amount("9999999999999999999999999999");
        let least = BonusTerms { dynamic_lots: amount("0.000000000000000001"), ..terms() };
        let refused = facts.award(Award::Manual, much, least, vec![BonusesFault::ProgramEnded.fault()]);
        let expected = vec![
            BonusesFault::ProgramEnded.fault(),
            LedgerFault::NotTradingAccount.at(Field::Account),
            BonusesFault::BonusesNotSupported.at(Field::Account),
            CommonFault::AmountTooLarge.at(Field::Amount),
            BonusesFault::RequiredVolumeTooLarge.at(Field::DynamicLots),
            CommonFault::Archived.at(Field::Account),
            BonusesFault::AccountPlatformDisabled.at(Field::Account),
        ];
        assert_eq!(refused, Err(Refusal::Unprocessable(expected)));
    }

    #[test]
    fn only_a_live_trading_account_of_a_platform_with_bonuses_gets_one() {
        let trading = AccountFacts { kind: ProductType::Trade, ..account(1, 840, "0") };
        let gets = |account: &AccountFacts, platform| {
            let facts = AccountForBonus { platform, ..live(account) };
            facts.award(Award::Manual, amount("100"), terms(), Vec::new()).is_ok()
        };
        assert!(gets(&trading, PlatformType::MetaTrader5));
        assert!(!gets(&trading, PlatformType::B2Trader));
        for kind in [ProductType::Demo, ProductType::Personal] {
            assert!(!gets(&AccountFacts { kind, ..trading.clone() }, PlatformType::MetaTrader4), "{kind}");
        }
    }
}
