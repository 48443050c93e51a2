use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of clients and what belongs to them.
    ClientsFault {
        /// The client was removed, and nothing of theirs changes any more.
        ClientRemoved = "clientRemoved",
        /// The client is not active.
        ClientNotActive = "clientNotActive",
        /// A text that does not name a language.
        NotLocale = "notLocale",
        /// A text that is not a phone number with its country's code.
        NotPhoneNumber = "notPhoneNumber",
        /// A text that is not a color of CSS.
        NotColor = "notColor",
        /// A client with money is not removed.
        ClientHasMoney = "clientHasMoney",
        /// A client with an unfinished transaction is not removed.
        ClientHasUnfinishedTransaction = "clientHasUnfinishedTransaction",
        /// A client who waits for a decision on a request is not removed.
        ClientHasUndecidedRequest = "clientHasUndecidedRequest",
        /// A client is at least `years` years old.
        TooYoung = "tooYoung",
        /// A user who is restricted to tags leaves a client one of them.
        LastVisibleTag = "lastVisibleTag",
        /// The only tag of a user is not deleted, since the user would then see every client.
        OnlyTagOfUser = "onlyTagOfUser",
        /// The default type is enabled.
        DefaultTypeDisabled = "defaultTypeDisabled",
        /// There is always a default type.
        DefaultTypeMissing = "defaultTypeMissing",
        /// The default permission level is not deleted.
        DefaultLevel = "defaultLevel",
        /// No permission level comes before the default one.
        DefaultLevelParent = "defaultLevelParent",
        /// No permission level comes before itself.
        LevelCycle = "levelCycle",
        /// The default manager is enabled.
        DefaultManagerDisabled = "defaultManagerDisabled",
        /// In this installation clients do not change their nickname.
        NicknameFixed = "nicknameFixed",
        /// In this installation clients do not change their photo.
        PictureFixed = "pictureFixed",
        /// Who has proved who they are keeps their name and birthday.
        IdentityProved = "identityProved",
        /// A client asks for another type than their own.
        SameType = "sameType",
        /// A permission that is sent twice has the same value both times.
        ContradictoryPermission = "contradictoryPermission",
    }
}

impl FaultCode for ClientsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
