"""The two editions hold what the notices print; the refusal of a bad definition names its place."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from jyxl import editions
from jyxl.definition import Block, DefinitionError, Edition, Header, Table

NAMES = ("2019", "2021")

T2_2019 = """
第二十条第（一）项
信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量
规章
规范性文件
第二十条第（五）项
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
行政许可
其他对外管理服务事项
第二十条第（六）项
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
行政处罚
行政强制
第二十条第（八）项
信息内容 | 上一年项目数量 | 本年增/减
行政事业性收费
第二十条第（九）项
信息内容 | 采购项目数量 | 采购总金额
政府集中采购
"""

T2_2021 = """
第二十条第（一）项
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
规章
行政规范性文件
第二十条第（五）项
信息内容 | 本年处理决定数量
行政许可
第二十条第（六）项
信息内容 | 本年处理决定数量
行政处罚
行政强制
第二十条第（八）项
信息内容 | 本年收费金额（单位：万元）
行政事业性收费
"""

T3_HEAD = """
（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和） | 申请人情况
申请人情况 > 自然人
申请人情况 > 法人或其他组织 > 商业企业
申请人情况 > 法人或其他组织 > 科研机构
申请人情况 > 法人或其他组织 > 社会公益组织
申请人情况 > 法人或其他组织 > 法律服务机构
申请人情况 > 法人或其他组织 > 其他
申请人情况 > 总计
"""

T3_ROWS = """
一、本年新收政府信息公开申请数量
二、上年结转政府信息公开申请数量
三、本年度办理结果
  （一）予以公开
  （二）部分公开（区分处理的，只计这一情形，不计其他情形）
  （三）不予公开
    1.属于国家秘密
    2.其他法律行政法规禁止公开
    3.危及“三安全一稳定”
    4.保护第三方合法权益
    5.属于三类内部事务信息
    6.属于四类过程性信息
    7.属于行政执法案卷
    8.属于行政查询事项
  （四）无法提供
    1.本机关不掌握相关政府信息
    2.没有现成信息需要另行制作
    3.补正后申请内容仍不明确
  （五）不予处理
    1.信访举报投诉类申请
    2.重复申请
    3.要求提供公开出版物
    4.无正当理由大量反复申请
    5.要求行政机关确认或重新出具已获取信息
  （六）其他处理
  （七）总计
四、结转下年度继续办理
"""

OTHER_HANDLING_2021 = """\
  （六）其他处理
    1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
    2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
    3.其他
"""

T4_HEAD = """
行政复议 > 结果维持
行政复议 > 结果纠正
行政复议 > 其他结果
行政复议 > 尚未审结
行政复议 > 总计
行政诉讼 > 未经复议直接起诉 > 结果维持
行政诉讼 > 未经复议直接起诉 > 结果纠正
行政诉讼 > 未经复议直接起诉 > 其他结果
行政诉讼 > 未经复议直接起诉 > 尚未审结
行政诉讼 > 未经复议直接起诉 > 总计
行政诉讼 > 复议后起诉 > 结果维持
行政诉讼 > 复议后起诉 > 结果纠正
行政诉讼 > 复议后起诉 > 其他结果
行政诉讼 > 复议后起诉 > 尚未审结
行政诉讼 > 复议后起诉 > 总计
"""

RULES = """
T3-R error   both
T3-S error   both
T3-I error   both
T4-S error   both
T2-A warning both
T2-M warning 2019
T2-O warning 2019
T2-W warning 2021
T2-U warning both
X-L  warning both
X-C warning both
X-V warning 2021
X-J warning both
"""


def outline(headers: tuple[Header, ...], indent: str = "") -> str:
    text = ""
    for header in headers:
        deeper = indent
        if header.label is not None:
            text += f"{indent}{header.label}\n"
            deeper += "  "
        text += outline(header.children, deeper)
    return text


def paths(headers: tuple[Header, ...], above: tuple[str, ...] = ()) -> list[str]:
    found = []
    for header in headers:
        path = (*above, *([header.label] if header.label else []))
        found += [" > ".join(path)] if header.is_leaf else paths(header.children, path)
    return found


def blocks(table: Table) -> str:
    """The title, the heads and the row labels of each block, a line for each."""

    def lines(block: Block) -> list[str]:
        heads = " | ".join([block.corner or "", *(one.label or "" for one in block.columns)])
        return [block.title or "", heads, *(row.label or "" for row in block.rows)]

    return "\n".join(line for block in table.blocks for line in lines(block))


@pytest.mark.parametrize(
    ("name", "counts", "rows", "totals"),
    [("2019", [22, 161, 15], 23, 32), ("2021", [10, 175, 15], 25, 34)],
)
def test_the_number_of_cells(name: str, counts: list[int], rows: int, totals: int) -> None:
    edition = editions.load(name)
    assert [table.key for table in edition.tables] == ["t2", "t3", "t4"]
    assert [len(table.cells) for table in edition.tables] == counts
    assert len({cell.row for cell in edition.table["t3"].cells}) == rows
    assert len(edition.totals) == totals
    assert len({cell.name for cell in edition.cells}) == sum(counts)


@pytest.mark.parametrize(("name", "expected"), [("2019", T2_2019), ("2021", T2_2021)])
def test_the_labels_of_table_2(name: str, expected: str) -> None:
    assert blocks(editions.load(name).table["t2"]) == expected.strip()


@pytest.mark.parametrize("name", NAMES)
def test_the_labels_of_table_3(name: str) -> None:
    (block,) = editions.load(name).table["t3"].blocks
    corner, *heads = T3_HEAD.strip().split("\n")
    assert [f"{block.corner} | {block.columns[0].label}", *paths(block.columns)] == [corner, *heads]
    expected = T3_ROWS.lstrip()
    if name == "2021":
        expected = expected.replace("  （六）其他处理\n", OTHER_HANDLING_2021)
    assert outline(block.rows) == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_labels_of_table_4(name: str) -> None:
    (block,) = editions.load(name).table["t4"].blocks
    assert paths(block.columns) == T4_HEAD.strip().split("\n")
    assert [row.label for row in block.rows] == [None]


@pytest.mark.parametrize("name", NAMES)
def test_the_rules_and_how_severe_they_are(name: str) -> None:
    table = [line.split() for line in RULES.strip().splitlines()]
    expected = {rule: severity for rule, severity, of in table if of in ("both", name)}
    assert {rule.id: rule.severity for rule in editions.load(name).rules} == expected


@pytest.mark.parametrize("name", NAMES)
def test_where_the_rules_hold(name: str) -> None:
    found = [instance.rule.id for instance in editions.load(name).instances]
    places = {rule: found.count(rule) for rule in dict.fromkeys(found)}
    rows = {"2019": 23, "2021": 25}[name]
    own = {
        "2019": {"T2-M": 4, "T2-O": 2, "X-J": 17 + 21 + 3},
        "2021": {"T2-W": 2, "X-V": 2, "X-J": 10 + 23 + 3},
    }[name]
    shared = {
        "T2-A": 3,
        "T2-U": 1,
        "T3-R": rows,
        "T3-S": 7,
        "T3-I": 7,
        "T4-S": 3,
        "X-L": 1,
        "X-C": 7,
    }
    assert places == shared | own


@pytest.mark.parametrize(
    ("name", "amounts", "signed"),
    [
        ("2019", ["t2.procurement.spending"], "change"),
        ("2021", ["t2.charges.fees"], None),
    ],
)
def test_kinds_of_cells(name: str, amounts: list[str], signed: str | None) -> None:
    edition = editions.load(name)
    assert [cell.name for cell in edition.cells if cell.kind.key == "amount"] == amounts
    assert {cell.column for cell in edition.cells if cell.kind.minimum < 0} <= {signed}
    assert {(cell.kind.rule, cell.kind.decimals) for cell in edition.cells} == {
        ("F-1", 0),
        ("F-2", 6),
    }


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("kind", "is_open"),
    [("省级", True), ("市级", True), ("县级", False), ("部门", False), ("乡镇", False)],
)
def test_who_may_fill_the_row_of_regulations(name: str, kind: str, is_open: bool) -> None:
    edition = editions.load(name)
    row = [cell for cell in edition.cells if cell.row == "regulation"]
    assert len(row) == 3
    assert {edition.is_open(cell, kind) for cell in row} == {is_open}


@pytest.mark.parametrize(
    ("year", "name"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")]
)
def test_the_edition_of_a_year(year: int, name: str) -> None:
    assert editions.for_year(year).id == name


# definitions of one's own ---------------------------------------------------------

GOOD = {
    "edition.toml": """
        id = "own"
        title = "某表"
        notice = "某文号"
        tables = ["t"]
        county_kind = "县级"
        [kinds.count]
        rule = "F-1"
        want = "整数"
        decimals = 0
        minimum = 0
        maximum = 999
        units = { "件" = "1" }
        [kinds.amount]
        rule = "F-2"
        want = "金额"
        decimals = 2
        minimum = 0
        maximum = 999
        """,
    "t.toml": """
        sheet = "某表"
        title = "某表"
        [[block]]
        corner = "项目"
        rows = [
          { group = "all", label = "各项", rows = [
            { key = "x", label = "甲" }, { key = "y", label = "乙" },
          ] },
          { key = "sum", label = "合计" },
        ]
        columns = [
          { key = "number", label = "件数", kind = "count" },
          { key = "money", label = "金额", kind = "amount" },
        ]
        """,
    "rules.toml": """
        [[rule]]
        id = "R-1"
        table = "t"
        each = "column"
        when = "sum == x + y"
        computes = true
        severity = "error"
        source = "某处"
        hint = "改"
        """,
}


@pytest.fixture
def define(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Edition]:
    """Loads the good definition above, with pieces of text replaced in its files."""
    monkeypatch.setenv(editions.VARIABLE, str(tmp_path))
    folder = tmp_path / "own"
    folder.mkdir()

    def load(file: str = "", old: str = "", new: str = "") -> Edition:
        for name, text in GOOD.items():
            if name == file:
                assert old in text
                text = text.replace(old, new, 1)
            (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return editions.load("own")

    return load


def test_a_good_definition_is_loaded(define: Callable[..., Edition]) -> None:
    edition = define()
    assert [cell.name for cell in edition.cells] == [
        *("t.x.number", "t.x.money", "t.y.number", "t.y.money", "t.sum.number", "t.sum.money")
    ]
    assert list(edition.totals) == ["t.sum.number", "t.sum.money"]
    assert {"own", *NAMES} <= set(editions.available())


ANOTHER_RULE = """
        [[rule]]
        id = "R-1"
        table = "t"
        """

BAD = [
    # file, text, what the text becomes, where the refusal points
    ("edition.toml", 'id = "own"', 'id = "else"', "edition.toml 的 id"),
    ("edition.toml", 'id = "own"', "id = 5", "edition.toml 的 id"),
    ("edition.toml", 'title = "某表"', "", "edition.toml 的 title"),
    ("edition.toml", 'title = "某表"', 'titel = "某表"', "edition.toml 的 titel"),
    ("edition.toml", 'notice = "某文号"', "notice = true", "edition.toml 的 notice"),
    ("edition.toml", 'notice = "某文号"', 'notice = ""\nfirst_year = "x"', "的 first_year"),
    ("edition.toml", 'tables = ["t"]', "tables = []", "edition.toml 的 tables"),
    ("edition.toml", 'tables = ["t"]', 'tables = "t"', "edition.toml 的 tables"),
    ("edition.toml", 'tables = ["t"]', "tables = [5]", "edition.toml 的 tables"),
    ("edition.toml", 'tables = ["t"]', 'tables = ["../t"]', "edition.toml 的 tables"),
    ("edition.toml", 'tables = ["t"]', 'tables = ["u"]', "own/u.toml"),
    ("edition.toml", 'county_kind = "县级"', 'county_kind = "县"', "的 county_kind"),
    ("edition.toml", 'county_kind = "县级"', 'base = "none"', "edition.toml 的 base"),
    ("edition.toml", 'county_kind = "县级"', 'base = "own"', "edition.toml 的 base"),
    ("edition.toml", 'county_kind = "县级"', 'drop_rules = ["R"]', "的 drop_rules"),
    ("edition.toml", 'rule = "F-1"', 'rule = "F-9"', "的 kinds.count.rule"),
    ("edition.toml", "decimals = 0", "", "的 kinds.count.decimals"),
    ("edition.toml", "decimals = 0", "decimals = 0.5", "的 kinds.count.decimals"),
    ("edition.toml", "decimals = 0", "decimals = -1", "的 kinds.count.decimals"),
    ("edition.toml", "minimum = 0", "minimum = 1000", "的 kinds.count.minimum"),
    ("edition.toml", "minimum = 0", "minimum = 1", "的 kinds.count.minimum：不能大于 0"),
    ("edition.toml", "maximum = 999", "maximum = -1", "的 kinds.count.maximum：不能小于 0"),
    ("edition.toml", "maximum = 999", f"maximum = {10**15}", "的 kinds.count.maximum"),
    ("edition.toml", '"件" = "1"', '"件" = 1', "的 kinds.count.units.件"),
    ("edition.toml", '"件" = "1"', '"件" = "一"', "的 kinds.count.units"),
    ("edition.toml", '"件" = "1"', '"件" = "nan"', "的 kinds.count.units"),
    ("edition.toml", "[kinds.count]", "[kinds", "own/edition.toml 不是正确的 TOML"),
    ("edition.toml", "[kinds.count]", "[guide]\nfill = [1]\n[kinds.count]", "的 guide.fill"),
    ("t.toml", 'sheet = "某表"', "", "t.toml 的 sheet"),
    ("t.toml", 'sheet = "某表"', 'sheet = ""', "t.toml 的 sheet"),
    ("t.toml", 'sheet = "某表"', 'sheet = "a/b"', "t.toml 的 sheet"),
    ("t.toml", 'sheet = "某表"', 'sheet = "[某表]"', "t.toml 的 sheet"),
    ("t.toml", 'sheet = "某表"', f'sheet = "{"长" * 29}"', "t.toml 的 sheet"),
    ("t.toml", 'sheet = "某表"', 'sheet = "校验"', "t.toml 的 sheet"),
    ("t.toml", "[[block]]", "[block]", "t.toml 的 block"),
    ("t.toml", "[[block]]", "[[part]]", "t.toml 的 part"),
    ("t.toml", 'corner = "项目"', "corner = 1", "t.toml 的 block[1].corner"),
    ("t.toml", "columns = [", "cols = [", "t.toml 的 block[1].cols"),
    ("t.toml", '{ key = "x", label = "甲" }', '"x"', "t.toml 的 block[1].rows[1].rows"),
    ("t.toml", 'key = "y"', 'key = "x"', "t.toml 的 block"),
    ("t.toml", 'key = "y", ', "", "t.toml 的 block[1].rows[1].rows[2].key"),
    ("t.toml", 'key = "y"', 'key = "y-1"', "t.toml 的 block[1].rows[1].rows[2].key"),
    ("t.toml", 'key = "y"', 'key = "乙"', "t.toml 的 block[1].rows[1].rows[2].key"),
    ("t.toml", 'key = "y"', 'key = "and"', "t.toml 的 block[1].rows[1].rows[2].key"),
    ("t.toml", 'label = "乙"', 'label = "乙", kind = "count"', "rows[1].rows[2].kind"),
    ("t.toml", 'label = "乙"', 'label = "乙", closed_for = ["村"]', "rows[2].closed_for"),
    ("t.toml", 'key = "sum"', 'group = "all", key = "sum"', "t.toml 的 block[1].rows"),
    ("t.toml", 'kind = "count"', 'kind = "number"', "t.toml 的 block[1].columns[1].kind"),
    ("t.toml", ', kind = "count"', "", "t.toml 的 block[1].columns[1].kind"),
    ("rules.toml", "[[rule]]", "[[rules]]", "rules.toml 的 rules"),
    ("rules.toml", "[[rule]]", f"{ANOTHER_RULE}[[rule]]", "rules.toml 的 rule[1].id"),
    ("rules.toml", 'id = "R-1"', "", "rules.toml 的 rule[1].id"),
    ("rules.toml", 'table = "t"', 'table = "u"', "rules.toml 的 rule[1].when"),
    ("rules.toml", '"column"', '"cols"', "rules.toml 的 rule[1].each"),
    ("rules.toml", '"error"', '"fatal"', "rules.toml 的 rule[1].severity"),
    ("rules.toml", "computes = true", 'computes = "yes"', "rules.toml 的 rule[1].computes"),
    ("rules.toml", "computes = true", 'units = ["村"]', "rules.toml 的 rule[1].units"),
    ("rules.toml", "computes = true", 'kinds = ["text"]', "rules.toml 的 rule[1].kinds"),
    ("rules.toml", "computes = true", 'fails = "{x"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "computes = true", 'fails = "{}"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "computes = true", 'fails = "{x:d}"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "computes = true", 'fails = "{x == y}"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "computes = true", 'fails = "{z}"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "computes = true", 'fails = "{sum(all)}"', "rules.toml 的 rule[1].fails"),
    ("rules.toml", "hint", "hnit", "rules.toml 的 rule[1].hnit"),
    # rules that cannot hold
    ("rules.toml", "sum == x + y", "sum == x + z", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == sum(none)", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == t.z.number", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == x +", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == x * y", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum >= x + y", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "x + y == sum", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == x + sum", "rules.toml 的 rule[1].when"),
    ("rules.toml", "sum == x + y", "sum == x + t.y.money", "rules.toml 的 rule[1].when"),
    ("rules.toml", 'sum == x + y"\n        computes = true', 'whole(x)"', "rule[1].when"),
    ("rules.toml", 'sum == x + y"\n        computes = true', '1 == 1"', "rule[1].when"),
]


@pytest.mark.parametrize(("file", "old", "new", "place"), BAD)
def test_a_bad_definition_is_refused_by_file_and_key(
    define: Callable[..., Edition], file: str, old: str, new: str, place: str
) -> None:
    with pytest.raises(DefinitionError) as refusal:
        define(file, old, new)
    assert "own/" in str(refusal.value)
    assert place in str(refusal.value)


def test_totals_that_go_round_in_a_circle(define: Callable[..., Edition]) -> None:
    circle = GOOD["rules.toml"].replace("R-1", "R-2").replace("sum == x + y", "x == sum + y")
    with pytest.raises(DefinitionError, match=r"own/rules.toml 的 rule\[\d\].when：合计互相引用"):
        define("rules.toml", GOOD["rules.toml"], GOOD["rules.toml"] + circle)


def test_two_tables_on_one_sheet(define: Callable[..., Edition], tmp_path: Path) -> None:
    (tmp_path / "own" / "u.toml").write_text(textwrap.dedent(GOOD["t.toml"]), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"own/t.toml 的 sheet"):
        define("edition.toml", '["t"]', '["t", "u"]')


def test_editions_that_are_each_others_base(define: Callable[..., Edition], tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "edition.toml").write_text('base = "own"', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"else/edition.toml 的 base：互相引用"):
        define("edition.toml", 'id = "own"', 'id = "own"\nbase = "else"')


def test_what_is_not_text(define: Callable[..., Edition], tmp_path: Path) -> None:
    define()
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "edition.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(DefinitionError, match=r"else/edition.toml 不是正确的 TOML"):
        editions.load("else")


@pytest.mark.parametrize("name", ["", "none", "../2019", "2019/", "/", ".", "2019/../2021"])
def test_an_edition_that_is_not_there(name: str) -> None:
    with pytest.raises(DefinitionError, match="2019、2021"):
        editions.load(name)
