"""A table cell's text in, the pieces that other articles left in it out.

Patterns of sites (rules.py), runs of links, and repeated pieces of an outlet.
Read first: repeats.py.
"""
