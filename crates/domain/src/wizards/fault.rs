use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of wizards.
    WizardsFault {
        /// The default wizard of a type is enabled.
        DefaultWizardDisabled = "defaultWizardDisabled",
        /// One wizard of each type is the default: it passes the mark on to another, and does not lose it.
        DefaultWizardMissing = "defaultWizardMissing",
        /// Wizards of the type have no such step; they have these `steps`.
        StepNotOfType = "stepNotOfType",
        /// A wizard has a step once.
        RepeatedStep = "repeatedStep",
        /// A required step is taken by everybody.
        RequiredStepRestricted = "requiredStepRestricted",
        /// Only forms have fields of one's own.
        StepWithoutFields = "stepWithoutFields",
        /// A name of a field: `max` characters at most.
        NotFieldName = "notFieldName",
        /// The form has a field of this name by itself.
        ReservedFieldName = "reservedFieldName",
        /// No two fields of a wizard have the same name.
        RepeatedFieldName = "repeatedFieldName",
        /// A field to choose from has options.
        ChoiceWithoutOptions = "choiceWithoutOptions",
        /// Only a field to choose from has options.
        OptionsOfOtherField = "optionsOfOtherField",
        /// A field has an option once.
        RepeatedOption = "repeatedOption",
        /// Not the two letters of a country.
        NotCountryCode = "notCountryCode",
        /// There are several wizards, and one is chosen first.
        WizardNotChosen = "wizardNotChosen",
        /// It is the turn of another `step`.
        StepOutOfOrder = "stepOutOfOrder",
        /// The client has several second factors, and one is chosen first.
        SecondFactorNotChosen = "secondFactorNotChosen",
        /// The client does not have this second factor.
        SecondFactorNotOffered = "secondFactorNotOffered",
        /// As many codes as may be were sent for one confirmation.
        TooManyCodesSent = "tooManyCodesSent",
        /// The code can no longer be used.
        CodeExpired = "codeExpired",
        /// It is not the code that is awaited.
        WrongConfirmationCode = "wrongConfirmationCode",
        /// The checkbox must be ticked.
        NotTicked = "notTicked",
        /// The captcha was not solved.
        CaptchaNotSolved = "captchaNotSolved",
    }
}

impl FaultCode for WizardsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
