"""Products in the model text: found, taken out, and measured by products of items."""
