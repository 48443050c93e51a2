### Por qué se rechaza una llamada entera.

invalid = La solicitud no es válida.
refused = Una regla rechaza esta solicitud.
conflict = Esto entra en conflicto con el estado actual.
forbidden = No está permitido.
permissionMissing = No tiene el permiso para esta operación.
tokenMissing = Se requiere un token.
tokenInvalid = El token no es válido.
notFound = Este registro no existe.
noSuchPath = Esta ruta no existe.
methodNotAllowed = Esta ruta no admite el método.
bodyTimeout = El cuerpo de la solicitud no llegó a tiempo.
headTimeout = La solicitud no llegó a tiempo.
bodyTooLarge = El cuerpo de la solicitud supera los { $bytes } bytes.
fileTooLarge = Un archivo supera los { $bytes } bytes.
unsupportedMediaType = El cuerpo de la solicitud debe ser multipart/form-data.
upgradeRequired = Esta ruta solo admite conexiones WebSocket.
rangeNotSatisfiable = El archivo tiene { $bytes } bytes; el rango solicitado está más allá de su final.
headTooLarge = Las cabeceras de la solicitud son demasiado grandes.
notHttp = No es una solicitud HTTP válida.
valueTaken = Otro registro ya tiene este valor.
stillReferenced = Otros registros hacen referencia a este.
idempotencyKeyInUse = La primera llamada con esta Idempotency-Key aún está en curso.
idempotencyKeyReused = Esta Idempotency-Key se usó para otra llamada.
tooManyAttempts = Demasiados intentos. Inténtelo más tarde.
internal = Se produjo un error interno. Su identificador en el registro es { $requestId }.
unavailable = El servidor no puede atender esta solicitud ahora. Inténtelo de nuevo.
