"""Values and pure functions that every floor may use; standard library only."""
