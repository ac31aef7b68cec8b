"""A text and its mentions in, quotations with their speakers out.

Clauses are labelled in a chain, stretches of one label are a quotation, its speaker is chosen.
Read first: quotations.py.
"""
