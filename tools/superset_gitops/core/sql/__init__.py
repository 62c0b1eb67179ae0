"""SQL files as text: their statements, what is refused in them, and which are to run. Nothing here connects."""
