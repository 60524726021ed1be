"""From item to proposition and back."""
