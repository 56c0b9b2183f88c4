"""``python -m mailkit``."""

import sys

from mailkit.cli.main import main

sys.exit(main())
