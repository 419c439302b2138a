"""Bytes that came back → what stands in them; the twin of writer/."""
