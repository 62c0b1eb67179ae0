"""policy.yaml as values, checked before anything runs."""
