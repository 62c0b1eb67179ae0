"""Findings and plans, told to people and to programs: text, JSON, Markdown, workflow annotations."""
