"""A page's HTML in, its blocks, title, authors, date and other fields out.

Blocks are what a reader could see; metadata is what the page says of itself.
Read first: page.py.
"""
