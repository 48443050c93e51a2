### Plataformas, productos y cuentas que se abren en ellos.

noSubunits = no puede ser 100: la plataforma no tiene cuentas en subunidades
unknownPlatformGroup = no es un grupo de la plataforma
productTypeMismatch = no corresponde a la plataforma: los productos de demostración necesitan una plataforma de demostración y los de negociación, una real
productCurrencyDisabled = está desactivada para este producto
productNotOffered = no se ofrece al cliente
notOpenedAtSignIn = no abre cuentas al iniciar sesión
tooManyTradingAccounts = es de un tipo del que { $max ->
    [0] el cliente no puede abrir cuentas
    [one] el cliente puede abrir una cuenta, que ya tiene
   *[other] el cliente puede abrir { $max } cuentas, que ya tiene
}
tooManyAccounts = { $max ->
    [0] no permite cuentas
    [one] permite una cuenta por cliente, y este cliente ya la tiene
   *[other] permite { $max } cuentas por cliente, y este cliente ya las tiene
}
startAmountNotOffered = { $amount } no está disponible
leverageNotOffered = { $leverage } no está disponible
noPlatformPassword = está en una plataforma sin contraseñas
    .alone = Las cuentas de esta plataforma no tienen contraseña.
noPlatformTokens = es una plataforma sin tokens
    .alone = Esta plataforma no entrega tokens.
refusedByPlatform = la plataforma lo rechaza
    .alone = La plataforma lo rechaza.
