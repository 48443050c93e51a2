use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of paid services, their parameters and subscriptions.
    ServicesFault {
        /// An inactive service cannot be subscribed to, and no subscription to it is switched on.
        ServiceInactive = "serviceInactive",
        /// A banned client gets no new subscription, and none is switched on.
        SubscriberBanned = "subscriberBanned",
        /// A client has at most one subscription to a service.
        AlreadySubscribed = "alreadySubscribed",
        /// The caller's user groups may see the parameters of the category, but not change them.
        ParameterReadOnly = "parameterReadOnly",
        /// A name that is not a parameter of the service.
        NotServiceParameter = "notServiceParameter",
        /// A parameter that is sent twice: by its name and by its id.
        ParameterRepeated = "parameterRepeated",
        /// Options that are not a list of texts.
        OptionsNotTexts = "optionsNotTexts",
        /// A parameter of this `type` needs options.
        OptionsRequired = "optionsRequired",
        /// The type stays while `count` values of the `type` are stored.
        ValuesStored = "valuesStored",
        /// A value that is not a text.
        ValueNotText = "valueNotText",
        /// A value that is not a number, or has too many digits.
        ValueNotNumber = "valueNotNumber",
        /// A value that is not a date.
        ValueNotDate = "valueNotDate",
        /// A value that is none of the `options`.
        ValueNotOption = "valueNotOption",
        /// A value that is not a list of options.
        ValueNotOptionList = "valueNotOptionList",
        /// A value that is neither yes nor no.
        ValueNotYesNo = "valueNotYesNo",
        /// A value that is not a list of rows of plain cells.
        ValueNotRows = "valueNotRows",
        /// A value with too many characters or entries.
        ValueTooLong = "valueTooLong",
        /// A group is not deleted while it has services: `ids`, and `others` if that is not 0.
        GroupHasServices = "groupHasServices",
        /// A service is not deleted while it has subscriptions: `ids`, and `others` if that is not 0.
        ServiceHasSubscriptions = "serviceHasSubscriptions",
        /// A category is not deleted while it has parameters: `ids`, and `others` if that is not 0.
        CategoryHasParameters = "categoryHasParameters",
        /// A parameter is not deleted while subscriptions have values of it: `ids`, and `others` if that is not 0.
        SubscriptionsHaveValues = "subscriptionsHaveValues",
        /// A parameter is not deleted while presets have values of it: `ids`, and `others` if that is not 0.
        PresetsHaveValues = "presetsHaveValues",
    }
}

impl FaultCode for ServicesFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
