use crate::value::text_enum;

text_enum! {
    /// Which procedure of clients a wizard is for.
    WizardType {
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
    }
}

text_enum! {
    /// A step of a procedure.
    Step {
        /// The form with which somebody registers.
        MainForm = "main_form",
        /// The e-mail address and the password.
        Credentials = "credentials",
        /// What the procedure is about.
        Form = "form",
        /// The choice of a client type.
        ClientType = "client_type",
        /// A task that programs cannot solve.
        Captcha = "captcha",
        /// A code that is sent by e-mail.
        EmailConfirmation = "email_confirmation",
        /// A code that is sent to a phone.
        PhoneConfirmation = "phone_confirmation",
        /// A form for a phone number.
        PhoneForm = "phone_form",
        /// A form of fields that the broker asks for.
        AdditionalInformation = "additional_information",
        /// A code of the client's second factor.
        TwoFactor = "two_factor",
        /// The client is made.
        ClientRegistration = "client_registration",
        /// What was asked for is done.
        Apply = "apply",
    }
}

impl Step {
    /// Whether it can have fields of the broker's own.
    #[must_use]
    pub const fn takes_fields(self) -> bool {
        match self {
            Self::MainForm | Self::Form | Self::AdditionalInformation => true,
            Self::Credentials
            | Self::ClientType
            | Self::Captcha
            | Self::EmailConfirmation
            | Self::PhoneConfirmation
            | Self::PhoneForm
            | Self::TwoFactor
            | Self::ClientRegistration
            | Self::Apply => false,
        }
    }

    /// Whether a code is needed to take it.
    #[must_use]
    pub const fn is_confirmation(self) -> bool {
        match self {
            Self::EmailConfirmation | Self::PhoneConfirmation | Self::TwoFactor => true,
            Self::MainForm
            | Self::Credentials
            | Self::Form
            | Self::ClientType
            | Self::Captcha
            | Self::PhoneForm
            | Self::AdditionalInformation
            | Self::ClientRegistration
            | Self::Apply => false,
        }
    }
}

/// A step that wizards of a type can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The step.
    pub step: Step,
    /// Whether every wizard of the type has it.
    pub is_required: bool,
}

const fn required(step: Step) -> Slot {
    Slot { step, is_required: true }
}

const fn optional(step: Step) -> Slot {
    Slot { step, is_required: false }
}

const REGISTRATION: &[Slot] = &[
    required(Step::MainForm),
    optional(Step::ClientType),
    optional(Step::Captcha),
    optional(Step::EmailConfirmation),
    optional(Step::PhoneConfirmation),
    optional(Step::PhoneForm),
    optional(Step::AdditionalInformation),
    required(Step::ClientRegistration),
];

const SIGN_IN: &[Slot] = &[required(Step::Credentials), optional(Step::Captcha), optional(Step::TwoFactor)];

const PASSWORD_RECOVERY: &[Slot] =
    &[required(Step::Form), optional(Step::Captcha), required(Step::EmailConfirmation), required(Step::Apply)];

/// What clients do who are signed in.
const CHANGE: &[Slot] = &[
    required(Step::Form),
    optional(Step::Captcha),
    optional(Step::EmailConfirmation),
    optional(Step::PhoneConfirmation),
    optional(Step::TwoFactor),
    required(Step::Apply),
];

impl WizardType {
    /// The steps that wizards of the type can have, in the order in which they are taken.
    #[must_use]
    pub const fn slots(self) -> &'static [Slot] {
        match self {
            Self::Registration => REGISTRATION,
            Self::SignIn => SIGN_IN,
            Self::PasswordRecovery => PASSWORD_RECOVERY,
            Self::PasswordChange
            | Self::PhoneChange
            | Self::AddressChange
            | Self::ProfileChange
            | Self::ClientTypeChange
            | Self::WhitelistCreate
            | Self::WhitelistChange
            | Self::WhitelistDelete
            | Self::Withdrawal => CHANGE,
        }
    }

    /// The step, where wizards of the type can have it.
    #[must_use]
    pub fn slot(self, step: Step) -> Option<Slot> {
        self.slots().iter().copied().find(|slot| slot.step == step)
    }

    /// Whether every wizard of the type has the step.
    #[must_use]
    pub fn requires(self, step: Step) -> bool {
        self.slot(step).is_some_and(|slot| slot.is_required)
    }

    /// The steps that the delivered wizard of the type has beside the required ones. A client without a second factor
    /// confirms by e-mail where it has `two_factor`.
    #[must_use]
    pub const fn delivered_extras(self) -> &'static [Step] {
        match self {
            Self::Registration
            | Self::PasswordRecovery
            | Self::AddressChange
            | Self::ProfileChange
            | Self::ClientTypeChange => &[],
            Self::SignIn | Self::WhitelistCreate | Self::WhitelistChange | Self::WhitelistDelete => &[Step::TwoFactor],
            Self::PasswordChange | Self::Withdrawal => &[Step::EmailConfirmation],
            Self::PhoneChange => &[Step::PhoneConfirmation],
        }
    }

    /// Whether who takes it is not signed in.
    #[must_use]
    pub const fn is_for_visitors(self) -> bool {
        match self {
            Self::Registration | Self::SignIn | Self::PasswordRecovery => true,
            Self::PasswordChange
            | Self::PhoneChange
            | Self::AddressChange
            | Self::ProfileChange
            | Self::ClientTypeChange
            | Self::WhitelistCreate
            | Self::WhitelistChange
            | Self::WhitelistDelete
            | Self::Withdrawal => false,
        }
    }

    /// The names that its forms have by themselves, beside which fields of the broker's own stand.
    #[must_use]
    pub const fn form_names(self) -> &'static [&'static str] {
        match self {
            Self::Registration => &[
                "uuid",
                "wizard",
                "wizard_id",
                "url",
                "utm",
                "email",
                "password",
                "password_confirmation",
                "device_fingerprint",
                "info",
                "phone",
                "phones",
                "addresses",
                "requirements",
                "client_type",
                "code",
                "recaptchaResponse",
            ],
            Self::SignIn | Self::PasswordRecovery | Self::PasswordChange => &[
                "uuid",
                "email",
                "password",
                "password_confirmation",
                "device_fingerprint",
                "code",
                "token",
                "type",
                "recaptchaResponse",
            ],
            Self::PhoneChange => &["uuid", "code", "type", "phone", "number", "recaptchaResponse"],
            Self::AddressChange => {
                &["uuid", "code", "type", "countryId", "city", "address", "postalCode", "state", "recaptchaResponse"]
            }
            Self::ProfileChange => &["uuid", "code", "type", "nickname", "locale", "info", "recaptchaResponse"],
            Self::ClientTypeChange => &["uuid", "code", "type", "typeId", "comment", "recaptchaResponse"],
            Self::WhitelistCreate | Self::WhitelistChange | Self::WhitelistDelete => &[
                "uuid",
                "code",
                "type",
                "name",
                "walletAddress",
                "currencyCode",
                "destinationTag",
                "recaptchaResponse",
            ],
            Self::Withdrawal => &[
                "uuid",
                "code",
                "type",
                "accountId",
                "methodId",
                "amount",
                "currencyCode",
                "isPretend",
                "data",
                "recaptchaResponse",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_begins_and_ends_with_a_required_step_but_for_the_sign_in() {
        for kind in WizardType::ALL {
            let slots = kind.slots();
            assert!(slots[0].is_required, "{kind}");
            let ends = slots.iter().rev().find(|slot| slot.is_required).unwrap().step;
            let last = slots[slots.len() - 1].step;
            assert_eq!(ends == last, *kind != WizardType::SignIn, "{kind}");
        }
    }

    #[test]
    fn delivered_steps_are_steps_of_the_type() {
        for kind in WizardType::ALL {
            for step in kind.delivered_extras() {
                assert!(kind.slot(*step).is_some_and(|slot| !slot.is_required), "{kind} {step}");
            }
        }
    }
}
