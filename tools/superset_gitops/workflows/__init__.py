"""What a user asks for, done with the edges that it is handed: deploy, apply, export, sync."""
