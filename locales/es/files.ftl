### Archivos, carpetas de los clientes y dónde se guardan los archivos.

executableFile = es un programa: los programas no se guardan
notMediaType = no es un tipo de medio como image/png
unsupportedFile = no es de un tipo admitido: { $kinds }
brokenPicture = no se puede leer como imagen
pictureTooLarge = tiene más de { $max } píxeles por lado
tooManyFiles = tiene demasiados archivos: como máximo { $max } para este tipo de documento
systemFolder = Todos los clientes tienen esta carpeta. Solo puede cambiarse para todos.
folderNotEmpty = La carpeta no está vacía. Elimine antes sus archivos y carpetas.
folderCycle = no puede ser la propia carpeta ni una carpeta dentro de ella
folderTooDeep = quedaría demasiado dentro: hay como máximo { $max } carpetas una dentro de otra
parentFolderHidden = El grupo no puede ver la carpeta que contiene a esta.
administratorsSeeFolders = Los administradores ven todas las carpetas.
lastStorage = debe ser true: ningún otro almacenamiento recibe archivos nuevos
storageUnreachable = no funciona: { $cause }
storageSecretRequired = debe enviarse de nuevo, porque la dirección cambia
