"""The same return, written in very many ways: what jyxl counts is what LibreOffice shows."""
