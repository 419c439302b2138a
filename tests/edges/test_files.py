"""What cannot be read is one sentence, whatever the system makes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jyxl.edges import files
from jyxl.problem import Problem


@pytest.mark.parametrize("read", [files.read, files.digest])
def test_a_folder_is_called_a_folder(read: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(Problem, match="这是一个文件夹"):
        read(tmp_path)


@pytest.mark.parametrize("read", [files.read, files.digest])
def test_a_name_that_no_file_can_have_is_a_sentence(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    with pytest.raises(Problem, match="读不出来"):
        read(tmp_path / ("长" * 300))
