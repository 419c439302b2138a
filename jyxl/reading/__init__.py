"""Bytes → Submission: the formats, and what a unit typed in its workbook. No input is trusted."""
