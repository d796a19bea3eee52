"""`python -m bench [name …]`: run benches against the database in DATABASE_URL and print one JSON object."""

import importlib
import json
import sys

BENCHES = ("lifecycle", "importing", "verify", "pages", "ladder", "export", "documents", "spike", "joint")


def main() -> None:
    """Run the benches named (all of them where none is) and print their figures."""
    unknown = set(sys.argv[1:]) - set(BENCHES)
    if unknown:
        sys.exit(f"no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    figures = {}
    for name in sys.argv[1:] or BENCHES:
        figures[name] = importlib.import_module(f"bench.{name}").run()
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
