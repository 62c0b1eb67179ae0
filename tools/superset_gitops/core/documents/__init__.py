"""YAML documents as values: strict reading with places, plain writing, checking against a JSON Schema."""
