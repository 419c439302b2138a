"""click with Chinese headings, and its errors as Chinese sentences."""

from __future__ import annotations

from typing import Any

import click

CONTEXT = {"help_option_names": ["-h", "--help"]}


class _Chinese(click.Command):
    """Usage, options and the help option in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [parameter.get_help_record(ctx) for parameter in self.get_params(ctx)]
        shown = [record for record in records if record is not None]
        if shown:
            with formatter.section("选项"):
                formatter.write_dl(shown)

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
            raise click.UsageError(f"没有“{args[0]}”这个命令。", ctx)
        return super().resolve_command(ctx, args)


def sentence(error: click.ClickException) -> str:
    """A click error in Chinese, with where to find help."""
    context = getattr(error, "ctx", None)
    hint = f"用法见：{context.command_path} --help" if context else ""
    return f"{_what(error)}{hint}"


def _what(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有“{error.option_name}”这个选项。"
        case click.MissingParameter():
            return f"缺少{_name(error)}。"
        case click.BadParameter():
            return f"{_name(error)}不对：{error.message}。"
        case click.UsageError() if error.message.startswith("没有"):
            return error.message
        case click.UsageError():
            return f"命令写得不对（{error.message}）。"
    return error.format_message()


def _name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Argument):
        return f"参数 {parameter.make_metavar(error.ctx) if error.ctx else parameter.name}"
    return f"选项 {parameter.opts[0]}"
