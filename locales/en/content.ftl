### Banners, the menu, widgets, languages and the calendar.

bannerWithoutTitle = must be false: the mobile banner has no mobileTitle
bannerWithoutContent = must be false: the desktop banner has neither captionLight nor a background
equalSeparators = must differ from decimal
defaultLanguageMissing = must be true: one language is always the default. Make another one the default instead.
defaultLanguageDisabled = must be true: the default language is enabled
notSymbol = must have 1 to { $max } of the characters A-Z, 0-9, dot, slash, hyphen and underscore
tooManySymbols = The ticker has { $max } symbols, which is the most that it can have.
endsBeforeStart = must not be before startDate
unknownRecipient = { $email } is not a user of the back office
disabledRecipient = { $email } is disabled
recipientRequired = must name a user: the creator of the event was deleted
othersEvent = Only its creator and administrators can change this event.
