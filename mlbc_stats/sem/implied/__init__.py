"""Parameter table to the RAM model, implied moments and their derivatives."""
