"""A text and its quotations in, frames out: terms of the codebook, and policy frames of articles.

Read first: dictionary.py.
"""
