"""What LiteLLM and Dragoman make of the same requests and answers, and where they differ.

    scripts/differential [GLOB ...] [--verbose]

Every case goes through LiteLLM, whose HTTP client is replaced by one that records the request and
plays the answer, and through `dragoman translate batch`. What comes out is compared by meaning. A
difference must stand in differential/allowed.txt, with who is right and why. The exit code is 1
where one does not, and where a line of that file is needed no more.

GLOB picks cases by name, such as 'request/groq/*'; then no line is called unneeded.
"""

import argparse
import collections
import sys

from . import allowed, cases, compare, corpus, dragoman_side, litellm_side


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("globs", nargs="*", metavar="GLOB")
    parser.add_argument("--verbose", action="store_true", help="print both sides of each difference")
    args = parser.parse_args()

    rows = dragoman_side.rows()
    spoken = dragoman_side.names(rows)
    addressed = [name for name in dragoman_side.addressed(rows) if litellm_side.knows(name)]
    recorded = corpus.cases()
    chosen = [case for case in cases.cases(addressed) + recorded if case.is_named(args.globs)]
    silent = collections.Counter(case.provider for case in chosen if case.provider not in spoken)
    chosen = [case for case in chosen if case.provider in spoken]
    lines = allowed.read()

    ours = dragoman_side.run(chosen)
    found = collections.Counter()
    unknown = []
    for case in chosen:
        theirs = litellm_side.run(case)
        for difference in compare.differences(case, theirs, ours[case.name]):
            found[case.kind] += 1
            line = next((line for line in lines if line.fits(case, difference)), None)
            if line is None:
                unknown.append((case, difference))
            else:
                line.used += 1

    for case, difference in unknown:
        print(f"{case.name} | {difference.where}")
        print(f"    litellm:  {difference.theirs}\n    dragoman: {difference.ours}")
        if args.verbose:
            print(f"    case:     {case.body}")
    unneeded = [] if args.globs else [line for line in lines if not line.used]
    if not recorded:
        unneeded = [line for line in unneeded if not line.cases.startswith("corpus/")]
    for line in unneeded:
        print(f"{allowed.FILE}:{line.number}: no case needs this line any more: {line.text}")

    kinds = collections.Counter(case.kind for case in chosen)
    print(
        f"{kinds['request']} requests and {kinds['response']} responses compared; "
        f"{sum(found.values())} differences, of which {len(unknown)} are not allowed; "
        f"{len(unneeded)} lines are not needed."
    )
    if silent:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(silent.items()))
        print(f"Not spoken yet by Dragoman, with the number of their cases: {names}.")
    if not recorded:
        print("There is no recorded traffic beside the repository, so none was compared.")
    return 1 if unknown or unneeded else 0


sys.exit(main())
