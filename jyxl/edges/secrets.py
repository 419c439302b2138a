"""The password of the mailbox: asked for when it is needed, and never kept."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable

from jyxl.edges.mail_settings import Mail
from jyxl.problem import Problem

VARIABLE = "JYXL_MAIL_PASSWORD"
SERVICE = "jyxl"
"""The name under which the system's keyring holds it."""


def password(mail: Mail, ask: Callable[[str], str] | None) -> str:
    """The password: from the environment, else from the system's keyring, else from a person.

    ask: puts a question without showing the answer; None if there is nobody to ask. Raises
    Problem if there is no password.
    """
    found = os.environ.get(VARIABLE, "") or _kept(mail.user)
    if not found and ask is not None:
        found = ask(f"{mail.user} 的{mail.provider.secret}（输入时不显示）")
    if not found.strip():
        raise Problem(
            f"没有 {mail.user} 的{mail.provider.secret}；请在命令行窗口里运行（会问），"
            f"或者设环境变量 {VARIABLE}。{mail.provider.note}"
        )
    return found.strip()


def _kept(user: str) -> str:
    """The password in the keyring; '' if the extra is not installed, or there is no keyring."""
    try:
        keyring = importlib.import_module("keyring")
    except ImportError:
        return ""
    try:
        return keyring.get_password(SERVICE, user) or ""
    except Exception:  # every backend has its own errors, and none of them stops the run
        return ""
