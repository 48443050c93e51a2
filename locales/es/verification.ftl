### Niveles de verificación, documentos y pruebas.

defaultIndexMismatch = no concuerda con default: el nivel predeterminado tiene el índice 0, y solo ese
sustainableUnsupported = debe ser false
newLevelDefault = Un nivel nuevo no puede ser el predeterminado. Añádalo y hágalo predeterminado después.
defaultLevelMissing = Siempre hay un nivel predeterminado, con el índice 0. Haga predeterminado otro nivel.
nextLevelNotAbove = debe ser un nivel con un índice mayor
levelsOutOfOrder = El nivel { $level } tendría un nivel siguiente que no está por encima.
testWithoutQuestions = Una prueba visible necesita una pregunta visible.
questionWithoutOptions = La pregunta { $question } de una prueba visible necesita opciones.
questionWithoutRightOption = La pregunta { $question } de una prueba visible necesita una opción correcta.
questionNotReady = debe ser false: en una prueba visible, una pregunta se muestra cuando tiene sus opciones
openQuestionOptions = Una pregunta que se responde con palabras no tiene opciones.
unknownQuestion = La prueba no tiene la pregunta { $question }.
answerNotFitting = La pregunta { $question } debe responderse una vez, según su tipo.
documentHandedIn = El documento está en estado { $status }. Solo se puede retirar uno nuevo o rechazado.
noNextLevel = No hay un nivel superior al suyo que pueda solicitar.
levelNotNext = debe ser el nivel siguiente
testsNotPassed = Antes hay que superar estas pruebas: { $tests }
documentsMissing = Todavía faltan documentos para: { $groups }
testAnswered = El último intento está en estado { $status }. La prueba se puede repetir tras un rechazo.
