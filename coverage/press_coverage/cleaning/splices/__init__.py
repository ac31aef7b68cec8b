"""A table cell's text in, the pieces that other articles left in it out.

Runs of links and repeated pieces of an outlet.
Read first: repeats.py.
"""
