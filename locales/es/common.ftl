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
