### Servicios de pago, sus parámetros y suscripciones.

serviceInactive = no se permite: el servicio está inactivo
subscriberBanned = no se permite: el cliente está bloqueado
alreadySubscribed = El cliente ya está suscrito al servicio.
parameterReadOnly = es de solo lectura para sus grupos de usuarios
    .alone = Sus grupos de usuarios no pueden cambiar los parámetros de esta categoría.
notServiceParameter = no es un parámetro del servicio
parameterRepeated = se envía dos veces: por nombre y por identificador
optionsNotTexts = debe ser una lista de textos
optionsRequired = es obligatorio para el tipo { $type }
valuesStored = no se puede cambiar: { $count ->
    [one] hay un valor guardado
   *[other] hay { $count } valores guardados
} del tipo { $type }
valueNotText = debe ser un texto
valueNotNumber = debe ser un número o una cadena decimal con un máximo de 28 dígitos, 18 de ellos decimales
valueNotDate = debe ser una fecha como 2022-12-31
valueNotOption = debe ser una de las opciones { $options }
valueNotOptionList = debe ser una lista de opciones
valueNotYesNo = debe ser true, false, 1 o 0
valueNotRows = debe ser una lista de filas, cada una de ellas una lista de celdas simples
valueTooLong = es demasiado largo
groupHasServices = El grupo tiene los servicios { $ids }{ $others ->
    [0] .
   *[other] {" "}y otros.
}
serviceHasSubscriptions = El servicio tiene las suscripciones { $ids }{ $others ->
    [0] .
   *[other] {" "}y otras.
}
categoryHasParameters = La categoría tiene los parámetros { $ids }{ $others ->
    [0] .
   *[other] {" "}y otros.
}
subscriptionsHaveValues = El parámetro tiene valores en las suscripciones { $ids }{ $others ->
    [0] .
   *[other] {" "}y otras.
}
presetsHaveValues = El parámetro tiene valores en los valores predefinidos { $ids }{ $others ->
    [0] .
   *[other] {" "}y otros.
}
