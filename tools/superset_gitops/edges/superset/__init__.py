"""Owns talking to a running Superset over HTTP; `client.SupersetClient` is the way in."""
