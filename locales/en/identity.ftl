### Who may do what.

weakPassword = must have 8 to 72 characters with a lowercase letter, an uppercase letter and a digit
notIpAddress = is not a valid IP address
notIpNetwork = is not a valid IP address or CIDR block
notRoute = must be a path that begins with / (and may end with /*) or a word
addressNotAllowed = Access from this IP address is not allowed.
userAddressNotAllowed = Your user may not connect from this IP address.
