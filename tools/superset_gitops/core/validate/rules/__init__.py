"""The rules: each module has an `ID`, a `check(view)` that yields findings, and a docstring that is its manual."""
