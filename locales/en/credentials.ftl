### What clients sign in with.

samePassword = must differ from the password before
switchedOnByClient = must be false: only clients switch their second factors on
