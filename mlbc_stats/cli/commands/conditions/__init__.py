"""Commands about what an outcome needs and what suffices for it: `mlbc necessity`, `mlbc sets`."""
