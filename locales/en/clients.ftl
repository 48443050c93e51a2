### Clients and what belongs to them.

notLocale = is not a valid locale such as en_US
notPhoneNumber = is not a valid phone number: a plus sign and 7 to 15 digits
notColor = is not a valid color: a CSS name, #RRGGBB, rgb() or rgba()
clientRemoved = belongs to a client who was removed
    .alone = The client was removed.
clientNotActive = belongs to a client who is not active
    .alone = The client is not active.
clientHasMoney = An account of the client still has money.
clientHasUnfinishedTransaction = A transaction of the client is unfinished.
clientHasUndecidedRequest = A request of the client is not decided yet.
tooYoung = must be at least { $years } years ago
lastVisibleTag = must keep one of your tags, or you could no longer see the client
onlyTagOfUser = This is the only tag of a user, who would then see every client.
defaultTypeDisabled = The default type must be enabled.
defaultTypeMissing = There must be a default type. Make another type the default first.
defaultLevel = The default level cannot be deleted.
defaultLevelParent = cannot be set for the default level
levelCycle = would make the level its own ancestor
defaultManagerDisabled = The default manager must be enabled.
nicknameFixed = cannot be changed
pictureFixed = The photo cannot be changed.
identityProved = cannot be changed once it is verified
sameType = is the type that you have already
contradictoryPermission = repeats a permission with a different value
