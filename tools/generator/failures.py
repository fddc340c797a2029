"""Which failures an operation may answer with: those that follow from what it is, and its rule's own (x-errors).

tests/http holds this against what the server answers: a code that is not said here fails the scenario that meets it,
and one that no scenario meets fails the run."""

from .problems import Refusal

# {code: whether an operation may answer it, by what it is}
_BY_KIND = {
    "not_found": lambda operation: operation.in_workspace and "{" in operation.path,
    "bad_request": lambda operation: True,
    "workspace_required": lambda operation: operation.in_workspace,
    "malformed_json": lambda operation: operation.takes_body,
    "unauthenticated": lambda operation: not operation.public,
    "token_expired": lambda operation: not operation.public,
    "insufficient_scope": lambda operation: operation.scope is not None and operation.caller != "session",
    "session_required": lambda operation: operation.caller in ("session", "signIn"),
    "csrf_token_needed": lambda operation: operation.takes_cookie and operation.method != "get",
    "cross_site": lambda operation: operation.sets_cookies,
    "tls_needed": lambda operation: operation.sets_cookies,
    "password_needed": lambda operation: operation.fresh,
    "not_a_member": lambda operation: operation.in_workspace,
    "forbidden": lambda operation: isinstance(operation.source.get("x-roles"), list),
    "carried_out_before": lambda operation: operation.is_repeatable,
    "precondition_failed": lambda operation: operation.method in ("put", "delete"),
    "validation_failed": lambda operation: bool(operation.fields),
    "idempotency_key_reused": lambda operation: operation.is_repeatable,
    "rate_limited": lambda operation: True,
}
_NEVER = 405  # an operation that exists is never refused by its method


class Failures:
    """`texts`: {code: text} of all that reach a client, and `statuses`: {code: status}."""

    def __init__(self, api, errors):
        self.texts, self.statuses = {}, {}
        for row in errors:  # those that never reach the wire repeat a code and are left out by that
            if row.status != _NEVER and row.code not in self.texts:
                self.texts[row.code], self.statuses[row.code] = row.text, row.status
        self._own = {}
        for operation in api.operations:
            with api.problems.collecting():
                self._own[operation.id] = self._read(operation)

    def _read(self, operation):
        own = operation.source.get("x-errors", [])
        for code in own:
            if code not in self.texts or self.statuses[code] >= 500:
                raise Refusal(operation.source.at("x-errors"), f"src/base/errors.def has no failure {code} of a rule")
            if code in _BY_KIND and _BY_KIND[code](operation):
                raise Refusal(operation.source.at("x-errors"), f"{code} is said of every such operation already")
        return own

    def of(self, operation):
        """{status: codes}, in the order of errors.def."""
        known = {code for code, may in _BY_KIND.items() if may(operation)} | set(self._own[operation.id])
        result = {}
        for code, status in self.statuses.items():
            if code in known:
                result.setdefault(status, []).append(code)
        return dict(sorted(result.items()))

    @staticmethod
    def are_of_a_rule(codes):
        return not all(code in _BY_KIND for code in codes)

    def of_any(self):
        """What has nothing to do with the operation: how the request came, and how the server fares."""
        said = set(_BY_KIND).union(*self._own.values())
        return [code for code in self.texts if code not in said]
