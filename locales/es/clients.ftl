### Los clientes y lo que les pertenece.

notLocale = no es un idioma válido como es_ES
notPhoneNumber = no es un número de teléfono válido: un signo más y de 7 a 15 dígitos
notColor = no es un color válido: un nombre de CSS, #RRGGBB, rgb() o rgba()
