### Rules that every part of the system has.

unknown = does not exist
taken = is already used by another record
disabled = is disabled
archived = is archived
    .alone = This account is archived.
inUse = is used by other records
    .alone = Other records refer to this one.
fixed = cannot be changed
tooManyPlaces = has more than { $places } decimal places
    .alone = The amount has more than { $places } decimal places.
amountTooLarge = has too many digits
notEmail = is not a valid e-mail address
notDateTime = must be a date-time such as 2022-01-01T00:00:00+00:00
notNumber = is not a decimal number
tooManyDigits = has more than 18 decimal places or 28 digits in all
notUuid = is not a UUID
empty = must not be empty
length = must have { $min } to { $max } characters
nulCharacter = must not contain NUL characters
notPositive = must be above 0
notDate = must be a date such as 2000-12-31
tooEarly = must not be before { $earliest }
