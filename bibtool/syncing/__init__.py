"""Documents and their bibliography files in step: what is cited is written, what the author wrote stays, and a lock file remembers."""
