"""Who somebody is and what they may do: sign-in, sessions, memberships, permissions, guards."""
