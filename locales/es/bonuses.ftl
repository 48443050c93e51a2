### Bonos, y lo que las plataformas comunican para ellos.

bonusesNotSupported = no admite bonos
accountProductDisabled = pertenece a un producto desactivado
    .alone = El producto de la cuenta está desactivado.
accountPlatformDisabled = está en una plataforma desactivada
    .alone = La plataforma de la cuenta está desactivada.
requiredVolumeTooLarge = hace que el volumen exigido sea demasiado grande
requiredVolumeRoundsToZero = hace que el volumen exigido se redondee a 0
endInPast = no debe estar en el pasado
programEnded = El programa ha terminado.
programAlreadyClaimed = El cliente ya ha solicitado un bono de este programa.
notOnProgramPlatform = no está en la plataforma del programa
notInProgramCurrency = no está en la divisa del programa
notInProgramGroup = no está en ningún grupo del programa
bonusStepNotAllowed = Un bono en el estado { $state } no puede dar el paso { $step }.
bonusBeingCredited = La plataforma está acreditando este bono.
platformNotAnswered = La plataforma aún no ha respondido.
bonusEndTooLate = El bono terminaría después del año 9999.
otherPlatformKey = Esta clave es de otra plataforma.
platformKeyRequired = Se necesita una clave de la plataforma, no el token de un usuario.
