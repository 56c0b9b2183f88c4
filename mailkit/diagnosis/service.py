"""One service in question: look, judge, repair, prove."""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_hex
from time import monotonic

from mailkit.account import Account, Service, with_changes
from mailkit.checks import check_service
from mailkit.diagnosis.allowance import MAX_LOGINS, Allowance
from mailkit.diagnosis.candidates import (
    FROM_PEER,
    Candidate,
    candidates,
    changes,
    rank,
    trusts_host,
    user_forms,
)
from mailkit.diagnosis.cause import cause_of, deduplicated, settings_cannot_help, target_of
from mailkit.diagnosis.comparison import (
    open_and_identify,
    probe_addresses,
    probe_alternatives,
    shown_chain,
    with_chains,
)
from mailkit.diagnosis.context import (
    context_of,
    published,
    reference_hosts,
    with_anchors,
    with_names,
    with_network,
)
from mailkit.errors import SecretError
from mailkit.finding import Finding, Severity
from mailkit.net.options import ConnectOptions
from mailkit.net.probe import endpoint_of, probe
from mailkit.observation import Before, Context, Observation, Proof, Stop, StopReason
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import LOGIN_ONLY, AfterLogin
from mailkit.protocol.dialogue import Credentials, Stopped
from mailkit.protocol.login import means_locked
from mailkit.protocol.transcript import Case, dumps
from mailkit.report import UNEXPLAINED, Attempt, Proposal, ServiceReport
from mailkit.rules.catalogue import RULES, WIRE, case_findings, wire_findings
from mailkit.rules.facts import (
    begins_with_tls,
    certificate_failed,
    plainly_refused,
    speaker,
)

__all__ = ["ServiceDiagnosis"]

_NOT_DIALLED = {"cfg-port-range", "cfg-host-scheme", "cfg-host-is-email", "cfg-url-encoding"}
"""With these there is nothing to connect to."""

_NETWORK = {
    StopReason.TIMED_OUT,
    StopReason.REFUSED,
    StopReason.UNREACHABLE,
    StopReason.RESET,
    StopReason.TLS_FAILED,
}
"""Ends that the network may be to blame for, so that other hosts are looked at too."""

_NO_WAY = {StopReason.NO_NAME, StopReason.NO_ADDRESS, StopReason.NO_RESOLVER}
"""Then every port of the same host leads as far."""


class ServiceDiagnosis:
    """One service in question: what was seen so far, and how many logins are left."""

    def __init__(
        self,
        service: Service,
        account: Account,
        accounts: Sequence[Account],
        setting: ConnectOptions,
        *,
        login: bool,
        after_login: AfterLogin = LOGIN_ONLY,
        before: Before | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self.service, self.account, self.setting = service, account, setting
        self.accounts, self.after_login = accounts, after_login
        self.context = context_of(service, account, accounts, before)
        self.attempts: list[Attempt] = []
        self.others: list[Observation] = []
        self.allowance = allowance or Allowance()
        self.logins_left = self.allowance.logins.get(service.role, MAX_LOGINS)
        self.password = self._fetch_password() if login else None
        self.static = check_service(service, account, accounts, password=self.password)
        self.can_log_in = self.password is not None and sasl.spoken(service.auth)
        self.must_log_in = self.can_log_in and bool(service.user)
        self.proposal: Proposal | None = None
        self.proved: Observation | None = None
        self.greeting = ""
        self.seen = Observation(endpoint=endpoint_of(service))

    def run(self, *, thorough: bool, wrong_password: bool = False) -> ServiceReport:
        """Look, judge, repair."""
        seen = self._first_look()
        seen = self._with_chain(seen)
        found = self._findings(seen)
        fine = seen.stop is None and not any(f.severity is Severity.ERROR for f in found)
        if not fine or thorough:
            self._look_around(seen)
        if thorough and seen.stop is not None and seen.stop.kind in _NETWORK:
            for look in reference_hosts(self.service, self.setting):
                self.others.append(look)
                self._tried(look, at="for comparison")
        if seen.stop is not None and seen.stop.kind is StopReason.REJECTED:
            if plainly_refused(seen) and not self._try_in_words(seen):
                self._try_user_forms()
        elif not fine and not settings_cannot_help(seen):
            self._find_repair(seen)
        elif thorough:
            self._look_at_siblings(seen)
        if thorough or any(one.address != seen.address for one in self.others if one.address):
            self.others = with_chains(self.others, self.setting)
        if wrong_password and seen.proof is Proof.LOGGED_IN and self.logins_left > 0:
            self._try_wrong_password()
        if not fine or thorough or self.others:
            found = self._findings(seen)
        self.seen = seen
        return self._report(seen, found)

    def compared(self, other: "ServiceDiagnosis", report: ServiceReport) -> ServiceReport:
        """The report, in the light of what came out for the account's other service.

        Where the one refuses a login that the other accepts, the password is not what is wrong.
        """
        same = (
            self.seen.stop is not None
            and self.seen.stop.kind is StopReason.REJECTED
            and other.seen.proof is Proof.LOGGED_IN
            and self.password == other.password
            and self.service.user == other.service.user
        )
        if not same or self.proposal is not None:
            return report
        accepted = f"{other.service.protocol} {other.service.endpoint}"
        self.context = replace(self.context, accepted_elsewhere=accepted)
        return self._report(self.seen, self._findings(self.seen))

    def _fetch_password(self) -> str | None:
        secret = self.service.secret
        if secret is None:
            return None
        try:
            return secret.reveal()
        except SecretError as error:
            source = f"{secret.kind} {secret.source}"
            self.context = replace(self.context, secret_error=str(error), secret_source=source)
            return None

    def _credentials(self, service: Service, *, login: bool) -> Credentials | None:
        if not service.user:
            return None
        may = login and self.can_log_in and self.logins_left > 0
        if may:
            self.allowance.before_login(self.service.role)
        return Credentials(service.user, self.password if may else None, service.auth)

    def _first_look(self) -> Observation:
        service = self.service
        if any(f.id in _NOT_DIALLED for f in self.static):
            seen = Observation(endpoint=endpoint_of(service), stop=Stop(StopReason.BAD_SETTINGS))
        else:
            credentials = self._credentials(service, login=True)
            seen, others = open_and_identify(service, self.setting, credentials, self.after_login)
            seen = with_names(seen, service, self.account, self.setting)
            self.context = with_network(self.context, seen, service, self.setting)
            self.others += others
            self._count(seen)
        self.greeting = " ".join(seen.greeting)
        self._tried(seen, self.others, self.context)
        for look in self.others:
            self._tried(look)
        return seen

    def _try_wrong_password(self) -> None:
        """On request: whether the server accepts a password that cannot be right."""
        self.allowance.before_login(self.service.role)
        wrong = Credentials(self.service.user, f"not-{token_hex(8)}", self.service.auth)
        look = probe(self.service, self.setting, credentials=wrong)
        self._count(look)
        look = replace(look, request=replace(look.request, wrong_password=True))
        self.others.append(look)
        self._tried(look, at="with a wrong password")

    def _with_chain(self, seen: Observation) -> Observation:
        """Where verification failed, the chain, by a connection without credentials."""
        if not certificate_failed(seen):
            return seen
        look = shown_chain(self.service, self.setting)
        self.others.append(look)
        self.attempts.append(
            Attempt(
                f"{seen.endpoint} without verification",
                "the certificate chain was checked",
                look.ms,
            )
        )
        self.context = with_anchors(self.context, self.setting.trust)
        return replace(seen, chain=look.chain)

    def _look_around(self, seen: Observation) -> None:
        """The same endpoint at the other addresses of its name."""
        if seen.address and (seen.tls is not None or certificate_failed(seen)):
            for look in probe_addresses(self.service, self.setting, seen.address):
                self.others.append(look)
                self._tried(look, at=f"at {look.address}")

    def _look_at_siblings(self, seen: Observation) -> None:
        """The other ports of the host, at all its addresses."""
        for one in candidates(self.service, (), ""):
            if one.service.port != self.service.port:
                (look,) = self._looked(one.service)
                if look.address and (look.tls is not None or certificate_failed(look)):
                    for node in probe_addresses(one.service, self.setting, look.address):
                        self.others.append(node)
                        self._tried(node, at=f"at {node.address}")

    def _looked(self, *services: Service) -> list[Observation]:
        """Look at other settings side by side; what was seen already is not dialled again."""
        known = {look.endpoint: look for look in self.others if look.tls and look.tls.verified}
        fresh = [one for one in services if endpoint_of(one) not in known]
        asking = [(one, self._credentials(one, login=False)) for one in fresh]
        for look in probe_alternatives(asking, self.setting):
            self.others.append(look)
            self._tried(look)
            known[look.endpoint] = look
        return [known[endpoint_of(one)] for one in services]

    def _try_in_words(self, seen: Observation) -> bool:
        """Where a challenge was answered and refused, try the password itself, over verified TLS.

        A server that keeps hashes may announce CRAM-MD5 or SCRAM and not be able to do it.
        """
        used = seen.login.mechanism if seen.login else ""
        plain = next((name for name in ("PLAIN", "LOGIN") if name in seen.mechanisms), "")
        if used not in sasl.CHALLENGE_ONLY or not plain or seen.tls is None:
            return False
        other = with_changes(self.service, {"auth": plain.lower()})
        look = self._login(other)
        self.others.append(look)
        self._tried(look, at=f"with {plain}")
        if look.proof is Proof.LOGGED_IN:
            self._propose(other, look)
            return True
        return False

    def _try_user_forms(self, service: Service | None = None) -> bool:
        """Log in with other forms of the user name, where the refusal leaves that open."""
        service = service or self.service
        for form in user_forms(self.service, self.account, self.static, self.greeting):
            if self.logins_left <= 0:
                return False
            look = self._login(other := with_changes(service, {"user": form}))
            self.others.append(look)
            self._tried(look, at=f"as {form}")
            if look.proof is Proof.LOGGED_IN:
                self._propose(other, look)
                return True
            if look.stop is None or look.stop.kind is not StopReason.REJECTED:
                self.logins_left = 0
        return False

    def _find_repair(self, seen: Observation) -> None:
        """Look at other settings side by side, and prove the best by a login."""
        found = self._findings(seen)
        heard = speaker(seen, self.others)
        tries = [
            one
            for one in candidates(
                self.service,
                found,
                heard,
                tls=begins_with_tls(seen),
                told=published(seen.dns, self.service.protocol),
            )
            if self._same_server(one, seen) and self._may_answer(one, seen)
        ][:16]
        if not tries:
            return
        others = self._looked(*(one.service for one in tries))
        reached = [
            (rank(self.service, one.service, look.proof), number, one, look)
            for number, (one, look) in enumerate(zip(tries, others, strict=True))
            if look.proof >= Proof.SECURED
            and (look.proof > seen.proof or one.service.user != self.service.user)
        ]
        reached.sort(key=lambda row: row[:2])
        for _, _, one, look in reached:
            self._propose(one.service, look)
            if look.proof < Proof.CAPABLE or not self._prove(one):
                continue
            break

    def _may_answer(self, one: Candidate, seen: Observation) -> bool:
        """Whether a look can tell anything new: not where the same name leads nowhere."""
        nowhere = seen.stop is not None and seen.stop.kind in _NO_WAY
        return not nowhere or one.service.host != self.service.host

    def _same_server(self, one: Candidate, seen: Observation) -> bool:
        """Whether a name that only the certificate supplied leads to the same address."""
        if one.origin not in FROM_PEER:
            return True
        try:
            left = max(self.setting.deadline - monotonic(), 0)
            found = self.setting.routes.addresses(
                one.service.host, one.service.port, min(self.setting.reply_timeout_s, left)
            )
        except Stopped:
            return False
        return seen.address in [address for address, _ in found]

    def _prove(self, one: Candidate) -> bool:
        """Log in with a candidate, if the password may go there."""
        service = one.service
        if not self.can_log_in or not trusts_host(self.service, one, self.account):
            return True
        if self.logins_left <= 0:
            return True
        look = self._login(service)
        self._tried(look)
        if look.proof is Proof.LOGGED_IN:
            self._propose(service, look)
            return True
        if look.stop is not None and look.stop.kind is StopReason.REJECTED:
            self.others.append(look)
            return self._try_user_forms(service) or True
        return False

    def _login(self, service: Service) -> Observation:
        """One login more, with the errand behind it: no letter goes out before one is accepted."""
        credentials = self._credentials(service, login=True)
        look = probe(service, self.setting, credentials=credentials, after_login=self.after_login)
        self._count(look)
        return look

    def _propose(self, service: Service, look: Observation) -> None:
        if self.proposal is not None and look.proof <= self.proposal.proof:
            return
        self.proposal = Proposal(service, changes(self.service, service), look.proof)
        if look.proof is Proof.LOGGED_IN:
            self.proved = look

    def _count(self, look: Observation) -> None:
        """Count a login; after a lock, a limit or a temporary failure none is left."""
        if look.login is None:
            return
        self.logins_left -= 1
        temporary = look.stop is not None and look.stop.kind is StopReason.TEMPORARY
        if temporary or means_locked(look.endpoint.protocol, look.reply):
            self.logins_left = 0

    def _findings(self, seen: Observation) -> list[Finding]:
        wire = case_findings(self._case(seen))
        logged_in = seen.proof is Proof.LOGGED_IN
        return [*wire, *(f for f in self.static if not (logged_in and RULES[f.id].suspicion))]

    def _case(self, seen: Observation, findings: Sequence[str] = ()) -> Case:
        return Case(
            service=self.service,
            account=self.account,
            seen=seen,
            others=tuple(self.others),
            fixed=self.proved,
            context=self.context,
            findings=tuple(findings),
        )

    def _tried(
        self,
        look: Observation,
        others: Sequence[Observation] = (),
        context: Context | None = None,
        *,
        at: str = "",
    ) -> None:
        what = str(look.endpoint)
        if look.endpoint.protocol in ("http", "tcp"):
            what = f"{look.endpoint.host}:{look.endpoint.port}"
            what += " GET" if look.endpoint.protocol == "http" else ""
            what += " inside TLS" if look.endpoint.security == Security.IMPLICIT_TLS else ""
        elif look.endpoint.protocol != self.service.protocol:
            what = f"{look.endpoint.protocol} {what}"
        self.attempts.append(
            Attempt(f"{what} {at}".rstrip(), self._outcome(look, others, context), look.ms)
        )

    def _outcome(
        self, look: Observation, others: Sequence[Observation], context: Context | None
    ) -> str:
        if look.endpoint.protocol == "http":
            return look.greeting[0] if look.greeting else "no web server"
        if look.stop is None:
            return "connected" if look.endpoint.protocol == "tcp" else look.proof.word
        if look.endpoint.protocol == "tcp":
            return str(look.stop.kind)
        wire = wire_findings(self.service, self.account, look, others, context)
        errors = [f.id for f in wire if f.severity is Severity.ERROR]
        return errors[0] if errors else str(look.stop.kind)

    def _report(self, seen: Observation, found: Sequence[Finding]) -> ServiceReport:
        proved = self.proposal.changes if self.proposal else {}
        cause = cause_of(seen, found, proved)
        target = target_of(self.service, must_log_in=self.must_log_in)
        ok = seen.stop is None and not cause and seen.proof >= target
        if not ok and not cause:
            cause = UNEXPLAINED
        order = {f.id: number for number, f in enumerate(found)}
        findings = sorted(
            deduplicated(found),
            key=lambda f: (f.id != cause, [*Severity].index(f.severity), order[f.id]),
        )
        case = self._case(seen, [*dict.fromkeys(f.id for f in found if f.id in WIRE)])
        return ServiceReport(
            service=self.service,
            ok=ok,
            proof=seen.proof,
            cause=cause,
            findings=tuple(findings),
            proposal=None if ok else self.proposal,
            attempts=tuple(self.attempts),
            transcript=tuple(dumps(case).splitlines()),
            may_log_in=self.must_log_in,
            seen=seen,
            others=tuple(self.others),
        )
