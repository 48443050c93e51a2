### Bonuses, and what platforms report for them.

bonusesNotSupported = does not support bonuses
accountProductDisabled = belongs to a product that is disabled
    .alone = The product of the account is disabled.
accountPlatformDisabled = is on a platform that is disabled
    .alone = The platform of the account is disabled.
requiredVolumeTooLarge = makes the required volume too large
requiredVolumeRoundsToZero = makes the required volume round to 0
endInPast = must not be in the past
programEnded = The program has ended.
programAlreadyClaimed = The client has already claimed a bonus from this program.
notOnProgramPlatform = is not on the platform of the program
notInProgramCurrency = is not in the currency of the program
notInProgramGroup = is not in a group of the program
bonusStepNotAllowed = A bonus in the state { $state } cannot take the step { $step }.
bonusBeingCredited = The platform is crediting this bonus.
platformNotAnswered = The platform has not answered yet.
bonusEndTooLate = The bonus would end after the year 9999.
otherPlatformKey = This key belongs to another platform.
platformKeyRequired = A key of the platform is required, not a user's token.
