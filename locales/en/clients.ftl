### Clients and what belongs to them.

notLocale = is not a valid locale such as en_US
notPhoneNumber = is not a valid phone number: a plus sign and 7 to 15 digits
notColor = is not a valid color: a CSS name, #RRGGBB, rgb() or rgba()
