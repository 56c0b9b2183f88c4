"""What a notebook shows: tables that say the same as HTML and as plain text, in light and in dark, without colour.

``matrix``, ``timeline``, ``transcript``, ``chain`` and ``overview`` make tables; reports show themselves.
"""

from mailkit.notebook.pictures import chain, matrix, overview, timeline, transcript
from mailkit.notebook.servers import start_lab
from mailkit.notebook.table import Table

__all__ = ["Table", "chain", "matrix", "overview", "start_lab", "timeline", "transcript"]
