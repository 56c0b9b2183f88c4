"""The state of one service's diagnosis: observations, logins left, and the report.

The steps that drive it are in :mod:`mailkit.diagnosis.steps`.
"""

from collections.abc import Sequence
from dataclasses import replace

from mailkit.account import Account, Service
from mailkit.checks import check_service
from mailkit.diagnosis.allowance import MAX_LOGINS
from mailkit.diagnosis.candidates import changes
from mailkit.diagnosis.cause import cause_of, deduplicated, target_of
from mailkit.diagnosis.comparison import probe_alternatives
from mailkit.diagnosis.context import context_of
from mailkit.diagnosis.options import DiagnoseOptions
from mailkit.diagnosis.silence import Silences
from mailkit.errors import SecretError
from mailkit.finding import INTERNAL_ERROR, Finding, Severity, failed
from mailkit.net.probe import endpoint_of, probe
from mailkit.net.waiting import apart
from mailkit.observation import Context, Observation, Proof, StopReason
from mailkit.ports import Security
from mailkit.protocol import sasl
from mailkit.protocol.after_login import AfterLogin, MailTransaction
from mailkit.protocol.dialogue import Credentials
from mailkit.protocol.login import means_locked
from mailkit.protocol.masking import Secrets
from mailkit.protocol.transcript import Case, TranscriptLines
from mailkit.report import UNEXPLAINED, Attempt, Proposal, ServiceReport
from mailkit.report.json import earlier
from mailkit.rules.facts import tls_alert
from mailkit.rules.static import STATIC

__all__ = ["ServiceDiagnosis"]


class ServiceDiagnosis:
    """The diagnosis of one service: observations so far, and the logins left.

    ``seen`` is the observation of the settings as they are, ``others`` are all others, ``proved`` is the one that
    verified the proposal by a login. ``works`` is whether the first check found nothing wrong, ``failed`` what failed
    in mailkit itself.
    """

    def __init__(
        self,
        service: Service,
        account: Account,
        wanted: DiagnoseOptions,
        transaction: MailTransaction | None = None,
        silences: Silences | None = None,
    ) -> None:
        self.service, self.account = service, account
        self.setting = wanted.dialled(Secrets())  # of this service only
        self.after_login = AfterLogin(wanted.mailbox, transaction)
        report = wanted.before
        before = None if report is None else earlier(report, account.label, service.role)
        self.context = context_of(service, account, wanted.accounts, before)
        self.attempts: list[Attempt] = []
        self.others: list[Observation] = []
        self.allowance = wanted.allowance
        self.silences = silences
        self.logins_left = self.allowance.logins.get(service.role, MAX_LOGINS)
        self.password = self._fetch_password() if wanted.login else None
        self.static = check_service(service, account, wanted.accounts, password=self.password)
        self.can_log_in = self.password is not None and sasl.spoken(service.auth)
        self.must_log_in = self.can_log_in and bool(service.user)
        self.proposal: Proposal | None = None
        self.proved: Observation | None = None
        self.seen = Observation(endpoint=endpoint_of(service))
        self.found: list[Finding] = []
        self.failed: list[Finding] = []
        self.works = False

    def _fetch_password(self) -> str | None:
        secret = self.service.secret
        if secret is None:
            return None
        try:
            return secret.reveal() if secret.at_hand else apart(secret.reveal)
        except SecretError as error:
            source = f"{secret.kind} {secret.source}"
            self.context = replace(self.context, secret_error=str(error), secret_source=source)
            return None

    def credentials(self, service: Service, *, login: bool) -> Credentials | None:
        """Return the credentials; without a password only the offer of a login is checked."""
        if not service.user:
            return None
        may = login and self.can_log_in and self.logins_left > 0
        if may:
            self.allowance.before_login(self.service.role)
        return Credentials(service.user, self.password if may else None, service.auth)

    def log_in(self, service: Service) -> Observation:
        """Log in again, with the tasks after the login: no message is sent before a login is accepted."""
        credentials = self.credentials(service, login=True)
        observation = probe(
            service, self.setting, credentials=credentials, after_login=self.after_login
        )
        self.count(observation)
        return observation

    def count(self, observation: Observation) -> None:
        """Count a login; after a lock, a limit or a temporary failure no login is left."""
        if observation.login is None:
            return
        self.logins_left -= 1
        if not (observation.stop or observation.reply):
            return
        temporary = observation.stop is not None and observation.stop.kind is StopReason.TEMPORARY
        if temporary or means_locked(observation.endpoint.protocol, observation.reply):
            self.logins_left = 0

    def probe_others(self, *services: Service) -> list[Observation]:
        """Probe other settings in parallel; those with an observation are not opened again.

        Neither is a port that said nothing to a TLS hello: the person has waited for it once.
        """
        known = {
            observation.endpoint: observation
            for observation in self.others
            if (observation.tls and observation.tls.verified) or tls_alert(observation, "NO_ANSWER")
        }
        fresh = [service for service in services if endpoint_of(service) not in known]
        asking = [(service, self.credentials(service, login=False)) for service in fresh]
        for observation in probe_alternatives(asking, self.setting):
            self.add(observation)
            known[observation.endpoint] = observation
        return [known[endpoint_of(service)] for service in services]

    def add(self, observation: Observation, *, at: str = "") -> None:
        """Add an observation, and record the attempt."""
        self.others.append(observation)
        self.record(observation, at=at)

    def record(
        self,
        observation: Observation,
        others: Sequence[Observation] = (),
        context: Context | None = None,
        *,
        at: str = "",
    ) -> None:
        """Record an attempt, with its first error."""
        what = str(observation.endpoint)
        if observation.endpoint.protocol in ("http", "tcp"):
            what = f"{observation.endpoint.host}:{observation.endpoint.port}"
            what += " GET" if observation.endpoint.protocol == "http" else ""
            what += " inside TLS" if observation.endpoint.security == Security.IMPLICIT_TLS else ""
        elif observation.endpoint.protocol != self.service.protocol:
            what = f"{observation.endpoint.protocol} {what}"
        self.attempts.append(
            Attempt(
                f"{what} {at}".rstrip(), self._outcome(observation, others, context), observation.ms
            )
        )

    def _outcome(
        self, observation: Observation, others: Sequence[Observation], context: Context | None
    ) -> str:
        if observation.endpoint.protocol == "http":
            return observation.greeting[0] if observation.greeting else "no web server"
        if observation.stop is None:
            return "connected" if observation.endpoint.protocol == "tcp" else observation.proof.word
        if observation.endpoint.protocol == "tcp":
            return str(observation.stop.kind)
        from mailkit.rules.wire import wire_findings

        wire = wire_findings(self.service, self.account, observation, others, context)
        errors = [f.id for f in wire if f.severity is Severity.ERROR]
        return errors[0] if errors else str(observation.stop.kind)

    def propose(self, service: Service, observation: Observation) -> None:
        """Propose other settings, if they were verified further than the current proposal."""
        if self.proposal is not None and observation.proof <= self.proposal.proof:
            return
        self.proposal = Proposal(service, changes(self.service, service), observation.proof)
        if observation.proof is Proof.LOGGED_IN:
            self.proved = observation

    def lose(self, step: str, error: Exception) -> None:
        """A step of the diagnosis failed: keep what is known, and make no further login."""
        self.logins_left = 0
        self.failed.append(failed(f"the step “{step}”", error))

    def find(self) -> list[Finding]:
        """Return the findings of all observations so far."""
        from mailkit.rules.wire import DIAGNOSIS, case_findings

        wire = case_findings(self._case())
        logged_in = self.seen.proof is Proof.LOGGED_IN
        doubts = (f for f in self.static if not (logged_in and DIAGNOSIS[f.id].suspicion))
        self.found = [*wire, *doubts]
        return self.found

    def _case(self, findings: Sequence[str] = ()) -> Case:
        return Case(
            service=self.service,
            account=self.account,
            seen=self.seen,
            others=tuple(self.others),
            fixed=self.proved,
            context=self.context,
            findings=tuple(findings),
        )

    def report(self) -> ServiceReport:
        """The report on the service, the cause first."""
        seen, found = self.seen, [*self.found, *self.failed]
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
        beside = {*STATIC, INTERNAL_ERROR}
        case = self._case([*dict.fromkeys(f.id for f in found if f.id not in beside)])
        return ServiceReport(
            service=self.service,
            ok=ok,
            proof=seen.proof,
            cause=cause,
            findings=tuple(findings),
            proposal=None if ok else self.proposal,
            attempts=tuple(self.attempts),
            transcript=TranscriptLines(case),
            may_log_in=self.must_log_in,
            seen=seen,
            others=tuple(self.others),
        )
