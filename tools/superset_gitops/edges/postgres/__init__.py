"""PostgreSQL: connecting, running SQL files, the ledger and the lease."""
