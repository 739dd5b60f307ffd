"""Identity's pages: signing in and out, one's own account, a place's settings."""
