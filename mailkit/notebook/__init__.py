"""Tables and plots for notebooks, also as plain text, and a lab in one line.

``transcript``, ``chain`` and ``matrix`` make tables, ``timeline`` and ``overview`` plots with their table; a report
is shown as the last line of a cell.
"""

from mailkit.notebook.pictures import chain, matrix, overview, timeline, transcript
from mailkit.notebook.plot import Plot
from mailkit.notebook.servers import lab_account, lab_options, standard_library, start_lab
from mailkit.notebook.table import Table

__all__ = [
    "Plot",
    "Table",
    "chain",
    "lab_account",
    "lab_options",
    "matrix",
    "overview",
    "standard_library",
    "start_lab",
    "timeline",
    "transcript",
]
