"""click with Chinese headings, and its errors as Chinese sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from jyxl import near_misses
from jyxl.line_breaks import width as _width

CONTEXT = {"help_option_names": ["-h", "--help"]}


class _Formatter(click.HelpFormatter):
    """Lists whose second column lines up after Chinese text, which is twice as wide."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{heading}：\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        listed = list(rows)
        column = max(_width(first) for first, _ in listed) + col_spacing
        for first, second in listed:
            gap = " " * (column - _width(first))
            self.write(f"{'':{self.current_indent}}{first}{gap}{second}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    """A command whose usage, options and help option are shown in Chinese."""

    context_class = _Context

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        shown = [record for record in records if record is not None]
        if shown:
            with formatter.section("选项"):
                formatter.write_dl(
                    [(n, what.replace("  [required]", "（必填）")) for n, what in shown]
                )

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


class Command(_Chinese):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kwargs)


class Group(_Chinese, click.Group):
    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "")
        kwargs.setdefault("subcommand_metavar", "命令 [选项] [参数]")
        kwargs.setdefault("invoke_without_command", True)
        kwargs.setdefault("no_args_is_help", False)
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        names = self.list_commands(ctx)
        commands = [(name, self.commands[name].get_short_help_str(80)) for name in names]
        with formatter.section("命令"):
            formatter.write_dl(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            meant = near_misses.meant(args[0], self.commands)
            raise click.UsageError(f"没有“{args[0]}”这个命令。{meant}", ctx)
        return super().resolve_command(ctx, args)


def sentence(error: click.ClickException) -> str:
    """A click error in Chinese, and where to find help."""
    context = getattr(error, "ctx", None)
    hint = f"用法见：{context.command_path} --help" if context else ""
    return f"{_what(error)}{hint}"


def _what(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            known = error.ctx.command.params if error.ctx else ()
            names = [name for one in known for name in one.opts if name.startswith("--")]
            meant = near_misses.meant(error.option_name, [*names, "--help"])
            return f"没有“{error.option_name}”这个选项。{meant}"
        case click.MissingParameter():
            return f"缺少{_name(error)}。"
        case click.BadParameter(param=click.Parameter(type=click.types.IntParamType())):
            return f"{_name(error)} 应为整数。"
        case click.BadParameter(param=click.Parameter(type=click.DateTime())):
            return f"{_name(error)} 应为日期，如 2024-01-05。"
        case click.BadParameter():
            return f"{_name(error)} 不对：{error.message.rstrip('.')}。"
        case click.BadOptionUsage():
            takes_none = "does not take" in error.message
            return f"选项 {error.option_name} 后面{'不能带内容' if takes_none else '缺少内容'}。"
        case click.UsageError() if error.message.startswith("没有"):
            return error.message
        case click.UsageError() if error.message.startswith("Got unexpected extra argument"):
            return f"多写了 {error.message.partition('(')[2].rstrip(')')}。"
        case click.UsageError():
            return f"命令写得不对（{error.message}）。"
    return error.format_message()


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Argument):
        return f"参数“{parameter.make_metavar(error.ctx) if error.ctx else parameter.name}”"
    return f"选项 {parameter.opts[0]}"
