"""From a running Superset's assets to templates that say them, one each; matched with templates that there are."""
