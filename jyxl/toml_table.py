"""A table of a TOML file, read with checks: every error names the file and the key."""

from __future__ import annotations

import keyword
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from jyxl.definition import DefinitionError

_Word = TypeVar("_Word", bound=str)


def read_toml(file: Path) -> TomlTable:
    """The table in a file of an edition. Raises DefinitionError."""
    try:
        return TomlTable(file, "", tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DefinitionError(f"缺少表式定义文件 {file.parent.name}/{file.name}。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(
            f"表式定义 {file.parent.name}/{file.name} 不是正确的 TOML：{error}。"
        ) from None


@dataclass(frozen=True)
class TomlTable:
    """A TOML table, with the file and the key where it stands; every read is checked."""

    file: Path
    key: str
    data: Mapping[str, Any]

    def fail(self, key: str, problem: str) -> DefinitionError:
        place = f"{self.key}.{key}" if self.key and key else self.key or key
        name = f"{self.file.parent.name}/{self.file.name}"
        return DefinitionError(f"表式定义 {name} 的 {place}：{problem}。")

    def _get(self, key: str, kind: type | tuple[type, ...], want: str, default: Any) -> Any:
        value = self.data.get(key, default)
        if value is ...:
            raise self.fail(key, f"缺少这一项，应为{want}")
        if value is not default and (not isinstance(value, kind) or isinstance(value, bool)):
            raise self.fail(key, f"应为{want}，现在是 {value!r}")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        return self._get(key, str, "文字", default)

    def whole(self, key: str, default: Any = ...) -> Any:
        return self._get(key, int, "整数", default)

    def flag(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(key, f"应为 true 或 false，现在是 {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self._get(key, list, "文字的列表", [])
        for value in values:
            if not isinstance(value, str):
                raise self.fail(key, f"应为文字的列表，现在有 {value!r}")
        return tuple(values)

    def one_of(self, key: str, allowed: tuple[_Word, ...]) -> _Word:
        return self._among(key, self.text(key), allowed)

    def some_of(self, key: str, allowed: tuple[_Word, ...]) -> tuple[_Word, ...]:
        return tuple(self._among(key, value, allowed) for value in self.texts(key))

    def _among(self, key: str, value: str, allowed: tuple[_Word, ...]) -> _Word:
        for word in allowed:
            if word == value:
                return word
        raise self.fail(key, f"“{value}”不在 {'、'.join(allowed)} 之内")

    def name(self, key: str, value: str) -> str:
        """The value, if rules can use it as a name. Raises DefinitionError if they cannot."""
        if not (value.isascii() and value.isidentifier()) or keyword.iskeyword(value):
            raise self.fail(key, f"“{value}”应为英文字母、数字和下划线，不以数字开头")
        return value

    def section(self, key: str) -> TomlTable:
        value = self._get(key, dict, "一节", {})
        return TomlTable(self.file, f"{self.key}.{key}" if self.key else key, value)

    def sections(self, key: str, needed: bool = False) -> list[TomlTable]:
        values = self._get(key, list, "若干节", ... if needed else [])
        if needed and not values:
            raise self.fail(key, "不能是空的")
        place = f"{self.key}.{key}" if self.key else key
        for value in values:
            if not isinstance(value, dict):
                raise self.fail(key, f"应为若干节，现在有 {value!r}")
        return [TomlTable(self.file, f"{place}[{n}]", value) for n, value in enumerate(values, 1)]

    def only(self, *known: str) -> None:
        for key in self.data:
            if key not in known:
                raise self.fail(key, "没有这个键，请检查拼写")
