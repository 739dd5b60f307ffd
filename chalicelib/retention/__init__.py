"""What becomes of records when the time they are kept for is over: looked at by people, held, kept
longer, or destroyed by two of them with a certificate (R-RET 2). Nothing goes by itself.
"""
