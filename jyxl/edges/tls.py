"""Why a mail server cannot be reached or trusted, in Chinese."""

from __future__ import annotations

import smtplib
import socket
import ssl

from jyxl.edges.mail_settings import Server

_CA = "如果是单位自己的邮箱服务器，请向管邮箱的人要颁发机构的证书文件，在 [mail] 里写 ca"


def words(server: Server, error: Exception) -> str:
    """What is wrong and what to do, without the full stop."""
    where = f"{server.host}:{server.port}"
    match error:
        case ssl.SSLCertVerificationError():
            return f"{where} 的证书不可信（{_reason(error)}），没有登录；{_CA}"
        case ssl.SSLError():
            return f"{where} 没有按说好的方式加密；请核对端口：smtps 多是 465，smtp+starttls 多是 587，imaps 多是 993"
        case socket.gaierror():
            return f"找不到服务器“{server.host}”；请核对名字，看看能不能上网"
        case TimeoutError():
            return f"{where} 没有回答；端口可能写错了，也可能单位的网络不让连"
        case ConnectionRefusedError():
            return f"{where} 不接受连接；端口可能写错了，也可能单位的网络不让连"
        case smtplib.SMTPServerDisconnected() | ConnectionError():
            return f"与 {where} 的连接断了"
        case smtplib.SMTPResponseException():
            return f"{where} 回答 {error.smtp_code}，现在不受理"
    return f"与 {where} 的连接出了问题（{type(error).__name__}）"


def _reason(error: ssl.SSLCertVerificationError) -> str:
    """What OpenSSL found wrong, by its number."""
    known = {
        10: "已过期",
        18: "是自己给自己签的",
        19: "是不认识的机构签的",
        20: "是不认识的机构签的",
        21: "不完整，或是不认识的机构签的",
        62: "不是发给这个服务器名字的",
        64: "不是发给这个服务器名字的",
    }
    return known.get(error.verify_code, error.verify_message)
