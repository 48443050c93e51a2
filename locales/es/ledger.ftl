### Dinero: divisas, tipos de cambio, cuentas y asientos.

notNumber = no es un número decimal
tooManyDigits = tiene más de 18 decimales o 28 dígitos en total
notCurrencyCode = no es un código de divisa válido: de 2 a 10 letras o dígitos
