### The settings of the installation.

notWebhookHost = is not a host name, an IP address or a CIDR block
