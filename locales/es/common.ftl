### Reglas que tiene cada parte del sistema.

unknown = no existe
taken = ya lo usa otro registro
disabled = está desactivado
archived = está archivado
    .alone = Esta cuenta está archivada.
inUse = lo usan otros registros
    .alone = Otros registros hacen referencia a este.
fixed = no se puede cambiar
tooManyPlaces = tiene más de { $places } decimales
    .alone = El importe tiene más de { $places } decimales.
amountTooLarge = tiene demasiados dígitos
notEmail = no es una dirección de correo electrónico válida
notDateTime = debe ser una fecha y hora como 2022-01-01T00:00:00+00:00
notNumber = no es un número decimal
tooManyDigits = tiene más de 18 decimales o 28 dígitos en total
notUuid = no es un UUID
empty = no puede estar vacío
length = debe tener de { $min } a { $max } caracteres
nulCharacter = no puede contener caracteres NUL
notPositive = debe ser mayor que 0
notDate = debe ser una fecha como 2000-12-31
tooEarly = no puede ser anterior a { $earliest }
