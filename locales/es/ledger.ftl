### Dinero: divisas, tipos de cambio, cuentas y asientos.

notCurrencyCode = no es un código de divisa válido: de 2 a 10 letras o dígitos
