### Solicitudes de los clientes y decisiones sobre ellas.

decisionNotAllowed = Necesita el permiso { $permission } para esta decisión.
requestDecided = La solicitud ya se decidió o se está ejecutando: su estado es { $status }.
requestNotSubmitted = El cliente aún no ha enviado la solicitud.
requestPending = El cliente ya está esperando una decisión sobre esto.
requestWithoutAccount = La solicitud no se refiere a ninguna cuenta.
amountFixed = solo puede cambiarse en depósitos y retiros por métodos manuales y Constructor
rateNotApplicable = solo puede indicarse en cambios y en retiros con conversión
