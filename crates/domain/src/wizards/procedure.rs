use super::{Slot, Step, StepSetup, WizardType, arranged};
use crate::value::{List, text_enum};

text_enum! {
    /// What a run is of: a procedure that wizards set up, or one whose steps are always the same.
    Procedure {
        /// Somebody becomes a client.
        Registration = "registration",
        /// A client signs in.
        SignIn = "signIn",
        /// A client who forgot their password sets a new one.
        PasswordRecovery = "passwordRecovery",
        /// A client sets a new password.
        PasswordChange = "passwordChange",
        /// A client changes their phone number.
        PhoneChange = "phoneChange",
        /// A client changes their address.
        AddressChange = "addressChange",
        /// A client changes their profile.
        ProfileChange = "profileChange",
        /// A client asks for another client type.
        ClientTypeChange = "clientTypeChange",
        /// A client adds an address to which they withdraw.
        WhitelistCreate = "whitelistCreate",
        /// A client lets withdrawals go to any address again.
        WhitelistChange = "whitelistChange",
        /// A client removes an address to which they withdraw.
        WhitelistDelete = "whitelistDelete",
        /// A client withdraws money.
        Withdrawal = "withdrawal",
        /// A client switches an app on that makes codes.
        AppOn = "appOn",
        /// A client switches codes to their phone on.
        SmsOn = "smsOn",
        /// A client switches a second factor off.
        SecondFactorOff = "secondFactorOff",
        /// A client sets the code that their mails show, or removes it.
        AntiPhishingCode = "antiPhishingCode",
        /// A client deactivates their profile.
        Deactivation = "deactivation",
        /// A client sets another password of a trading account.
        AccountPassword = "accountPassword",
    }
}

impl From<WizardType> for Procedure {
    fn from(kind: WizardType) -> Self {
        match kind {
            WizardType::Registration => Self::Registration,
            WizardType::SignIn => Self::SignIn,
            WizardType::PasswordRecovery => Self::PasswordRecovery,
            WizardType::PasswordChange => Self::PasswordChange,
            WizardType::PhoneChange => Self::PhoneChange,
            WizardType::AddressChange => Self::AddressChange,
            WizardType::ProfileChange => Self::ProfileChange,
            WizardType::ClientTypeChange => Self::ClientTypeChange,
            WizardType::WhitelistCreate => Self::WhitelistCreate,
            WizardType::WhitelistChange => Self::WhitelistChange,
            WizardType::WhitelistDelete => Self::WhitelistDelete,
            WizardType::Withdrawal => Self::Withdrawal,
        }
    }
}

/// What wizards set up, or the steps that are always the same.
enum Setup {
    Wizard(WizardType),
    Fixed(&'static [Step]),
}

impl Procedure {
    const fn setup(self) -> Setup {
        match self {
            Self::Registration => Setup::Wizard(WizardType::Registration),
            Self::SignIn => Setup::Wizard(WizardType::SignIn),
            Self::PasswordRecovery => Setup::Wizard(WizardType::PasswordRecovery),
            Self::PasswordChange => Setup::Wizard(WizardType::PasswordChange),
            Self::PhoneChange => Setup::Wizard(WizardType::PhoneChange),
            Self::AddressChange => Setup::Wizard(WizardType::AddressChange),
            Self::ProfileChange => Setup::Wizard(WizardType::ProfileChange),
            Self::ClientTypeChange => Setup::Wizard(WizardType::ClientTypeChange),
            Self::WhitelistCreate => Setup::Wizard(WizardType::WhitelistCreate),
            Self::WhitelistChange => Setup::Wizard(WizardType::WhitelistChange),
            Self::WhitelistDelete => Setup::Wizard(WizardType::WhitelistDelete),
            Self::Withdrawal => Setup::Wizard(WizardType::Withdrawal),
            Self::SmsOn => Setup::Fixed(&[Step::PhoneConfirmation]),
            Self::Deactivation => Setup::Fixed(&[Step::EmailConfirmation]),
            Self::AppOn | Self::SecondFactorOff | Self::AntiPhishingCode | Self::AccountPassword => {
                Setup::Fixed(&[Step::TwoFactor])
            }
        }
    }

    /// The type of its wizards; none where its steps are always the same.
    #[must_use]
    pub const fn wizard_type(self) -> Option<WizardType> {
        match self.setup() {
            Setup::Wizard(kind) => Some(kind),
            Setup::Fixed(_) => None,
        }
    }

    /// The steps that it can have, in the order in which they are taken.
    #[must_use]
    pub const fn slots(self) -> &'static [Slot] {
        match self.setup() {
            Setup::Wizard(kind) => kind.slots(),
            // As of other changes that clients make.
            Setup::Fixed(_) => WizardType::ProfileChange.slots(),
        }
    }

    /// Whether who takes it is not signed in.
    #[must_use]
    pub const fn is_for_visitors(self) -> bool {
        match self.setup() {
            Setup::Wizard(kind) => kind.is_for_visitors(),
            Setup::Fixed(_) => false,
        }
    }

    /// The steps where they are always the same: a form, a confirmation, and what is then done.
    #[must_use]
    pub fn fixed_steps(self) -> Option<List<StepSetup>> {
        match self.setup() {
            Setup::Wizard(_) => None,
            Setup::Fixed(confirmations) => {
                let setups: Vec<StepSetup> = confirmations.iter().copied().map(StepSetup::plain).collect();
                Some(arranged(WizardType::ProfileChange, &setups))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_of_wizard_is_a_procedure_of_the_same_name() {
        for kind in WizardType::ALL {
            let procedure = Procedure::from(*kind);
            assert_eq!((procedure.wizard_type(), procedure.as_str()), (Some(*kind), kind.as_str()));
        }
    }

    #[test]
    fn a_procedure_without_a_wizard_asks_for_one_code() {
        let fixed: Vec<_> = Procedure::ALL.iter().filter_map(|procedure| procedure.fixed_steps()).collect();
        assert_eq!(fixed.len(), Procedure::ALL.len() - WizardType::ALL.len());
        for steps in fixed {
            assert_eq!(steps.iter().filter(|setup| setup.step.is_confirmation()).count(), 1);
        }
    }
}
