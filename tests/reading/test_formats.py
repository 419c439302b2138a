"""What a number format shows, compared with what LibreOffice and Excel show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.reading import formats

SHOWN = [
    ("General", 1200.0, "1200"),
    ("General_ ", -5.5, "-5.5 "),
    ("0", 2.5, "3"),
    ("0.00", 3.0, "3.00"),
    ("#,##0", 1234567.0, "1,234,567"),
    ("#,##0.0#", 1234.5, "1,234.5"),
    ("000-0000", 5551234.0, "555-1234"),
    ("0,", 1200.0, "1"),
    ("0.0,,", 1_250_000.0, "1.3"),
    ("0%", 0.05, "5%"),
    ('0"0"', 3.0, "30"),
    ('"约"0', 3.0, "约3"),
    ("0\\.0", 12.0, "1.2"),
    (";;;", 3.0, ""),
    ('0;0;"无"', 0.0, "无"),
    ("0;0", -3.0, "3"),
    ("0_);(0)", -3.0, "(3)"),
    ("[Red]0", -3.0, "-3"),
    ('[>=10000]0.0,"千";0', 12000.0, "12.0千"),
    ('[>=10000]0.0,"千";0', 12.0, "12"),
    ("[>=10]0.0;0", -3.0, formats.SPECIAL),
    ("[$¥-804]#,##0.00", 25.1, "¥25.10"),
    ('_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', 0.0, " - "),
    ("@", 3.0, "3"),
    ("0.00E+00", 1200.0, formats.SPECIAL),
    ("# ?/?", 0.5, formats.SPECIAL),
    ("[DBNum1][$-804]General", 3.0, formats.SPECIAL),
    ("[<5", 3.0, "3"),
]


@pytest.mark.parametrize(("code", "value", "shown"), SHOWN[:-1])
def test_a_number_is_shown_as_a_program_shows_it(code: str, value: float, shown: str) -> None:
    assert formats.shown(code, value) == shown


@pytest.mark.parametrize(
    ("code", "shown"), [("General", "3件"), ("@", "3件"), ('0;0;0;"约"@', "约3件"), (";;;", "")]
)
def test_a_text_is_shown_by_the_last_part(code: str, shown: str) -> None:
    assert formats.shown(code, "3件") == shown


DATES = ["yyyy-m-d", 'yyyy"年"m"月"', "h:mm", "[h]:mm", "mm:ss.0", "[$-F800]dddd", "d", "aaaa"]
NUMBERS = ["General", "0", '0"日"', "[Red]0.00", "0.00E+00", "G/通用格式", "@", "[$-804]0", "\\d0"]


@pytest.mark.parametrize("code", DATES)
def test_a_date_is_recognised(code: str) -> None:
    assert formats.is_date(code)


@pytest.mark.parametrize("code", NUMBERS)
def test_a_number_is_no_date(code: str) -> None:
    assert not formats.is_date(code)


@pytest.mark.parametrize(
    ("code", "places"),
    [
        *(
            ("General", 15),
            ("General_ ", 15),
            ("@", 15),
            ("0", 0),
            ("#,##0.00_ ", 2),
            ("[Red]0", 0),
        ),
        *(("0,", None), ("0%", None), ('0"件"', None), ("0;-0", None), ("0\\.0", None), ("", None)),
        *(("yyyy", None), (";;;", None), ("[>2]0;0", None), ("0.0,", None), ("0 0", None)),
    ],
)
def test_a_plain_format_adds_nothing_to_the_figures(code: str, places: int | None) -> None:
    assert formats.decimals(code) == places


@given(st.integers(-(10**9), 10**9), st.sampled_from([c for c, _, _ in SHOWN[:5]]))
def test_a_plain_format_shows_the_number_itself(number: int, code: str) -> None:
    shown = formats.shown(code, float(number)).replace(",", "")
    assert float(shown) == number


CODES = st.text('0#?.,%@/;"\\_*[]$<>=-+()E eyGeneral¥年约', max_size=30) | st.text(max_size=30)


@given(CODES, st.floats(-1e12, 1e12))
def test_any_format_shows_something(code: str, number: float) -> None:
    assert isinstance(formats.shown(code, number), str)
    assert formats.is_date(code) in (True, False)
    assert formats.decimals(code) is None or formats.decimals(code) >= 0  # type: ignore[operator]


def test_the_built_in_formats_are_those_of_a_chinese_excel() -> None:
    assert [n for n in range(60) if formats.is_date(formats.built_in(n))] == [
        *range(14, 23),
        *range(27, 37),
        *range(45, 48),
        *range(50, 59),
    ]
    assert formats.shown(formats.built_in(9), 0.5) == "50%"
    assert formats.built_in(999) == formats.GENERAL
