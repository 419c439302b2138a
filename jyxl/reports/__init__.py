"""What the county reads: pages for a browser."""
