use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of imports.
    ImportsFault {
        /// The file is not UTF-8; `byte` is the place of the first byte that is not, from 1.
        NotUtf8 = "notUtf8",
        /// The file has no line with the names of the columns.
        NoHeader = "noHeader",
        /// A line with all that its quotes enclose is longer than `max` bytes.
        LineTooLong = "lineTooLong",
        /// A quote is opened and not closed.
        UnclosedQuote = "unclosedQuote",
        /// The file has more than `max` lines.
        TooManyLines = "tooManyLines",
        /// The file is larger than `max` bytes.
        ImportTooLarge = "importTooLarge",
        /// The column at `place` has none of the `known` names.
        UnknownColumn = "unknownColumn",
        /// A column stands there twice.
        RepeatedColumn = "repeatedColumn",
        /// A column that must be there is not.
        MissingColumn = "missingColumn",
        /// A line has `found` cells where the header has `expected`.
        CellCount = "cellCount",
        /// An earlier line of the file, `first`, has the same value.
        RepeatedLine = "repeatedLine",
        /// Accounts of several platforms have the number.
        AmbiguousNumber = "ambiguousNumber",
        /// An account number has other characters than letters, digits, hyphens, dots and underscores, or more than `max`.
        NotAccountNumber = "notAccountNumber",
        /// An earlier import brought something else under the reference.
        ImportedDifferently = "importedDifferently",
        /// The time of the earlier system has not come yet.
        TimeToCome = "timeToCome",
        /// It is none of the types of transactions: `values`.
        UnknownTransactionType = "unknownTransactionType",
        /// Whoever is limited to tags of clients does not import.
        ImportsNeedAllClients = "importsNeedAllClients",
        /// Without the permission for what the file holds it is not imported.
        ImportPermissionMissing = "importPermissionMissing",
        /// An import stays until it has ended.
        ImportUnderWay = "importUnderWay",
        /// The import could not be carried out; the log says why.
        ImportNotCarriedOut = "importNotCarriedOut",
    }
}

impl FaultCode for ImportsFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
