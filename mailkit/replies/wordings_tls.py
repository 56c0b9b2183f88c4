"""Reply texts to STARTTLS, and to a login that needs it."""

from mailkit.replies.reply import SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["UPGRADE"]

UPGRADE: tuple[WordingRow, ...] = (
    rows(
        "stt-already",
        r"\b(?:tls|ssl) (?:is )?(?:already|currently) (?:active|started|on|in use|enabled|running)",
        r"already (?:in|using|running|have) (?:a )?(?:tls|ssl)",
        r"starttls (?:again|twice)|command not permitted when tls active",
    ),
    rows(
        "tls-client-cert",
        r"no client cert(?:ificate)? (?:presented|found|sent|supplied)",
        r"client cert(?:ificate)? (?:is )?(?:required|not (?:presented|trusted|verified))",
        r"\bcert(?:ificate)? required\b|untrusted client cert",
    ),
    rows(
        "aut-encryption-required",
        r"encryption (?:is )?(?:required|needed) for (?:the )?requested auth",
        r"must use (?:ssl|tls|encryption) (?:to|before) (?:auth|log)",
        protocols="s",
        place=SessionPlace.LOGIN,
    ),
    rows(
        "stt-required",
        r"must issue (?:an? )?starttls|issue (?:an? )?starttls (?:command )?first",
        r"(?:starttls|stls|tls|ssl|encryption|encrypted (?:connection|channel|session)|secure connection"
        r"|secure channel) (?:command )?"
        r"(?:is |are |must be |has to be )?(?:required|needed|mandatory|first|demanded|enforced|issued|used|necessary)",
        r"(?:require|requires|need|needs|use|demands?|must (?:use|have|be|start|negotiate)|please) (?:an? |the |over )?"
        r"(?:starttls|tls|ssl|encrypt\w*|secure[d]? (?:connection|channel|transport))",
        (
            r"without (?:an? )?(?:ssl|tls|starttls|encrypt\w*)(?:/tls)? ?(?:encryption |"
            r"connection )?(?:is |are )?(?:not |dis|in|im|un)"
        ),
        r"(?:over|on|via) (?:an? )?(?:unencrypted|insecure|non-?secure|plaintext) (?:connection|channel|link)",
        r"connection is not (?:secure|encrypted)",
        r"does not meet (?:our |the )?(?:tls|encryption) requirements",
        protocols="s",
        code=r"(?!538)[45]\d\d",
        unless=r"s/?mime|\b(?:open)?pgp\b|\bgpg\b",  # about the message, not the connection
    ),
    rows(
        "cap-logindisabled-clear",
        (
            r"(?:plain ?text|clear ?text)[^\n]{0,40}(?:disallowed|not (?:allowed|permitted|"
            r"supported|available)|disabled|prohibited|forbidden|rejected)"
        ),
        (
            r"(?:only available|only permitted|not permitted|not allowed|disabled) (?:under|without|"
            r"outside)[^\n]{0,20}(?:layer|tls|ssl|encrypt\w*)"
        ),
        (
            r"(?:starttls|stls|tls|ssl|encryption|secure connection|"
            r"secure channel) (?:command )?(?:is |are |must be )?(?:required|needed|mandatory|first)"
        ),
        (
            r"(?:require|requires|need|must use|use|enable|issue|please) (?:an? |the )?(?:starttls|"
            r"stls|tls|ssl|encrypt\w*|secure connection)"
        ),
        r"must (?:first )?(?:issue|use|start) (?:an? )?(?:starttls|stls|tls)",
        r"login (?:is )?disabled (?:before|without|until)|privacyrequired|password was exposed",
        protocols="ip",
    ),
    rows(
        "stt-refused",
        (
            r"\b(?:start)?tls (?:is )?(?:not|currently not|temporarily|"
            r"currently) ?(?:un)?(?:available|ready|configured|possible)"
        ),
        r"tls (?:support )?(?:isn't|is not|not) (?:enabled|configured|supported|available)",
        r"(?:tls|starttls) (?:negotiation |initiali[sz]ation )?(?:failed|failure|unavailable)",
        r"error initiali[sz]ing tls",
        r"cannot (?:start|load|get|initiali[sz]e)[^\n]{0,20}(?:tls|certificate|cert\b)",
    ),
)
