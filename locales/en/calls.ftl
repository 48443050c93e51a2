### Why a call as a whole is refused.

invalid = The request is not valid.
refused = A rule refuses this request.
conflict = This conflicts with the current state.
forbidden = You are not allowed to do this.
permissionMissing = You do not have the permission for this operation.
tokenMissing = A token is required.
tokenInvalid = The token is not valid.
notFound = This record does not exist.
noSuchPath = This path does not exist.
methodNotAllowed = This path does not support the method.
bodyTimeout = The request body did not arrive in time.
headTimeout = The request did not arrive in time.
bodyTooLarge = The request body is larger than { $bytes } bytes.
fileTooLarge = A file is larger than { $bytes } bytes.
unsupportedMediaType = The request body must be multipart/form-data.
upgradeRequired = This path takes WebSocket connections only.
rangeNotSatisfiable = The file has { $bytes } bytes; the requested range lies beyond its end.
headTooLarge = The request headers are too large.
notHttp = This is not a valid HTTP request.
valueTaken = Another record already has this value.
stillReferenced = Other records refer to this one.
idempotencyKeyInUse = The first call with this Idempotency-Key is still running.
idempotencyKeyReused = This Idempotency-Key was used for a different call.
tooManyAttempts = Too many attempts. Try again later.
internal = An internal error occurred. Its id in the log is { $requestId }.
unavailable = The server cannot handle this request right now. Try again.
