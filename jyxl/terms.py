"""The closed sets of words that travel through the program and into the JSON."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning", "note"]
Decision = Literal["accepted", "returned", "refused"]
"""What the checker decides on a return."""
Reception = Decision | Literal["duplicate"]
"""What became of a file: a decision, or that its bytes had been decided on before."""
State = Literal["accepted", "returned", "missing"]
"""Where a unit stands."""
Each = Literal["row", "column", "group", "cell", "table"]
"""The places at which a rule holds."""
Truth = Literal["holds", "fails", "silent"]
"""Of a rule at one place; silent where something it speaks of is not known."""
