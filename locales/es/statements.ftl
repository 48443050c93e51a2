### Extractos de cuentas: las palabras de la página que se envía al cliente, y qué movió el dinero.

statement-title = Extracto de cuenta
statement-client = Cliente
statement-account = Cuenta
statement-currency = Divisa
statement-period = Período
statement-period-value = del { $from } al { $to } (UTC, el final no está incluido)
statement-issued = Emitido
statement-opening = Saldo inicial
statement-closing = Saldo final
statement-hold = Retenido al final
statement-credit = Dinero de bonos al final
statement-time = Hora (UTC)
statement-transaction = Operación
statement-description = Concepto
statement-amount = Importe
statement-balance = Saldo
statement-totals = Totales por tipo
statement-kind = Tipo
statement-count = Apuntes
statement-page = Página { $page } de { $pages }
statement-decimal-mark = ,

movement-deposit = Depósito
movement-withdrawal = Retirada
movement-transfer = Transferencia
movement-external = Transferencia entre clientes
movement-exchange = Cambio de divisas
movement-partner = Recompensa de socio
movement-balanceChange = Ajuste de saldo
movement-bonus = Bono
movement-trading = Resultado de trading

movement-step = { $step ->
    [hold] { $kind } (importe retenido)
    [adjust] { $kind } (importe retenido modificado)
    [release] { $kind } (importe liberado)
    [out] { $kind } (en camino)
    [back] { $kind } (importe devuelto)
    [credit] { $kind } (importe abonado)
    [payout] { $kind } (importe pagado)
    [burn] { $kind } (importe anulado)
   *[done] { $kind }
}
