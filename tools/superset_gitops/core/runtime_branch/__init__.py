"""The branch that carries an environment's changes in Superset, as values: messages, marks, which edits are open."""
