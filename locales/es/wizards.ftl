### Los pasos de los procedimientos de los clientes.

defaultWizardDisabled = debe ser true para el asistente predeterminado de su tipo
    .alone = El asistente predeterminado de un tipo está activado.
defaultWizardMissing = debe ser true hasta que otro asistente del tipo sea el predeterminado
    .alone = El asistente es el predeterminado de su tipo. Elija antes otro como predeterminado.
stepNotOfType = no es un paso de este tipo, que tiene { $steps }
repeatedStep = ya figura en el asistente
requiredStepRestricted = es obligatorio, así que vale para todos los países y tipos de cliente
stepWithoutFields = debe estar vacío: solo los formularios tienen campos
notFieldName = debe empezar por una letra y tener como máximo { $max } letras, dígitos, guiones y guiones bajos
reservedFieldName = es el nombre de algo que el formulario ya pide
repeatedFieldName = es el nombre de otro campo del asistente
choiceWithoutOptions = debe tener una entrada para cada opción
optionsOfOtherField = debe estar vacío: solo un campo del tipo select tiene opciones
repeatedOption = ya figura entre las opciones
notCountryCode = deben ser las dos letras de un país, como CY
