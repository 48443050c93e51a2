### Los clientes y lo que les pertenece.

notLocale = no es un idioma válido como es_ES
notPhoneNumber = no es un número de teléfono válido: un signo más y de 7 a 15 dígitos
notColor = no es un color válido: un nombre de CSS, #RRGGBB, rgb() o rgba()
clientRemoved = pertenece a un cliente eliminado
    .alone = El cliente fue eliminado.
clientNotActive = pertenece a un cliente que no está activo
    .alone = El cliente no está activo.
clientHasMoney = Una cuenta del cliente todavía tiene dinero.
clientHasUnfinishedTransaction = Una transacción del cliente no ha terminado.
clientHasUndecidedRequest = Una solicitud del cliente aún no se ha decidido.
tooYoung = debe ser de hace al menos { $years } años
lastVisibleTag = debe conservar una de sus etiquetas, o usted dejaría de ver al cliente
onlyTagOfUser = Es la única etiqueta de un usuario, que entonces vería a todos los clientes.
defaultTypeDisabled = El tipo predeterminado debe estar activado.
defaultTypeMissing = Debe haber un tipo predeterminado. Marque antes otro tipo como predeterminado.
defaultLevel = El nivel predeterminado no se puede eliminar.
defaultLevelParent = no se puede indicar para el nivel predeterminado
levelCycle = convertiría el nivel en su propio antecesor
defaultManagerDisabled = El gestor predeterminado debe estar activado.
nicknameFixed = no se puede cambiar
pictureFixed = La foto no se puede cambiar.
identityProved = no se puede cambiar una vez verificado
sameType = es el tipo que ya tiene
contradictoryPermission = repite un permiso con otro valor
