### Dinero: divisas, tipos de cambio, cuentas y operaciones.

notCurrencyCode = no es un código de divisa válido: de 2 a 10 letras o dígitos
notExplorerLink = debe ser un enlace con el marcador { "{" }address{ "}" }
notEnabledCurrency = no es una divisa activada
currencyPlacesInUse = Hay cuentas con dinero en esta divisa, así que sus decimales solo pueden aumentar.
sameCurrencyPair = debe ser distinta de la otra divisa del par
pairHasPendingExchange = Un cambio de este par de divisas está pendiente de aprobación.
notNumbers = debe ser una lista de números enteros
insufficientFunds = supera el importe disponible, { $available }
accountCurrencyDisabled = está en una divisa desactivada
    .alone = La divisa de la cuenta está desactivada.
accountPermissionMissing = no tiene el permiso { $permission }
    .alone = La cuenta no tiene el permiso { $permission }.
notTradingAccount = no es una cuenta de trading
accountHasMoney = La cuenta tiene dinero.
accountHasOpenTransaction = Una operación de la cuenta no ha terminado.
momentAhead = no puede estar en el futuro
periodEmpty = debe ser posterior a filter[from]
periodTooLong = debe ser como máximo { $days } días posterior a filter[from]
statementTooLong = La cuenta tiene más de { $max } apuntes en este período. Pida uno más corto.
