"""Forms that judges sent back."""
