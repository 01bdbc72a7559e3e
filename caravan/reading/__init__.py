"""What one file below content/ says, and what is wrong with it."""
