"""Imports for programs."""

from relacja.imports.api.operations import router

__all__ = ["router"]
