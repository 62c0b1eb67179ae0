"""What `hybrid init` starts a repository with: one Jinja text a file, between @{ }@ and @% %@."""
