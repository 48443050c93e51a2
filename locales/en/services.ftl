### Paid services, their parameters and subscriptions.

serviceInactive = is not allowed: the service is inactive
subscriberBanned = is not allowed: the client is banned
alreadySubscribed = The client is already subscribed to the service.
parameterReadOnly = is read-only for your user groups
    .alone = Your user groups cannot change the parameters of this category.
notServiceParameter = is not a parameter of the service
parameterRepeated = is sent twice: by name and by id
optionsNotTexts = must be a list of texts
optionsRequired = is required for the type { $type }
valuesStored = cannot be changed: { $count ->
    [one] one value
   *[other] { $count } values
} of the type { $type } { $count ->
    [one] is
   *[other] are
} stored
valueNotText = must be a text
valueNotNumber = must be a number or a decimal string with at most 28 digits, 18 of them decimal places
valueNotDate = must be a date such as 2022-12-31
valueNotOption = must be one of { $options }
valueNotOptionList = must be a list of options
valueNotYesNo = must be true, false, 1 or 0
valueNotRows = must be a list of rows, each a list of plain cells
valueTooLong = is too long
groupHasServices = The group has the services { $ids }{ $others ->
    [0] .
   *[other] {" "}and others.
}
serviceHasSubscriptions = The service has the subscriptions { $ids }{ $others ->
    [0] .
   *[other] {" "}and others.
}
categoryHasParameters = The category has the parameters { $ids }{ $others ->
    [0] .
   *[other] {" "}and others.
}
subscriptionsHaveValues = The parameter has values in the subscriptions { $ids }{ $others ->
    [0] .
   *[other] {" "}and others.
}
presetsHaveValues = The parameter has values in the presets { $ids }{ $others ->
    [0] .
   *[other] {" "}and others.
}
