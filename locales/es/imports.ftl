### Importaciones. La mayoría acompaña al nombre de una columna o a una línea.

notUtf8 = no es UTF-8: el primer byte que no lo es es el byte { $byte } del archivo
noHeader = no tiene una línea con los nombres de las columnas
lineTooLong = supera los { $max } bytes, contando lo que encierran sus comillas
unclosedQuote = tiene una comilla sin cerrar
tooManyLines = supera las { $max } líneas que se admiten
importTooLarge = supera los { $max } bytes
unknownColumn = tiene un nombre desconocido en la columna { $place }. Se conocen { $known }.
repeatedColumn = aparece dos veces
missingColumn = falta
cellCount = tiene { $found } celdas y la primera línea tiene { $expected }
repeatedLine = repite la línea { $first }
ambiguousNumber = es el número de cuentas en varias plataformas
notAccountNumber = debe tener de 1 a { $max } letras, dígitos, guiones, puntos o guiones bajos
importedDifferently = se importó antes con otra cuenta, otro importe u otra hora
timeToCome = no puede estar en el futuro
unknownTransactionType = debe ser uno de { $values }
importsNeedAllClients = Los usuarios limitados a etiquetas de clientes no pueden importar.
importPermissionMissing = Esta importación necesita también el permiso { $permission }.
importUnderWay = La importación aún no ha terminado.
importNotCarriedOut = no se pudo llevar a cabo. El registro indica por qué.
