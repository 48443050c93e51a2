use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of bonuses, and of what platforms report for them.
    BonusesFault {
        /// The platform, or that of the account, has no bonuses.
        BonusesNotSupported = "bonusesNotSupported",
        /// The product of the account is disabled.
        AccountProductDisabled = "accountProductDisabled",
        /// The platform of the account is disabled.
        AccountPlatformDisabled = "accountPlatformDisabled",
        /// The amount makes a volume to trade with more digits than can be kept.
        RequiredVolumeTooLarge = "requiredVolumeTooLarge",
        /// The amount makes a volume to trade that rounds to 0.
        RequiredVolumeRoundsToZero = "requiredVolumeRoundsToZero",
        /// A program that is put on offer ends in the future.
        EndInPast = "endInPast",
        /// Nothing is claimed from a program that has ended.
        ProgramEnded = "programEnded",
        /// A client claims a program once.
        ProgramAlreadyClaimed = "programAlreadyClaimed",
        /// The account is not on the platform of the program.
        NotOnProgramPlatform = "notOnProgramPlatform",
        /// The account is not in the currency of the program.
        NotInProgramCurrency = "notInProgramCurrency",
        /// The account is in none of the platform groups of the program.
        NotInProgramGroup = "notInProgramGroup",
        /// A bonus in this `state` does not take the `step`.
        BonusStepNotAllowed = "bonusStepNotAllowed",
        /// A bonus that its platform is crediting is not cancelled.
        BonusBeingCredited = "bonusBeingCredited",
        /// A step is not tried again before the platform has answered.
        PlatformNotAnswered = "platformNotAnswered",
        /// No bonus ends after the year 9999.
        BonusEndTooLate = "bonusEndTooLate",
        /// The key belongs to another platform.
        OtherPlatformKey = "otherPlatformKey",
        /// Only a key of the platform reports, not a user.
        PlatformKeyRequired = "platformKeyRequired",
    }
}

impl FaultCode for BonusesFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
