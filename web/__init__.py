"""Flask: one blueprint per audience."""
