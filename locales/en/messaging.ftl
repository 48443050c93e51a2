### What clients and users are told, and the texts that messages take in.

notPairKey = must have 1 to { $max } lowercase letters, digits and underscores
