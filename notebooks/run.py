"""Execute notebooks in place, and see to it that they can be shown: no error, no secret, no path of a machine.

Usage: python notebooks/run.py [--check] [NOTEBOOK...]

With --check nothing is written. What changes from run to run (execution times, counters of a kernel) is left out of the file.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

HERE = Path(__file__).parent
SECRETS = re.compile(r"open sesame 17|let me in 42")
WIDGET = "application/vnd.jupyter.widget-view+json"
PATHS = re.compile(r"/(?:home|root|Users|tmp|work)/")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_args()
    bad = 0
    for path in options.notebooks or sorted(HERE.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        execute(notebook)
        why = wrong(notebook)
        print(f"{path.name}: {'; '.join(why) or 'OK'}")
        bad += bool(why)
        if not options.check:
            nbformat.write(notebook, path)
    return 1 if bad else 0


def execute(notebook: nbformat.NotebookNode) -> None:
    """Run every cell from top to bottom; the first error ends it."""
    with tempfile.TemporaryDirectory() as folder:
        # A kernel is told which ports are free, and another program may take one before it listens: sockets in files.
        by_files = {"transport": "ipc", "ip": str(Path(folder) / "kernel")}
        NotebookClient(
            notebook,
            timeout=120,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": str(HERE)}},
            config=Config(KernelManager=by_files if os.name == "posix" else {}),
        ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [*filter(None, map(without_widget, cell.outputs))]
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )


def without_widget(output: nbformat.NotebookNode) -> nbformat.NotebookNode | None:
    """An output without a widget, which needs the kernel that drew it; a progress bar goes whole."""
    if WIDGET not in output.get("data", {}):
        return output
    if output.output_type == "display_data":
        return None
    del output.data[WIDGET]
    return output


def wrong(notebook: nbformat.NotebookNode) -> list[str]:
    """What may not be shown."""
    found = []
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            text = str(output)
            if output.output_type == "error":
                found.append(f"cell {number} ends with an error")
            if WIDGET in output.get("data", {}):
                found.append(f"cell {number} shows a widget without a kernel")
            if SECRETS.search(text):
                found.append(f"a secret in an output of cell {number}")
            if PATHS.search(text):
                found.append(f"a path of this machine in an output of cell {number}")
    return found


if __name__ == "__main__":
    sys.exit(main())
