### Money: currencies, rates, accounts and postings.

notNumber = is not a decimal number
tooManyDigits = has more than 18 decimal places or 28 digits in all
notCurrencyCode = is not a valid currency code: 2 to 10 letters or digits
