### What clients sign in with.

samePassword = must differ from the password before
switchedOnByClient = must be false: only clients switch their second factors on
notPushToken = is not the token of a device: 1 to { $max } letters, digits and the characters . _ : = + -
