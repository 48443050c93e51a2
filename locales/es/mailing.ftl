### Correo masivo.

oneWayOfRecipients = Envíe exactamente uno de clientIds, emails y filter.
textRequired = es obligatorio sin un templateId
noRecipients = No queda nadie a quien pueda ir el correo.
mailUnderWay = El correo aún se está enviando. Desactive su servicio de envío para detenerlo.
