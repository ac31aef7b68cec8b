"""A text's lines in, a verdict on each line out.

Features are numbers about a line and its neighbours; a model and a few rules decide.
Read first: verdicts.py.
"""
