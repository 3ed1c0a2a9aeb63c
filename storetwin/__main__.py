"""`python -m storetwin` is `storetwin`."""

import sys

from storetwin.cli import main

if __name__ == "__main__":
    sys.exit(main())
