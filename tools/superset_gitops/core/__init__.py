"""Pure functions from values to values: compile, validate, normal form, plan, report. No I/O."""
