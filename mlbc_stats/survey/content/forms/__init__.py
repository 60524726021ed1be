"""Forms for judges."""
