"""The seal of a certificate (R27): written with one library, checked by code of our own."""
