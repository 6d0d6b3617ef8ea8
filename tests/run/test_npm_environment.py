"""What a call of npm itself gets to see."""

from __future__ import annotations

from safe_install.run.npm_environment import npm_environment

SECRETS = {
    "NPM_TOKEN": "canary",
    "AWS_SECRET_ACCESS_KEY": "canary",
    "npm_config__authToken": "canary",
    "npm_config_//registry.example.test/:_authToken": "canary",
    "npm_config_otp": "canary",
}
STEERING = {
    "NODE_OPTIONS": "--require=canary",
    "NODE_PATH": "canary",
    "LD_PRELOAD": "canary",
    "GIT_SSH_COMMAND": "canary",
    "npm_config_script_shell": "canary",
    "npm_config_node_options": "canary",
    "npm_config_git": "canary",
    "npm_config_ignore_scripts": "canary",
    "npm_execpath": "canary",
}
PROXIES = {"https_proxy": "http://user:canary@proxy.example.test", "NO_PROXY": "example.test"}


def test_neither_secrets_nor_what_steers_has_a_way_in() -> None:
    env = npm_environment({**SECRETS, **STEERING}, network=True, configured=True)
    assert "canary" not in str(env)


def test_only_a_call_with_network_gets_the_proxies() -> None:
    assert not PROXIES.keys() & npm_environment(PROXIES).keys()
    assert PROXIES.items() <= npm_environment(PROXIES, network=True).items()


def test_only_the_question_about_configuration_gets_configuration() -> None:
    settings = {
        "NPM_CONFIG_REGISTRY": "https://registry.example.test/",
        "npm_config_@corp:registry": "https://corp.example.test/",
        "npm_config_strict_ssl": "false",
        "npm_config_cafile": "/etc/corp.pem",
    }
    assert not settings.keys() & npm_environment(settings).keys()
    assert settings.items() <= npm_environment(settings, configured=True).items()


def test_language_and_certificates_stay() -> None:
    kept = {
        "LANG": "C.UTF-8",
        "LC_ALL": "C",
        "NO_COLOR": "1",
        "NODE_EXTRA_CA_CERTS": "/etc/corp.pem",
        "HOME": "/home/me",
    }
    assert kept.items() <= npm_environment(kept).items()
