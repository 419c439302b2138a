"""The closed sets of words that are used throughout the program and in the JSON."""

from __future__ import annotations

from typing import Literal

Severity = Literal["error", "warning", "note"]
Decision = Literal["accepted", "returned", "refused", "held"]
"""What is decided on a return. Only the office can let a return count that is held."""
Reception = Decision | Literal["duplicate"]
"""What became of a file: a decision, or “duplicate” if its bytes were decided on before."""
State = Literal["accepted", "returned", "missing"]
"""Where a unit stands."""
UnitKind = Literal["省级", "市级", "县级", "部门", "乡镇"]
"""The kinds of reporting units, as the roster calls them."""
Dispatch = Literal["issue", "return", "refusal", "reminder"]
"""What a message to a unit is for: its workbook, the one to correct, that a file was refused,
or a reminder."""
Each = Literal["row", "column", "group", "cell", "table"]
"""The places at which a rule holds."""
Truth = Literal["holds", "fails", "silent"]
"""The outcome of a rule at one place: silent if something it depends on is not known."""
Asked = Literal["整数", "小数", "是否", "文字"]
"""What the answer to an indicator of the county's own is."""
Added = Literal["求和", "计数", "不汇总"]
"""How the county sums up an answer: the sum, in how many units there is something, or not."""
