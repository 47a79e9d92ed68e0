"""Pages about segments."""
