"""Values that every layer speaks of: assets, problems, policy. Nothing here acts."""
