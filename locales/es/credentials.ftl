### Con qué inician sesión los clientes.

samePassword = debe ser distinta de la contraseña anterior
switchedOnByClient = debe ser false: solo los clientes activan sus segundos factores
notFingerprint = debe ser el base64 de un objeto JSON con user_agent, de 32 KiB como máximo
passwordsDiffer = debe ser igual que la contraseña
notConfirmed = debe confirmarse antes con un código
    .alone = Confírmelo antes con un código y envíe el token en la cabecera successToken.
recoveryNotOffered = no se ofrece
    .alone = Aquí no se puede poner una contraseña nueva. Póngase en contacto con nosotros.
qrSignInNotOffered = no se ofrece
    .alone = No se ofrece iniciar sesión con un código que lee una aplicación.
secondFactorUnavailable = no se ofrece
    .alone = Este segundo factor no se ofrece.
secondFactorOn = ya está activado
    .alone = Este segundo factor ya está activado.
secondFactorOff = ya está desactivado
    .alone = Este segundo factor ya está desactivado.
notPushToken = no es el token de un dispositivo: de 1 a { $max } letras, cifras y los caracteres . _ : = + -
notAntiPhishingCode = debe tener de { $min } a { $max } letras y cifras
