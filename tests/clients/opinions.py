"""What schemathesis takes for a failure and is none. It knows the document, and neither what is in the database nor
where Stint is liberal on purpose; docs/document.md says more of each. Loaded by it (SCHEMATHESIS_HOOKS): its two checks
stand here again, and let pass what has a reason in these lists, and nothing else."""

import re

import addresses  # noqa: F401 - a hook
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

# Of what is wrong with a request as such. All other errors say that it does not fit what is there.
OF_FORM = {"bad_request", "malformed_json", "unsupported_media_type", "validation_failed", "workspace_required"}

REFUSED = {  # sentences of answers to requests that are of their schema
    "a NUL in a name that nothing takes": r"has a key with a NUL in it",
    "invisible characters have no short pattern": r"without invisible characters",
    "validators that divide fail on decimals": r"at most four decimals",
    "it does not fit what is there": r"not one of|of another|has no contract|cannot be changed|cannot be assigned"
                                     r"|below itself|another member|no such|twice|already",
    "fields depend on each other": r"after or equal to|required unless|needs a|differ\.|after start|be after",
    "formats are the server's to judge": r"valid email address|a time zone such as|a currency such as|instant with Z"
                                         r"|address of http|a private network|names such as"
                                         r"|a date that exists|an id, or none|without NUL",
    "the password of a new account is longer": r"at least 8 characters"}

ACCEPTED = {  # what the schema excludes and the server takes
    "a member of one workspace need not name it": r"workspace_id",
    "nothing sent is nothing changed": r"Missing request body|was object, became|in body - incorrect type",
    "a parameter without a value is left out": r"parameters? .* in query",
    "names that nothing takes are ignored, and named": r"additionalProperties",
    "what shows nothing is cut off at the ends of texts": r"pattern|minLength|maxLength",
    "names of values in any case": r"enum",
    "numbers and truth values as texts, as forms have them": r"type|format"}


def _is_known(reasons, sentence):
    return any(re.search(pattern, sentence) for pattern in reasons.values())


@schemathesis.check
def what_is_of_its_schema_is_accepted(ctx, response, case):
    try:
        return positive_data_acceptance(ctx, response, case)
    except RejectedPositiveData:
        answer = response.json()
        if answer["error"] in OF_FORM and not _is_known(REFUSED, answer["message"]):
            raise


@schemathesis.check
def what_is_not_is_refused(ctx, response, case):
    try:
        return negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData as failure:
        if not _is_known(ACCEPTED, failure.message):
            raise
