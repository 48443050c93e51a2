### Money: currencies, rates, accounts and postings.

notCurrencyCode = is not a valid currency code: 2 to 10 letters or digits
