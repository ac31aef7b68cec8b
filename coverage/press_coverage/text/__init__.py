"""Strings in, strings, places and dates out: no table, no article.

What every room needs of a text is here once: words, sentences, dates, edits that keep offsets.
Read first: edits.py.
"""
