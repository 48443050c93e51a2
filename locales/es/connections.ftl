### Conexiones con servicios externos y cómo se envían códigos a los clientes.

notConnectionName = no es un nombre de 1 a 64 letras latinas, dígitos, guiones y guiones bajos
unknownSetting = no es un ajuste del servicio, que tiene { $settings }
settingRequired = es necesario para activar la conexión
noAdapter = no puede ser true: este servidor todavía no se comunica con { $provider }
connectionInUse = Hay métodos de pago que usan la conexión: { $methods }.
codePlaceholderMissing = debe tener %CODE% en el lugar del código
defaultTemplate = no puede cambiar: los códigos se envían con esta plantilla
    .alone = Los códigos se envían con esta plantilla. Puede modificarse, pero no eliminarse.
voiceNotConfigured = No hay ninguna conexión externa activada del proveedor Twilio, por lo que no se puede llamar a los clientes.
