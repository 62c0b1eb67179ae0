"""From templates and variables to a complete bundle for one environment, or to problems with their places."""
