"""Pupils' phones at the office: who may bring one, and each day's handing in and out (S68).

A class is one press in the morning and one in the afternoon. What is kept for a day and class is
whose phone came in and went out when and by whom, with a chain of events behind it, because it is
a record of custody (S70). Phone-free otherwise: exceptions stand in their register (R-PHONE).
"""
