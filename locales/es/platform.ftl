### La configuración de la instalación.

notWebhookHost = no es un nombre de host, una dirección IP ni un bloque CIDR
