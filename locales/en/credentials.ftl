### What clients sign in with.

samePassword = must differ from the password before
switchedOnByClient = must be false: only clients switch their second factors on
notFingerprint = must be the base64 of a JSON object with a user_agent, in at most 32 KiB
passwordsDiffer = must be the same as the password
notConfirmed = must be confirmed by a code first
    .alone = Confirm this by a code first, and send the token in the header successToken.
recoveryNotOffered = is not offered
    .alone = Setting a new password here is not offered. Contact us.
qrSignInNotOffered = is not offered
    .alone = Signing in with a code that an app scans is not offered.
secondFactorUnavailable = is not offered
    .alone = This second factor is not offered.
secondFactorOn = is on already
    .alone = This second factor is on already.
secondFactorOff = is off already
    .alone = This second factor is off already.
notPushToken = is not the token of a device: 1 to { $max } letters, digits and the characters . _ : = + -
notAntiPhishingCode = must be { $min } to { $max } letters and digits
