"""Path diagrams: nodes, layers, places, arrows, drawing."""
