"""Spreadsheets: XLSX, ODS and their kin."""
