"""Editions and values → workbook bytes. Only this package imports xlsxwriter."""
