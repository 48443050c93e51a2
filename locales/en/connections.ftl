### Connections to services outside, and how clients are sent codes.

notConnectionName = is not a name of 1 to 64 Latin letters, digits, dashes and underscores
unknownSetting = is not a setting of the service, which has { $settings }
settingRequired = is needed to enable the connection
noAdapter = cannot be true: this server does not speak to { $provider } yet
connectionInUse = Payment methods refer to the connection: { $methods }.
codePlaceholderMissing = must have %CODE% in the place of the code
defaultTemplate = must stay: codes are sent in this template
    .alone = Codes are sent in this template. It can be changed, but not deleted.
voiceNotConfigured = No external connection of the provider Twilio is enabled, so clients cannot be called.
