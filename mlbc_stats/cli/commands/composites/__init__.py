"""Commands about composites: `mlbc pls`."""
