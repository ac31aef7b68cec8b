"""Exports of press databases in, the articles they hold out.

Nexis and Factiva, each with a reader of its own.
Read first: nexis.py.
"""
