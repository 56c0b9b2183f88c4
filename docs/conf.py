"""The documentation site: built by ``make docs`` into ``docs/_build/html``, without a network."""

import shutil
from importlib.metadata import version as installed_version
from pathlib import Path

HERE = Path(__file__).parent

project = "mailkit"
author = "The mailkit authors"
copyright = "The mailkit authors"  # noqa: A001 - the name that Sphinx reads
release = version = installed_version("mailkit-lab")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "README.md"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # the stored outputs are shown; tests run the notebooks
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True

html_theme = "furo"
html_title = f"mailkit {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_search_scorer = str(HERE / "search_scorer.js")
html_theme_options = {"navigation_with_keys": True}

autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
suppress_warnings = ["mystnb.unknown_mime_type"]

# The notebooks are beside docs/; Sphinx reads below docs/ only.
_NOTEBOOKS = HERE / "tutorials" / "notebooks"
shutil.rmtree(_NOTEBOOKS, ignore_errors=True)
_NOTEBOOKS.mkdir(parents=True)
for _notebook in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
    _text = _notebook.read_text("utf-8").replace("](../docs/", "](../../")
    (_NOTEBOOKS / _notebook.name).write_text(_text, "utf-8")

from mailkit.cli.reference import command_line_page  # noqa: E402

(HERE / "reference" / "command-line.md").write_text(command_line_page(), "utf-8")
