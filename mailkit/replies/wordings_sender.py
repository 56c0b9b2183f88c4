"""Reply texts about the sender of a message."""

from mailkit.replies.reply import Certainty, SessionPlace
from mailkit.replies.wordings_row import WordingRow, rows

__all__ = ["SENDER"]

SENDER: tuple[WordingRow, ...] = (
    rows(
        "snd-spam",
        r"mail is unauthenticated|either spf or dkim",
        r"\b(?:spf|dkim|dmarc)\b[^\n]{0,40}(?:fail|check|pass|align|policy|reject)",
        r"\bfake sender\b|per (?:it'?s|your|the) spf record|unauthenticated email",
        r"does not have authentication information|required authentication level",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-rcpt-unknown",
        r"recipient address(?:es)? rejected ?: access denied",
        protocols="s",
        place=SessionPlace.MAIL,
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-sender-unverified",
        (
            r"(?:e-?mail address|sender|from|identit(?:y|ies)|domain|signature)"
            r"[^\n]{0,60}(?:is |are |was )?(?:not|isn't|never been|un) ?(?:been )?"
            r"(?:verified|validated|confirmed|registered|authenticated|activated)"
        ),
        r"unconfigured sending domain|verified sender",
        r"^(?:sender |callout )?verif(?:y|ication) failed for <",
        r"unverified (?:sender|domain|address|email)|validate your (?:sender|domain)",
        r"(?:verify|validate|confirm) the (?:sender|sending|from)|sender signature",
        r"sandbox|sender you used[^\n]{0,40}not valid|only send testing emails",
        (
            r"(?:domain|address|sender)\b[^\n]{0,20}(?:must|needs to|has to) be (?:verified|"
            r"validated|confirmed)"
        ),
        r"domain[^\n]{0,60}(?:is )?not allowed to send|not (?:a )?valid sender",
        r"sender verify failed",
        r"sender address rejected: (?:user unknown|undeliverable|unverified)",
        r"(?:from|sender) domain[^\n]{0,30}not (?:verified|authori[sz]ed|configured)",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"(?:4|5)\d\d",
        unless=r"recipient address rejected",
    ),
    rows(
        "snd-sender-not-logged-in",
        r"sender address rejected: not logged in|auth\w* as (?:the )?(?:owner|sender)",
        protocols="s",
    ),
    rows(
        "snd-sender-not-owned",
        r"^invalid return[- ]path\W{0,3}$",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"5\d\d",
        certainty=Certainty.LIKELY,
    ),
    rows(
        "snd-sender-not-owned",
        r"send ?as ?denied|unknown sender (?:address|identity)",
        (
            r"send(?:ing)? (?:mail |e-?mail )?(?:as|from|on behalf of)[^\n]{0,40}(?:not "
            r"(?:allowed|permitted|authori[sz]ed|owned)|denied|forbidden|disallowed)"
        ),
        (
            r"(?:not (?:allowed|permitted|authori[sz]ed)|do(?:es)? not have "
            r"(?:the )?permissions?|no permission|cannot|can't|not have rights) to (?:send|"
            r"use)[^\n]{0,30}(?:as|from|on behalf|sender|address)"
        ),
        r"mail from\W{1,3}is non-local",
        r"credentials (?:do not|don't|does not) match (?:the )?(?:sender|from)",
        (
            r"(?:mail from|from|sender|address|envelope)[^\n]{0,40}(?:must|should|has to|"
            r"needs to|does not|doesn't|not|do not)[^\n]{0,20}(?:equal|same as|match|belong|"
            r"correspond|identical)"
        ),
        r"sender address rejected: access denied|not owned by|not the owner of",
        r"relaying disallowed as|not one of your addresses",
        r"sender address (?:is )?not allowed|mismatch[^\n]{0,30}sender|sender mismatch",
        r"(?:sender|from)[^\n]{0,30}(?:different from|differs from)",
        (
            r"(?:sender|from)[^\n]{0,40}(?:not (?:allowed|permitted|authori[sz]ed)|"
            r"unauthori[sz]ed\b)"
        ),
        r"not authori[sz]ed (?:as|for)[^\n]{0,24}(?:sender|from|envelope)|5\.7\.60\b",
        r"5\.2\.252\b|mapi_e_no_access|incorrect sender header|emetteur invalide",
        r"^invalid sender\.?$|user[^\n]{0,40}not authori[sz]ed to send",
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"(?:4|5)\d\d",
    ),
    rows(
        "snd-sender-domain",
        r"invalid dns mx\b|domain of sender",
        (
            r"\b(?:from|sender)\b[^\n]{0,20}\bdomain[^\n]{0,20}(?:must|does not|doesn't|"
            r"did not|cannot|can't|not) (?:be )?resolv"
        ),
        r"domain must (?:exist|resolve)",
        (
            r"sender (?:address )?(?:rejected: )?(?:<?\S{1,120}@\S{1,120} )?(?:domain|"
            r"host)[^\n]{0,30}(?:not|unresolv|doesn't|invalid|unknown)"
        ),
        r"sender'?s? domain|(?:unresolvable|non-?existent) (?:sender )?domain",
        protocols="s",
        place=SessionPlace.MAIL,
        unless=r"reverse dns|\bptr\b",
    ),
    rows(
        "snd-sender-syntax",
        r"(?:^|\.{3} )domain name required|sender address rejected: need fully",
        r"arguments? (?:to|of|in) mail\b",
        (
            r"(?:bad|invalid|illegal|malformed) (?:sender|mail ?from|from|return)"
            r"[^\n]{0,10} ?address"
        ),
        (
            r"(?:sender|from) address[^\n]{0,30}(?:syntax|invalid|malformed|contain|not "
            r"(?:a )?valid)"
        ),
        protocols="s",
        place=SessionPlace.MAIL,
        code=r"5\d\d",
        certainty=Certainty.LIKELY,
    ),
)
