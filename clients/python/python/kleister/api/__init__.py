"""What can be asked of a server, one module per feature."""
