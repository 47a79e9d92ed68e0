"""Pages about contacts and companies."""
