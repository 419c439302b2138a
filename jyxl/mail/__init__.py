"""Messages: what is written to units."""
