### Con qué inician sesión los clientes.

samePassword = debe ser distinta de la contraseña anterior
switchedOnByClient = debe ser false: solo los clientes activan sus segundos factores
notPushToken = no es el token de un dispositivo: de 1 a { $max } letras, cifras y los caracteres . _ : = + -
