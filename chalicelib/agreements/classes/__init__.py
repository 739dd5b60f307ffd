"""The agreement that each class writes for itself every September and signs in the room (S255)."""
