"""What the user gives becomes sample moments."""
