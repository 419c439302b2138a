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
UnitKind = Literal["省级", "市级", "县级", "部门", "乡镇"]
"""The kinds of units that report, as the roster calls them."""
Each = Literal["row", "column", "group", "cell", "table"]
"""The places at which a rule holds."""
Truth = Literal["holds", "fails", "silent"]
"""What a rule says at one place; it is silent where something it speaks of is not known."""
