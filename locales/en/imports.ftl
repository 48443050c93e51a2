### Imports. Most stand beside the name of a column, or beside a line.

notUtf8 = is not UTF-8: the first byte that is not is byte { $byte } of the file
noHeader = has no line with the names of the columns
lineTooLong = is longer than { $max } bytes, with what its quotes enclose
unclosedQuote = has a quote that is not closed
tooManyLines = is beyond the { $max } lines that are taken
importTooLarge = is larger than { $max } bytes
unknownColumn = has an unknown name in column { $place }. Known are { $known }.
repeatedColumn = stands there twice
missingColumn = is missing
cellCount = has { $found } cells, and the first line has { $expected }
repeatedLine = repeats line { $first }
ambiguousNumber = is the number of accounts on several platforms
notAccountNumber = must have 1 to { $max } letters, digits, hyphens, dots or underscores
importedDifferently = was imported earlier with another account, amount or time
timeToCome = must not be in the future
unknownTransactionType = must be one of { $values }
importsNeedAllClients = Users who are limited to client tags cannot import.
importPermissionMissing = This import needs the permission { $permission }, too.
importUnderWay = The import has not ended yet.
importNotCarriedOut = could not be carried out. The log says why.
