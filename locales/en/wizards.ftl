### The steps of clients' procedures.

defaultWizardDisabled = must be true for the default wizard of its type
    .alone = The default wizard of a type is enabled.
defaultWizardMissing = must be true until another wizard of the type is made the default
    .alone = The wizard is the default of its type. Make another one the default first.
stepNotOfType = is not a step of this type, which has { $steps }
repeatedStep = is in the wizard already
requiredStepRestricted = is required, so it is for all countries and client types
stepWithoutFields = must be empty: only forms have fields
notFieldName = must begin with a letter and have at most { $max } letters, digits, hyphens and underscores
reservedFieldName = is the name of a field that the form has anyway
repeatedFieldName = is the name of another field of the wizard
choiceWithoutOptions = must have an entry for each choice
optionsOfOtherField = must be empty: only a field of the type select has options
repeatedOption = is among the options already
notCountryCode = must be the two letters of a country, such as CY
