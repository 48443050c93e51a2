### Correos, sus textos y quién se entera de los eventos.

deliveredType = no puede cambiar: el sistema envía correos con este nombre
    .alone = El sistema envía correos con este nombre. Desactive el tipo en su lugar.
unknownPlaceholder = tiene marcadores que no representan nada: { $placeholders }
lastProvider = debe ser true: no hay otra conexión activada
    .alone = No hay otra conexión activada.
passwordRequired = debe enviarse de nuevo, porque cambia el servidor
othersNotification = Necesita el permiso eventNotifications.readAll para configurar de qué se avisa a otros usuarios.
notificationExists = Ya se avisa al usuario de este evento.
handlerMismatch = debe ser el manejador que lleva el nombre del evento
optionMissing = es obligatorio para este manejador o flujo de trabajo
noWebhook = El receptor de eventos no envía webhooks.
notSigningSecret = debe ser whsec_ y el base64 de 24 a 64 bytes
notPairKey = debe tener de 1 a { $max } letras minúsculas, dígitos y guiones bajos
secretRotated = se cambia con su propia operación, que deja firmar al anterior durante un día
redeliveryNotAllowed = Necesita el permiso { $permission } para reenviar una entrega.
