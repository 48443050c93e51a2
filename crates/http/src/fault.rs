use domain::value::{self, Code, FaultCode, Param, Place};

/// Declares the codes of a closed enumeration with the text of each.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$variant_meta])* $variant),+
        }

        impl FaultCode for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }
    };
}

codes! {
    /// What can be wrong with the form of a request.
    RequestFault {
        /// The body ended before its time.
        BodyIncomplete = "bodyIncomplete",
        /// The body is not JSON; `cause` says where.
        NotJson = "notJson",
        /// The body is JSON, but not an object.
        BodyNotObject = "bodyNotObject",
        /// The body is not of multipart/form-data; `cause` says why.
        NotMultipart = "notMultipart",
        /// The body has more parts than `max`.
        TooManyParts = "tooManyParts",
        /// It is not a file.
        NotFile = "notFile",
        /// It must be sent.
        Required = "required",
        /// It must not be null.
        Null = "null",
        /// It is not a string.
        NotString = "notString",
        /// It is not a boolean.
        NotBoolean = "notBoolean",
        /// It is not a whole number.
        NotInteger = "notInteger",
        /// It is not an object.
        NotObject = "notObject",
        /// It is not an array.
        NotArray = "notArray",
        /// It is below `min` or above `max`.
        OutOfRange = "outOfRange",
        /// It is above `max`.
        AboveMaximum = "aboveMaximum",
        /// It is not below `limit`.
        NotBelow = "notBelow",
        /// It is below 0.
        Negative = "negative",
        /// It is 0.
        Zero = "zero",
        /// It is none of `values`.
        NotOneOf = "notOneOf",
        /// It is none of the values that are known.
        UnknownValue = "unknownValue",
        /// It is not a link that begins with http:// or https://.
        NotLink = "notLink",
        /// It has HTML that browsers carry out, or that does not end.
        UnsafeHtml = "unsafeHtml",
        /// It has more than `max` characters, or a NUL among them.
        InvalidText = "invalidText",
        /// It is not a list of whole numbers.
        NotIntegers = "notIntegers",
        /// It has more entries than `max`.
        TooManyEntries = "tooManyEntries",
        /// It repeats a key and locale.
        RepeatedText = "repeatedText",
        /// It is larger than `bytes`.
        TooManyBytes = "tooManyBytes",
        /// It is not what the parameter takes.
        InvalidValue = "invalidValue",
        /// The list has no such filter.
        UnknownFilter = "unknownFilter",
        /// The operation has no such parameter.
        UnknownParameter = "unknownParameter",
        /// The parameter is sent twice.
        SentTwice = "sentTwice",
        /// The header has not 1 to `max` visible ASCII characters.
        InvalidHeader = "invalidHeader",
    }
}

codes! {
    /// Why a call as a whole is refused, where no rule of a context says more.
    CallFault {
        /// The request is not valid; the details say why.
        Invalid = "invalid",
        /// A rule refuses it; the details say which.
        Refused = "refused",
        /// It collides with what is stored; the details say how.
        Conflict = "conflict",
        /// The caller may not do this; the details say why.
        Forbidden = "forbidden",
        /// The caller lacks the permission of the operation.
        PermissionMissing = "permissionMissing",
        /// No token is sent.
        TokenMissing = "tokenMissing",
        /// The token is not known or has expired.
        TokenInvalid = "tokenInvalid",
        /// There is no such record, or the caller may not see it.
        NotFound = "notFound",
        /// There is no such path.
        NoSuchPath = "noSuchPath",
        /// The path has no such method.
        MethodNotAllowed = "methodNotAllowed",
        /// The body did not arrive in time.
        BodyTimeout = "bodyTimeout",
        /// The head of the request did not arrive in time.
        HeadTimeout = "headTimeout",
        /// The body is larger than `bytes`.
        BodyTooLarge = "bodyTooLarge",
        /// A file is larger than `bytes`; the details say which.
        FileTooLarge = "fileTooLarge",
        /// The caller accepts none of the media types that are `offered`.
        NotAcceptable = "notAcceptable",
        /// The body is of a type that the path does not take.
        UnsupportedMediaType = "unsupportedMediaType",
        /// The page that opens a WebSocket stands in an origin that is not allowed.
        OriginNotAllowed = "originNotAllowed",
        /// The path takes WebSocket connections only.
        UpgradeRequired = "upgradeRequired",
        /// The part that is asked for lies beyond the end, which is at `bytes`.
        RangeNotSatisfiable = "rangeNotSatisfiable",
        /// The head of the request is too large.
        HeadTooLarge = "headTooLarge",
        /// What was sent is not HTTP.
        NotHttp = "notHttp",
        /// Another record has the value.
        ValueTaken = "valueTaken",
        /// Other records name the record.
        StillReferenced = "stillReferenced",
        /// The first call with the same Idempotency-Key is still under way.
        IdempotencyKeyInUse = "idempotencyKeyInUse",
        /// The record is not what `If-Match` says: it has changed since the caller read it.
        PreconditionFailed = "preconditionFailed",
        /// The Idempotency-Key was used for another call.
        IdempotencyKeyReused = "idempotencyKeyReused",
        /// There were too many attempts.
        TooManyAttempts = "tooManyAttempts",
        /// A fault of the server; `requestId` is in its log.
        Internal = "internal",
        /// The server cannot do it now.
        Unavailable = "unavailable",
    }
}

/// What is wrong with a request: in its form, or by a rule of the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(crate) at: Option<At>,
    pub(crate) code: Code,
    pub(crate) params: Vec<(&'static str, Param)>,
}

/// Where a fault is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// In the input of this name, as it was sent.
    Sent(String),
    /// In an input as the rules name it.
    Input(Place),
}

impl Fault {
    /// A fault in the form of an input, under its name as it was sent.
    pub fn sent(name: impl Into<String>, fault: impl Into<value::Fault>) -> Self {
        let value::Fault { code, params, .. } = fault.into();
        Self { at: Some(At::Sent(name.into())), code, params }
    }

    /// Whether it is in the input of this name, as it was sent.
    pub(crate) fn is_at(&self, name: &str) -> bool {
        matches!(&self.at, Some(At::Sent(sent)) if sent == name)
    }
}

impl<F: Into<value::Fault>> From<F> for Fault {
    fn from(fault: F) -> Self {
        let value::Fault { at, code, params } = fault.into();
        Self { at: at.map(At::Input), code, params }
    }
}
