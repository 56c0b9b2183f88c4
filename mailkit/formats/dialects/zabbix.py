"""Zabbix: media types in an export of its settings (YAML, JSON or XML)."""

from mailkit.formats.dialect import ABSENT, Dialect, Mode, ServiceWords
from mailkit.ports import Security

DIALECTS = (
    Dialect(
        name="zabbix",
        title="Zabbix",
        syntaxes=("yaml", "json", "xml"),
        files=("zbx_export_mediatypes.*",),
        marks=("zabbix_export.media_types.*.type", "zabbix_export.version"),
        new_file=True,
        services=(
            ServiceWords(
                at=("zabbix_export.media_types.*",),
                host=("smtp_server",),
                port=("smtp_port",),
                user=("username",),
                secret=("password",),
                helo=("smtp_helo",),
                address=("smtp_email",),
                verify=("smtp_verify_peer", "smtp_verify_host"),
                login_flag=("smtp_authentication",),
                needs={
                    "/zabbix_export.version": "7.0",
                    "name": "Email",
                    "type": "EMAIL",
                },
                enabled={"status": ("ENABLED", "0", "")},
                ports=25,
                modes=(
                    Mode(Security.IMPLICIT_TLS, {"smtp_security": ("SSL_OR_TLS", "2")}),
                    Mode(Security.STARTTLS, {"smtp_security": ("STARTTLS", "1")}),
                    Mode(Security.CLEARTEXT, {"smtp_security": ("NONE", "0", ABSENT)}),
                ),
            ),
        ),
        example="zbx_export_mediatypes.yaml",
        sources=(
            "https://www.zabbix.com/documentation/current/en/manual/xml_export_import/media",
            "https://www.zabbix.com/documentation/current/en/manual/api/reference/mediatype/object",
            "https://github.com/zabbix/zabbix/blob/master/ui/include/classes/xml/CXmlConstantName.php",
        ),
        dated="2026-11-27",
    ),
)
