"""The configuration is read once, and what is unknown or unsafe is refused in one message."""

from __future__ import annotations

import dataclasses
import stat

import pytest

from web.config import SETTINGS, ConfigError, load_config

KEY = "0123456789abcdef0123456789abcdef"
PRODUCTION = {"HUICE_ENV": "production", "HUICE_SECRET_KEY": KEY, "HUICE_BASE_URL": "https://huice.example.gov.cn"}


def home(tmp_path, **settings):
    return {"HUICE_HOME": str(tmp_path / "home"), **settings}


def test_nothing_need_be_set_in_development(tmp_path):
    config = load_config(home(tmp_path))

    assert (config.env, config.host, config.port, config.districts) == ("development", "127.0.0.1", 8000, ("罗湖区",))
    assert config.database_url == f"sqlite:///{tmp_path / 'home' / 'huice.db'}"
    assert not config.is_production
    assert not config.is_https
    assert config.rate_limits


def test_the_development_key_is_made_once_and_for_its_owner_alone(tmp_path):
    first = load_config(home(tmp_path)).secret_key
    second = load_config(home(tmp_path)).secret_key

    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "home" / "secret_key").stat().st_mode) == 0o600


def test_a_damaged_development_key_is_refused(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret_key").write_text("short", encoding="ascii")

    with pytest.raises(ConfigError, match="密钥不完整"):
        load_config(home(tmp_path))


def test_a_home_that_cannot_be_used_is_refused(tmp_path):
    (tmp_path / "home").write_text("a file", encoding="ascii")

    with pytest.raises(ConfigError, match="HUICE_HOME"):
        load_config(home(tmp_path))


def test_production_is_accepted_when_complete(tmp_path):
    config = load_config(home(tmp_path, **PRODUCTION, HUICE_TRUSTED_HOSTS="10.0.0.8, huice.internal"))

    assert config.is_production
    assert config.is_https
    assert config.trusted_hosts[:3] == ("huice.example.gov.cn", "10.0.0.8", "huice.internal")
    assert not (tmp_path / "home" / "secret_key").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"HUICE_PROT": "8000"}, "HUICE_PROT"),
        ({"HUICE_PORT": "0"}, "1 到 65535"),
        ({"HUICE_PORT": "80a"}, "HUICE_PORT"),
        ({"HUICE_PORT": "８０００"}, "HUICE_PORT"),
        ({"HUICE_ENV": "prod"}, "development 或 production"),
        ({"HUICE_THREADS": "1000"}, "HUICE_THREADS"),
        ({"HUICE_PROXY_HOPS": "-1"}, "HUICE_PROXY_HOPS"),
        ({"HUICE_RATE_LIMITS": "no"}, "on 或 off"),
        ({"HUICE_LOG_LEVEL": "loud"}, "HUICE_LOG_LEVEL"),
        ({"HUICE_DATABASE_URL": "mysql://root:secret@h/x"}, "只支持"),
        ({"HUICE_BASE_URL": "huice.example.gov.cn"}, "HUICE_BASE_URL"),
        ({"HUICE_BASE_URL": "https://h/path"}, "HUICE_BASE_URL"),
        ({"HUICE_TRUSTED_HOSTS": "a b"}, "不是主机名"),
        ({"HUICE_SECRET_KEY": "short"}, "至少要 32"),
        ({"HUICE_SECRET_KEY": "a" * 64}, "重复字符太多"),
        ({"HUICE_ENV": "production"}, "必须填写 HUICE_SECRET_KEY"),
        ({**PRODUCTION, "HUICE_BASE_URL": ""}, "必须填写 HUICE_BASE_URL"),
        ({**PRODUCTION, "HUICE_BASE_URL": "http://h"}, "https://"),
        ({**PRODUCTION, "HUICE_RATE_LIMITS": "off"}, "不能关闭"),
        ({**PRODUCTION, "HUICE_LOG_LEVEL": "debug"}, "不能是 debug"),
    ],
)
def test_a_setting_that_is_unknown_or_unsafe_is_refused(tmp_path, settings, words):
    with pytest.raises(ConfigError, match=words) as caught:
        load_config(home(tmp_path, **settings))

    assert str(caught.value).startswith("设置有误")


def test_every_fault_is_told_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_config(home(tmp_path, HUICE_PORT="x", HUICE_THREADS="y", HUICE_WHAT="z"))

    assert all(name in str(caught.value) for name in ("HUICE_PORT", "HUICE_THREADS", "HUICE_WHAT"))


def test_no_secret_is_shown(tmp_path):
    bad = {"HUICE_DATABASE_URL": "oracle://u:hunter2@h/x", "HUICE_SECRET_KEY": "hunter2"}
    good = {**PRODUCTION, "HUICE_DATABASE_URL": "postgresql://u:hunter2@h/x"}

    with pytest.raises(ConfigError) as caught:
        load_config(home(tmp_path, **bad))
    config = load_config(home(tmp_path, **good))

    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(config)
    assert KEY not in repr(config)
    assert config.database_url == "postgresql+psycopg://u:hunter2@h/x"


def test_districts_are_a_list_without_repeats(tmp_path):
    config = load_config(home(tmp_path, HUICE_DISTRICTS="罗湖区，福田区、罗湖区"))

    assert config.districts == ("罗湖区", "福田区")


def test_a_configuration_cannot_be_changed(tmp_path):
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_config(home(tmp_path)).port = 1


def test_every_setting_says_what_it_is_for():
    assert all(name.startswith("HUICE_") and purpose for name, (_, purpose) in SETTINGS.items())
