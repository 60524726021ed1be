"""Commands about what an outcome needs and what suffices for it, and how things fit."""
