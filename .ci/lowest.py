"""Print the lowest version that pyproject.toml allows of each package mailkit needs, as constraints for pip.

Tools of development are left out: they change nothing of what people run.
"""

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def lowest() -> list[str]:
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    found = {}
    for text in (text for group in groups for text in group):
        if (match := re.fullmatch(r"([A-Za-z0-9._-]+)>=([0-9.]+)", text)) is not None:
            found[match[1]] = f"{match[1]}=={match[2]}"
        elif not text.startswith("mailkit-lab["):
            raise SystemExit(f"{text}: a requirement is written NAME>=VERSION")
    return sorted(found.values(), key=str.lower)


if __name__ == "__main__":
    sys.stdout.write("".join(f"{one}\n" for one in lowest()))
