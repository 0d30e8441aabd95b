"""Plugins: found, checked, guarded; the core sees components alone."""
