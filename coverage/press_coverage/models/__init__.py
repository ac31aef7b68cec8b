"""Weights, and the little code that reads and applies them.

In: rows of numbers or texts. Out: probabilities and vectors.
Read first: trees.py.
"""
