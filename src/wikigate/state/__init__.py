"""Short-lived shared state behind atomic verbs."""
