### Pagos: depósitos, retiradas, transferencias, cambios, sus métodos y límites.

addressNotWhitelisted = no está en la lista a la que el cliente limita sus retiradas
notWalletAddress = no es una dirección de { $currency }
addressListed = ya está en la lista
sameAccount = no debe ser la cuenta de origen
notAccountCurrency = no es la divisa de la cuenta
notAccountOfClient = no es una cuenta de este cliente
demoMismatch = no se puede combinar con el origen: solo una de las dos es una cuenta demo
sameCurrency = está en la misma divisa: haga una transferencia
differentCurrency = está en otra divisa: haga un cambio
pairNotExchanged = no se puede usar: este par de divisas no se puede cambiar
quoteNotValid = no es un tipo de cambio vigente para usted y estas monedas: pida otro
exchangeAboveMaximum = supera el máximo de { $max } de este par de divisas
notMultipleOfStep = debe ser un múltiplo de { $step }, el paso de este par de divisas
notForExchangeType = no se puede enviar con el tipo { $type }
rateRequired = es obligatorio: ningún proveedor tiene un tipo de cambio para este par de divisas
noRate = no se puede convertir: ningún proveedor tiene un tipo de cambio
noUsdRate = no se puede convertir a USD: ningún proveedor tiene un tipo de cambio
roundsToZero = se redondea a 0
nothingLeft = no deja nada que pagar después de la comisión
clientPermissionMissing = El cliente no tiene el permiso { $permission }.
transactionTypeDisabled = Las operaciones de este tipo están desactivadas.
productPermissionMissing = pertenece a un producto sin el permiso { $permission }
notManualMethod = no es un método manual
accountCurrencyNotServed = no admite la divisa de la cuenta
notMethodCurrency = no es una divisa del sistema de pago de este método
belowMethodMinimum = es inferior al mínimo de { $min } de este método
aboveMethodMaximum = supera el máximo de { $max } de este método
belowMinimumDeposit = { $unit ->
    [usd] es inferior al depósito mínimo de { $minimum } USD
   *[account] es inferior al depósito mínimo de { $minimum } en la divisa de la cuenta
}
dailyLimitExceeded = supera el límite diario de { $limit } USD del nivel de verificación
monthlyLimitExceeded = supera el límite mensual de { $limit } USD del nivel de verificación
transitionNotAllowed = Una operación de tipo { $kind } no puede pasar de { $from } a { $to }.
decidedTooLate = Los departamentos solo deciden mientras la operación está pendiente.
declined = está denegado
notOfThisKind = no se puede indicar en una operación de tipo { $kind }
resolutionRequired = es obligatorio para rechazar una operación
resolutionNotApplicable = solo se puede indicar en una operación fallida o rechazada
notMonitored = no es un depósito ni una retirada, y nada más se supervisa
noMonitoringProvider = No hay ningún proveedor de supervisión conectado.
currencyRequired = es obligatorio: el producto no tiene exactamente una divisa
notProductCurrency = no es una divisa del producto
clientCannotOpenAccounts = no puede tener cuentas nuevas: el estado del cliente es { $status }
accountHasOpenBonus = Un bono de la cuenta no ha terminado.
notMethodName = solo puede tener letras latinas, dígitos, - y _
methodFieldMissing = es obligatorio en este método
notMethodFieldOption = no es una de las opciones de este campo
notConstructorMethod = no es un método Constructor
lastAccountCurrency = Es la última divisa de cuentas del método.
currencyHasCommission = Hay una comisión en esta divisa. Elimínela primero.
commissionMissing = o percent es obligatorio
minimumAboveMaximum = no debe superar el máximo
limitsOfAccountsOnly = y maxAmount solo se pueden indicar en divisas de cuentas (tipo TR)
