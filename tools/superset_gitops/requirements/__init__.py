"""Pinned, hashed requirements of every private environment, as data; `remake` writes them."""
