"""Adds up JUnit reports and prints "N passed, N failed" (", N skipped" where any were); fails if any test did."""

import sys
import xml.etree.ElementTree as xml


def count(path):
    """Passed, failed and skipped tests of a report."""
    cases = list(xml.parse(path).iter("testcase"))
    failed = sum(1 for case in cases if case.find("failure") is not None or case.find("error") is not None)
    skipped = sum(1 for case in cases if case.find("skipped") is not None)
    return len(cases) - failed - skipped, failed, skipped


def main():
    totals = [sum(numbers) for numbers in zip(*(count(path) for path in sys.argv[1:]))] or [0, 0, 0]
    passed, failed, skipped = totals
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed or not passed else 0)


main()
