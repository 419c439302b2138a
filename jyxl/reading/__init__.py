"""Bytes → Submission: the formats, and what a unit typed into its workbook. Trusts nothing."""
