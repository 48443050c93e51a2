use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of who may do what.
    IdentityFault {
        /// A password must have 8 to 72 characters with a lowercase letter, an uppercase letter and a digit.
        WeakPassword = "weakPassword",
        /// A text that is not an IP address.
        NotIpAddress = "notIpAddress",
        /// A text that is neither an IP address nor a CIDR block.
        NotIpNetwork = "notIpNetwork",
        /// A text that is neither a path nor a word.
        NotRoute = "notRoute",
        /// Whoever gives a group `permission` must hold it.
        PermissionNotHeld = "permissionNotHeld",
        /// Whoever puts a user in groups must hold the permissions of these groups.
        GroupsGrantMore = "groupsGrantMore",
        /// Whoever gives a user access to clients must see these clients.
        ClientsOutOfScope = "clientsOutOfScope",
        /// Whoever lets a user see unmasked data must see it.
        UnmaskedDataNotHeld = "unmaskedDataNotHeld",
        /// What a user signs in with is changed only by those who hold all rights of that user.
        StrongerUser = "strongerUser",
        /// No user disables themselves.
        CannotDisableSelf = "cannotDisableSelf",
        /// No user deletes themselves.
        CannotDeleteSelf = "cannotDeleteSelf",
        /// There is always an active administrator.
        LastAdministrator = "lastAdministrator",
        /// A user who is a manager is not deleted.
        UserIsManager = "userIsManager",
        /// The group of administrators is neither changed nor deleted.
        AdministratorsFixed = "administratorsFixed",
        /// What needs e-mail is not switched on where no e-mail can be sent.
        MailNotConfigured = "mailNotConfigured",
        /// No policy can make the operation wait for a second user.
        OperationNotApprovable = "operationNotApprovable",
        /// A policy with an amount needs an operation that moves money.
        OperationMovesNoMoney = "operationMovesNoMoney",
        /// Nobody approves or rejects a change of their own.
        OwnChange = "ownChange",
        /// Too many changes of one user wait, of whom `max` may.
        TooManyChangesWait = "tooManyChangesWait",
        /// Nobody takes back a change of another.
        ChangeOfAnother = "changeOfAnother",
        /// Whoever decides on a change holds the `permission` of its operation.
        PermissionOfChangeMissing = "permissionOfChangeMissing",
        /// The policy leaves the decision to groups that the user is not in.
        NotAmongApprovers = "notAmongApprovers",
        /// The change does not wait: it was decided or taken back.
        ApprovalDecided = "approvalDecided",
        /// Nobody decided in time.
        ApprovalExpired = "approvalExpired",
        /// Whoever asked for the change may not call any more.
        MakerGone = "makerGone",
        /// There is one security policy at most of an address, permission and route.
        DuplicatePolicy = "duplicatePolicy",
        /// A security policy leaves its author, who comes from `address`, the `path` that is needed to undo it.
        PolicyLocksOutAuthor = "policyLocksOutAuthor",
        /// Tags are managed only by those who see all clients.
        CannotManageTags = "cannotManageTags",
        /// A secret is sent again when the address to which it would go changes.
        SecretForNewAddress = "secretForNewAddress",
        /// A masked secret stands for a stored one, which an entry of a list finds by its other settings.
        SecretOfUnknownEntry = "secretOfUnknownEntry",
        /// No user has this e-mail address and password.
        WrongCredentials = "wrongCredentials",
        /// The password is not that of the user.
        WrongPassword = "wrongPassword",
        /// The code or its token is wrong, was used or has expired.
        WrongCode = "wrongCode",
        /// The code is wrong, or no app is being set up.
        WrongAppCode = "wrongAppCode",
        /// The refresh token is not known, was used or has expired.
        RefreshTokenInvalid = "refreshTokenInvalid",
        /// A disabled user does not sign in.
        UserDisabled = "userDisabled",
        /// What a user does in person is not done with a key.
        NotByApiKey = "notByApiKey",
        /// With what a user signs in, and what the user of a key may do and see, is not changed with a key.
        FixedForApiKeys = "fixedForApiKeys",
        /// Who manages keys signs in: no key has `permission`.
        PermissionNotForApiKeys = "permissionNotForApiKeys",
        /// What is to end ends in the future.
        ExpiryInPast = "expiryInPast",
        /// A user comes from the IP addresses in their list only.
        IpNotAllowed = "ipNotAllowed",
        /// An address that is neither one with https nor one with http on the loopback.
        NotSecureUrl = "notSecureUrl",
        /// A text that is not a domain of e-mail addresses.
        NotEmailDomain = "notEmailDomain",
        /// Who sets a provider up is an administrator.
        AdministratorsOnly = "administratorsOnly",
        /// Users are sent back to an address that the provider's record lists.
        RedirectUriNotListed = "redirectUriNotListed",
        /// A sign-in with a provider that was not begun, has expired or was used, or came with another state.
        SignInNotBegun = "signInNotBegun",
        /// The provider vouches for nobody.
        NotVouchedFor = "notVouchedFor",
        /// A first sign-in with a provider needs an e-mail address that the provider has verified.
        EmailNotVerified = "emailNotVerified",
        /// A provider speaks for the domains in its record.
        EmailDomainNotAllowed = "emailDomainNotAllowed",
        /// The user of this e-mail address signed in as another subject of the provider before.
        LinkedToOtherSubject = "linkedToOtherSubject",
        /// No user has this e-mail address, and the provider makes none.
        NoUserOfEmail = "noUserOfEmail",
        /// Users sign in with a provider, and not with passwords.
        PasswordSignInOff = "passwordSignInOff",
        /// Without passwords, an active administrator has signed in with an enabled provider.
        NoWayIn = "noWayIn",
    }
}

impl FaultCode for IdentityFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
