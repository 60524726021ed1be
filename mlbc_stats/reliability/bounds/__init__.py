"""Lower bounds of the reliability of a sum of items: split halves and the greatest lower bound."""
