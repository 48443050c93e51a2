### Lo que se comunica a clientes y usuarios, y los textos que toman los mensajes.

notPairKey = debe tener de 1 a { $max } letras minúsculas, dígitos y guiones bajos
