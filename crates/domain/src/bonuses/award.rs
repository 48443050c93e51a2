use super::{BonusPresetId, BonusProgramId, BonusTerms, BonusesFault};
use crate::catalog::{PlatformId, PlatformType};
use crate::ledger::{Account, Amount, CurrencyCode, CurrencyUnit, Rounding, TransactionKind};
use crate::value::{CommonFault, Entity, Fault, FaultCode as _, Field, List, Timestamp};

/// A platform as presets and programs see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlatformForBonuses {
    /// The software behind it.
    pub kind: PlatformType,
    /// Whether it is in use.
    pub is_enabled: bool,
}

impl PlatformForBonuses {
    /// Why a preset or a program on it is refused.
    #[must_use]
    pub fn fault(self) -> Option<Fault> {
        match self {
            Self { kind, .. } if !kind.takes_bonuses() => Some(BonusesFault::BonusesNotSupported.at(Field::Platform)),
            Self { is_enabled: false, .. } => Some(CommonFault::Disabled.at(Field::Platform)),
            Self { is_enabled: true, .. } => None,
        }
    }
}

/// A template of bonuses of a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusPreset {
    /// Whose accounts get it. Fixed.
    pub platform: PlatformId,
    /// Its name.
    pub name: String,
    /// Whether automatic bonuses of the platform use it; one preset of a platform is marked at most.
    pub is_default: bool,
    /// The terms.
    pub terms: BonusTerms,
}

impl Entity for BonusPreset {
    type Id = BonusPresetId;
    const RESOURCE: &'static str = "bonus_preset";
}

impl BonusPreset {
    /// Whether it is put to use: a new one, and one that becomes the default. Its platform must be in use then.
    #[must_use]
    pub fn is_put_to_use(&self, before: Option<&Self>) -> bool {
        before.is_none_or(|before| self.is_default && !before.is_default)
    }
}

/// A temporary program: clients claim one bonus each from it until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusProgram {
    /// Whose accounts fit. Fixed.
    pub platform: PlatformId,
    /// The name that clients are shown.
    pub name: String,
    /// What each client gets, in its currency.
    pub amount: Amount,
    /// Only accounts in this currency fit. Fixed.
    pub currency: CurrencyCode,
    /// Only accounts in these groups of the platform fit.
    pub platform_groups: List<String>,
    /// Until when it can be claimed.
    pub expired_at: Timestamp,
    /// The terms of each bonus.
    pub terms: BonusTerms,
}

impl Entity for BonusProgram {
    type Id = BonusProgramId;
    const RESOURCE: &'static str = "temporary_bonus";
}

impl BonusProgram {
    /// Whether it cannot be claimed any more.
    #[must_use]
    pub fn has_ended(&self, now: Timestamp) -> bool {
        now >= self.expired_at
    }

    /// Why a client cannot claim it with this account.
    #[must_use]
    pub fn claim_faults(&self, account: &Account, platform_group: Option<&str>, now: Timestamp) -> Vec<Fault> {
        let fault = |is_wrong: bool, code: BonusesFault| is_wrong.then(|| code.at(Field::Account));
        let in_group = platform_group.is_some_and(|group| self.platform_groups.iter().any(|known| known == group));
        let ended = self.has_ended(now).then(|| BonusesFault::ProgramEnded.fault());
        [
            ended,
            fault(account.platform != self.platform, BonusesFault::NotOnProgramPlatform),
            fault(account.currency != self.currency, BonusesFault::NotInProgramCurrency),
            fault(!in_group, BonusesFault::NotInProgramGroup),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Why its amount is refused: more places than its currency has, or no volume to trade for it.
    #[must_use]
    pub fn amount_faults(&self, unit: CurrencyUnit) -> Vec<Fault> {
        let places = unit.place_fault(self.amount, Field::Amount);
        places.into_iter().chain(self.terms.required_volume(self.amount).err()).collect()
    }

    /// A new program must be claimable.
    #[must_use]
    pub fn end_fault(&self, now: Timestamp) -> Option<Fault> {
        (self.expired_at <= now).then(|| BonusesFault::EndInPast.at(Field::ExpiresAt))
    }

    /// Whether it is put on offer: a new one, and one that had ended. Its platform and its currency must
    /// be in use then.
    #[must_use]
    pub fn is_put_on_offer(&self, before: Option<&Self>, now: Timestamp) -> bool {
        before.is_none_or(|before| before.expired_at <= now && self.expired_at > now)
    }
}

/// The settings of automatic bonuses and of burning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BonusSettings {
    /// Whether deposits earn bonuses.
    pub is_enabled: bool,
    /// How much of a deposit, in percent: above 0, up to 1000.
    pub percent: Amount,
    /// The most of one bonus, in USD; none for no limit.
    pub limit: Option<Amount>,
    /// The least of one deposit, in USD.
    pub minimum: Amount,
    /// Whether bonuses burn when the balance is below 0.
    pub burn_if_balance_negative: bool,
    /// Whether bonuses burn when money leaves the account.
    pub burn_on_withdrawal: bool,
}

impl Default for BonusSettings {
    fn default() -> Self {
        Self {
            is_enabled: false,
            percent: 10.into(),
            limit: None,
            minimum: Amount::ZERO,
            burn_if_balance_negative: false,
            burn_on_withdrawal: false,
        }
    }
}

impl BonusSettings {
    /// The largest percentage.
    pub const MAX_PERCENT: i64 = 1000;

    /// What a deposit or a transfer of this net amount earns (T02): the percentage, cut off at the
    /// places of the currency, at most the limit. `usd_rate` is the worth of one unit in USD.
    #[must_use]
    pub fn award(&self, amount: Amount, unit: CurrencyUnit, usd_rate: Option<Amount>) -> Option<Amount> {
        if !self.is_enabled {
            return None;
        }
        if self.minimum.is_positive() {
            let worth = amount.times(usd_rate?).rounded(18, Rounding::Down).ok()?;
            if worth < self.minimum {
                return None;
            }
        }
        let share = amount.times(self.percent).percent().rounded(unit.minor_unit, Rounding::Down).ok()?;
        let share = match self.limit {
            Some(limit) => share.min(limit.over(usd_rate?, unit.minor_unit, Rounding::Down).ok()?),
            None => share,
        };
        share.is_positive().then_some(share)
    }
}

/// Whether money that arrives by such a transaction earns a bonus.
#[must_use]
pub const fn earns_bonus(kind: TransactionKind, has_method: bool) -> bool {
    match kind {
        // Without a method it is a balance change.
        TransactionKind::Deposit => has_method,
        TransactionKind::Transfer | TransactionKind::External => true,
        TransactionKind::Withdrawal | TransactionKind::Exchange | TransactionKind::Partner => false,
    }
}

/// Whether money that leaves by such a transaction burns bonuses, where that is switched on.
#[must_use]
pub const fn burns_bonuses(kind: TransactionKind, has_method: bool) -> bool {
    match kind {
        // Without a method it is a balance change.
        TransactionKind::Withdrawal => has_method,
        TransactionKind::Transfer | TransactionKind::External | TransactionKind::Exchange => true,
        TransactionKind::Deposit | TransactionKind::Partner => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::USD;
    use crate::value::amount::tests::amount;

    const DOLLARS: CurrencyUnit = CurrencyUnit { code: USD, minor_unit: 2 };

    fn settings() -> BonusSettings {
        BonusSettings {
            is_enabled: true,
            percent: amount("30"),
            limit: Some(amount("300")),
            minimum: amount("50"),
            ..BonusSettings::default()
        }
    }

    /// The contract: 30 percent with limit 300.
    #[test]
    fn a_deposit_earns_its_share_up_to_the_limit() {
        let award = |text: &str| settings().award(amount(text), DOLLARS, Some(Amount::ONE));
        assert_eq!(award("100"), Some(amount("30")));
        assert_eq!(award("2000"), Some(amount("300")));
        assert_eq!(award("49.99"), None, "less than the minimum");
        assert_eq!(award("50.05"), Some(amount("15.01")), "cut off");
        let off = BonusSettings { is_enabled: false, ..settings() };
        assert_eq!(off.award(amount("100"), DOLLARS, Some(Amount::ONE)), None);
    }

    #[test]
    fn presets_and_programs_need_an_enabled_platform_with_bonuses() {
        let fault = |kind, is_enabled| PlatformForBonuses { kind, is_enabled }.fault();
        assert_eq!(fault(PlatformType::MetaTrader5, true), None);
        assert_eq!(fault(PlatformType::MetaTrader5, false), Some(CommonFault::Disabled.at(Field::Platform)));
        let unsupported = BonusesFault::BonusesNotSupported.at(Field::Platform);
        assert_eq!(fault(PlatformType::Personal, false), Some(unsupported));
    }

    #[test]
    fn limit_and_minimum_count_in_dollars() {
        let euros = CurrencyUnit { code: CurrencyCode::new(978), minor_unit: 2 };
        let rate = Some(amount("1.2"));
        assert_eq!(settings().award(amount("41.66"), euros, rate), None, "49.99 USD");
        assert_eq!(settings().award(amount("2000"), euros, rate), Some(amount("250")));
        assert_eq!(settings().award(amount("2000"), euros, None), None, "what cannot be judged earns nothing");
        let free = BonusSettings { limit: None, minimum: Amount::ZERO, ..settings() };
        assert_eq!(free.award(amount("2000"), euros, None), Some(amount("600")));
    }
}
