### Lo que parece un fraude, y lo que se hace al respecto.

thresholdRequired = es necesario para buscar el evento
periodRequired = es necesario para buscar el evento
thresholdNotWhole = debe ser un número entero para un evento que cuenta
limitNotUsed = debe ser null: { $event } no tiene ese límite
eventRepeated = se nombra dos veces
notException = debe ser una dirección IP o de correo de { $max } caracteres como máximo, con * en lugar de cualquier parte
notUserEmail = debe ser la dirección de un usuario, y { $email } no lo es
closingCommentRequired = debe decir en qué quedó, porque la notificación se cierra
notificationClosed = no puede cambiar mientras la notificación está cerrada
situationOpen = no puede abrirse: otra notificación de la misma situación está abierta
