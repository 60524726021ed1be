"""The words of the model language: tokens, modifiers, terms and expressions."""
