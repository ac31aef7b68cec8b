"""A text and its mentions in, events out: who does what to whom.

Acts come from the codebook, both sides from the words around them.
Read first: acts.py.
"""
