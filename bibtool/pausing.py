"""Waiting, whatever clock the process was given."""

import select
import sys
import time

if sys.platform == "win32":
    pause = time.sleep
else:

    def pause(seconds: float) -> None:
        """Waits so long. `time.sleep` waits until a moment, which fails with "Invalid argument" where libfaketime sets the date alone."""
        select.select([], [], [], seconds)
