"""``python -m mailkit``."""

import sys

from mailkit.cli import main

sys.exit(main())
