"""Signing in with a Microsoft or Google account: code flow with PKCE, state and nonce (R11)."""
