"""Results and their signatures."""
