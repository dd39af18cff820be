"""Read HUICE_* from the environment once, into one frozen object that the whole service shares."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from web.store.engine import BadDatabaseUrl, parse_database_url

PREFIX = "HUICE_"
ENVIRONMENTS = ("development", "production")
LOG_LEVELS = ("debug", "info", "warning", "error")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
SHORTEST_KEY = 32
KEY_FILE = "secret_key"


class ConfigError(Exception):
    """A setting is unknown or unsafe; the message is for the operator, in Chinese, one line per fault."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that may differ between two installations of the service.

    `database_url` is complete and names its driver; `base_url` is the public address without a slash at its end, or None
    where the address of the request is used; `proxy_hops` counts the proxies whose X-Forwarded-* headers are believed.
    `yearly_visits` is how many drawn inspections an enterprise gets in a year over all bodies; 0 for no limit.
    """

    env: str
    home: Path
    host: str
    port: int
    database_url: str = field(repr=False)
    districts: tuple[str, ...]
    secret_key: str = field(repr=False)
    base_url: str | None
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    threads: int
    rate_limits: bool
    log_level: str
    yearly_visits: int

    @property
    def is_production(self) -> bool:
        """Tell whether the unsafe conveniences of development are off."""
        return self.env == "production"

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the service by TLS."""
        return self.base_url is not None and self.base_url.startswith("https://")


# Every setting: name, default as it would be written in the environment, what it is for.
SETTINGS: dict[str, tuple[str, str]] = {
    "HUICE_ENV": ("development", "运行环境：development 或 production"),
    "HUICE_HOME": ("./instance", "实例目录，存放数据库、密钥和编译好的译文"),
    "HUICE_HOST": ("127.0.0.1", "监听地址"),
    "HUICE_PORT": ("8000", "监听端口"),
    "HUICE_DATABASE_URL": ("", "sqlite:///文件路径 或 postgresql+psycopg://…；默认是实例目录里的 huice.db"),
    "HUICE_DISTRICTS": ("罗湖区", "启用哪些区的政策，用逗号隔开"),
    "HUICE_SECRET_KEY": ("", "签名密钥，至少 32 个字符；开发环境自动生成，生产环境必须填写"),
    "HUICE_BASE_URL": ("", "对外网址，例如 https://huice.example.gov.cn；生产环境必须填写"),
    "HUICE_TRUSTED_HOSTS": ("", "除对外网址外还接受的主机名，用逗号隔开"),
    "HUICE_PROXY_HOPS": ("0", "前面有几层可信的反向代理"),
    "HUICE_THREADS": ("16", "处理请求的线程数"),
    "HUICE_RATE_LIMITS": ("on", "访问频率限制：on 或 off；生产环境必须为 on"),
    "HUICE_LOG_LEVEL": ("info", "日志级别：debug、info、warning、error"),
    "HUICE_YEARLY_VISITS": ("2", "一家企业一年至多经抽取接受几次检查，各部门合计；0 为不设上限"),
}


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Return the configuration in `environ` (the process's own by default).

    In development this creates the instance folder and a secret key in it when they are missing.

    Raises:
        ConfigError: a HUICE_* name is unknown, or a value is malformed or unsafe; every fault is named.
    """
    given = {
        key: value for key, value in (os.environ if environ is None else environ).items() if key.startswith(PREFIX)
    }
    faults = [f"不认识的设置 {name}：可用的有 {'、'.join(SETTINGS)}" for name in sorted(given.keys() - SETTINGS.keys())]
    text = {name: given.get(name, "").strip() or default for name, (default, _) in SETTINGS.items()}

    def read(name: str, parse: Callable[[str], Any], fallback: Any = None) -> Any:
        try:
            return parse(text[name])
        except ValueError as error:
            faults.append(f"{name}={_shown(name, text[name])}：{error}")
            return fallback

    env = read("HUICE_ENV", _one_of(ENVIRONMENTS), "development")
    home = Path(text["HUICE_HOME"]).expanduser().resolve()
    if not text["HUICE_DATABASE_URL"]:
        text["HUICE_DATABASE_URL"] = f"sqlite:///{home / 'huice.db'}"
    base_url = read("HUICE_BASE_URL", _base_url)
    extra_hosts = read("HUICE_TRUSTED_HOSTS", _list_of_hosts, ())
    values = {
        "env": env,
        "home": home,
        "host": text["HUICE_HOST"],
        "port": read("HUICE_PORT", _whole(1, 65535)),
        "database_url": read("HUICE_DATABASE_URL", _database_url),
        "districts": read("HUICE_DISTRICTS", _districts),
        "base_url": base_url,
        "trusted_hosts": _trusted_hosts(base_url, extra_hosts),
        "proxy_hops": read("HUICE_PROXY_HOPS", _whole(0, 5)),
        "threads": read("HUICE_THREADS", _whole(1, 64)),
        "rate_limits": read("HUICE_RATE_LIMITS", _one_of(("on", "off"))) == "on",
        "log_level": read("HUICE_LOG_LEVEL", _one_of(LOG_LEVELS)),
        "yearly_visits": read("HUICE_YEARLY_VISITS", _whole(0, 366)),
    }
    key = text["HUICE_SECRET_KEY"]
    faults += _key_faults(key)
    if env == "production":
        faults += _production_faults(key, values)
    if faults:
        raise ConfigError("设置有误：\n" + "\n".join(f"  {fault}" for fault in faults))
    return Config(secret_key=key or _development_key(home), **values)


def _shown(name: str, value: str) -> str:
    """Return `value` as it may appear in a message: never a key, never a password inside an address."""
    return "（已隐藏）" if name in ("HUICE_SECRET_KEY", "HUICE_DATABASE_URL") else repr(value)


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"只能是 {' 或 '.join(choices)}")
        return text

    return parse


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
            raise ValueError(f"请填 {least} 到 {most} 之间的整数")
        return int(text)

    return parse


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,，、]", text) if part.strip()]


def _districts(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_split(text)))


def _list_of_hosts(text: str) -> tuple[str, ...]:
    hosts = _split(text)
    for host in hosts:
        if not re.fullmatch(r"\.?[A-Za-z0-9\-.]+|\[[0-9A-Fa-f:]+\]", host):
            raise ValueError(f"{host!r} 不是主机名，例如 huice.example.gov.cn")
    return tuple(hosts)


def _base_url(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("请填协议加主机名，例如 https://huice.example.gov.cn")
    return f"{parts.scheme}://{parts.netloc}"


def _database_url(text: str) -> str:
    try:
        return parse_database_url(text).render_as_string(hide_password=False)
    except BadDatabaseUrl as error:
        raise ValueError(str(error)) from None


def _trusted_hosts(base_url: str | None, extra: tuple[str, ...]) -> tuple[str, ...]:
    """Return the host names that may be asked for; empty, meaning any, until the public address is known."""
    if base_url is None:
        return extra and (*extra, *LOOPBACK)
    return (urlsplit(base_url).hostname or "", *extra, *LOOPBACK)


def _key_faults(key: str) -> list[str]:
    if key and len(key) < SHORTEST_KEY:
        return [f"HUICE_SECRET_KEY 只有 {len(key)} 个字符：至少要 {SHORTEST_KEY} 个随机字符"]
    if key and len(set(key)) < SHORTEST_KEY // 4:
        return [
            "HUICE_SECRET_KEY 重复字符太多：请换成随机字符，例如 python3 -c 'import secrets; print(secrets.token_hex(32))'"
        ]
    return []


def _production_faults(key: str, values: Mapping[str, Any]) -> list[str]:
    faults = []
    if not key:
        faults.append("生产环境必须填写 HUICE_SECRET_KEY（至少 32 个随机字符）")
    if values["base_url"] is None:
        faults.append("生产环境必须填写 HUICE_BASE_URL，例如 https://huice.example.gov.cn")
    elif not values["base_url"].startswith("https://"):
        faults.append("生产环境的 HUICE_BASE_URL 必须以 https:// 开头")
    if not values["rate_limits"]:
        faults.append("生产环境不能关闭 HUICE_RATE_LIMITS")
    if values["log_level"] == "debug":
        faults.append("生产环境的 HUICE_LOG_LEVEL 不能是 debug")
    return faults


def _development_key(home: Path) -> str:
    """Return the key kept in the instance folder; make it at the first call, readable by its owner alone."""
    path = home / KEY_FILE
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            # O_EXCL: of two processes that start together, one writes and the other reads.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _kept_key(path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            key = secrets.token_hex(32)
            file.write(key)
            return key
    except OSError as error:
        raise ConfigError(
            f"设置有误：\n  HUICE_HOME：无法使用实例目录 {home}（{error.strerror}），请换一个可写的目录"
        ) from None


def _kept_key(path: Path) -> str:
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < SHORTEST_KEY:
        raise ConfigError(f"设置有误：\n  {path} 里的密钥不完整：请删除此文件后重新启动，将自动生成")
    return key
