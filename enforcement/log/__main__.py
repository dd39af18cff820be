"""Run the witness that works by files: `python -m enforcement.log`."""

import sys

from enforcement.log.exchange import main

sys.exit(main())
