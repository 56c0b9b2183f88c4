"""What a notebook shows: tables and plots that say the same as HTML and as plain text, in light and in dark, without colour.

``transcript`` and ``chain`` make tables, ``matrix``, ``timeline`` and ``overview`` plots with words; reports show themselves.
"""

from mailkit.notebook.pictures import chain, matrix, overview, timeline, transcript
from mailkit.notebook.plot import Plot
from mailkit.notebook.servers import start_lab
from mailkit.notebook.table import Table

__all__ = ["Plot", "Table", "chain", "matrix", "overview", "start_lab", "timeline", "transcript"]
