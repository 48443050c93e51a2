use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of what clients are shown, and of the calendar of users.
    ContentFault {
        /// A mobile banner is shown with a title.
        BannerWithoutTitle = "bannerWithoutTitle",
        /// A desktop banner is shown with a caption or a background.
        BannerWithoutContent = "bannerWithoutContent",
        /// The separators of decimals and thousands differ.
        EqualSeparators = "equalSeparators",
        /// One language is always the default.
        DefaultLanguageMissing = "defaultLanguageMissing",
        /// The default language is enabled.
        DefaultLanguageDisabled = "defaultLanguageDisabled",
        /// A text that is not a symbol.
        NotSymbol = "notSymbol",
        /// A ticker has at most `max` symbols.
        TooManySymbols = "tooManySymbols",
        /// An event ends when it starts or later.
        EndsBeforeStart = "endsBeforeStart",
        /// Nobody in the back office has the address `email`.
        UnknownRecipient = "unknownRecipient",
        /// The user with the address `email` is disabled.
        DisabledRecipient = "disabledRecipient",
        /// An event whose creator was deleted is for somebody else.
        RecipientRequired = "recipientRequired",
        /// Only its creator and administrators change an event.
        OthersEvent = "othersEvent",
    }
}

impl FaultCode for ContentFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
