### La mesa de ayuda.

ticketClosed = El ticket está cerrado. Reábralo primero.
ticketOpen = El ticket ya está abierto.
assigneeLacksPermission = debe ser un usuario que pueda leer tickets
assigneeOutOfScope = debe ser un usuario que vea al cliente
lastDepartment = El último departamento no se puede eliminar.
formFieldRepeated = contradice lo elegido en otra parte del formulario
