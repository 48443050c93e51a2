### Quién puede hacer qué.

weakPassword = debe tener de 8 a 72 caracteres con una minúscula, una mayúscula y un dígito
notIpAddress = no es una dirección IP válida
notIpNetwork = no es una dirección IP ni un bloque CIDR válido
notRoute = debe ser una ruta que empiece por / (y puede terminar en /*) o una palabra
addressNotAllowed = No se permite el acceso desde esta dirección IP.
userAddressNotAllowed = Su usuario no puede conectarse desde esta dirección IP.
