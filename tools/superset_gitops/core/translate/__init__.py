"""From what somebody changed in Superset back to the templates: the edit that a colleague would have made by hand."""
