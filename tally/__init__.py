"""From counts to an outcome, exactly."""
