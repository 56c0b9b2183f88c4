"""One rule by its id, without loading all of them."""

from importlib import import_module

from mailkit.finding import Rule, rules_in

__all__ = ["rule_named"]

_FAMILIES = {
    "aut": ("aut", "aut_policy", "aut_state", "aut_names", "aut_after"),
    "cap": ("cap",),
    "cfg": ("cfg_host", "cfg_port", "cfg_security", "cfg_login", "cfg_provider"),
    "crt": ("crt", "crt_leaf", "crt_accepted"),
    "dns": ("dns_resolver", "dns", "dns_domain"),
    "grt": ("grt", "grt_silent"),
    "lim": ("lim",),
    "mbx": ("mbx", "mbx_pop3"),
    "pid": ("pid", "pid_foreign"),
    "snd": ("snd_recipient", "snd_sender", "snd_message"),
    "stt": ("stt", "stt_required"),
    "tcp": ("tcp", "tcp_network"),
    "tls": ("tls",),
}
"""The modules where a rule most likely is, by how its id begins."""


def rule_named(name: str) -> Rule:
    """Return the rule with this id.

    Raises:
        KeyError: it is unknown.
    """
    for family in _FAMILIES.get(name[:3], ()):
        if found := rules_in(import_module(f"mailkit.rules.{family}")).get(name):
            return found
    from mailkit.rules.catalogue import RULES

    return RULES[name]
