### Banners, menú, widgets, idiomas y el calendario.

bannerWithoutTitle = debe ser false: el banner móvil no tiene mobileTitle
bannerWithoutContent = debe ser false: el banner de escritorio no tiene ni captionLight ni fondo
equalSeparators = debe ser distinto de decimal
defaultLanguageMissing = debe ser true: siempre hay un idioma predeterminado. Haga predeterminado otro en su lugar.
defaultLanguageDisabled = debe ser true: el idioma predeterminado está activado
notSymbol = debe tener de 1 a { $max } de los caracteres A-Z, 0-9, punto, barra, guion y guion bajo
tooManySymbols = El ticker tiene { $max } símbolos, el máximo que puede tener.
endsBeforeStart = no puede ser anterior a startDate
unknownRecipient = { $email } no es un usuario del back office
disabledRecipient = { $email } está desactivado
recipientRequired = debe nombrar a un usuario: quien creó el evento fue eliminado
othersEvent = Solo quien lo creó y los administradores pueden cambiar este evento.
