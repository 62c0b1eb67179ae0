"""The library behind the tools: Apache Superset run from Git."""

__version__ = "0.1.0"
