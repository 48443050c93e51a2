use super::{FaultCode, text_enum};

text_enum! {
    /// Rules that every context has.
    CommonFault {
        /// It names a record that does not exist, or that the caller may not see.
        Unknown = "unknown",
        /// Another record has the value.
        Taken = "taken",
        /// It is not a UUID.
        NotUuid = "notUuid",
        /// It names a record that is disabled.
        Disabled = "disabled",
        /// It names a record that is archived.
        Archived = "archived",
        /// Other records name the record, so that it cannot be deleted.
        InUse = "inUse",
        /// It cannot change once it is set, or as long as other records depend on it.
        Fixed = "fixed",
        /// An amount with more places after the point than its currency has.
        TooManyPlaces = "tooManyPlaces",
        /// A text that is not a decimal number.
        NotNumber = "notNumber",
        /// An amount with more than 18 places after the point or 28 digits in all.
        TooManyDigits = "tooManyDigits",
        /// A text that is not a date-time.
        NotDateTime = "notDateTime",
        /// A text that is not an e-mail address.
        NotEmail = "notEmail",
        /// An amount with more digits than can be kept.
        AmountTooLarge = "amountTooLarge",
        /// It has no characters or entries.
        Empty = "empty",
        /// It has fewer characters than `min` or more than `max`.
        Length = "length",
        /// It has a NUL character.
        NulCharacter = "nulCharacter",
        /// It is 0 or below.
        NotPositive = "notPositive",
        /// It is not a date.
        NotDate = "notDate",
        /// It is before `earliest`.
        TooEarly = "tooEarly",
    }
}

impl FaultCode for CommonFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
