"""Messages and their rendering."""
